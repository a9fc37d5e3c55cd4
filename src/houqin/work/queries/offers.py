"""Offers that stand: until when each order waits for its technician, and what comes after that."""

from collections.abc import Iterable

from houqin.work.models import Offer, WorkOrder, WorkOrderStatus


def standing(orders: Iterable[WorkOrder]) -> dict[int, Offer]:
    """The offer that stands for each of the orders, by the order's id. One statement at most.

    Only an order that waits for acceptance has one; where none of them does, nothing is asked.
    """
    waiting = [order.pk for order in orders if order.status == WorkOrderStatus.DISPATCHED]
    if not waiting:
        return {}
    found = Offer.objects.filter(order__in=waiting, outcome=Offer.Outcome.OPEN)
    return {offer.order_id: offer for offer in found}
