"""A rule decides about an order that waits for somebody, and about an offer that nobody accepted.

Writes: work (the order, the offer, the decision), desk (the crew of the request), notify.
Locks: the request, then the order, the circle whose turn it is, the technician.
"""

import datetime as dt

from houqin.desk.actions import progress
from houqin.flows.refresh_clocks import refresh_order
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_dispatchers, tell_offered, tell_workers
from houqin.kernel.flow import flow
from houqin.work.actions import dispatching
from houqin.work.actions.dispatching import Ruling
from houqin.work.models import BY_RULE, Offer, Priority, WorkOrder

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
def pass_on_offer(*, offer_id: int, at: dt.datetime | None = None) -> WorkOrder | None:
    """The order of an offer that was not accepted in time, offered to the next; None while it stands.

    Where a dispatcher gave it by hand it stays where it is, and the dispatchers are told.
    """
    order_id = Offer.objects.values_list("order_id", flat=True).get(pk=offer_id)
    locked_request_of(order_id)
    ended = dispatching.pass_on(offer_id=offer_id, at=at)
    if ended is None:
        return None
    if ended.mode in BY_RULE:
        return dispatch_order(order_id=order_id, at=at)
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
