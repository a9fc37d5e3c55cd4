"""A day of orders given in turn, in whichever process: each is taken from the person's hands at once."""

import json

from houqin.work.actions import dispatching, orders
from houqin.work.models import Offer, WorkOrder


def go_round(*, crew_id: int, job_type_id: int, place_id: int, count: int) -> list[int]:
    """Who got each of `count` new orders of a crew, by key, in the order of the turns."""
    chosen = []
    for number in range(count):
        order = orders.raise_order(
            job_type_id=job_type_id, crew_id=crew_id, place_id=place_id, title=f"水管漏水 {number}", by=None
        )
        given = dispatching.dispatch(order_id=order.pk).order
        if given.worker is None:
            raise AssertionError("nobody was found")
        chosen.append(given.worker.pk)
        Offer.objects.filter(order=order).delete()
        WorkOrder.objects.filter(pk=order.pk).delete()
    return chosen


def show(**facts: int) -> None:
    """The same, printed."""
    print(json.dumps(go_round(**facts)))  # noqa: T201 - the answer of a process of its own
