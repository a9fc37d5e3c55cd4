"""Stores, shelves, items, their lots, and what lies there."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.api.answers import Page, Ref, amount, answer, figure, ref_of
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Day, Flag, Key, Line, Query
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.inventory.models import CostMethod, Item, Lot, StockBalance, Tracking, Warehouse
from houqin.inventory.policies import (
    sees_value,
    visible_items,
    visible_locations,
    visible_lots,
    visible_warehouses,
)
from houqin.inventory.queries.holdings import Held, StockFilter, held_at, held_now, items
from houqin.kernel.errors import Invalid

area = Area()
BY_CODE = Sort("code", kind=str)
BY_KEY = Sort()


class UnitOf(BaseModel):
    """A unit an item is handled in: `num` / `den` base units each."""

    unit: Ref
    num: int
    den: int


class ItemRow(BaseModel):
    """An item; `name` is in the caller's language, quantities are in base units."""

    id: int
    code: str
    name: str
    spec: str
    category: Ref | None
    unit: Ref | None
    step: str = Field(description="The smallest quantity of it.")
    tracking: Tracking
    cost_method: CostMethod
    shelf_life_days: int | None
    open_life_days: int | None
    alert_days: int
    storage: str
    hazard: str
    active: bool


class ItemDetail(ItemRow):
    """An item with its other units and its barcodes."""

    units: list[UnitOf]
    barcodes: list[str]


class LotRow(BaseModel):
    """A lot. Whether it has expired follows from `expires_on`, its last day of use."""

    id: int
    item: Ref
    number: str
    supplier: Ref | None
    made_on: dt.date | None
    expires_on: dt.date | None
    opened_on: dt.date | None
    state: Lot.Status
    reason: str


class StoreRow(BaseModel):
    """A store; a sub-store names its parent."""

    id: int
    code: str
    name: str
    parent: Ref | None
    active: bool
    locations: list["Ref"]


class StockRow(BaseModel):
    """What there is of an item in the stores asked for, in base units; `value` in yuan."""

    item: Ref
    unit: Ref | None
    on_hand: str
    reserved: str
    free: str
    minimum: str
    value: str | None
    expires_on: dt.date | None = Field(description="The nearest last day of a lot; null at a past day.")


class BalanceRow(BaseModel):
    """What lies of a lot at a location."""

    id: int
    item: Ref
    lot: str | None
    expires_on: dt.date | None
    warehouse: Ref | None
    location: str
    on_hand: str
    reserved: str


class ItemQuery(Query):
    """Which items."""

    q: Line = Field("", description="Code, barcode, words of the name, pinyin or its initials.")
    category: Key | None = None
    active: Flag = True


class LotQuery(Query):
    """Which lots."""

    item: Key | None = None
    number: Line = ""
    state: Lot.Status | None = None
    expires_before: Day | None = Field(None, description="Those whose last day is before this one.")


class StoreQuery(Query):
    """Which stores."""

    active: Flag | None = None


class StockQuery(Query):
    """Of which items, in which of the stores one sees, and when."""

    q: Line = ""
    category: Key | None = None
    warehouse: Code | None = Field(None, description="Code of a store; all stores one sees without it.")
    only: Literal["held", "low", "expiring", "unused"] | None = None
    at: Day | None = Field(None, description="At the end of this past day, as the ledger knows it today.")


class BalanceQuery(Query):
    """What lies where."""

    item: Key | None = None
    warehouse: Code | None = None


@area.get("/warehouses", response=Page[StoreRow])
def list_warehouses(request: HttpRequest, wanted: FromQuery[StoreQuery]) -> HttpResponse:
    """The stores the caller sees, with the shelves in use."""
    rows = visible_warehouses(person_of(request)).select_related("parent")
    if wanted.active is not None:
        rows = rows.filter(active=wanted.active)
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    shelves: dict[int, list[Ref]] = {store.pk: [] for store in part.rows}
    places = visible_locations(person_of(request)).filter(warehouse__in=part.rows, active=True)
    for place in places.order_by("code"):
        shelves[place.warehouse_id or 0].append(Ref(id=place.pk, code=place.code, name=place.name))
    return answer(Page[StoreRow](items=[_store(row, shelves[row.pk]) for row in part.rows], next=part.next))


@area.get("/items", response=Page[ItemRow])
def list_items(request: HttpRequest, wanted: FromQuery[ItemQuery]) -> HttpResponse:
    """The items of all stores, by code."""
    condition = StockFilter(frozenset(), q=wanted.q, category_id=wanted.category, active=False)
    rows = items(condition).filter(
        pk__in=visible_items(person_of(request)).values("pk"), active=wanted.active
    )
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[ItemRow](items=[ItemRow(**_item(row)) for row in part.rows], next=part.next))


@area.get("/items/{int:key}", response=ItemDetail)
def get_item(request: HttpRequest, key: int) -> HttpResponse:
    """One item."""
    item = found(visible_items(person_of(request)).select_related("unit", "category"), pk=key)
    units = [
        UnitOf(unit=Ref(id=one.unit_id, code=one.unit.code, name=str(one.unit)), num=one.num, den=one.den)
        for one in item.units.select_related("unit")
    ]
    barcodes = list(item.barcodes.order_by("code").values_list("code", flat=True))
    return answer(ItemDetail(**_item(item), units=units, barcodes=barcodes))


@area.get("/lots", response=Page[LotRow])
def list_lots(request: HttpRequest, wanted: FromQuery[LotQuery]) -> HttpResponse:
    """Lots, in the order they were first received."""
    rows = visible_lots(person_of(request)).select_related("item", "partner")
    for name, value in (("item", wanted.item), ("number", wanted.number), ("status", wanted.state)):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.expires_before is not None:
        rows = rows.filter(expires_on__lt=wanted.expires_before)
    part = page(rows, BY_KEY, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[LotRow](items=[_lot(row) for row in part.rows], next=part.next))


@area.get("/lots/{int:key}", response=LotRow)
def get_lot(request: HttpRequest, key: int) -> HttpResponse:
    """One lot."""
    return answer(_lot(found(visible_lots(person_of(request)).select_related("item", "partner"), pk=key)))


@area.get("/stock", response=Page[StockRow])
def list_stock(request: HttpRequest, wanted: FromQuery[StockQuery]) -> HttpResponse:
    """What there is of each item and what it is worth, now or at the end of a past day."""
    user = person_of(request)
    stores = _stores(user, wanted.warehouse)
    condition = StockFilter(stores, q=wanted.q, category_id=wanted.category, only=wanted.only or "")
    rows = items(condition).filter(pk__in=visible_items(user).values("pk"))
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    keys = [row.pk for row in part.rows]
    held = held_now(keys, stores) if wanted.at is None else held_at(keys, stores, wanted.at)
    values = sees_value(user)
    told = [_stock(row, held.get(row.pk, Held()), values=values) for row in part.rows]
    return answer(Page[StockRow](items=told, next=part.next))


@area.get("/stock/balances", response=Page[BalanceRow])
def list_stock_balances(request: HttpRequest, wanted: FromQuery[BalanceQuery]) -> HttpResponse:
    """What lies at each location, lot by lot."""
    stores = _stores(person_of(request), wanted.warehouse)
    rows = StockBalance.objects.filter(on_hand__gt=0, location__warehouse__in=stores)
    if wanted.item is not None:
        rows = rows.filter(item=wanted.item)
    joined = rows.select_related("item", "lot", "location__warehouse")
    part = page(joined, BY_KEY, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[BalanceRow](items=[_balance(row) for row in part.rows], next=part.next))


def _stores(user: User, code: str | None) -> frozenset[int]:
    """The stores asked for. Raises `Invalid` for a code that is none the caller sees."""
    rows = visible_warehouses(user)
    if code is None:
        return frozenset(rows.values_list("pk", flat=True))
    return frozenset([store_of(user, code).pk])


def store_of(user: User, code: str, right: str = "stock.see", field: str = "warehouse") -> Warehouse:
    """The store with a code. Raises `Invalid` for one in which the caller has not that right."""
    store = visible_warehouses(user, right).filter(code=code).first()
    if store is None:
        raise Invalid(_("%(code)s is no store of yours.") % {"code": code}, field=field)
    return store


def _store(row: Warehouse, shelves: list[Ref]) -> StoreRow:
    return StoreRow(
        id=row.pk,
        code=row.code,
        name=str(row),
        parent=ref_of(row.parent),
        active=row.active,
        locations=shelves,
    )


def _item(row: Item) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": str(row),
        "spec": row.spec,
        "category": ref_of(row.category),
        "unit": ref_of(row.unit),
        "step": figure(row.step),
        "tracking": row.tracking,
        "cost_method": row.cost_method,
        "shelf_life_days": row.shelf_life_days,
        "open_life_days": row.open_life_days,
        "alert_days": row.alert_days,
        "storage": row.storage,
        "hazard": row.hazard,
        "active": row.active,
    }


def _lot(row: Lot) -> LotRow:
    return LotRow(
        id=row.pk,
        item=Ref(id=row.item_id, code=row.item.code, name=str(row.item)),
        number=row.number,
        supplier=ref_of(row.partner),
        made_on=row.made_on,
        expires_on=row.expires_on,
        opened_on=row.opened_on,
        state=Lot.Status(row.status),
        reason=row.reason,
    )


def _stock(row: Item, held: Held, *, values: bool) -> StockRow:
    return StockRow(
        item=Ref(id=row.pk, code=row.code, name=str(row)),
        unit=ref_of(row.unit),
        on_hand=figure(held.on_hand),
        reserved=figure(held.reserved),
        free=figure(held.free),
        minimum=figure(held.minimum),
        value=amount(held.value if values else None),
        expires_on=held.expires_on,
    )


def _balance(row: StockBalance) -> BalanceRow:
    return BalanceRow(
        id=row.pk,
        item=Ref(id=row.item_id, code=row.item.code, name=str(row.item)),
        lot=row.lot.number if row.lot else None,
        expires_on=row.lot.expires_on if row.lot else None,
        warehouse=ref_of(row.location.warehouse),
        location=row.location.code,
        on_hand=figure(row.on_hand),
        reserved=figure(row.reserved),
    )
