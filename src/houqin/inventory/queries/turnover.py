"""Receipts, issues and balance of a period (收发存), and who used what."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from houqin.inventory.models import INSIDE, Item, LayerEntry, LocationKind, StockBalance
from houqin.inventory.queries.holdings import NIL, end_of
from houqin.kernel import clock

Sums = dict[int, tuple[Decimal, Decimal]]
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Turnover:
    """What there was of an item, what came, went and was left: base units and yuan."""

    opening: tuple[Decimal, Decimal] = (NIL, NIL)
    came: tuple[Decimal, Decimal] = (NIL, NIL)
    went: tuple[Decimal, Decimal] = (NIL, NIL)

    @property
    def closing(self) -> tuple[Decimal, Decimal]:
        """What was left: what there was, with what came, without what went."""
        qty, value = (a + b - c for a, b, c in zip(self.opening, self.came, self.went, strict=True))
        return qty, value

    @property
    def still(self) -> bool:
        """Nothing was there and nothing happened."""
        return not any((*self.opening, *self.came, *self.went))


@dataclass(frozen=True)
class Used:
    """What somebody used of an item in a period: quantity, yuan and how often."""

    charged_to: str
    item: Item
    qty: Decimal
    value: Decimal
    times: int


def turnover(
    item_ids: Collection[int], stores: Collection[int], first: dt.date, last: dt.date
) -> dict[int, Turnover]:
    """The receipts, issues and balance of some items in some stores, from a day to a day, both included.

    Read from the entries of the layers, so quantity and value agree to the cent. What goes from one
    of the stores to another is both an issue and a receipt.
    """
    mine = LayerEntry.objects.filter(layer__item__in=item_ids, layer__pool__in=stores)
    begin, end = end_of(first - DAY), end_of(last)
    opening = _sums(mine.filter(at__lt=begin))
    within = mine.filter(at__gte=begin, at__lt=end)
    inward = Q(move__target__warehouse=F("layer__pool"))
    came, went = _sums(within.filter(inward)), _sums(within.exclude(inward))
    nothing = (NIL, NIL)
    return {
        item: Turnover(
            opening.get(item, nothing), came.get(item, nothing), _negative(went.get(item, nothing))
        )
        for item in item_ids
    }


def moving_items(stores: Collection[int], last: dt.date) -> QuerySet[Item]:
    """The items of which anything was ever booked in some stores up to a day, by code."""
    entries = LayerEntry.objects.filter(
        layer__item=OuterRef("pk"), layer__pool__in=stores, at__lt=end_of(last)
    )
    return (
        Item.objects.filter(Exists(entries))
        .select_related("unit", "category")
        .defer("search_text", "search_grams")
        .order_by("code")
    )


def totals(stores: Collection[int], first: dt.date, last: dt.date) -> tuple[Decimal, Decimal, Decimal]:
    """What all stock of some stores was worth, what came and what went, in yuan."""
    mine = LayerEntry.objects.filter(layer__pool__in=stores)
    begin, end = end_of(first - DAY), end_of(last)
    inward = Q(move__target__warehouse=F("layer__pool"))
    found = mine.aggregate(
        opening=Sum("dv", filter=Q(at__lt=begin)),
        came=Sum("dv", filter=Q(at__gte=begin, at__lt=end) & inward),
        went=Sum("dv", filter=Q(at__gte=begin, at__lt=end) & ~inward),
    )
    return found["opening"] or NIL, found["came"] or NIL, -(found["went"] or NIL)


def used(
    stores: Collection[int], first: dt.date, last: dt.date, *, charged_to: str = "", most: int = 200
) -> list[Used]:
    """Who used what out of some stores in a period, the dearest first; what came back is taken off."""
    ends = Q(move__target__kind=LocationKind.USE) | Q(move__source__kind=LocationKind.USE)
    rows = LayerEntry.objects.filter(
        ends, layer__pool__in=stores, at__gte=end_of(first - DAY), at__lt=end_of(last)
    )
    if charged_to:
        rows = rows.filter(move__document__charged_to=charged_to)
    sums = (
        rows.order_by()
        .values_list("move__document__charged_to", "layer__item")
        .annotate(qty=Sum("dq"), value=Sum("dv"), times=Count("move", distinct=True))
        .order_by("value", "move__document__charged_to")[:most]
    )
    found = list(sums)
    items = Item.objects.select_related("unit").in_bulk({item for _, item, *_ in found})
    return [
        Used(who, items[item], -qty, -value, times) for who, item, qty, value, times in found if qty or value
    ]


def expiring(stores: Collection[int], within: dt.timedelta) -> QuerySet[StockBalance]:
    """What lies in some stores of lots that expire within a time or have expired, the soonest first."""
    return (
        StockBalance.objects.filter(
            location__warehouse__in=stores,
            location__kind__in=INSIDE,
            on_hand__gt=0,
            lot__expires_on__lte=clock.today() + within,
        )
        .select_related("item__unit", "lot", "location__warehouse")
        .order_by("lot__expires_on", "pk")
    )


def _sums(entries: QuerySet[LayerEntry]) -> Sums:
    rows = entries.order_by().values_list("layer__item").annotate(Sum("dq"), Sum("dv"))
    return {item: (qty, value) for item, qty, value in rows}


def _negative(pair: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    return -pair[0], -pair[1]
