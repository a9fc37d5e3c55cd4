"""What lies in the stores and what it is worth, now or at the end of a past day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from houqin.inventory.models import (
    CostLayer,
    Item,
    LayerEntry,
    LocationKind,
    StockBalance,
    StockMove,
    StockPolicy,
)
from houqin.kernel import clock
from houqin.kernel.bulk import among
from houqin.kernel.text_search import matches

SOON = dt.timedelta(days=90)
"""What expires within this time is shown as expiring."""
IDLE = dt.timedelta(days=365)
"""What nobody has used for this long is shown as unused."""
NIL = Decimal(0)


@dataclass(frozen=True)
class Held:
    """What there is of an item: base units and yuan; `expires_on` is the nearest last day of a lot.

    `short`: one of the stores has less than its minimum, whatever lies in the others.
    """

    on_hand: Decimal = NIL
    reserved: Decimal = NIL
    value: Decimal = NIL
    minimum: Decimal = NIL
    expires_on: dt.date | None = None
    short: bool = False

    @property
    def free(self) -> Decimal:
        """What nobody has reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True)
class StockFilter:
    """Which items of which stores. `only` is one of `held`, `low`, `expiring`, `unused`, or empty for all."""

    stores: frozenset[int]
    q: str = ""
    category_id: int | None = None
    only: str = ""
    active: bool = True


def end_of(day: dt.date) -> dt.datetime:
    """The instant after the last of a day, where the organisation is."""
    begin = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    return timezone.make_aware(begin, timezone.get_default_timezone())


def items(wanted: StockFilter) -> QuerySet[Item]:
    """The items a filter means, with their unit and category; by code."""
    found = Item.objects.select_related("unit", "category").defer("search_text", "search_grams")
    if wanted.active:
        found = found.filter(active=True)
    if wanted.q:
        codes = Q(code__iexact=wanted.q) | Q(barcodes__code=wanted.q)
        found = found.filter(pk__in=Item.objects.filter(codes | matches(wanted.q)).values("pk"))
    if wanted.category_id is not None:
        found = found.filter(category=wanted.category_id)
    if wanted.only:
        found = found.filter(_CONDITIONS[wanted.only](wanted.stores))
    return found.order_by("code")


def held_now(item_ids: Collection[int], stores: Collection[int]) -> dict[int, Held]:
    """What lies of some items in some stores; four statements, however many items."""
    meant = among("item", item_ids)
    there = StockBalance.objects.filter(meant, location__warehouse__in=stores, on_hand__gt=0).order_by()
    lots = there.values_list("item").annotate(Sum("on_hand"), Sum("reserved"), Min("lot__expires_on"))
    layers = CostLayer.objects.filter(meant, pool__in=stores, qty_left__gt=0).order_by()
    policies = StockPolicy.objects.filter(meant, warehouse__in=stores).order_by()
    sums = {item: found for item, *found in lots}
    values = dict(layers.values_list("item").annotate(Sum("value_left")))
    minima = dict(policies.values_list("item").annotate(Sum("minimum")))
    short = set(Item.objects.filter(among("pk", item_ids)).filter(_low(stores)).values_list("pk", flat=True))
    nothing = (NIL, NIL, None)
    found = {}
    for item in item_ids:
        on_hand, reserved, day = sums.get(item, nothing)
        worth, minimum = values.get(item, NIL), minima.get(item, NIL)
        found[item] = Held(on_hand, reserved, worth, minimum, day, item in short)
    return found


def held_at(item_ids: Collection[int], stores: Collection[int], day: dt.date) -> dict[int, Held]:
    """What lay of some items in some stores at the end of a day, and what it was worth as known today."""
    end = end_of(day)
    moves = (
        StockMove.objects.filter(among("item", item_ids), effective_at__lt=end).order_by().values_list("item")
    )
    came = dict(moves.filter(target__warehouse__in=stores).annotate(Sum("qty")))
    went = dict(moves.filter(source__warehouse__in=stores).annotate(Sum("qty")))
    entries = LayerEntry.objects.filter(among("layer__item", item_ids), layer__pool__in=stores, at__lt=end)
    values = dict(entries.order_by().values_list("layer__item").annotate(Sum("dv")))
    return {
        item: Held(came.get(item, NIL) - went.get(item, NIL), NIL, values.get(item, NIL)) for item in item_ids
    }


def worth(stores: Collection[int], day: dt.date | None = None) -> Decimal:
    """What all stock of some stores is worth, now or at the end of a day."""
    if day is None:
        total = CostLayer.objects.filter(pool__in=stores, qty_left__gt=0).aggregate(at=Sum("value_left"))
    else:
        found = LayerEntry.objects.filter(layer__pool__in=stores, at__lt=end_of(day))
        total = found.aggregate(at=Sum("dv"))
    return total["at"] or NIL


def _in(stores: Collection[int]) -> QuerySet[StockBalance]:
    return StockBalance.objects.filter(item=OuterRef("pk"), location__warehouse__in=stores, on_hand__gt=0)


def _low(stores: Collection[int]) -> Q:
    """Less than the minimum in one of the stores."""
    there = StockBalance.objects.filter(
        item=OuterRef("item"), location__warehouse=OuterRef("warehouse"), on_hand__gt=0
    )
    summed = there.order_by().values("item").annotate(all=Sum("on_hand")).values("all")
    policies = StockPolicy.objects.filter(item=OuterRef("pk"), warehouse__in=stores, minimum__gt=0)
    short = policies.annotate(there=summed).filter(Q(there__isnull=True) | Q(there__lt=F("minimum")))
    return Q(Exists(short))


def _expiring(stores: Collection[int]) -> Q:
    return Q(Exists(_in(stores).filter(lot__expires_on__lte=clock.today() + SOON)))


def _unused(stores: Collection[int]) -> Q:
    """There, since more than a year, and not taken for use since."""
    since = clock.now() - IDLE
    used = StockMove.objects.filter(
        item=OuterRef("pk"),
        effective_at__gte=since,
        source__warehouse__in=stores,
        target__kind=LocationKind.USE,
    )
    came = StockMove.objects.filter(item=OuterRef("pk"), effective_at__lt=since, target__warehouse__in=stores)
    return Q(Exists(_in(stores))) & Q(Exists(came)) & ~Q(Exists(used))


_CONDITIONS = {
    "held": lambda stores: Q(Exists(_in(stores))),
    "low": _low,
    "expiring": _expiring,
    "unused": _unused,
}


def shelves_of(item_ids: Collection[int], stores: Collection[int]) -> dict[int, list[str]]:
    """The codes of the locations where some items lie."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = StockBalance.objects.filter(item__in=item_ids, location__warehouse__in=stores, on_hand__gt=0)
    for item, code in rows.order_by("location__code").values_list("item", "location__code").distinct():
        found[item].append(code)
    return found
