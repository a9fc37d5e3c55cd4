"""Whether something of the set-up is in use: what lies there, and what speaks of it."""

from decimal import Decimal

from django.db.models import Sum

from houqin.inventory.models import Item, Location, StockBalance, StockMove, Warehouse


def on_hand_of(item: Item) -> Decimal:
    """How much of an item lies in all stores, in base units."""
    total = StockBalance.objects.filter(item=item).aggregate(total=Sum("on_hand"))["total"]
    return total or Decimal(0)


def items_at(location: Location) -> int:
    """How many items lie at a location."""
    return _distinct(location=location)


def items_in(store: Warehouse) -> int:
    """How many items lie in a store."""
    return _distinct(location__warehouse=store)


def moves_of(item: Item) -> int:
    """How many times an item has moved."""
    return StockMove.objects.filter(item=item).count()


def _distinct(**where: object) -> int:
    held = StockBalance.objects.filter(on_hand__gt=0, **where)
    return held.order_by().values("item").distinct().count()
