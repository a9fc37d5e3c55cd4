"""How much of an item a store is asked for in a day, with the days left out on which it had none."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from statistics import fmean, pstdev

from django.db.models import Sum
from django.utils import timezone

from houqin.inventory.models import DocumentKind, StockBalance, Warehouse
from houqin.inventory.queries.books import standing
from houqin.kernel import clock

DAYS = 90
"""Days back that are looked at."""

_OUT = frozenset({DocumentKind.ISSUE, DocumentKind.TRANSFER})


@dataclass(frozen=True)
class Demand:
    """Mean and deviation of a day in base units, over `days` days; `out` days had nothing to give."""

    daily: float
    deviation: float
    days: int
    out: int


NONE = Demand(0.0, 0.0, 0, 0)


def demand_of(store: Warehouse, items: Collection[int], *, days: int = DAYS) -> dict[int, Demand]:
    """What a store was asked for of each item in the last `days` full days, by item.

    Issues and transfers to other stores count with what was asked for, and what came back is taken off
    on the day it left. A day is left out when the store had none of the item from its start to its end.
    """
    today = clock.today()
    first = today - dt.timedelta(days=days)
    asked, changed = _moved(store, items, first)
    held = dict(
        StockBalance.objects.filter(location__warehouse=store, item__in=items)
        .order_by()
        .values_list("item")
        .annotate(held=Sum("on_hand"))
    )
    return {item: _one(float(held.get(item, 0)), asked[item], changed[item], first, today) for item in items}


_Days = dict[dt.date, float]


def _moved(
    store: Warehouse, items: Collection[int], first: dt.date
) -> tuple[dict[int, _Days], dict[int, _Days]]:
    """What was asked for, and by how much the stock changed, by item and day."""
    asked: dict[int, _Days] = defaultdict(lambda: defaultdict(float))
    changed: dict[int, _Days] = defaultdict(lambda: defaultdict(float))
    since = timezone.make_aware(dt.datetime.combine(first, dt.time.min))
    rows = (
        standing()
        .filter(item__in=items, effective_at__gte=since)
        .values_list(
            "item",
            "effective_at",
            "qty",
            "source__warehouse",
            "target__warehouse",
            "document__kind",
            "of_move__effective_at",
        )
    )
    for item, at, qty, source, target, kind, left_at in rows.iterator(chunk_size=5_000):
        day = timezone.localdate(at)
        if source == store.pk and target != store.pk:
            changed[item][day] -= float(qty)
            asked[item][day] += float(qty) if kind in _OUT else 0.0
        elif target == store.pk and source != store.pk:
            changed[item][day] += float(qty)
            if kind == DocumentKind.RETURN and left_at is not None:
                asked[item][timezone.localdate(left_at)] -= float(qty)
    return asked, changed


def _one(held: float, asked: _Days, changed: _Days, first: dt.date, today: dt.date) -> Demand:
    """Walk back from what lies there now, day by day."""
    at_end = held - changed.get(today, 0.0)
    told: list[float] = []
    out, day = 0, today - dt.timedelta(days=1)
    while day >= first:
        at_start = at_end - changed.get(day, 0.0)
        if at_start <= 0 and at_end <= 0 and not asked.get(day):
            out += 1
        else:
            told.append(max(0.0, asked.get(day, 0.0)))
        at_end, day = at_start, day - dt.timedelta(days=1)
    if not told:
        return Demand(0.0, 0.0, 0, out)
    return Demand(fmean(told), pstdev(told), len(told), out)
