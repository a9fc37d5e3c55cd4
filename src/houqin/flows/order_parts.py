"""Parts for a work order: planned and kept, taken from the store, brought back.

Writes: work (needs, the order's story, its hold), inventory (reservations, issues, returns), budget (cost).
Locks: the request, then the order, then the cards of the items.
"""

from decimal import Decimal

from houqin.accounts.models import User
from houqin.flows.move_goods import issue_goods, return_goods
from houqin.flows.progress_work import hold_work
from houqin.flows.request_of import locked_request_of
from houqin.inventory.actions import moving as stock
from houqin.inventory.actions import reserving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item, StockDocument, StockMove, Warehouse
from houqin.inventory.queries.demands import reserved_for, taken_for
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions import parts
from houqin.work.models import HoldReason, OrderPart, WorkOrder, WorkOrderStatus
from houqin.work.policies import STEPS

NOTHING = Decimal(0)


@flow
def plan_part(
    *, order_id: int, item: Item, warehouse: Warehouse, qty: Decimal, by: User, wait: bool = True
) -> OrderPart:
    """The order needs `qty` base units more of an item; what the store has of it is kept for the order.

    When the store has too little the order waits for parts (等料), unless it should not `wait` or does
    not stand where it could be held.
    """
    locked_request_of(order_id)
    order = parts.lock_for_parts(order_id, by=by)
    part = parts.plan(order=order, item=item, warehouse=warehouse, qty=qty, by=by)
    missing = keep(order, part, by=by)
    on_hold = order.status == WorkOrderStatus.ON_HOLD
    if missing and wait and not on_hold and order.status in STEPS["hold"].sources:
        told = f"{item.name} × {format(missing.normalize(), 'f')} {item.unit.name}"
        hold_work(order_id=order.pk, reason=HoldReason.PARTS, note=told[:200], by=by)
    return part


@flow
def drop_part(*, order_id: int, part_id: int, by: User) -> WorkOrder:
    """The order no longer needs what it has not taken of a part; what was kept for it is free again."""
    locked_request_of(order_id)
    order = parts.lock_for_parts(order_id, by=by)
    part = OrderPart.objects.filter(order=order, pk=part_id).first()
    taken = _out(order, part) if part is not None else NOTHING
    dropped = parts.drop(order=order, part_id=part_id, taken=taken, by=by)
    reserving.let_go(demand=order.number, item_ids=[dropped.item_id])
    return order


@flow
def use_parts(
    *, order_id: int, goods: list[Goods], warehouse: Warehouse, by: User, key: str = ""
) -> StockDocument:
    """The issue of goods to an order, which bears their cost; what was kept for it goes first.

    Raises `NotEnoughStock`, and then nothing is written.
    """
    locked_request_of(order_id)
    order = parts.lock_for_parts(order_id, by=by)
    if (before := stock.existing(key)) is not None:
        return before
    document = issue_goods(
        goods=goods, warehouse=warehouse, charged_to=order.number, demand=order.number, by=by, key=key
    )
    for line in document.lines.select_related("item__unit"):
        parts.note(order, "part_taken", line.item, line.qty, by=by, document=document.number)
    for item in {one.item for one in goods}:
        out = _taken(order, item, warehouse)
        part = parts.need_at_least(order=order, item=item, warehouse=warehouse, qty=out)
        keep(order, part, by=by)
    return document


@flow
def return_parts(*, order_id: int, move: StockMove, qty: Decimal, by: User, key: str = "") -> StockDocument:
    """What the order did not use comes back to the shelf it was taken from, at the value it left with.

    Raises `Missing` for a movement of another order, `Refused` for more than is still out.
    """
    locked_request_of(order_id)
    order = parts.lock_for_parts(order_id, by=by, returning=True)
    if (before := stock.existing(key)) is not None:
        return before
    goods = [Goods(item=move.item, qty=qty, of_move=move)]
    document = return_goods(goods=goods, charged_to=order.number, source=order.number, by=by, key=key)
    parts.note(order, "part_returned", move.item, qty, by=by, document=document.number)
    return document


def keep(order: WorkOrder, part: OrderPart, *, by: User | None) -> Decimal:
    """Base units of a part that are missing after the store has kept what it has; the order is locked."""
    key = (part.item_id, part.warehouse_id)
    wanted = part.planned - _out(order, part) - reserved_for(order.number).get(key, NOTHING)
    kept = NOTHING
    if wanted > 0:
        kept = reserving.reserve(
            item=part.item, warehouse=part.warehouse, qty=wanted, demand=order.number, by=by
        )
    parts.set_short(part, short=wanted > kept, at=clock.now())
    return max(wanted - kept, NOTHING)


def let_go_of_parts(order: WorkOrder) -> None:
    """What is kept for an order that is finished is free again; its parts wait for nothing more."""
    reserving.let_go(demand=order.number)
    OrderPart.objects.filter(order=order, short_since__isnull=False).update(short_since=None)


def _out(order: WorkOrder, part: OrderPart) -> Decimal:
    return _taken(order, part.item, part.warehouse)


def _taken(order: WorkOrder, item: Item, warehouse: Warehouse) -> Decimal:
    return sum(
        (
            one.out
            for one in taken_for(order.number)
            if one.move.item_id == item.pk and one.move.source.warehouse_id == warehouse.pk
        ),
        NOTHING,
    )
