"""Goods have arrived: whoever waits longest for them has them kept, and a held order goes on.

Writes: inventory (reservations), work (needs, the order goes on), notify.
Locks: the request, then the order, then the cards; every order is a transaction of its own.
"""

import structlog
from django.db import InterfaceError, OperationalError

from houqin.flows.order_parts import keep
from houqin.flows.progress_work import lift_hold
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_workers
from houqin.inventory.queries import picking
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions import moving
from houqin.work.models import HoldReason, OrderPart, WorkOrderStatus

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Parts looked at in one round."""


def serve_waiting_parts() -> int:
    """How many orders were given something they waited for.

    What is due is read from the rows: parts that are short and of which a store has something free.
    An order that cannot be served is logged and does not hold up the others.
    """
    today, served, seen = clock.today(), 0, set[int]()
    waiting = OrderPart.objects.filter(short_since__isnull=False).order_by("short_since", "pk")
    for part in waiting.select_related("item", "warehouse")[:AT_ONCE]:
        if part.order_id in seen or not picking.free(part.item, part.warehouse, on=today):
            continue
        seen.add(part.order_id)
        try:
            served += serve_order(order_id=part.order_id)
        except (OperationalError, InterfaceError):  # the database is gone: for the others too
            raise
        except Exception:
            log.exception("serving_parts_failed", order=part.order_id)
    return served


@flow
def serve_order(*, order_id: int) -> int:
    """1 when everything the order waited for is kept for it now, else 0.

    An order that was held for parts goes on, and its technician is told that they lie ready.
    """
    locked_request_of(order_id)
    order = moving.lock(order_id)
    short = OrderPart.objects.filter(order=order, short_since__isnull=False)
    rows = list(short.select_related("item__unit", "warehouse").order_by("pk"))
    if order.is_finished or not rows:
        short.update(short_since=None)
        return 0
    missing = sum(1 for part in rows if keep(order, part, by=None))
    if missing:
        return 0
    names = "、".join(part.item.name for part in rows)[:120]
    tell_workers(order, "parts_ready", f"parts_ready:{order.version}", by=None, parts=names)
    if order.status == WorkOrderStatus.ON_HOLD and order.hold_reason == HoldReason.PARTS:
        lift_hold(order_id=order.pk)
    return 1
