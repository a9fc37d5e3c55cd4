"""The course of an approval: steps begin, pass, are gone back to and stop. The caller holds its row."""

from houqin.accounts.models import User
from houqin.approvals.models import (
    APPROVAL_MOVES,
    SEAT_MOVES,
    Approval,
    ApprovalEvent,
    ApprovalSeat,
    ApprovalStatus,
    ApprovalStep,
    Mode,
    SeatStatus,
    StepStatus,
)
from houqin.approvals.queries.routes import Route, short_of, stand_in
from houqin.kernel import clock

S = SeatStatus


def note(approval: Approval, kind: str, by: User, *, to: User | None = None, note: str = "") -> None:
    """Append to the story."""
    step = approval.steps.filter(status=StepStatus.OPEN).first()
    ApprovalEvent.objects.create(
        approval=approval,
        kind=kind,
        by=by,
        to=to,
        at=clock.now(),
        step=step.position if step else None,
        note=note[:200],
    )


def speak(seat: ApprovalSeat, status: str, note: str = "") -> None:
    """A person has said something at a seat."""
    SEAT_MOVES.check(seat.status, status)
    seat.status, seat.decided_at, seat.note = status, clock.now(), note[:200]
    seat.save(update_fields=["status", "decided_at", "note"])


def agreed_already(approval: Approval) -> set[int]:
    """Those who agreed at a step that stands: nobody agrees twice."""
    passed = ApprovalSeat.objects.filter(step__approval=approval, status=S.AGREED)
    return {seat.person_id for seat in passed.select_related("step") if seat.round == seat.step.round}


def open_next(approval: Approval) -> None:
    """Begin the next step and ask its people, or approve the whole when there is none.

    Whoever agreed at an earlier step is left out; whoever is away is stood in for.
    """
    step = approval.steps.filter(status=StepStatus.PENDING).order_by("position").first()
    if step is None:
        end(approval, ApprovalStatus.APPROVED)
        return
    step.status = StepStatus.OPEN
    step.save(update_fields=["status"])
    taken = agreed_already(approval) | {approval.asked_by_id}
    asked: set[int] = set()
    for seat in step.seats.filter(round=step.round, status=S.PENDING).select_related("person"):
        person = stand_in(seat.person, never=taken | asked)
        if person.pk in taken | asked or not person.is_active:
            seat.status = S.RELEASED
        else:
            asked.add(person.pk)
            seat.status = S.WAITING
            if person.pk != seat.person_id:
                seat.person, seat.stands_in_for = person, seat.person
        seat.save(update_fields=["status", "person", "stands_in_for"])


def left_without(approval: Approval, by: User) -> int | None:
    """The later step that would find nobody if this person agreed now; None when all find somebody."""
    gone = agreed_already(approval) | {by.pk}
    later = approval.steps.filter(status=StepStatus.PENDING).order_by("position")
    return short_of(
        Route(
            step.position,
            step.mode,
            [
                seat.person
                for seat in step.seats.filter(round=step.round).select_related("person")
                if seat.person_id not in gone
            ],
        )
        for step in later
    )


def go_on(approval: Approval, step: ApprovalStep) -> None:
    """Pass the step once enough have agreed, and begin the next one."""
    live = list(step.seats.filter(round=step.round).exclude(status__in=[S.RELEASED, S.HANDED_ON]))
    # Whoever was added must agree, too; at a step of which any one will do, one of the others is enough.
    needed = live if step.mode == Mode.ALL else [seat for seat in live if seat.added_by_id]
    enough = any(seat.status == S.AGREED for seat in live if not seat.added_by_id or step.mode == Mode.ALL)
    if not enough or any(seat.status != S.AGREED for seat in needed):
        return
    step.seats.filter(status=S.WAITING).update(status=S.RELEASED)
    step.status = StepStatus.PASSED
    step.save(update_fields=["status"])
    open_next(approval)


def go_back(approval: Approval, from_step: ApprovalStep, to_step: ApprovalStep) -> None:
    """Begin again at an earlier step; what was agreed from there on has to be agreed anew."""
    _release(approval)
    again = approval.steps.filter(position__gte=to_step.position, position__lte=from_step.position)
    for step in again:
        first = step.seats.filter(round=step.round, added_by=None, handed_from=None).order_by("pk")
        people = [
            seat.stands_in_for or seat.person for seat in first.select_related("person", "stands_in_for")
        ]
        step.status, step.round = StepStatus.PENDING, step.round + 1
        step.save(update_fields=["status", "round"])
        ApprovalSeat.objects.bulk_create(
            ApprovalSeat(step=step, round=step.round, person=person) for person in people
        )
    open_next(approval)


def end(approval: Approval, status: str) -> None:
    """The whole is approved, refused or recalled; nobody is asked any more."""
    APPROVAL_MOVES.check(approval.status, status)
    _release(approval)
    approval.steps.filter(status__in=[StepStatus.PENDING, StepStatus.OPEN]).update(status=StepStatus.STOPPED)
    approval.status, approval.decided_at = status, clock.now()
    approval.save(update_fields=["status", "decided_at"])


def _release(approval: Approval) -> None:
    asked = ApprovalSeat.objects.filter(step__approval=approval, status__in=[S.WAITING, S.PENDING])
    asked.filter(step__status=StepStatus.OPEN).update(status=S.RELEASED)
    if approval.status != ApprovalStatus.WAITING:
        asked.update(status=S.RELEASED)
