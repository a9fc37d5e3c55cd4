"""What an hour of work costs the organisation."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class LabourRate(models.Model):
    """Yuan for an hour of work from a day on, in a trade or, without one, in all that have no own rate."""

    trade = models.ForeignKey(
        "staffing.Trade", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("trade")
    )
    hourly = models.DecimalField(_("yuan an hour"), max_digits=10, decimal_places=2)
    since = models.DateField(_("since"))

    class Meta:
        ordering = ["trade_id", "-since"]
        constraints = [
            models.UniqueConstraint(
                name="labour_rate_once_a_day", fields=["trade", "since"], nulls_distinct=False
            ),
            models.CheckConstraint(name="labour_rate_is_not_negative", condition=Q(hourly__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.trade or '—'} {self.hourly} {self.since}"
