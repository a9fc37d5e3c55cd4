"""Which parts an order needs, and what is told of those it takes and brings back."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.inventory.models import Item, Warehouse
from houqin.inventory.queries import units
from houqin.kernel.errors import Invalid, Missing, NotPermitted, StaleState
from houqin.work.actions import moving
from houqin.work.models import OrderEvent, OrderPart, WorkOrder, WorkOrderStatus
from houqin.work.policies import may_record

S = WorkOrderStatus


def lock_for_parts(order_id: int, *, by: User | None, returning: bool = False) -> WorkOrder:
    """The order, locked, where the person may plan and take parts for it now.

    Parts come back until the order is closed; nothing is planned or taken once it is finished. Raises
    `NotPermitted`, `StaleState` or `Missing`.
    """
    order = moving.lock(order_id)
    if by is not None and not may_record(by, order):
        raise NotPermitted(_("You may not take parts for this work order."))
    late = {S.CLOSED, S.CANCELLED, S.DRAFT, S.AWAITING_APPROVAL}
    if order.status in late or (order.is_finished and not returning):
        raise moving.stale(order)
    return order


@transaction.atomic
def plan(*, order: WorkOrder, item: Item, warehouse: Warehouse, qty: Decimal, by: User | None) -> OrderPart:
    """The need of a locked order for an item of a store, `qty` base units more than so far.

    Raises `Invalid` for a quantity the item does not come in.
    """
    qty = units.in_base(item, qty)
    if qty <= 0:
        raise Invalid(_("The quantity has to be more than nothing."), field="qty")
    part = OrderPart.objects.filter(order=order, item=item, warehouse=warehouse).first()
    if part is None:
        part = OrderPart.objects.create(order=order, item=item, warehouse=warehouse, planned=qty)
    else:
        part.planned += qty
        part.save(update_fields=["planned"])
    note(order, "part_planned", item, qty, by=by)
    return part


@transaction.atomic
def need_at_least(*, order: WorkOrder, item: Item, warehouse: Warehouse, qty: Decimal) -> OrderPart:
    """The need of a locked order, raised to what it has taken where that is more than was planned."""
    part, made = OrderPart.objects.get_or_create(
        order=order, item=item, warehouse=warehouse, defaults={"planned": qty}
    )
    if not made and part.planned < qty:
        part.planned = qty
        part.save(update_fields=["planned"])
    return part


@transaction.atomic
def drop(*, order: WorkOrder, part_id: int, taken: Decimal, by: User | None) -> OrderPart:
    """The need is taken back to what was `taken` already; without any it goes away.

    Raises `Missing` for a part of another order, `StaleState` when all of it was taken.
    """
    part = OrderPart.objects.filter(order=order, pk=part_id).select_related("item", "warehouse").first()
    if part is None:
        raise Missing(_("This part is not planned any more."))
    if taken >= part.planned:
        raise StaleState(_("All of it has been taken already: bring back what is not needed."))
    note(order, "part_dropped", part.item, part.planned - taken, by=by)
    if taken:
        part.planned, part.short_since = taken, None
        part.save(update_fields=["planned", "short_since"])
    else:
        part.delete()
    return part


def set_short(part: OrderPart, *, short: bool, at: dt.datetime) -> None:
    """Keep since when a part is short; one that is no longer waits for nothing."""
    since = (part.short_since or at) if short else None
    if since != part.short_since:
        part.short_since = since
        part.save(update_fields=["short_since"])


def note(
    order: WorkOrder, kind: str, item: Item, qty: Decimal, *, by: User | None, document: str = ""
) -> OrderEvent:
    """Append to the order's story what was planned, dropped, taken or brought back."""
    when = moving.instant(order, None)
    told: dict[str, Any] = {
        "item_id": item.pk,
        "item": item.name,
        "item_en": item.name_en,
        "qty": format(qty.normalize(), "f"),
        "unit": item.unit.name,
        "unit_en": item.unit.name_en,
    }
    if document:
        told["document"] = document
    moving.save(order, at=when)
    return moving.record(order, kind, by=by, at=when, data=told)
