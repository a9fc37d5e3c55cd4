"""What happened to a request or an order, as its service clocks count it."""

from collections.abc import Iterable, Iterator

from houqin.desk.models import Message, RequestEvent, RequestStatus, ServiceRequest
from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind
from houqin.work.models import OrderEvent, WorkOrder, WorkOrderStatus

R, W = RequestStatus, WorkOrderStatus
_DONE = frozenset({R.RESOLVED, R.CLOSED})
_EXITS = frozenset({R.REJECTED, R.MERGED, R.WITHDRAWN})
_FINISHED = frozenset({W.COMPLETED, W.CANCELLED})


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
    events = [ClockEvent(at=order.raised_at, kind=EventKind.ORDER_OPENED, source=order.number)]
    present = False
    for event in order.events.all():
        events += _stops(event, source=order.number)
        if not present and (present := event.to_status in {W.ON_SITE, W.IN_PROGRESS}):
            events.append(ClockEvent(at=event.at, kind=EventKind.ARRIVED, source=order.number))
        if event.to_status in _FINISHED:
            events.append(ClockEvent(at=event.at, kind=EventKind.ORDER_FINISHED, source=order.number))
        elif event.from_status == W.COMPLETED and event.to_status == W.IN_PROGRESS:
            events.append(ClockEvent(at=event.at, kind=EventKind.ORDER_OPENED, source=order.number))
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


def _request_event(event: RequestEvent, kind: str) -> Iterator[ClockEvent]:
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


def _message(message: Message) -> Iterable[ClockEvent]:
    if message.side == Message.Side.REQUESTER:
        return [ClockEvent(at=message.at, kind=EventKind.REQUESTER_MESSAGE)]
    if message.side == Message.Side.STAFF and message.author_id is not None:
        return [ClockEvent(at=message.at, kind=EventKind.ANSWERED)]
    return []


def _stops(event: OrderEvent, *, source: str) -> Iterable[ClockEvent]:
    reason = event.data.get("hold_reason", "")
    if reason and (event.to_status == W.ON_HOLD or event.kind == "hold_changed"):
        return [ClockEvent(at=event.at, kind=EventKind.HELD, reason=reason, source=source)]
    if event.from_status == W.ON_HOLD:
        return [ClockEvent(at=event.at, kind=EventKind.RESUMED, source=source)]
    return []
