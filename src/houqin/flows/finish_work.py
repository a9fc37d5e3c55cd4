"""Work on an order ends: completed, verified by the leader, not accepted by him, or void.

Writes: work (the order, its photos), desk (the request is resolved or goes on), inventory (what was kept
for the order), budget (labour), notify.
Locks: the request, then the order, then the cards of the items.
"""

import datetime as dt

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.flows.charge_labour import charge_labour
from houqin.flows.order_parts import let_go_of_parts
from houqin.flows.refresh_clocks import refresh_order
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_desk, tell_resolved, tell_workers
from houqin.kernel.flow import flow
from houqin.work.actions import attachments, finishing
from houqin.work.models import WorkOrder, WorkOrderStatus
from houqin.work.models.orders import FINISHED


@flow
def complete_work(
    *,
    order_id: int,
    result: str,
    by: User,
    result_note: str = "",
    problem_id: int | None = None,
    cause_id: int | None = None,
    remedy_id: int | None = None,
    photo_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, completed; when it was the last one the request waits to be accepted.

    Photos of the finished work are put on it first, and shown to the requester. A question to the
    requester that is still open falls away. Raises what `work.actions.finishing.complete` and
    `work.actions.attachments.attach` raise, and then keeps no photo.
    """
    request = locked_request_of(order_id)
    if photo_ids:
        attachments.attach(order_id=order_id, attachment_ids=photo_ids, by=by, public=True, at=at)
    order = finishing.complete(
        order_id=order_id,
        result=result,
        by=by,
        result_note=result_note,
        problem_id=problem_id,
        cause_id=cause_id,
        remedy_id=remedy_id,
        at=at,
    )
    let_go_of_parts(order)
    charge_labour(order, by=by)
    if request is not None:
        tell_desk(
            request, "completed", f"{order.number}:completed:{order.version}", by=by, actor=by.full_name
        )
        _resolve_if_done(request, by=by, at=at, result=order.result_note)
    return _as_it_stands(order)


@flow
def verify_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, verified by the crew leader or the desk and closed."""
    locked_request_of(order_id)
    return _as_it_stands(finishing.verify(order_id=order_id, by=by, at=at))


@flow
def reject_work(*, order_id: int, reason: str, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The completed order, under way again because who verifies does not accept it; so is its request."""
    request = locked_request_of(order_id)
    order = finishing.reject_completion(order_id=order_id, reason=reason, by=by, at=at)
    if request is not None and request.status == RequestStatus.RESOLVED:
        progress.take_back(request_id=request.pk, reason=reason, by=by, at=at)
    tell_workers(order, "not_accepted", f"not_accepted:{order.version}", by=by, reason=reason.strip())
    return _as_it_stands(order)


@flow
def cancel_work(*, order_id: int, reason: str, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, void before work began; whoever had it is told.

    A request whose other orders are all finished, one at least completed, is resolved by it; one
    without any completed order stays with the desk, which settles it in writing or raises another.
    """
    request = locked_request_of(order_id)
    worker = User.objects.filter(orders_led=order_id).first()
    order = finishing.cancel(order_id=order_id, reason=reason, by=by, at=at)
    let_go_of_parts(order)
    order.worker = worker
    tell_workers(order, "cancelled", "cancelled", by=by, reason=reason.strip())
    if request is not None:
        _resolve_if_done(request, by=by, at=at)
    return _as_it_stands(order)


def _resolve_if_done(request: ServiceRequest, *, by: User, at: dt.datetime | None, result: str = "") -> None:
    statuses = set(orders_of(request).values_list("status", flat=True))
    if not statuses <= FINISHED or statuses <= {WorkOrderStatus.CANCELLED}:
        return
    progress.drop_question(request_id=request.pk, by=by, at=at)
    resolved = progress.resolve(request_id=request.pk, by=by, result=result, at=at)
    tell_resolved(resolved, by=by)


def _as_it_stands(order: WorkOrder) -> WorkOrder:
    refresh_order(order_id=order.pk)
    order.refresh_from_db()
    return order
