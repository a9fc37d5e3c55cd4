"""Telephone calls: the lines they come in by, what was told of each, and what became of it."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.journal.models import EventBase
from houqin.kernel import phone_numbers
from houqin.kernel.bilingual import in_language
from houqin.kernel.state import StateMachine

CHANNEL = "houqin_calls"
"""On which PostgreSQL channel each step of a call is announced, by its key."""


@pghistory.track()
class PhoneLine(models.Model):
    """A queue or line of the telephone system, by the name that system gives it.

    A line of a `place` rings for the desks of that place; one without for the whole organisation.
    """

    code = models.CharField(pgettext_lazy("phone", "queue or number"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    place = models.ForeignKey(
        "org.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("phone", "rings for the desks of"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class MutedLine(models.Model):
    """A line that somebody at the desk does not answer; all others ring for them."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="muted_lines")
    line = models.ForeignKey(PhoneLine, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="muted_line_once_per_person", fields=["user", "line"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.line_id}"


class CallStatus(models.TextChoices):
    """Where a call stands."""

    RINGING = "ringing", pgettext_lazy("call", "ringing")
    ANSWERED = "answered", pgettext_lazy("call", "in conversation")
    ENDED = "ended", pgettext_lazy("call", "ended")
    MISSED = "missed", pgettext_lazy("call", "missed")


S = CallStatus

CALL_MOVES = StateMachine(
    {
        S.RINGING: frozenset({S.ANSWERED, S.ENDED, S.MISSED}),
        S.ANSWERED: frozenset({S.ENDED}),
        S.MISSED: frozenset({S.ANSWERED, S.ENDED}),
        S.ENDED: frozenset(),
    }
)
"""A call taken for missed may turn out to be answered: reports of telephone systems come late."""


class Direction(models.TextChoices):
    """Who rang whom."""

    IN = "in", pgettext_lazy("call", "incoming")
    OUT = "out", pgettext_lazy("call", "outgoing")


class CallOutcome(models.TextChoices):
    """What became of a call that somebody took."""

    REQUEST = "request", pgettext_lazy("call outcome", "new request")
    KNOWN = "known", pgettext_lazy("call outcome", "about a known request")
    NOTHING = "nothing", pgettext_lazy("call outcome", "nothing to register")


TIED = frozenset({CallOutcome.REQUEST, CallOutcome.KNOWN})
"""Outcomes that hang the call on a request."""


class Call(models.Model):
    """One telephone call, as far as it is known here.

    `source` is the account of the telephone system that told of it, empty where an operator wrote it
    down; `external_id` is that system's name for it. `sent_number` is the caller's number as it came,
    `number` its comparable form (`kernel.phone_numbers`), empty where it is withheld or unreadable.
    `queue` is the line as it came. `heard_at` is our own clock at the first word of it. `remarks` are
    codes of `intake.call_remarks`: what was odd about it.
    """

    Status: ClassVar = CallStatus
    moves: ClassVar = CALL_MOVES

    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    status = models.CharField(
        pgettext_lazy("call", "state"), max_length=8, choices=S.choices, default=S.RINGING
    )
    sent_number = models.CharField(max_length=60, blank=True)
    number = models.CharField(pgettext_lazy("phone", "number"), max_length=40, blank=True)
    queue = models.CharField(max_length=60, blank=True)
    line = models.ForeignKey(
        PhoneLine,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=pgettext_lazy("phone", "line"),
    )
    heard_at = models.DateTimeField()
    rang_at = models.DateTimeField(pgettext_lazy("call", "rang"))
    answered_at = models.DateTimeField(pgettext_lazy("call", "answered"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("call", "ended"), null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    operator = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("call", "answered by"),
    )
    caller = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("call", "caller"),
    )
    caller_name = models.CharField(max_length=80, blank=True)
    request = models.ForeignKey(
        "desk.ServiceRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=pgettext_lazy("call", "request"),
    )
    outcome = models.CharField(
        pgettext_lazy("call", "outcome"), max_length=8, choices=CallOutcome.choices, blank=True
    )
    note = models.CharField(max_length=500, blank=True)
    remarks = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    called_back_at = models.DateTimeField(null=True, blank=True)
    called_back_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="call_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(name="call_direction_known", condition=Q(direction__in=Direction.values)),
            models.CheckConstraint(
                name="call_outcome_known", condition=Q(outcome__in=["", *CallOutcome.values])
            ),
            models.CheckConstraint(
                name="call_answered_at_iff_somebody_answered",
                condition=Q(status__in=[S.ANSWERED, S.ENDED], answered_at__isnull=False)
                | Q(status__in=[S.RINGING, S.MISSED], answered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="call_ended_at_iff_over",
                condition=Q(status__in=[S.ENDED, S.MISSED], ended_at__isnull=False)
                | Q(status__in=[S.RINGING, S.ANSWERED], ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="call_rings_before_it_is_answered_and_ends",
                condition=(Q(answered_at__isnull=True) | Q(answered_at__gte=F("rang_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("rang_at")))
                & (
                    Q(ended_at__isnull=True) | Q(answered_at__isnull=True) | Q(ended_at__gte=F("answered_at"))
                ),
            ),
            models.CheckConstraint(
                name="call_taken_by_an_operator",
                condition=Q(taken_at__isnull=True, operator__isnull=True)
                | Q(taken_at__isnull=False, operator__isnull=False),
            ),
            models.CheckConstraint(
                name="call_hangs_on_a_request_iff_its_outcome_says_so",
                condition=Q(outcome__in=sorted(TIED), request__isnull=False)
                | ~Q(outcome__in=sorted(TIED)) & Q(request__isnull=True),
            ),
            models.CheckConstraint(
                name="call_called_back_only_when_missed_and_with_what_came_of_it",
                condition=Q(called_back_at__isnull=True, called_back_by__isnull=True)
                | Q(called_back_at__isnull=False, called_back_by__isnull=False, status=S.MISSED)
                & ~Q(note=""),
            ),
            models.UniqueConstraint(
                name="call_external_id_once_per_source",
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
            ),
        ]
        indexes = [
            models.Index(fields=["rang_at", "id"], name="call_rang"),
            models.Index(fields=["number", "-id"], name="call_number", condition=~Q(number="")),
            models.Index(fields=["line", "rang_at", "id"], name="call_line_rang"),
            models.Index(
                fields=["heard_at"], name="call_going_on", condition=Q(status__in=["answered", "ringing"])
            ),
            models.Index(
                fields=["rang_at", "id"],
                name="call_to_call_back",
                condition=Q(status="missed", direction="in", called_back_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="call_moves", field="status", transitions=CALL_MOVES.edges),
            pgtrigger.Protect(
                name="call_stays_what_was_told",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__source__df=pgtrigger.F("new__source"))
                | pgtrigger.Q(old__external_id__df=pgtrigger.F("new__external_id"))
                | pgtrigger.Q(old__direction__df=pgtrigger.F("new__direction"))
                | pgtrigger.Q(old__sent_number__df=pgtrigger.F("new__sent_number"))
                & ~pgtrigger.Q(old__sent_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.sent_number} {self.rang_at:%Y-%m-%d %H:%M}"

    @property
    def written(self) -> str:
        """The caller's number in groups; as it came where it could not be read."""
        number = phone_numbers.read(self.number) if self.number else None
        return str(number) if number else self.sent_number

    @property
    def is_over(self) -> bool:
        """True once nobody is on the line any more."""
        return self.status in {S.ENDED, S.MISSED}


class CallEvent(EventBase):
    """One step of a call: told by the telephone system, or taken at the desk. Only appended."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["call", "id"], name="call_event_call")]
        triggers = [
            pgtrigger.Protect(name="call_event_is_only_appended", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="call_event_is_announced",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"PERFORM pg_notify('{CHANNEL}', NEW.id::text); RETURN NULL;",
            ),
        ]


class RefusedCallReport(models.Model):
    """A report of a telephone system that could not be taken, as it came, with the sentence it was told."""

    received_at = models.DateTimeField(pgettext_lazy("call report", "received"))
    source = models.CharField(pgettext_lazy("call report", "account"), max_length=60)
    sent = models.TextField(pgettext_lazy("call report", "as it came"), max_length=2_000, blank=True)
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["received_at"], name="refused_report_received")]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M}"
