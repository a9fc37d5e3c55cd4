"""Makers of stores, items and what lies in them."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    Item,
    ItemCategory,
    Location,
    Lot,
    StockBalance,
    StockDocument,
    StockMove,
    Unit,
    Warehouse,
)
from houqin.inventory.models.costs import CostLayer, LayerEntry
from houqin.kernel import clock

_serial = count(1)


def make_unit(name: str = "个", **facts: Any) -> Unit:
    return Unit.objects.get_or_create(code=facts.pop("code", name), defaults={"name": name, **facts})[0]


def make_store(name: str = "总库", **facts: Any) -> Warehouse:
    store = Warehouse.objects.create(**{"code": f"W{next(_serial)}", "name": name, **facts})
    Location.objects.create(warehouse=store, code="A1")
    return store


def shelf(store: Warehouse, code: str = "A1", **facts: Any) -> Location:
    return Location.objects.get_or_create(warehouse=store, code=code, defaults=facts)[0]


def make_item(name: str = "灯管", **facts: Any) -> Item:
    category = ItemCategory.objects.get_or_create(code="E", defaults={"name": "电工"})[0]
    wanted = {"code": f"I{next(_serial)}", "name": name, "category": category, "unit": make_unit(), **facts}
    item = Item(**wanted)
    item.set_search(item.code, item.name)
    item.save()
    return item


def make_lot(item: Item, number: str = "", **facts: Any) -> Lot:
    return Lot.objects.create(item=item, number=number or f"L{next(_serial)}", **facts)


def received(item: Item, qty: object, price: object, *, to: Location, **facts: Any) -> StockDocument:
    head = {name: facts.pop(name) for name in ("at", "key") if name in facts}
    goods = Goods(item=item, qty=Decimal(str(qty)), price=Decimal(str(price)), **facts)
    return moving.receive(goods=[goods], location=to, by=None, **head)


def issued(item: Item, qty: object, *, out_of: Warehouse, **facts: Any) -> StockDocument:
    head = {name: facts.pop(name) for name in ("at", "key") if name in facts}
    goods = Goods(item=item, qty=Decimal(str(qty)), **facts)
    return moving.issue(goods=[goods], warehouse=out_of, by=None, charged_to="GD1", **head)


def transferred(item: Item, qty: object, *, out_of: Warehouse, to: Location, **facts: Any) -> StockDocument:
    head = {name: facts.pop(name) for name in ("at", "key") if name in facts}
    goods = Goods(item=item, qty=Decimal(str(qty)), **facts)
    return moving.transfer(goods=[goods], warehouse=out_of, to=to, by=None, **head)


def move_of(document: StockDocument) -> StockMove:
    return StockMove.objects.select_related("source", "target", "item__unit", "lot").get(document=document)


def cost_of(document: StockDocument) -> Decimal:
    """What a document's movements took out of the layers, later costs and adjustments included."""
    entries = LayerEntry.objects.filter(move__document=document)
    return -sum((entry.dv for entry in entries), Decimal(0))


def stock(item: Item, store: Warehouse | None = None) -> tuple[Decimal, Decimal]:
    """Quantity on hand and value, of one store or of all."""
    balances, layers = StockBalance.objects.filter(item=item), CostLayer.objects.filter(item=item)
    if store is not None:
        balances, layers = balances.filter(location__warehouse=store), layers.filter(pool=store)
    return (
        sum((one.on_hand for one in balances), Decimal(0)),
        sum((one.value_left for one in layers), Decimal(0)),
    )


def days_ago(days: float) -> dt.datetime:
    return clock.now() - dt.timedelta(days=days)
