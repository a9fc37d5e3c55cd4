"""What rules and dispatchers decided about the work that waits: offers that stand, what finds nobody.

The rules themselves decide, so that the demonstration shows what they really come to.
"""

from collections.abc import Iterable

from houqin.accounts.models import User
from houqin.demo.stories import Story
from houqin.demo.world import World
from houqin.kernel import clock
from houqin.work.actions import decisions, dispatching, offers
from houqin.work.models import (
    BY_RULE,
    DispatchDecision,
    DispatchMode,
    RotationTurn,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.queries.dispatch_rules import dispatch_rules, offer_lasts
from houqin.work.queries.eligibility import Job

NEXT = {"QH-C-PLUMB": "陈师傅"}
"""Whose turn it is, by the code of the crew."""


def decide(world: World, stories: Iterable[Story]) -> None:
    """Keep what was decided about orders that have somebody; the rules decide about the others."""
    _have_turns(world)
    keys = [job.order.pk for story in stories for job in story.jobs]
    joined = ("job_type__trade", "place", "crew", "worker")
    waiting = WorkOrder.objects.filter(pk__in=keys).select_related(*joined).order_by("pk")
    with clock.stopped_at(world.now):
        for order in waiting.filter(status=WorkOrderStatus.DISPATCHED):
            _given(order, world.crowd.dispatchers[0])
        for order in waiting.filter(status=WorkOrderStatus.TO_DISPATCH, job_type__dispatch_mode__in=BY_RULE):
            dispatching.dispatch(order_id=order.pk, at=world.now)


def _given(order: WorkOrder, by: User) -> None:
    """What a dispatcher decided, and the offer while its time is not over."""
    at = order.dispatched_at
    if at is None:
        return
    if at + offer_lasts(order, dispatch_rules()) > clock.now():
        offers.open_for(order, mode=DispatchMode.HAND, at=at)
    people = decisions.looked_at(order, Job.of(order), order.worker)
    given = DispatchDecision.Outcome.GIVEN
    decisions.keep(order, mode=DispatchMode.HAND, outcome=given, people=people, by=by, at=at)


def _have_turns(world: World) -> None:
    """Let everybody else of a crew have had their turn."""
    turns = []
    for code, name in NEXT.items():
        squad = world.crowd.squads[code]
        others = [one for one in [squad.leader, *squad.members] if one.full_name != name]
        turns += [
            RotationTurn(crew=squad.crew, user=person, turn=turn)
            for turn, person in enumerate(others, start=1)
        ]
    RotationTurn.objects.bulk_create(turns)
