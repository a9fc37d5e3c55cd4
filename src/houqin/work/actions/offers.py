"""Offers of orders to people: how long they stand, and how they end."""

import datetime as dt

from houqin.accounts.models import User
from houqin.work.models import DispatchMode, Offer, WorkOrder, WorkOrderStatus
from houqin.work.queries.dispatch_rules import dispatch_rules, offer_lasts

S = WorkOrderStatus


def open_for(order: WorkOrder, *, mode: str, at: dt.datetime) -> Offer | None:
    """An offer of a locked order to its technician, standing for as long as the rules say.

    None for a crew; and by hand for an appointment that is further ahead: then there is no hurry.
    """
    if order.worker is None:
        return None
    until = at + offer_lasts(order, dispatch_rules())
    if mode == DispatchMode.HAND and order.scheduled_from is not None and order.scheduled_from > until:
        return None
    return Offer.objects.create(order=order, user=order.worker, mode=mode, offered_at=at, until=until)


def end(order: WorkOrder, to: str, kind: str, *, by: User | None, at: dt.datetime) -> None:
    """End the offer of a locked order that leaves `dispatched` by an event of this kind, if one stands."""
    standing = Offer.objects.filter(order=order, outcome=Offer.Outcome.OPEN)
    if to == S.ACCEPTED:
        outcome = Offer.Outcome.ACCEPTED
    elif kind == "offer_expired":
        outcome = Offer.Outcome.EXPIRED
    elif kind == "sent_back" and by is not None and by.pk == order.worker_id:
        outcome = Offer.Outcome.DECLINED
    else:
        outcome = Offer.Outcome.WITHDRAWN
    standing.update(outcome=outcome, ended_at=at)
