"""Who sees an approval, and what a person may do with it now."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.policies import Person, may, scope
from houqin.approvals.models import Approval, ApprovalSeat, SeatStatus

ASKED = (SeatStatus.WAITING, SeatStatus.AGREED, SeatStatus.REFUSED, SeatStatus.HANDED_ON)
"""Seats that let a person read what it is about, later on, too."""


def visible_approvals(user: Person) -> QuerySet[Approval]:
    """What a person asked for, decides or has decided; with the right to see approvals those it reaches.

    An approval belongs to a department or to none, never to a place: a right that holds for one
    place only reaches none.
    """
    if not isinstance(user, User) or not user.is_active:
        return Approval.objects.none()
    reached = scope(user, "approvals.view")
    if reached.everywhere:
        return Approval.objects.all()
    seat = ApprovalSeat.objects.filter(step__approval=OuterRef("pk"), person=user, status__in=ASKED)
    inside = Q(department__in=sorted(reached.department_ids))
    return Approval.objects.filter(Q(asked_by=user) | Q(Exists(seat)) | inside)


def seat_of(user: User, approval: Approval) -> ApprovalSeat | None:
    """The seat at which the person has to decide now."""
    seats = ApprovalSeat.objects.filter(step__approval=approval, person=user, status=SeatStatus.WAITING)
    return seats.select_related("step").first()


def allowed_verbs(user: User, approval: Approval) -> list[str]:
    """What the person may do with it now, the foremost first."""
    if not approval.is_waiting:
        return []
    if approval.asked_by_id == user.pk:
        return ["recall"]
    found = ["agree", "refuse", "hand_on", "add"] if seat_of(user, approval) is not None else []
    if not found and may(user, "approvals.manage"):
        found = ["add"]
    return found
