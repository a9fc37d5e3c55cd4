"""A rule decides about an order that waits for somebody, and about an offer that nobody accepted.

Writes: work (the order, the offer, the decision), desk (the crew of the request), notify.
Locks: the request, then the order, the circle whose turn it is, the technician.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.flows.assign_work import schedule_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.refresh_clocks import refresh_order
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_dispatchers, tell_offered, tell_workers
from houqin.kernel.flow import flow
from houqin.work.actions import dispatching, moving
from houqin.work.actions.dispatching import Ruling
from houqin.work.models import BY_RULE, DispatchMode, Offer, Priority, WorkOrder

S = WorkOrder.Status


@flow
def dispatch_order(*, order_id: int, at: dt.datetime | None = None) -> WorkOrder:
    """The order as the rule of its job type leaves it: given to somebody, offered to many, or as it was.

    Who gets it is told until when to accept; who may claim it, that it is there; where nobody may have
    it, dispatchers and the leader of its crew, once. The requester hears of it when it is accepted.
    """
    request = locked_request_of(order_id)
    ruling = dispatching.dispatch(order_id=order_id, at=at)
    order = ruling.order
    if not ruling.news:
        return order
    if order.status == S.DISPATCHED:
        refresh_order(order_id=order_id)
        if request is not None:
            progress.set_crew(request_id=request.pk, crew=order.crew, by=None)
    _tell(ruling)
    order.refresh_from_db()
    return order


@flow
def let_rule_decide(
    *,
    order_id: int,
    by: User,
    scheduled_from: dt.datetime | None = None,
    scheduled_until: dt.datetime | None = None,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, offered to whoever the rule names at a dispatcher's word, and for an appointment.

    Who gets it is told until when to accept. Raises what `work.actions.dispatching.let_rule_decide`
    and making an appointment raise, and then writes nothing.
    """
    request = locked_request_of(order_id)
    moving.lock(order_id, version=version)
    if scheduled_from is not None or scheduled_until is not None:
        schedule_work(
            order_id=order_id, scheduled_from=scheduled_from, scheduled_until=scheduled_until, by=by, at=at
        )
    ruling = dispatching.let_rule_decide(order_id=order_id, by=by, at=at)
    refresh_order(order_id=order_id)
    if request is not None:
        progress.set_crew(request_id=request.pk, crew=ruling.order.crew, by=by, at=at)
    _tell(ruling)
    ruling.order.refresh_from_db()
    return ruling.order


@flow
def raise_by_rule(*, request_id: int, by: User, at: dt.datetime | None = None, **facts: Any) -> WorkOrder:
    """An order raised for a request, and offered to whoever the rule names unless it waits for approval.

    `facts` as in `raise_work_order`. Where the rule finds nobody, nothing is raised.
    """
    order = raise_work_order(request_id=request_id, by=by, at=at, **facts)
    if order.status != S.TO_DISPATCH:
        return order
    return let_rule_decide(order_id=order.pk, by=by, at=at)


@flow
def pass_on_offer(*, offer_id: int, at: dt.datetime | None = None) -> WorkOrder | None:
    """The order of an offer that was not accepted in time, offered to the next; None while it stands.

    Where a dispatcher gave it by hand it stays where it is, and the dispatchers are told; so they are
    where no rule goes on by itself because orders of the kind are given by hand.
    """
    order_id = Offer.objects.values_list("order_id", flat=True).get(pk=offer_id)
    locked_request_of(order_id)
    ended = dispatching.pass_on(offer_id=offer_id, at=at)
    if ended is None:
        return None
    if ended.mode in BY_RULE:
        order = dispatch_order(order_id=order_id, at=at)
        if order.job_type.dispatch_mode != DispatchMode.HAND:
            return order
    order = WorkOrder.objects.select_related("place", "crew", "worker").get(pk=order_id)
    tell_dispatchers(order, "not_answered", f"offer{ended.pk}", worker=ended.user.full_name)
    return order


def _tell(ruling: Ruling) -> None:
    order = ruling.order
    urgent = order.priority == Priority.CRITICAL
    if order.status == S.DISPATCHED:
        offer = Offer.objects.get(order=order, outcome=Offer.Outcome.OPEN)
        tell_workers(order, "offered_to_you", f"offer{offer.pk}", urgent=urgent, until=offer.until)
    elif ruling.people:
        tell_offered(order, ruling.people, f"on_offer:{order.version}", urgent=urgent)
    else:
        since = order.unassignable_since
        change = f"unassignable:{since.isoformat() if since else ''}"
        tell_dispatchers(order, "unassignable", change)
