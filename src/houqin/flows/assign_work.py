"""A dispatcher gives an order to somebody, or makes an appointment.

Writes: work (the order), desk (the crew of the request), notify.
Locks: the request, then the order.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.flows.refresh_clocks import refresh_order
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_approvers, tell_requester, tell_workers
from houqin.kernel.flow import flow
from houqin.work.actions import orders
from houqin.work.models import WorkOrder


@flow
def assign_work(
    *,
    order_id: int,
    by: User,
    crew_id: int | None = None,
    worker_id: int | None = None,
    scheduled_from: dt.datetime | None = None,
    scheduled_until: dt.datetime | None = None,
    reason: str = "",
    version: int | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, given to a technician or a crew, who is told and has yet to accept it.

    Somebody else's order needs a reason. The requester is told who comes, and when there is an
    appointment. Raises what `work.actions.orders.assign` raises.
    """
    request = locked_request_of(order_id)
    order = orders.assign(
        order_id=order_id,
        by=by,
        crew_id=crew_id,
        worker_id=worker_id,
        scheduled_from=scheduled_from,
        scheduled_until=scheduled_until,
        reason=reason,
        version=version,
        at=at,
    )
    refresh_order(order_id=order_id)
    tell_workers(
        order,
        "assigned_to_you",
        f"assigned:{order.version}",
        by=by,
        starts=order.scheduled_from,
        ends=order.scheduled_until,
        due=order.due_at,
    )
    if request is not None:
        progress.set_crew(request_id=request.pk, crew=order.crew, by=by, at=at)
    tell_who_comes(order, by=by)
    order.refresh_from_db()
    return order


@flow
def schedule_work(
    *,
    order_id: int,
    scheduled_from: dt.datetime | None,
    scheduled_until: dt.datetime | None,
    by: User,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order with another appointment, told to the technician and the requester; or with none."""
    request = locked_request_of(order_id)
    order = orders.schedule(
        order_id=order_id, scheduled_from=scheduled_from, scheduled_until=scheduled_until, by=by, at=at
    )
    if scheduled_from is not None:
        change = f"appointment:{order.version}"
        facts: dict[str, Any] = {"starts": scheduled_from, "ends": scheduled_until}
        tell_workers(order, "appointment", change, by=by, **facts)
        if request is not None:
            tell_requester(
                request, "appointment", f"{order.number}:{change}", by=by, **_named(order), **facts
            )
    return order


@flow
def submit_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The draft, sent on: for approval, which is told to those who give it, or for dispatch."""
    locked_request_of(order_id)
    order = orders.submit(order_id=order_id, by=by, at=at)
    tell_approvers(order, by=by)
    return order


@flow
def approve_work(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, approved and waiting for dispatch; the clocks ran on meanwhile."""
    locked_request_of(order_id)
    return orders.approve(order_id=order_id, by=by, at=at)


@flow
def refuse_approval(*, order_id: int, reason: str, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order as a draft again, with the reason."""
    locked_request_of(order_id)
    return orders.refuse_approval(order_id=order_id, reason=reason, by=by, at=at)


def tell_who_comes(order: WorkOrder, *, by: User | None) -> None:
    """Tell the requester once who comes: the technician where one is known, else the crew."""
    request = locked_request_of(order.pk)
    if request is None or (order.worker is None and order.crew is None):
        return
    who = f"user{order.worker_id}" if order.worker_id else f"crew{order.crew_id}"
    starts = order.scheduled_from.isoformat() if order.scheduled_from else ""
    change = f"{order.number}:worker:{who}:{starts}"
    facts: dict[str, Any] = {"starts": order.scheduled_from, "ends": order.scheduled_until}
    tell_requester(request, "worker_assigned", change, by=by, **_named(order), **facts)


def _named(order: WorkOrder) -> dict[str, str]:
    crew = order.crew.name if order.crew else ""
    return {"worker": order.worker.full_name if order.worker else crew, "crew": crew}
