"""From where a quantity is taken for use: which lots, which shelves (rule R5)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from houqin.inventory.models import Item, Location, LocationKind, Lot, StockBalance, Warehouse
from houqin.inventory.queries import shortage

_LAST = dt.date.max
Taken = defaultdict[int, Decimal]
"""What earlier lines of the same document take, by balance."""
Others = defaultdict[tuple[str, dt.date | None], Decimal]
"""What lies there but may not be used, by the reason and the day it expired on."""


@dataclass(frozen=True)
class Pick:
    """A quantity of a lot (none for an untracked item) on a shelf, in base units."""

    lot: Lot | None
    location: Location
    qty: Decimal


def stock_of(item: Item, warehouse: Warehouse) -> QuerySet[StockBalance]:
    """What lies in a store, shelves and quarantine, with its lots and locations."""
    held = StockBalance.objects.filter(item=item, location__warehouse=warehouse, on_hand__gt=0)
    return held.select_related("lot", "location")


def for_use(
    item: Item,
    warehouse: Warehouse,
    qty: Decimal,
    *,
    on: dt.date,
    lot: Lot | None = None,
    taken: Taken | None = None,
    besides: Location | None = None,
) -> list[Pick]:
    """The shelves and lots to take `qty` base units from, for use on a day.

    Opened lots first, then by expiry, then as they came, then the smaller remainder. A lot is usable
    up to and including its last day; quarantined and blocked lots are not. With `lot` only that
    one is looked at; `taken` counts what earlier lines of a document take; what lies at `besides` stays
    there. Raises `NotEnoughStock`
    with what there is and why it may not be used.
    """
    taken = defaultdict(Decimal) if taken is None else taken
    usable, others = list[tuple[StockBalance, Decimal]](), Others(Decimal)
    for held in stock_of(item, warehouse):
        if (lot is None or held.lot_id == lot.pk) and held.location != besides:
            _sort_out(held, on, taken[held.pk], usable, others)
    found, rest = list[Pick](), qty
    for held, free in sorted(usable, key=lambda one: _order(*one)):
        part = min(rest, free)
        if part > 0:
            found.append(Pick(held.lot, held.location, part))
            taken[held.pk] += part
            rest -= part
    if rest > 0:
        listed = [(why, much, day) for (why, day), much in sorted(others.items(), key=str)]
        raise shortage.of_use(item, qty, qty - rest, listed)
    return found


def free(item: Item, warehouse: Warehouse, *, on: dt.date) -> Decimal:
    """Base units of an item that a store could hand out on a day: usable and not reserved."""
    return free_in_stores([item], on=on).get((item.pk, warehouse.pk), Decimal(0))


def free_in_stores(items: Collection[Item], *, on: dt.date) -> dict[tuple[int, int], Decimal]:
    """Base units that could be handed out on a day, by item and store, of items and stores that have any."""
    held = StockBalance.objects.filter(item__in=items, on_hand__gt=0, location__warehouse__isnull=False)
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for one in held.select_related("lot", "location"):
        much = one.on_hand - one.reserved
        if much > 0 and one.location.warehouse_id is not None and hindrance(one, on) is None:
            found[one.item_id, one.location.warehouse_id] += much
    return dict(found)


def _sort_out(
    held: StockBalance,
    on: dt.date,
    taken: Decimal,
    usable: list[tuple[StockBalance, Decimal]],
    others: Others,
) -> None:
    """Put a balance with what is free of it among the usable ones, the rest among the others."""
    why = hindrance(held, on)
    if why is not None:
        others[why] += held.on_hand
        return
    if held.reserved:
        others["reserved", None] += held.reserved
    free = held.on_hand - held.reserved - taken
    if free > 0:
        usable.append((held, free))


def hindrance(held: StockBalance, on: dt.date) -> tuple[str, dt.date | None] | None:
    """Why a balance may not be used on a day: expired (with its last day), blocked, quarantine; or None."""
    if held.location.kind != LocationKind.STORE:
        return ("quarantine", None)
    lot = held.lot
    if lot is None:
        return None
    if lot.expires_on is not None and lot.expires_on < on:
        return ("expired", lot.expires_on)
    if lot.status == Lot.Status.BLOCKED:
        return ("blocked", None)
    return ("quarantine", None) if lot.status == Lot.Status.QUARANTINE else None


def _order(held: StockBalance, free: Decimal) -> tuple[object, ...]:
    lot = held.lot
    if lot is None:
        return (0, _LAST, 0, free, held.location_id)
    return (lot.opened_on is None, lot.expires_on or _LAST, lot.pk, free, held.location_id)
