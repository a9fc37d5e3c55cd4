"""Service standards: what is promised for each priority, in working time, and who is told when it fails."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import Role
from houqin.kernel.bilingual import in_language


class Priority(models.TextChoices):
    """How soon, from later to sooner. The names are those of the priority matrix."""

    PLANNED = "planned", pgettext_lazy("priority", "planned")
    NORMAL = "normal", pgettext_lazy("priority", "normal")
    URGENT = "urgent", pgettext_lazy("priority", "urgent")
    CRITICAL = "critical", pgettext_lazy("priority", "critical")


class TargetKind(models.TextChoices):
    """What a target promises."""

    RESPONSE = "response", _("first response")
    UPDATE = "update", _("update")
    ARRIVAL = "arrival", _("arrival")
    RESOLUTION = "resolution", _("restoration")


def default_pausing() -> list[str]:
    """Hold reasons that pause a clock unless the standard says otherwise."""
    return ["requester", "access", "parts", "permit", "weather"]


@pghistory.track()
class ServiceStandard(models.Model):
    """A set of targets. Its calendar is the place's or the organisation's unless it names one."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    calendar = models.ForeignKey(
        "org.Calendar", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("working calendar")
    )
    is_default = models.BooleanField(_("used where nothing else is named"), default=False)
    arrival_answers = models.BooleanField(_("arrival counts as the first response"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="service_standard_one_default", fields=["is_default"], condition=Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class StandardTarget(models.Model):
    """One promise of a standard: minutes or working days for a kind of target and a priority."""

    standard = models.ForeignKey(
        ServiceStandard, on_delete=models.CASCADE, related_name="targets", verbose_name=_("service standard")
    )
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices)
    kind = models.CharField(_("target"), max_length=10, choices=TargetKind.choices)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    working_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    end_of_day = models.BooleanField(_("until the end of that day"), default=False)
    around_the_clock = models.BooleanField(_("counts day and night (24×7)"), default=False)
    pausing_reasons = ArrayField(
        models.CharField(max_length=12),
        default=default_pausing,
        blank=True,
        verbose_name=_("paused while waiting for"),
    )
    warn_minutes = models.PositiveIntegerField(_("warn this many minutes before"), default=15)

    class Meta:
        ordering = ["standard_id", "priority", "kind"]
        constraints = [
            models.CheckConstraint(
                name="standard_target_priority_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(
                name="standard_target_kind_known", condition=Q(kind__in=TargetKind.values)
            ),
            models.CheckConstraint(
                name="standard_target_in_minutes_or_days",
                condition=Q(minutes__gt=0, working_days__isnull=True)
                | Q(minutes__isnull=True, working_days__gt=0),
            ),
            models.UniqueConstraint(name="standard_target_once", fields=["standard", "priority", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.priority} {self.kind}"


ESCALATED_TO = [Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR]
"""Roles that may be told of any request in their scope; those bound to a crew are told as its leader."""
HIGHEST_LEVEL = 9


@pghistory.track()
class EscalationLevel(models.Model):
    """Who is told of a target so long before or after its due time, once for each due time.

    The offset is in minutes or in working days of the clock's own calendar, negative before the due
    time. A level without a priority holds for all; one for a priority stands in for it. What is told
    waits for the recipient's hours unless `around_the_clock`.
    """

    class Recipient(models.TextChoices):
        """What kind of recipient it is."""

        ROLE = "role", pgettext_lazy("escalation", "a role, where it holds")
        LEADER = "leader", pgettext_lazy("escalation", "leader of the crew that has it")
        PERSON = "person", pgettext_lazy("escalation", "a person")

    standard = models.ForeignKey(
        ServiceStandard, on_delete=models.CASCADE, related_name="levels", verbose_name=_("service standard")
    )
    kind = models.CharField(_("target"), max_length=10, choices=TargetKind.choices)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, blank=True)
    number = models.PositiveSmallIntegerField(_("level"))
    minutes = models.IntegerField(_("minutes"), null=True, blank=True)
    working_days = models.SmallIntegerField(_("working days"), null=True, blank=True)
    around_the_clock = models.BooleanField(_("told day and night (24×7)"), default=False)
    recipient = models.CharField(_("recipient"), max_length=8, choices=Recipient.choices)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        ordering = ["standard_id", "kind", "priority", "number"]
        constraints = [
            models.CheckConstraint(
                name="escalation_level_kind_known", condition=Q(kind__in=TargetKind.values)
            ),
            models.CheckConstraint(
                name="escalation_level_priority_known", condition=Q(priority__in=["", *Priority.values])
            ),
            models.CheckConstraint(
                name="escalation_level_number_in_range", condition=Q(number__range=(1, HIGHEST_LEVEL))
            ),
            models.CheckConstraint(
                name="escalation_level_in_minutes_or_days",
                condition=Q(minutes__isnull=False, working_days__isnull=True)
                | Q(minutes__isnull=True, working_days__isnull=False),
            ),
            models.CheckConstraint(
                name="escalation_level_recipient_known",
                condition=Q(recipient__in=["role", "leader", "person"]),
            ),
            models.CheckConstraint(
                name="escalation_level_has_one_recipient",
                condition=Q(recipient="role", role__in=ESCALATED_TO, person__isnull=True)
                | Q(recipient="leader", role="", person__isnull=True)
                | Q(recipient="person", role="", person__isnull=False),
            ),
            models.UniqueConstraint(
                name="escalation_level_once", fields=["standard", "kind", "priority", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.kind} {self.priority} {self.number}"


class Alarm(models.Model):
    """A warning, a breach or an escalation that has been told, once for each due time.

    `subject` is the number of the request or order; a due time that moves makes a new row
    possible, which re-arms the alarm. `theirs` tells the promise of a contractor from ours.
    """

    class Kind(models.TextChoices):
        """What was told."""

        WARNING = "warning", _("due soon")
        BREACH = "breach", _("overdue")
        LEVEL = "level", pgettext_lazy("alarm", "escalated")

    subject = models.CharField(max_length=20)
    theirs = models.BooleanField(default=False)
    target = models.CharField(max_length=10, choices=TargetKind.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="alarm_once_per_due_time",
                fields=["subject", "theirs", "target", "kind", "level", "due_at"],
            ),
            models.CheckConstraint(name="alarm_target_known", condition=Q(target__in=TargetKind.values)),
            models.CheckConstraint(
                name="alarm_kind_known", condition=Q(kind__in=["warning", "breach", "level"])
            ),
            models.CheckConstraint(
                name="alarm_level_iff_escalated",
                condition=Q(kind="level", level__gte=1) | ~Q(kind="level") & Q(level=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.target}"
