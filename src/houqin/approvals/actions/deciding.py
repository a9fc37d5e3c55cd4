"""The one door by which people decide: pages, the API and whatever follows call `decide`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.approvals.actions import steps
from houqin.approvals.models import Approval, ApprovalEvent, ApprovalSeat, ApprovalStatus, SeatStatus
from houqin.approvals.policies import allowed_verbs, seat_of
from houqin.kernel.errors import Invalid, NotPermitted, StaleState

K = ApprovalEvent.Kind


@dataclass(frozen=True)
class Word:
    """What somebody says: a note, whom they name, and the step they send it back to."""

    by: User
    note: str = ""
    to: User | None = None
    step: int | None = None


@transaction.atomic
def decide(
    *,
    approval_id: int,
    by: User,
    verb: str,
    note: str = "",
    to: User | None = None,
    step: int | None = None,
    version: int | None = None,
) -> Approval:
    """The approval after somebody did `verb`: agree, refuse, hand_on, add or recall.

    `agree` may pass the step and the whole. `refuse` ends it, or with `step` begins again at that earlier
    step. `hand_on` puts `to` in the person's place, `add` asks `to` besides, whose word is needed. Only
    who asked recalls. Locks the approval. Raises `StaleState` when it has gone on meanwhile,
    `NotPermitted` for somebody who is not asked or asked for it themselves, `Invalid` for what is missing.
    """
    approval = lock(approval_id, version=version)
    _require(approval, by, verb)
    _VERBS[verb](approval, Word(by, note.strip(), to, step))
    approval.version += 1
    approval.save(update_fields=["version"])
    return approval


def lock(approval_id: int, *, version: int | None = None) -> Approval:
    """The approval, locked until the transaction ends; `StaleState` for another version than was seen."""
    approval = Approval.objects.select_for_update(of=("self",)).get(pk=approval_id)
    if version is not None and approval.version != version:
        raise StaleState(
            _("%(number)s has changed meanwhile. Reload the page.") % {"number": approval.number}
        )
    return approval


def _require(approval: Approval, by: User, verb: str) -> None:
    if not approval.is_waiting:
        raise StaleState(
            _("%(number)s is decided already: %(state)s.")
            % {"number": approval.number, "state": approval.get_status_display()}
        )
    if verb in allowed_verbs(by, approval):
        return
    if approval.asked_by_id == by.pk:
        raise NotPermitted(_("Nobody approves what they asked for themselves."))
    raise NotPermitted(_("%(number)s does not wait for you.") % {"number": approval.number})


def _seat(approval: Approval, by: User) -> ApprovalSeat:
    seat = seat_of(by, approval)
    if seat is None:
        raise NotPermitted(_("%(number)s does not wait for you.") % {"number": approval.number})
    return seat


def _agree(approval: Approval, word: Word) -> None:
    seat = _seat(approval, word.by)
    if word.by.pk in steps.agreed_already(approval):
        raise NotPermitted(_("You have agreed to %(number)s before.") % {"number": approval.number})
    needed_at = steps.left_without(approval, word.by)
    if needed_at is not None:
        raise NotPermitted(
            _("You are needed at step %(step)s, and nobody agrees twice: let somebody else decide here.")
            % {"step": needed_at}
        )
    steps.note(approval, K.AGREED, word.by, to=seat.stands_in_for, note=word.note)
    steps.speak(seat, SeatStatus.AGREED, word.note)
    steps.go_on(approval, seat.step)


def _refuse(approval: Approval, word: Word) -> None:
    if not word.note:
        raise Invalid(_("Please give a reason."), field="note")
    seat = _seat(approval, word.by)
    earlier = None
    if word.step is not None:
        earlier = approval.steps.filter(position=word.step, position__lt=seat.step.position).first()
        if earlier is None:
            raise Invalid(_("Only an earlier step can be begun again."), field="step")
    steps.note(approval, K.SENT_BACK if earlier else K.REFUSED, word.by, note=word.note)
    steps.speak(seat, SeatStatus.REFUSED, word.note)
    if earlier is None:
        steps.end(approval, ApprovalStatus.REFUSED)
    else:
        steps.go_back(approval, seat.step, earlier)


def _hand_on(approval: Approval, word: Word) -> None:
    to = _somebody_else(approval, word)
    seat = _seat(approval, word.by)
    steps.note(approval, K.HANDED_ON, word.by, to=to, note=word.note)
    steps.speak(seat, SeatStatus.HANDED_ON, word.note)
    ApprovalSeat.objects.create(
        step=seat.step,
        round=seat.round,
        person=to,
        handed_from=word.by,
        added_by=seat.added_by,
        status=SeatStatus.WAITING,
    )


def _add(approval: Approval, word: Word) -> None:
    to = _somebody_else(approval, word)
    step = approval.steps.get(status="open")
    steps.note(approval, K.ADDED, word.by, to=to, note=word.note)
    # Where nobody is left to decide, the one who is added is the step's own.
    own = step.seats.filter(round=step.round, status__in=[SeatStatus.WAITING, SeatStatus.AGREED]).exists()
    ApprovalSeat.objects.create(
        step=step,
        round=step.round,
        person=to,
        added_by=word.by if own else None,
        status=SeatStatus.WAITING,
    )


def _somebody_else(approval: Approval, word: Word) -> User:
    """Whom the person names: somebody who may sign in, has not agreed, does not decide now, did not ask."""
    to = word.to
    if to is None or not to.is_active:
        raise Invalid(_("Say who."), field="to")
    if to.pk in {word.by.pk, approval.asked_by_id}:
        raise Invalid(_("Name somebody other than yourself and who asked."), field="to")
    waiting = ApprovalSeat.objects.filter(
        step__approval=approval, person=to, status__in=[SeatStatus.WAITING, SeatStatus.PENDING]
    )
    if waiting.exists() or to.pk in steps.agreed_already(approval):
        raise Invalid(_("%(person)s is asked already.") % {"person": to}, field="to")
    return to


def _recall(approval: Approval, word: Word) -> None:
    steps.note(approval, K.RECALLED, word.by, note=word.note)
    steps.end(approval, ApprovalStatus.RECALLED)


_VERBS: dict[str, Callable[[Approval, Word], None]] = {
    "agree": _agree,
    "refuse": _refuse,
    "hand_on": _hand_on,
    "add": _add,
    "recall": _recall,
}
