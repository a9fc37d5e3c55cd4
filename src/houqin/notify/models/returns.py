"""Mail that came back: from which address, why, and whether it is still written to."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@pghistory.track()
class ReturnRule(models.Model):
    """After how many returned mails, within how many days, an address is written to no more."""

    most = models.PositiveSmallIntegerField(_("returned mails"), default=3)
    within_days = models.PositiveSmallIntegerField(_("within days"), default=30)

    class Meta:
        verbose_name = _("rule for returned mail")
        constraints = [
            models.CheckConstraint(name="return_rule_is_one", condition=Q(pk=1)),
            models.CheckConstraint(name="return_rule_counts_some", condition=Q(most__range=(1, 100))),
            models.CheckConstraint(name="return_rule_looks_back", condition=Q(within_days__range=(1, 180))),
        ]

    def __str__(self) -> str:
        return f"{self.most} / {self.within_days}"


class ReturningAddress(models.Model):
    """An address from which mail of ours came back, in small letters.

    It is written to as long as `suspended_at` is empty; `because` says which rule suspended it.
    Returns before `lifted_at` count no more.
    """

    class Because(models.TextChoices):
        """Why an address is written to no more."""

        UNKNOWN = "unknown", pgettext_lazy("returned mail", "there is no such address")
        OFTEN = "often", pgettext_lazy("returned mail", "mail comes back again and again")

    address = models.CharField(pgettext_lazy("mail", "address"), max_length=254, unique=True)
    last_at = models.DateTimeField(pgettext_lazy("mail", "last"))
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    because = models.CharField(max_length=8, choices=Because.choices, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="returning_address_suspended_with_reason",
                condition=Q(suspended_at__isnull=True, because="")
                | Q(suspended_at__isnull=False, because__in=["unknown", "often"]),
            ),
        ]
        indexes = [models.Index(fields=["last_at", "id"], name="returning_address_last")]

    def __str__(self) -> str:
        return self.address


class ReturnedMail(models.Model):
    """One mail that came back: for good (`hard`), or for now.

    `change` is the mail and its try, so that the same return, reported twice, is kept once. `source`
    is the report as people find it (`mail:17`), empty where the server said no at once.
    """

    address = models.ForeignKey(ReturningAddress, on_delete=models.CASCADE, related_name="returns")
    mail = models.ForeignKey(
        "notify.OutMail", on_delete=models.SET_NULL, null=True, blank=True, related_name="returns"
    )
    hard = models.BooleanField()
    status = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    source = models.CharField(max_length=40, blank=True)
    change = models.CharField(max_length=240)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="returned_mail_once_per_try", fields=["address", "change"])
        ]
        indexes = [models.Index(fields=["at"], name="returned_mail_at")]

    def __str__(self) -> str:
        return f"{self.address_id} {self.status}"
