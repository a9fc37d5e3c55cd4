"""What contractors have promised us, beside what we promise ourselves."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.work.models.standards import TargetKind


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track()
class PartnerStandard(models.Model):
    """The standard a contractor is held to, for all its work or for one job type, on certain days.

    Its clocks run from the moment an order is given to a crew of the contractor. Its own hold reasons
    say what stops them. A standard for the job type goes before the general one.
    """

    partner = models.ForeignKey(
        "org.Partner",
        on_delete=models.PROTECT,
        related_name="standards",
        verbose_name=pgettext_lazy("company", "contractor"),
    )
    standard = models.ForeignKey(
        "work.ServiceStandard",
        on_delete=models.PROTECT,
        related_name="of_partners",
        verbose_name=_("service standard"),
    )
    job_type = models.ForeignKey(
        "work.JobType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the job type"),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["partner_id", "job_type_id", "since"]
        constraints = [
            models.CheckConstraint(
                name="partner_standard_ends_not_before_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            ExclusionConstraint(
                name="partner_standard_one_at_a_time",
                expressions=[
                    ("partner", RangeOperators.EQUAL),
                    (Coalesce(F("job_type_id"), Value(0)), RangeOperators.EQUAL),
                    (
                        _DateRange(
                            "since", "until", RangeBoundary(inclusive_lower=True, inclusive_upper=True)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.standard}"


class PartnerClock(models.Model):
    """One promise of a contractor for one order, as it stands: a copy of what the events give.

    It starts when the order is given to the contractor; given again after it came back, it is
    another one. `met_at` is when it was kept, `stopped_at` when the order was taken away or voided
    before. While it is paused, `due_at` is that of the last step.
    """

    Kind: ClassVar = TargetKind

    order = models.ForeignKey(
        "work.WorkOrder",
        on_delete=models.CASCADE,
        related_name="partner_clocks",
        verbose_name=_("work order"),
    )
    partner = models.ForeignKey(
        "org.Partner",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("company", "contractor"),
    )
    standard = models.ForeignKey(
        "work.ServiceStandard", on_delete=models.PROTECT, related_name="+", verbose_name=_("service standard")
    )
    kind = models.CharField(_("target"), max_length=10, choices=TargetKind.choices)
    started_at = models.DateTimeField(pgettext_lazy("work order", "given to the contractor"))
    due_at = models.DateTimeField(_("due"))
    met_at = models.DateTimeField(pgettext_lazy("promise", "kept"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("taken away"), null=True, blank=True)
    paused = models.BooleanField(_("clock paused"), default=False)

    class Meta:
        ordering = ["order_id", "started_at", "pk"]
        indexes = [models.Index(fields=["partner", "started_at"], name="partner_clock_started")]
        constraints = [
            models.CheckConstraint(
                name="partner_clock_kind_known", condition=Q(kind__in=["response", "arrival", "resolution"])
            ),
            models.CheckConstraint(
                name="partner_clock_ends_once", condition=Q(met_at__isnull=True) | Q(stopped_at__isnull=True)
            ),
            models.CheckConstraint(
                name="partner_clock_paused_only_while_it_runs",
                condition=Q(paused=False) | Q(met_at__isnull=True, stopped_at__isnull=True),
            ),
            models.UniqueConstraint(name="partner_clock_once", fields=["order", "started_at", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.partner_id} {self.kind}"
