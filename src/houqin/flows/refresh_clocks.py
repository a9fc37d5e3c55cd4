"""The due times of requests and orders are computed again from what happened.

Writes: desk (copies of the clocks), work (copies on the unfinished orders).
Locks: the request, then its orders.
"""

import datetime as dt

from houqin.desk.actions import clocks as copies
from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.clocks import (
    Clocks,
    clocks_of,
    clocks_of_order,
    is_critical,
    pending_alarms,
    recipient_calendar,
)
from houqin.desk.queries.orders import orders_of, request_of_order
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions import clocks as order_copies
from houqin.work.models import WorkOrder


@flow
def refresh_clocks(*, request_id: int, because: str = "", now: dt.datetime | None = None) -> Clocks:
    """The clocks of a request as of now, copied onto it and onto its unfinished orders.

    Doing it again changes nothing. With `because` a due time that moved leaves an event.
    """
    now = now or clock.now()
    request = lock(request_id)
    before = request.due_at
    clocks = clocks_of(request, now)
    alarms = pending_alarms(
        clocks,
        subject=request.number,
        critical=is_critical(request.priority),
        recipient=recipient_calendar(request.place),
    )
    copies.store(request=request, clocks=clocks, warn_at=alarms[0].at if alarms else None)
    order_copies.copy_due(
        order_ids=list(orders_of(request).values_list("pk", flat=True)),
        arrival_due_at=clocks.arrival.due_at,
        due_at=clocks.resolution.due_at,
        paused=clocks.paused,
    )
    if because and request.due_at != before:
        copies.trace(request=request, before=before, because=because, at=now)
    return clocks


@flow
def refresh_order(*, order_id: int, now: dt.datetime | None = None) -> Clocks:
    """The clocks of an order: those of its request, or its own where no request stands behind it."""
    request = request_of_order(order_id)
    if request is not None:
        return refresh_clocks(request_id=request.pk, now=now)
    order = WorkOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    clocks = clocks_of_order(order, now or clock.now())
    order_copies.copy_due(
        order_ids=[order.pk],
        arrival_due_at=clocks.arrival.due_at,
        due_at=clocks.resolution.due_at,
        paused=clocks.paused,
    )
    return clocks


def refresh_open(*, standard_id: int | None = None, because: str = "") -> int:
    """How many open requests, all or those of a standard, have another due time now.

    For a change of a standard or a calendar. Each request is a transaction of its own.
    """
    wanted = ServiceRequest.objects.filter(status__in=sorted(OPEN))
    if standard_id is not None:
        wanted = wanted.filter(standard=standard_id)
    moved = 0
    for pk, before in wanted.order_by("pk").values_list("pk", "due_at"):
        moved += refresh_clocks(request_id=pk, because=because).resolution.due_at != before
    return moved
