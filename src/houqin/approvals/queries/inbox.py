"""What waits for a person, what they asked for, and who stands in for them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from houqin.accounts.models import User
from houqin.approvals.models import (
    Approval,
    ApprovalEvent,
    ApprovalSeat,
    ApprovalStatus,
    ApprovalStep,
    Delegation,
    SeatStatus,
)
from houqin.approvals.policies import visible_approvals
from houqin.kernel import clock

VIEWS = ("waiting", "mine", "decided", "all")


def _seated(user: User, *statuses: str) -> Exists:
    return Exists(
        ApprovalSeat.objects.filter(step__approval=OuterRef("pk"), person=user, status__in=statuses)
    )


def waiting_for(user: User) -> QuerySet[Approval]:
    """What the person has to decide now."""
    return Approval.objects.filter(_seated(user, SeatStatus.WAITING), status=ApprovalStatus.WAITING)


def listed(user: User, view: str) -> QuerySet[Approval]:
    """What is `waiting` for the person, what is `mine` to have asked, `decided` by them, or `all` visible."""
    found = {
        "waiting": waiting_for(user),
        "mine": Approval.objects.filter(asked_by=user),
        "decided": Approval.objects.filter(_seated(user, SeatStatus.AGREED, SeatStatus.REFUSED)),
        "all": visible_approvals(user),
    }[view]
    return found.select_related("asked_by", "department")


@dataclass(frozen=True)
class StepShown:
    """A step with its seats of the present round, those who agreed first."""

    step: ApprovalStep
    seats: list[ApprovalSeat]


def steps_of(approval: Approval) -> list[StepShown]:
    """The steps in their order."""
    seats = ApprovalSeat.objects.filter(step__approval=approval).select_related(
        "person", "stands_in_for", "added_by", "handed_from"
    )
    held = list(seats)
    return [
        StepShown(step, [one for one in held if one.step_id == step.pk and one.round == step.round])
        for step in approval.steps.all()
    ]


def story_of(approval: Approval) -> list[ApprovalEvent]:
    """What happened, the newest first."""
    return list(approval.events.select_related("by", "to").order_by("-pk"))


def deciders_of(approval: Approval) -> list[User]:
    """Those who have to decide now."""
    seats = ApprovalSeat.objects.filter(step__approval=approval, status=SeatStatus.WAITING)
    return [seat.person for seat in seats.select_related("person")]


def delegations_of(user: User) -> list[Delegation]:
    """Who stands in for the person from today on, the next first."""
    found = Delegation.objects.filter(person=user, last__gte=clock.today())
    return list(found.select_related("to").order_by("first"))
