"""A technician takes an order, comes, starts, waits, goes on, or gives it back.

Writes: work (the order, its time), desk (the request goes on), notify.
Locks: the request, then the order.
"""

import datetime as dt

from houqin.accounts.models import User
from houqin.desk.actions import progress as requests
from houqin.flows.assign_work import tell_who_comes
from houqin.flows.refresh_clocks import refresh_order
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_desk, tell_requester
from houqin.kernel.flow import flow
from houqin.work.actions import progress
from houqin.work.models import WorkOrder


@flow
def accept_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, accepted by its technician; the requester knows who comes."""
    request = locked_request_of(order_id)
    order = progress.accept(order_id=order_id, by=by, at=at)
    if request is not None:
        requests.set_crew(request_id=request.pk, crew=order.crew, by=by, at=at)
    tell_who_comes(order, by=by)
    return _as_it_stands(order)


@flow
def claim_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, accepted by who claimed it first (抢单); the others get `StaleState` naming them."""
    request = locked_request_of(order_id)
    order = progress.claim(order_id=order_id, by=by, at=at)
    if request is not None:
        requests.set_crew(request_id=request.pk, crew=order.crew, by=by, at=at)
    tell_who_comes(order, by=by)
    return _as_it_stands(order)


@flow
def arrive_at_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order with its technician on the spot; the arrival clock stops at the first arrival."""
    locked_request_of(order_id)
    return _as_it_stands(progress.arrive(order_id=order_id, by=by, at=at))


@flow
def start_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order under way, and with it the request."""
    request = locked_request_of(order_id)
    order = progress.start(order_id=order_id, by=by, at=at)
    if request is not None:
        requests.mark_in_progress(request_id=request.pk, by=by, order=order.number, at=at)
    return _as_it_stands(order)


@flow
def hold_work(
    *,
    order_id: int,
    reason: str,
    by: User,
    note: str = "",
    promised_until: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, waiting (挂起); the requester reads for what, and the clocks the standard names stop."""
    request = locked_request_of(order_id)
    order = progress.hold(
        order_id=order_id, reason=reason, by=by, note=note, promised_until=promised_until, at=at
    )
    if request is not None:
        change = f"{order.number}:on_hold:{order.version}"
        tell_requester(
            request,
            "on_hold",
            change,
            by=by,
            reason=reason,
            note=order.hold_note,
            promised_until=promised_until,
        )
    return _as_it_stands(order)


@flow
def resume_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order where it was held; its clocks run again."""
    request = locked_request_of(order_id)
    order = progress.resume(order_id=order_id, by=by, at=at)
    if request is not None:
        worker = order.worker.full_name if order.worker else ""
        tell_requester(request, "resumed", f"{order.number}:resumed:{order.version}", by=by, worker=worker)
    return _as_it_stands(order)


@flow
def lift_hold(*, order_id: int) -> WorkOrder:
    """The order off its hold because what it waited for is there; its technician starts when he can."""
    request = locked_request_of(order_id)
    order = progress.lift(order_id=order_id)
    if request is not None:
        worker = order.worker.full_name if order.worker else ""
        tell_requester(request, "resumed", f"{order.number}:resumed:{order.version}", worker=worker)
    return _as_it_stands(order)


@flow
def send_back_work(*, order_id: int, reason: str, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, waiting for dispatch again (退单); the desk is told why."""
    request = locked_request_of(order_id)
    order = progress.send_back(order_id=order_id, reason=reason, by=by, at=at)
    if request is not None:
        change = f"{order.number}:sent_back:{order.version}"
        tell_desk(request, "sent_back", change, by=by, actor=by.full_name, reason=reason.strip())
    return _as_it_stands(order)


def _as_it_stands(order: WorkOrder) -> WorkOrder:
    """The order with its due times computed anew."""
    refresh_order(order_id=order.pk)
    order.refresh_from_db()
    return order
