"""Trades, crews and who belongs to them."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language


@pghistory.track()
class Trade(models.Model):
    """A craft: electrician, plumber, air-conditioning."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class Crew(models.Model):
    """A group of people who take work together, under a leader."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    trades = models.ManyToManyField(Trade, blank=True, related_name="crews", verbose_name=_("trades"))
    leader = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("leader"),
    )
    partner = models.ForeignKey(
        "org.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("company, for a contractor"),
    )
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("works only at")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class CrewMember(models.Model):
    """A person belongs to a crew from a day until a day (the last one included)."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="members", verbose_name=_("crew"))
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["crew_id", "pk"]
        constraints = [
            models.CheckConstraint(
                name="crew_member_leaves_not_before_joining",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.UniqueConstraint(
                name="crew_member_once_at_a_time", fields=["crew", "user"], condition=Q(until__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.user_id}"


@pghistory.track()
class PersonTrade(models.Model):
    """A person knows a trade."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="trades", verbose_name=_("person")
    )
    trade = models.ForeignKey(Trade, on_delete=models.PROTECT, related_name="people", verbose_name=_("trade"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="person_trade_once", fields=["user", "trade"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.trade_id}"
