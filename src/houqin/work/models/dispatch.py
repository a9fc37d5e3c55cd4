"""How orders get to people: the rules of the house, whose turn it is, offers, and every decision."""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.work.models.types import DispatchMode


@pghistory.track()
class DispatchRules(models.Model):
    """The one row of rules for dispatch: how much each part of a score counts, how long an offer stands."""

    default_mode = models.CharField(
        _("mode of new job types"), max_length=8, choices=DispatchMode.choices, default=DispatchMode.CLAIM
    )
    offer_minutes = models.PositiveSmallIntegerField(_("an offer stands for (minutes)"), default=10)
    critical_offer_minutes = models.PositiveSmallIntegerField(
        _("a critical offer stands for (minutes)"), default=3
    )
    experience_months = models.PositiveSmallIntegerField(_("experience counts for (months)"), default=12)
    weight_load = models.PositiveSmallIntegerField(pgettext_lazy("weight of", "load of the day"), default=30)
    weight_slack = models.PositiveSmallIntegerField(
        pgettext_lazy("weight of", "finishing in time"), default=25
    )
    weight_travel = models.PositiveSmallIntegerField(pgettext_lazy("weight of", "way to go"), default=20)
    weight_experience = models.PositiveSmallIntegerField(
        pgettext_lazy("weight of", "experience there"), default=15
    )
    weight_trade = models.PositiveSmallIntegerField(pgettext_lazy("weight of", "own trade"), default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(name="dispatch_rules_are_one", condition=Q(pk=1)),
            models.CheckConstraint(
                name="dispatch_rules_default_mode_known", condition=Q(default_mode__in=DispatchMode.values)
            ),
            models.CheckConstraint(
                name="dispatch_rules_offers_stand_a_while",
                condition=Q(offer_minutes__gt=0, critical_offer_minutes__gt=0),
            ),
            models.CheckConstraint(
                name="dispatch_rules_weigh_something",
                condition=Q(weight_load__gt=0)
                | Q(weight_slack__gt=0)
                | Q(weight_travel__gt=0)
                | Q(weight_experience__gt=0)
                | Q(weight_trade__gt=0),
            ),
            models.CheckConstraint(
                name="dispatch_rules_weights_up_to_a_hundred",
                condition=Q(
                    weight_load__lte=100,
                    weight_slack__lte=100,
                    weight_travel__lte=100,
                    weight_experience__lte=100,
                    weight_trade__lte=100,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.default_mode} {self.offer_minutes} min"


def nobody() -> list[dict[str, Any]]:
    """No people."""
    return []


class DispatchDecision(models.Model):
    """To whom an order went or was offered, and who else was looked at. Rows are only appended.

    `people` has one entry for each: {"id", "name"} with {"points", "parts", "facts"} for who could
    go, or {"hurdles": [{"rule", "facts"}]} for who could not.
    """

    class Outcome(models.TextChoices):
        """What came of it."""

        GIVEN = "given", pgettext_lazy("dispatch", "given")
        OFFERED = "offered", pgettext_lazy("dispatch", "offered")
        NOBODY = "nobody", pgettext_lazy("dispatch", "nobody")

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    mode = models.CharField(max_length=8, choices=DispatchMode.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    chosen = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    crew = models.ForeignKey(
        "staffing.Crew", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    people = models.JSONField(default=nobody, blank=True)
    weights = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "id"], name="dispatch_decision_order")]
        constraints = [
            models.CheckConstraint(
                name="dispatch_decision_mode_known", condition=Q(mode__in=DispatchMode.values)
            ),
            models.CheckConstraint(
                name="dispatch_decision_outcome_known",
                condition=Q(outcome__in=["given", "offered", "nobody"]),
            ),
            models.CheckConstraint(
                name="dispatch_decision_for_nobody_chooses_nobody",
                condition=~Q(outcome="nobody") | Q(chosen__isnull=True, crew__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="dispatch_decision_is_only_appended", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.mode} {self.outcome}"


@pghistory.track()
class Offer(models.Model):
    """An order waits for somebody to accept it, until an instant; one at a time for each order."""

    class Outcome(models.TextChoices):
        """What came of it; `open` while it stands."""

        OPEN = "open", pgettext_lazy("offer", "open")
        ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
        DECLINED = "declined", pgettext_lazy("offer", "declined")
        EXPIRED = "expired", pgettext_lazy("offer", "not answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")

    REFUSED: ClassVar = ("declined", "expired")
    """Outcomes after which a rule does not ask the same person again for the same order."""

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="offers")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=DispatchMode.choices)
    offered_at = models.DateTimeField()
    until = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["order", "id"], name="offer_order"),
            models.Index(fields=["until"], name="offer_to_end", condition=Q(outcome="open")),
        ]
        constraints = [
            models.CheckConstraint(name="offer_mode_known", condition=Q(mode__in=DispatchMode.values)),
            models.CheckConstraint(
                name="offer_outcome_known",
                condition=Q(outcome__in=["open", "accepted", "declined", "expired", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="offer_ended_at_iff_ended",
                condition=Q(outcome="open", ended_at__isnull=True)
                | ~Q(outcome="open") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(name="offer_stands_a_while", condition=Q(until__gt=F("offered_at"))),
            models.UniqueConstraint(
                name="offer_one_open_at_a_time", fields=["order"], condition=Q(outcome="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.user_id} {self.outcome}"


class RotationTurn(models.Model):
    """When somebody was last given an order in turn; the lowest `turn` is next.

    Each crew goes round by itself, and each job type among orders without a crew.
    """

    crew = models.ForeignKey(
        "staffing.Crew", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    job_type = models.ForeignKey(
        "work.JobType", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    turn = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["turn"]
        constraints = [
            models.CheckConstraint(
                name="rotation_turn_of_a_crew_or_a_job_type",
                condition=Q(crew__isnull=False, job_type__isnull=True)
                | Q(crew__isnull=True, job_type__isnull=False),
            ),
            models.UniqueConstraint(name="rotation_turn_once_per_crew", fields=["crew", "user"]),
            models.UniqueConstraint(name="rotation_turn_once_per_job_type", fields=["job_type", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.turn}"
