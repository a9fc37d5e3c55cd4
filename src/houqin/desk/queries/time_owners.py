"""Who had the time of a request or an order, read from what happened to it; nothing is kept on a row."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.queries.promises import Promises
from houqin.kernel.service_clock import TargetKind
from houqin.kernel.time_owners import Had, Owner, Turn, who_had
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import around_the_clock
from houqin.work.models import WorkOrder, WorkOrderStatus

R, W = RequestStatus, WorkOrderStatus
_DONE = frozenset({R.RESOLVED, R.CLOSED})
_EXITS = frozenset({R.REJECTED, R.MERGED, R.WITHDRAWN})
_HANDED_OVER = frozenset({W.DISPATCHED, W.ACCEPTED, W.ON_SITE, W.IN_PROGRESS})
_FINISHED = frozenset({W.COMPLETED, W.VERIFIED, W.CLOSED, W.CANCELLED})


class Step(Protocol):
    """What is read of an event, whether it is a whole row or only these columns."""

    at: dt.datetime
    from_status: str
    to_status: str
    data: dict[str, Any]


def hours_of(promises: Promises, office: WorkingCalendar) -> WorkingCalendar:
    """The hours in which the time of something counts: those of its restoration clock.

    That is every hour where the restoration is promised day and night, else the office's.
    """
    _target, always = promises.get(TargetKind.RESOLUTION, (None, False))
    return around_the_clock() if always else office


def of_request(request: ServiceRequest, until: dt.datetime) -> list[Had]:
    """Who had the time of a request, its history loaded, up to `until`."""
    turns = list(request_turns(request.events.all()))
    of_orders = [link.order for link in request.order_links.all()]
    for order in of_orders:
        turns += order_turns(order.number, order.events.all())
    # Past requests of another system have a crew and no orders.
    crew_id = None if of_orders else request.crew_id
    return who_had(turns, start=request.opened_at, until=until, crew_id=crew_id)


def of_order(order: WorkOrder, until: dt.datetime) -> list[Had]:
    """Who had the time of an order that no request stands behind, its events loaded, since it was raised."""
    turns = order_turns("", order.events.all())
    alone = (_alone(turn, event) for turn, event in zip(turns, order.events.all(), strict=True))
    return who_had(alone, start=order.raised_at, until=until)


def request_turns(events: Iterable[Step], crew_id: int | None = None) -> Iterator[Turn]:
    """The turns of a request itself; `crew_id` has it while no order is under way."""
    for event in events:
        if not event.to_status:
            continue
        if event.to_status == R.NEED_INFO:
            yield Turn(event.at, Owner.REQUESTER, crew_id=crew_id)
        elif event.to_status in _EXITS:
            yield Turn(event.at, None)
        elif event.to_status in _DONE:
            yield Turn(event.at, Owner.RESOLVED)
        else:
            yield Turn(event.at, Owner.US, crew_id=crew_id)


def order_turns(source: str, events: Iterable[Step]) -> Iterator[Turn]:
    """A turn for each event of an order.

    Up to its dispatch an order is with the desk, whichever crew it is meant for. Then the time is the
    crew's, or the contractor's that the crew belonged to; a hold names whom or what it waits for.
    """
    status, hold = "", ""
    crew_id, partner_id = None, None
    for event in events:
        status = event.to_status or status
        hold = event.data.get("hold_reason") or hold
        crew_id = event.data.get("crew_id", crew_id)
        partner_id = event.data.get("partner_id", partner_id)
        if status in _FINISHED:
            yield Turn(event.at, None, source)
        elif status == W.AWAITING_APPROVAL:
            yield Turn(event.at, Owner.APPROVAL, source)
        elif status == W.ON_HOLD:
            yield Turn(event.at, Owner(hold), source, crew_id)
        elif status in _HANDED_OVER:
            yield Turn(event.at, Owner.CONTRACTOR if partner_id else Owner.US, source, crew_id)
        else:
            yield Turn(event.at, Owner.US, source)


def _alone(turn: Turn, event: Step) -> Turn:
    """The turn of an order that stands for itself: done is resolved, and only a cancelled one has ended."""
    done = turn.owner is None and event.to_status != W.CANCELLED
    return turn._replace(owner=Owner.RESOLVED) if done else turn
