"""Who is told of something that awaits approval or was decided: shared by the flows, no step of its own."""

from houqin.accounts.models import User
from houqin.approvals.models import Approval, ApprovalStatus
from houqin.approvals.queries.inbox import deciders_of
from houqin.kernel.money import yuan
from houqin.notify.actions import notices

DECIDED = {ApprovalStatus.APPROVED: "agreed_to", ApprovalStatus.REFUSED: "not_agreed_to"}


def tell_of(approval: Approval, *, by: User, note: str = "") -> None:
    """Tell those who have to decide now; once it is decided, who asked. Each is told of a round once."""
    if approval.is_waiting:
        people = [person for person in deciders_of(approval) if person != by]
        _tell(approval, people, "agreement_wanted", by=approval.asked_by, note=approval.reason)
    elif approval.status in DECIDED and approval.steps.exists():
        _tell(approval, [approval.asked_by], DECIDED[ApprovalStatus(approval.status)], by=by, note=note)


def _tell(approval: Approval, people: list[User], kind: str, *, by: User, note: str) -> None:
    step = approval.steps.filter(status="open").first()
    place = f"{step.position}.{step.round}" if step else approval.status
    notices.tell(
        recipients=people,
        kind=kind,
        change=f"{approval.number}:{approval.pk}:{place}:{kind}",
        subject=approval.number,
        path=f"/approvals/{approval.pk}/",
        data={
            "title": approval.title,
            "amount": yuan(approval.amount),
            "actor": by.full_name,
            **({"reason": note} if note else {}),
        },
    )
