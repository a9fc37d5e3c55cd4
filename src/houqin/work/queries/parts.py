"""What an order needs of the stores, what is kept for it, and what it has taken."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from houqin.inventory.models import Item, Warehouse
from houqin.inventory.queries import picking
from houqin.inventory.queries.demands import Taken, reserved_for, taken_for
from houqin.work.models import OrderPart, WorkOrder

NOTHING = Decimal(0)


@dataclass(frozen=True)
class PartLine:
    """One item of an order out of one store, in base units; `part` is None for what nobody planned."""

    part: OrderPart | None
    item: Item
    warehouse: Warehouse
    planned: Decimal
    reserved: Decimal
    out: Decimal
    free: Decimal
    cost: Decimal

    @property
    def open(self) -> Decimal:
        """What is still to be taken."""
        return max(self.planned - self.out, NOTHING)

    @property
    def ready(self) -> Decimal:
        """What could be taken at once: kept for the order, or free in the store."""
        return min(self.open, self.reserved + self.free)

    @property
    def short(self) -> Decimal:
        """What the store can neither give nor keep."""
        return self.open - self.ready


@dataclass(frozen=True)
class Parts:
    """The parts of an order: what it needs, line by line, and each movement that took some."""

    lines: list[PartLine]
    taken: list[Taken]

    @property
    def cost(self) -> Decimal:
        """What all of it has cost in yuan, later costs included."""
        return sum((one.cost for one in self.taken), NOTHING)

    @property
    def short(self) -> list[PartLine]:
        """The lines that wait for goods."""
        return [line for line in self.lines if line.short]


def parts_of(order: WorkOrder, *, on: dt.date) -> Parts:
    """What an order needs and has; `on` is the day for which lots are asked whether they may be used."""
    rows = OrderPart.objects.filter(order=order).select_related("item__unit", "warehouse")
    planned = {(row.item_id, row.warehouse_id): row for row in rows}
    taken, reserved = taken_for(order.number), reserved_for(order.number)
    out: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    cost: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    named: dict[tuple[int, int], tuple[Item, Warehouse]] = {
        key: (row.item, row.warehouse) for key, row in planned.items()
    }
    for one in taken:
        warehouse = one.move.source.warehouse
        if warehouse is not None:
            key = (one.move.item_id, warehouse.pk)
            out[key] += one.out
            cost[key] += one.cost
            named.setdefault(key, (one.move.item, warehouse))
    wanted = [row.item for key, row in planned.items() if row.planned > out[key]]
    free = picking.free_in_stores(wanted, on=on) if wanted else {}
    lines = [
        PartLine(
            part=(part := planned.get(key)),
            item=item,
            warehouse=warehouse,
            planned=part.planned if part else out[key],
            reserved=reserved.get(key, NOTHING),
            out=out[key],
            free=free.get(key, NOTHING),
            cost=cost[key],
        )
        for key, (item, warehouse) in named.items()
    ]
    return Parts(lines, taken)
