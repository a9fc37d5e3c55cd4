"""What happened to a request or an order, as its service clocks count it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from houqin.desk.models import Message, RequestEvent, RequestOrder, RequestStatus, ServiceRequest
from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind
from houqin.work.models import OrderEvent, WorkOrder, WorkOrderStatus

R, W = RequestStatus, WorkOrderStatus
_DONE = frozenset({R.RESOLVED, R.CLOSED})
_EXITS = frozenset({R.REJECTED, R.MERGED, R.WITHDRAWN})
_FINISHED = frozenset({W.COMPLETED, W.CANCELLED})


class Step(NamedTuple):
    """What is read of an event of a request or an order, without the row around it."""

    at: dt.datetime
    kind: str
    from_status: str
    to_status: str
    data: dict[str, Any]


class Line(NamedTuple):
    """What is read of a message."""

    at: dt.datetime
    side: str
    author_id: int | None


@dataclass
class Past:
    """What happened to one request, read with that of many others; all of it in its order."""

    steps: list[Step] = field(default_factory=list)
    messages: list[Line] = field(default_factory=list)
    orders: dict[int, tuple[str, dt.datetime, list[Step]]] = field(default_factory=dict)

    def by_kind(self, opened_at: dt.datetime, kinds: Iterable[str]) -> dict[str, list[ClockEvent]]:
        """The events for the clocks of some kinds: one list for all, unless the standard was changed."""
        found: dict[str, list[ClockEvent]] = {}
        changed = any("paused_by" in step.data for step in self.steps)
        one: list[ClockEvent] | None = None
        for kind in kinds:
            one = self._events(opened_at, kind) if changed or one is None else one
            found[kind] = one
        return found

    def _events(self, opened_at: dt.datetime, kind: str) -> list[ClockEvent]:
        events = [ClockEvent(at=opened_at, kind=EventKind.STARTED)]
        for step in self.steps:
            events += _request_event(step, kind)
        for message in self.messages:
            events += _message(message)
        for number, raised_at, steps in self.orders.values():
            events += _order_events(number, raised_at, steps)
        return events


def of_many(request_ids: Collection[int]) -> dict[int, Past]:
    """What happened to many requests, by their keys. Four statements whatever their number."""
    found: dict[int, Past] = defaultdict(Past)
    columns = ("at", "kind", "from_status", "to_status", "data")
    own = RequestEvent.objects.filter(request_id__in=request_ids).order_by("pk")
    for request_id, *facts in own.values_list("request_id", *columns):
        found[request_id].steps.append(Step._make(facts))
    written = Message.objects.filter(request_id__in=request_ids).order_by("pk")
    for request_id, *facts in written.values_list("request_id", "at", "side", "author_id"):
        found[request_id].messages.append(Line._make(facts))
    links = RequestOrder.objects.filter(request_id__in=request_ids).order_by("pk")
    steps: dict[int, list[Step]] = defaultdict(list)
    for request_id, order_id, *facts in links.values_list(
        "request_id", "order_id", "order__number", "order__raised_at"
    ):
        found[request_id].orders[order_id] = (facts[0], facts[1], steps[order_id])
    for order_id, *facts in (
        OrderEvent.objects.filter(order_id__in=list(steps)).order_by("pk").values_list("order_id", *columns)
    ):
        steps[order_id].append(Step._make(facts))
    return found


def of_request(request: ServiceRequest, kind: str) -> list[ClockEvent]:
    """The events of a request, its messages and its orders, for the clock of one kind of target.

    A message of the staff answers when a person wrote it. Assignments and automatic messages are
    left out, because they satisfy nothing.
    """
    events = [ClockEvent(at=request.opened_at, kind=EventKind.STARTED)]
    for event in request.events.all():
        events += _request_event(event, kind)
    for message in request.messages.all():
        events += _message(message)
    for link in request.order_links.all():
        events += of_order_in_request(link.order)
    return events


def of_order_in_request(order: WorkOrder) -> list[ClockEvent]:
    """The events of an order as a part of its request: its holds count while it is unfinished."""
    return _order_events(order.number, order.raised_at, order.events.all())


def _order_events(
    number: str, raised_at: dt.datetime, steps: Iterable[OrderEvent | Step]
) -> list[ClockEvent]:
    events = [ClockEvent(at=raised_at, kind=EventKind.ORDER_OPENED, source=number)]
    present = False
    for event in steps:
        events += _stops(event, source=number)
        if not present and (present := event.to_status in {W.ON_SITE, W.IN_PROGRESS}):
            events.append(ClockEvent(at=event.at, kind=EventKind.ARRIVED, source=number))
        if event.to_status in _FINISHED:
            events.append(ClockEvent(at=event.at, kind=EventKind.ORDER_FINISHED, source=number))
        elif event.from_status == W.COMPLETED and event.to_status == W.IN_PROGRESS:
            events.append(ClockEvent(at=event.at, kind=EventKind.ORDER_OPENED, source=number))
    return events


def of_order_alone(order: WorkOrder) -> list[ClockEvent]:
    """The events of an order that no request stands behind: its own holds stop its clocks."""
    events = [ClockEvent(at=order.raised_at, kind=EventKind.STARTED)]
    for event in order.events.all():
        events += of_step(event)
    return events


def of_step(event: OrderEvent) -> Iterator[ClockEvent]:
    """What a step of an order is to clocks that belong to the order itself."""
    yield from _stops(event, source="")
    if event.to_status in {W.ON_SITE, W.IN_PROGRESS}:
        yield ClockEvent(at=event.at, kind=EventKind.ARRIVED)
    if event.to_status == W.COMPLETED:
        yield ClockEvent(at=event.at, kind=EventKind.RESOLVED)
    elif event.from_status == W.COMPLETED and event.to_status == W.IN_PROGRESS:
        yield ClockEvent(at=event.at, kind=EventKind.REOPENED)
    elif event.to_status == W.CANCELLED:
        yield ClockEvent(at=event.at, kind=EventKind.ENDED)


def _request_event(event: RequestEvent | Step, kind: str) -> Iterator[ClockEvent]:
    if "paused_by" in event.data:
        until_then = frozenset(event.data["paused_by"].get(kind, ()))
        yield ClockEvent(at=event.at, kind=EventKind.STANDARD_CHANGED, pausing_reasons=until_then)
    if not event.to_status:
        return
    if event.from_status == R.NEED_INFO:
        yield ClockEvent(at=event.at, kind=EventKind.RESUMED)
    if event.to_status == R.NEED_INFO:
        yield ClockEvent(at=event.at, kind=EventKind.HELD, reason=NEED_INFO)
    elif event.to_status in _EXITS:
        yield ClockEvent(at=event.at, kind=EventKind.ENDED)
    elif event.to_status in _DONE and event.from_status not in _DONE:
        yield ClockEvent(at=event.at, kind=EventKind.RESOLVED)
    elif event.from_status in _DONE and event.to_status not in _DONE:
        yield ClockEvent(at=event.at, kind=EventKind.REOPENED)


def _message(message: Message | Line) -> Iterable[ClockEvent]:
    if message.side == Message.Side.REQUESTER:
        return [ClockEvent(at=message.at, kind=EventKind.REQUESTER_MESSAGE)]
    if message.side == Message.Side.STAFF and message.author_id is not None:
        return [ClockEvent(at=message.at, kind=EventKind.ANSWERED)]
    return []


def _stops(event: OrderEvent | Step, *, source: str) -> Iterable[ClockEvent]:
    reason = event.data.get("hold_reason", "")
    if reason and (event.to_status == W.ON_HOLD or event.kind == "hold_changed"):
        return [ClockEvent(at=event.at, kind=EventKind.HELD, reason=reason, source=source)]
    if event.from_status == W.ON_HOLD:
        return [ClockEvent(at=event.at, kind=EventKind.RESUMED, source=source)]
    return []
