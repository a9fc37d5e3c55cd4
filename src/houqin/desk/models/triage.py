"""Triage rules, as an administrator orders them, and what they proposed for each request."""

from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.desk.models.catalogue import Impact, Urgency
from houqin.desk.models.requests import Channel
from houqin.kernel import rules
from houqin.kernel.bilingual import in_language

LONGEST_WORD = 60
MOST_WORDS = 80
LONGEST_DOMAIN = 253


class RuleMode(models.TextChoices):
    """What becomes of what a rule says."""

    PROPOSE = "propose", pgettext_lazy("triage rule", "propose")
    APPLY = "apply", pgettext_lazy("triage rule", "apply")


class ContactKind(models.TextChoices):
    """By what somebody who reports can be reached."""

    ACCOUNT = "account", pgettext_lazy("contact", "an account")
    PHONE = "phone", pgettext_lazy("contact", "a phone number, no account")
    EMAIL = "email", pgettext_lazy("contact", "an e-mail address only")
    NONE = "none", pgettext_lazy("contact", "nothing")


class RuleHours(models.TextChoices):
    """When a report comes, by the working calendar of its place."""

    WORKING = rules.WORKING, pgettext_lazy("triage rule", "in working hours")
    OUTSIDE = rules.OUTSIDE, pgettext_lazy("triage rule", "outside working hours")
    DAY_OFF = rules.DAY_OFF, pgettext_lazy("triage rule", "on a day off")


def _words(label: Any) -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=LONGEST_WORD),
        verbose_name=label,
        default=list,
        blank=True,
        size=MOST_WORDS,
    )


@pghistory.track()
class TriageRule(models.Model):
    """When a report is such and such (`when_…`), it is probably that (`then_…`).

    Rules are asked in the order of their positions. All conditions that are set must hold; a
    department means the units below it too, a place everything in it. Danger is only ever noted by
    a rule, never denied.
    """

    Mode = RuleMode

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveIntegerField(_("position in the list"))
    active = models.BooleanField(_("in use"), default=True)
    mode = models.CharField(_("mode"), max_length=8, choices=RuleMode.choices, default=RuleMode.PROPOSE)
    stops = models.BooleanField(_("ask no further rule"), default=False)

    when_any = _words(_("one of these words"))
    when_all = _words(_("all of these words"))
    when_none = _words(_("none of these words"))
    when_channels = ArrayField(
        models.CharField(max_length=10), verbose_name=_("channels"), default=list, blank=True
    )
    when_contacts = ArrayField(
        models.CharField(max_length=8), verbose_name=_("reached by"), default=list, blank=True
    )
    when_domains = ArrayField(
        models.CharField(max_length=LONGEST_DOMAIN),
        verbose_name=_("sender's domain"),
        default=list,
        blank=True,
    )
    when_place = models.ForeignKey(
        "org.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("place"),
        related_name="+",
    )
    when_department = models.ForeignKey(
        "org.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("department"),
        related_name="+",
    )
    when_category = models.ForeignKey(
        "desk.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("reported as (category)"),
        related_name="+",
    )
    when_service = models.ForeignKey(
        "desk.Service",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("reported as (service)"),
        related_name="+",
    )
    when_unknown = models.BooleanField(_("nobody has said what it is"), default=False)
    when_hours = models.CharField(_("hours"), max_length=8, choices=RuleHours.choices, blank=True)
    when_from = models.TimeField(pgettext_lazy("time of day", "from"), null=True, blank=True)
    when_until = models.TimeField(pgettext_lazy("time of day", "until"), null=True, blank=True)

    then_category = models.ForeignKey(
        "desk.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("category"),
        related_name="+",
    )
    then_service = models.ForeignKey(
        "desk.Service",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("service"),
        related_name="+",
    )
    then_urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, blank=True)
    then_impact = models.CharField(_("impact"), max_length=8, choices=Impact.choices, blank=True)
    then_safety = models.BooleanField(_("People are in danger"), default=False)
    then_crew = models.ForeignKey(
        "staffing.Crew",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("crew"),
        related_name="+",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="triage_rule_position_once",
                fields=["position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(name="triage_rule_mode_known", condition=Q(mode__in=RuleMode.values)),
            models.CheckConstraint(
                name="triage_rule_channels_known", condition=Q(when_channels__contained_by=Channel.values)
            ),
            models.CheckConstraint(
                name="triage_rule_contacts_known", condition=Q(when_contacts__contained_by=ContactKind.values)
            ),
            models.CheckConstraint(
                name="triage_rule_hours_known", condition=Q(when_hours__in=["", *RuleHours.values])
            ),
            models.CheckConstraint(
                name="triage_rule_window_has_both_ends",
                condition=Q(when_from__isnull=True, when_until__isnull=True)
                | Q(when_from__isnull=False, when_until__isnull=False),
            ),
            models.CheckConstraint(
                name="triage_rule_asks_for_category_or_service",
                condition=Q(when_category__isnull=True) | Q(when_service__isnull=True),
            ),
            models.CheckConstraint(
                name="triage_rule_asks_not_both_ways",
                condition=Q(when_unknown=False) | Q(when_category__isnull=True, when_service__isnull=True),
            ),
            models.CheckConstraint(
                name="triage_rule_names_category_or_service",
                condition=Q(then_category__isnull=True) | Q(then_service__isnull=True),
            ),
            models.CheckConstraint(
                name="triage_rule_urgency_known", condition=Q(then_urgency__in=["", *Urgency.values])
            ),
            models.CheckConstraint(
                name="triage_rule_impact_known", condition=Q(then_impact__in=["", *Impact.values])
            ),
            models.CheckConstraint(
                name="triage_rule_proposes_something",
                condition=Q(then_category__isnull=False)
                | Q(then_service__isnull=False)
                | ~Q(then_urgency="")
                | ~Q(then_impact="")
                | Q(then_safety=True)
                | Q(then_crew__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ProposalField(models.TextChoices):
    """What a proposal is about."""

    CATEGORY = "category", _("category")
    SERVICE = "service", _("service")
    URGENCY = "urgency", _("urgency")
    IMPACT = "impact", _("impact")
    SAFETY = "safety", _("safety at risk")
    CREW = "crew", _("crew")


class Verdict(models.TextChoices):
    """What a person made of a proposal."""

    OPEN = "open", pgettext_lazy("proposal", "not judged yet")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    CORRECTED = "corrected", pgettext_lazy("proposal", "corrected")
    PASSED = "passed", pgettext_lazy("proposal", "not taken")


class TriageProposal(models.Model):
    """What a rule said of one field of a request when it came in, and what a person made of it.

    Values are codes (`yes` for danger); `called` has the Chinese and English names that the codes of
    things had. `because` is why the rule fitted, as data. Applied ones stood from the beginning.
    `passed` was left aside, `corrected` replaced by `corrected_to`. A later change judges anew.
    """

    Field = ProposalField
    Verdict = Verdict

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="proposals")
    rule = models.ForeignKey(TriageRule, on_delete=models.PROTECT, related_name="proposals")
    at = models.DateTimeField()
    field = models.CharField(max_length=8, choices=ProposalField.choices)
    value = models.CharField(max_length=60)
    before = models.CharField(max_length=60, blank=True)
    because = models.JSONField(default=dict)
    applied = models.BooleanField()
    called = models.JSONField(default=dict)
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default=Verdict.OPEN)
    corrected_to = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="proposal_once_per_request_and_field", fields=["request", "field"]),
            models.CheckConstraint(name="proposal_field_known", condition=Q(field__in=ProposalField.values)),
            models.CheckConstraint(name="proposal_verdict_known", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(
                name="proposal_only_raises_safety", condition=~Q(field="safety") | Q(value="yes")
            ),
            models.CheckConstraint(
                name="proposal_has_judge_iff_judged",
                condition=Q(verdict=Verdict.OPEN, settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(verdict=Verdict.OPEN) & Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_corrected_to_only_where_corrected",
                condition=Q(corrected_to="") | Q(verdict=Verdict.CORRECTED),
            ),
            models.CheckConstraint(
                name="proposal_applied_is_never_passed",
                condition=Q(applied=False) | ~Q(verdict=Verdict.PASSED),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="proposal_stays_as_made",
                fields=["request", "rule", "at", "field", "value", "before", "because", "applied"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.field} {self.value}"

    @property
    def is_open(self) -> bool:
        """True while a person may still take it or leave it aside."""
        return not self.applied and self.verdict == Verdict.OPEN
