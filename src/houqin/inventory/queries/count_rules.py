"""What the rules of cycle counting want counted, and the classes of items by what is used of them."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max, Q, Sum
from django.utils import timezone

from houqin.inventory.models import (
    AbcClass,
    CountKind,
    CountLine,
    CountRule,
    LayerEntry,
    LocationKind,
    StockBalance,
    StockMove,
    Warehouse,
)
from houqin.inventory.queries.counting import balances
from houqin.kernel import clock

YEAR = dt.timedelta(days=365)
MOST_OF_A, MOST_OF_B = Decimal("0.80"), Decimal("0.95")
Key = tuple[int, int | None, int]
"""Item, lot and location."""


def abc_classes(warehouse: Warehouse, *, on: dt.date | None = None) -> dict[int, str]:
    """The class of each item that was used in the year before a day (today), by the value used.

    The items that make the first 80 % of the value are A, the next 15 % B, the others C; an item
    belongs where its share begins.
    """
    until = dt.datetime.combine((on or clock.today()) + dt.timedelta(days=1), dt.time(), dt.UTC)
    used = (
        LayerEntry.objects.filter(
            layer__pool=warehouse, move__target__kind=LocationKind.USE, at__gte=until - YEAR, at__lt=until
        )
        .values("layer__item")
        .annotate(value=-Sum("dv"))
        .order_by("-value", "layer__item")
    )
    rows = [(row["layer__item"], row["value"]) for row in used if row["value"] > 0]
    whole, before, found = sum((value for _, value in rows), Decimal(0)), Decimal(0), dict[int, str]()
    for item, value in rows:
        share = before / whole
        found[item] = AbcClass.A if share < MOST_OF_A else AbcClass.B if share < MOST_OF_B else AbcClass.C
        before += value
    return found


@dataclass
class Past:
    """What is known of the earlier counts of a store."""

    counted: dict[Key, dt.date] = field(default_factory=dict)
    differed: dict[Key, bool] = field(default_factory=dict)
    open: set[Key] = field(default_factory=set)
    classes: dict[int, str] = field(default_factory=dict)


def due_by(rule: CountRule, *, on: dt.date | None = None) -> list[StockBalance]:
    """What a rule wants counted on a day (today), the longest not counted first.

    No more than its number of lines, and nothing that is in an open count.
    """
    on = on or clock.today()
    past = _past(rule, on)
    held = balances(rule.warehouse, category_id=rule.category_id, empty=rule.kind == CountKind.ZERO)
    wanted = [one for one in held if _wants(rule, one, past, on)]
    wanted.sort(key=lambda one: (past.counted.get(_key(one), dt.date.min), one.location.code, one.pk))
    return wanted[: rule.most_lines]


def _key(held: StockBalance) -> Key:
    return held.item_id, held.lot_id, held.location_id


def _wants(rule: CountRule, held: StockBalance, past: Past, on: dt.date) -> bool:
    key = _key(held)
    counted = past.counted.get(key, dt.date.min)
    if key in past.open:
        return False
    if rule.kind == CountKind.ZERO:
        return _last_moved(held) > counted
    if counted > on - dt.timedelta(days=rule.every_days):
        return False
    if rule.kind == CountKind.ABC:
        return past.classes.get(held.item_id, AbcClass.C) == rule.abc
    return rule.kind != CountKind.ACCURACY or past.differed.get(key, False)


def _past(rule: CountRule, on: dt.date) -> Past:
    past = Past()
    lines = CountLine.objects.filter(location__warehouse=rule.warehouse)
    for line in lines.filter(counted_at__isnull=False).order_by("counted_at", "pk"):
        key = (line.item_id, line.lot_id, line.location_id)
        past.counted[key] = timezone.localdate(line.counted_at)
        past.differed[key] = line.counted_qty != line.expected_qty
    past.open = set(lines.filter(open=True).values_list("item", "lot", "location"))
    if rule.kind == CountKind.ABC:
        past.classes = abc_classes(rule.warehouse, on=on)
    return past


def _last_moved(held: StockBalance) -> dt.date:
    ends = Q(source=held.location_id) | Q(target=held.location_id)
    moves = StockMove.objects.filter(ends, item=held.item_id, lot=held.lot_id)
    last = moves.aggregate(last=Max("effective_at"))["last"]
    return timezone.localdate(last) if last else dt.date.min
