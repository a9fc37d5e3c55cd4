"""What was put before others: the approval, its steps one after the other, and a seat for each person."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.approvals.models.rules import Mode
from houqin.kernel.state import StateMachine


class ApprovalStatus(models.TextChoices):
    """Where an approval stands."""

    WAITING = "waiting", pgettext_lazy("approval", "awaiting approval")
    APPROVED = "approved", pgettext_lazy("approval", "approved")
    REFUSED = "refused", pgettext_lazy("approval", "not approved")
    RECALLED = "recalled", pgettext_lazy("approval", "recalled")


class StepStatus(models.TextChoices):
    """Where a step stands."""

    PENDING = "pending", pgettext_lazy("approval step", "not yet reached")
    OPEN = "open", pgettext_lazy("approval step", "being decided")
    PASSED = "passed", pgettext_lazy("approval step", "agreed")
    STOPPED = "stopped", pgettext_lazy("approval step", "stopped")


class SeatStatus(models.TextChoices):
    """What a person has said."""

    PENDING = "pending", pgettext_lazy("approver", "not yet asked")
    WAITING = "waiting", pgettext_lazy("approver", "to decide")
    AGREED = "agreed", pgettext_lazy("approver", "agreed")
    REFUSED = "refused", pgettext_lazy("approver", "refused")
    HANDED_ON = "handed_on", pgettext_lazy("approver", "handed on")
    RELEASED = "released", pgettext_lazy("approver", "no longer asked")


A, T, C = ApprovalStatus, StepStatus, SeatStatus

APPROVAL_MOVES = StateMachine(
    {
        A.WAITING: frozenset({A.APPROVED, A.REFUSED, A.RECALLED}),
        A.APPROVED: frozenset(),
        A.REFUSED: frozenset(),
        A.RECALLED: frozenset(),
    }
)
STEP_MOVES = StateMachine(
    {
        T.PENDING: frozenset({T.OPEN, T.STOPPED}),
        T.OPEN: frozenset({T.PASSED, T.PENDING, T.STOPPED}),
        T.PASSED: frozenset({T.PENDING, T.OPEN}),
        T.STOPPED: frozenset(),
    }
)
SEAT_MOVES = StateMachine(
    {
        C.PENDING: frozenset({C.WAITING, C.RELEASED}),
        C.WAITING: frozenset({C.AGREED, C.REFUSED, C.HANDED_ON, C.RELEASED}),
        C.AGREED: frozenset(),
        C.REFUSED: frozenset(),
        C.HANDED_ON: frozenset(),
        C.RELEASED: frozenset(),
    }
)


@pghistory.track()
class Approval(models.Model):
    """Something with a number that others must agree to before it takes effect.

    `number` quotes what it is about, `amount` is what it is worth in yuan, `path` the page of the thing.
    """

    Status: ClassVar = ApprovalStatus
    moves: ClassVar = APPROVAL_MOVES

    kind = models.CharField(pgettext_lazy("approval", "what"), max_length=20)
    number = models.CharField(_("number"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    department = models.ForeignKey(
        "org.Department", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    path = models.CharField(max_length=200, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=A.choices, default=A.WAITING)
    asked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(pgettext_lazy("approval", "asked"))
    decided_at = models.DateTimeField(pgettext_lazy("approval", "decided"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "number"], name="approval_subject"),
            models.Index(fields=["asked_by", "-id"], name="approval_asked_by"),
            models.Index(fields=["asked_at", "id"], name="approval_waiting", condition=Q(status="waiting")),
        ]
        constraints = [
            models.CheckConstraint(name="approval_status_known", condition=Q(status__in=A.values)),
            models.CheckConstraint(
                name="approval_decided_at_iff_it_has_ended",
                condition=Q(status="waiting", decided_at__isnull=True)
                | ~Q(status="waiting") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(name="approval_amount_not_negative", condition=Q(amount__gte=0)),
            models.UniqueConstraint(
                name="approval_asked_once_at_a_time", fields=["kind", "number"], condition=Q(status="waiting")
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="approval_moves", field="status", transitions=APPROVAL_MOVES.edges),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_waiting(self) -> bool:
        """True until it is approved, refused or recalled."""
        return self.status == A.WAITING


@pghistory.track()
class ApprovalStep(models.Model):
    """One step of an approval; a step that is gone back to begins another round with the same people."""

    Status: ClassVar = StepStatus
    moves: ClassVar = STEP_MOVES

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(pgettext_lazy("approval", "step"))
    mode = models.CharField(pgettext_lazy("approval", "who must agree"), max_length=3, choices=Mode.choices)
    status = models.CharField(max_length=8, choices=T.choices, default=T.PENDING)
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["approval_id", "position"]
        constraints = [
            models.UniqueConstraint(name="approval_step_position_once", fields=["approval", "position"]),
            models.UniqueConstraint(
                name="approval_step_one_is_open", fields=["approval"], condition=Q(status="open")
            ),
            models.CheckConstraint(name="approval_step_status_known", condition=Q(status__in=T.values)),
            models.CheckConstraint(name="approval_step_mode_known", condition=Q(mode__in=Mode.values)),
        ]
        triggers = [
            pgtrigger.FSM(name="approval_step_moves", field="status", transitions=STEP_MOVES.edges),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id}/{self.position}"


@pghistory.track()
class ApprovalSeat(models.Model):
    """One person at a step in a round, and what they said.

    `stands_in_for` is who should have been asked and is away; `added_by` asked somebody further, whose
    word is needed too; who has a seat handed on sits in its place.
    """

    Status: ClassVar = SeatStatus
    moves: ClassVar = SEAT_MOVES

    step = models.ForeignKey(ApprovalStep, on_delete=models.CASCADE, related_name="seats")
    round = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="approval_seats")
    stands_in_for = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handed_from = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=9, choices=C.choices, default=C.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["step_id", "round", "pk"]
        indexes = [
            models.Index(fields=["person"], name="approval_seat_waiting", condition=Q(status="waiting")),
            models.Index(fields=["step", "round"], name="approval_seat_of_step"),
        ]
        constraints = [
            models.CheckConstraint(name="approval_seat_status_known", condition=Q(status__in=C.values)),
            models.CheckConstraint(
                name="approval_seat_decided_at_iff_it_spoke",
                condition=Q(status__in=["pending", "waiting", "released"], decided_at__isnull=True)
                | Q(status__in=["agreed", "refused", "handed_on"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="approval_seat_stands_in_for_somebody_else", condition=~Q(stands_in_for=F("person"))
            ),
            models.UniqueConstraint(
                name="approval_seat_one_each_at_a_time",
                fields=["step", "round", "person"],
                condition=Q(status__in=["waiting", "agreed"]),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="approval_seat_moves", field="status", transitions=SEAT_MOVES.edges),
            pgtrigger.Trigger(
                name="approval_seat_is_not_who_asked",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__status="agreed"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM approvals_approvalstep step
                        JOIN approvals_approval asked ON asked.id = step.approval_id
                        WHERE step.id = NEW.step_id AND asked.asked_by_id = NEW.person_id
                    ) THEN
                        RAISE EXCEPTION 'nobody approves what they asked for themselves';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.person_id} {self.status}"


class ApprovalEvent(models.Model):
    """One thing that happened to an approval; only appended."""

    class Kind(models.TextChoices):
        """What happened."""

        ASKED = "asked", pgettext_lazy("approval event", "asked for approval")
        AGREED = "agreed", pgettext_lazy("approval event", "agreed")
        REFUSED = "refused", pgettext_lazy("approval event", "did not agree")
        SENT_BACK = "sent_back", pgettext_lazy("approval event", "sent it back a step")
        HANDED_ON = "handed_on", pgettext_lazy("approval event", "handed it on")
        ADDED = "added", pgettext_lazy("approval event", "asked somebody further")
        RECALLED = "recalled", pgettext_lazy("approval event", "recalled it")

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["approval", "id"], name="approval_event_approval")]
        constraints = [
            models.CheckConstraint(
                name="approval_event_kind_known",
                condition=Q(
                    kind__in=["asked", "agreed", "refused", "sent_back", "handed_on", "added", "recalled"]
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="approval_event_is_never_changed", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.kind}"
