"""What is kept on the campus: units, kinds of goods, four hundred items, stores with their shelves."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from houqin.demo.campus import Campus
from houqin.demo.texts import read
from houqin.inventory.models import (
    Barcode,
    CostMethod,
    Item,
    ItemCategory,
    ItemUnit,
    Location,
    LocationKind,
    StockPolicy,
    Tracking,
    Unit,
    Warehouse,
)
from houqin.org.models import Partner

FILES = ("goods_works", "goods_living")
IN_STORE = 20
"""The range of barcodes every house may print for itself is 20 to 29."""

ON_A_SHELF = 8
DEAR = Decimal(100)
FRESH = 60
"""Goods that keep no longer (days) are ordered often and little."""


@dataclass(frozen=True, eq=False)
class Ware:
    """An item with what the year is told by: its price, who uses it, how much a month, where it is kept."""

    item: Item
    price: Decimal
    packing: Unit
    in_pack: int
    use: float
    take: tuple[int, int]
    jobs: frozenset[str]
    departments: bool
    canteen: bool
    home: Warehouse
    spot: str
    suppliers: tuple[Partner, ...]
    lead_days: int

    @property
    def whole(self) -> bool:
        """It is handed out in whole pieces only."""
        return self.item.step == 1

    @property
    def fresh(self) -> bool:
        """It does not keep for long."""
        return self.item.shelf_life_days is not None and self.item.shelf_life_days <= FRESH


@dataclass
class Stock:
    """Everything that is kept and where: wares, stores by code, and where a ware lies in a sub-store."""

    wares: list[Ware] = field(default_factory=list)
    stores: dict[str, Warehouse] = field(default_factory=dict)
    policies: dict[tuple[int, int], StockPolicy] = field(default_factory=dict)
    """By item and store; the shelf of each is its usual location."""

    def kept_in(self, store: Warehouse) -> list[Ware]:
        """The wares a store keeps, in the order of their codes."""
        return [ware for ware in self.wares if (ware.item.pk, store.pk) in self.policies]


def keep(campus: Campus, rng: random.Random) -> Stock:
    """Make units, categories, suppliers, stores, shelves, items and their policies."""
    data = read("stores")
    units = {facts["name"]: Unit(**facts) for facts in data["units"]}
    Unit.objects.bulk_create(units.values())
    suppliers = {facts["code"]: _supplier(facts) for facts in data["suppliers"]}
    Partner.objects.bulk_create(suppliers.values())
    stock = Stock(stores=_stores(campus, data["warehouses"]))
    kinds = {facts["code"]: facts for facts in data["categories"]}
    categories = {
        code: ItemCategory(code=code, name=facts["name"], name_en=facts["name_en"])
        for code, facts in kinds.items()
    }
    ItemCategory.objects.bulk_create(categories.values())
    families = [family for name in FILES for family in read(name)["families"]]
    drafts = list(_items(families, categories, units))
    Item.objects.bulk_create(item for item, *_ in drafts)
    serials: dict[str, int] = {}
    for item, family, packing, facts in drafts:
        kind = kinds[family["category"]]
        home = stock.stores[kind["store"]]
        place = serials[kind["row"]] = serials.get(kind["row"], -1) + 1
        stock.wares.append(
            Ware(
                item=item,
                price=Decimal(str(facts[1])),
                packing=units[packing[0]],
                in_pack=packing[1],
                use=family["use"] * rng.uniform(0.5, 1.5),
                take=tuple(family.get("take", (1, 2))),
                jobs=frozenset(family.get("jobs", ())),
                departments=family.get("departments", False),
                canteen=family.get("canteen", False),
                home=home,
                spot=f"{kind['row']}-{place // ON_A_SHELF + 1:02d}",
                suppliers=tuple(suppliers[code] for code in kind["suppliers"]),
                lead_days=2 if family.get("canteen") else rng.randint(3, 9),
            )
        )
    _label(stock.wares)
    _shelve(stock, data["warehouses"], kinds)
    return stock


def ean13(serial: int) -> str:
    """A barcode of the in-store range with its check digit."""
    digits = f"{IN_STORE}{serial:010d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


def _supplier(facts: dict[str, str]) -> Partner:
    partner = Partner(**facts)
    partner.set_search(partner.code, partner.name, partner.name_en, partner.contact, partner.phone)
    return partner


def _stores(campus: Campus, rows: Iterable[dict[str, Any]]) -> dict[str, Warehouse]:
    made: dict[str, Warehouse] = {}
    for facts in rows:
        place = campus.site if facts["place"] == campus.site.code else campus.places[facts["place"]]
        made[facts["code"]] = Warehouse.objects.create(
            code=facts["code"],
            name=facts["name"],
            name_en=facts["name_en"],
            parent=made.get(facts.get("parent", "")),
            place=place,
            is_demo=True,
        )
    return made


def _items(
    families: Iterable[dict[str, Any]], categories: dict[str, ItemCategory], units: dict[str, Unit]
) -> Iterable[tuple[Item, dict[str, Any], Any, Any]]:
    """The items, not stored yet, each with its family, its packing, and its specification and price."""
    serials: dict[str, int] = {}
    for family in families:
        category = categories[family["category"]]
        for name, name_en, unit, packing, specs in family["goods"]:
            for facts in specs:
                serial = serials[category.code] = serials.get(category.code, 0) + 1
                item = Item(
                    code=f"{category.code}-{serial:03d}",
                    name=name,
                    name_en=name_en,
                    spec=facts[0],
                    category=category,
                    unit=units[unit],
                    step=Decimal(family.get("step", "1")),
                    tracking=Tracking.LOT if family.get("lots") else Tracking.NONE,
                    cost_method=CostMethod.AVERAGE if family.get("average") else CostMethod.FIFO,
                    shelf_life_days=family.get("life"),
                    alert_days=min(90, family.get("life", 90) // 3),
                    storage=family.get("storage", ""),
                    is_demo=True,
                )
                item.set_search(item.code, item.name, item.name_en, item.spec)
                yield item, family, packing, facts


def _label(wares: list[Ware]) -> None:
    """Packings, and a barcode on the piece and another on the packing."""
    packings = [ItemUnit(item=ware.item, unit=ware.packing, num=ware.in_pack) for ware in wares]
    ItemUnit.objects.bulk_create(packings)
    codes = [Barcode(item=ware.item, code=ean13(number)) for number, ware in enumerate(wares, start=1)]
    codes += [
        Barcode(item=ware.item, code=ean13(50_000 + number), unit=ware.packing)
        for number, ware in enumerate(wares, start=1)
    ]
    Barcode.objects.bulk_create(codes)


def _shelve(stock: Stock, rows: Iterable[dict[str, Any]], kinds: dict[str, Any]) -> None:
    """Shelves of all stores, a place for quarantine in the main ones, and how much of each ware to keep."""
    shelves: dict[tuple[int, str], Location] = {}
    made = [_policy(ware, ware.home, _shelf(shelves, ware.home, ware.spot), ware.use) for ware in stock.wares]
    for facts in rows:
        store = stock.stores[facts["code"]]
        if store.parent is None:
            shelves[store.pk, "Q"] = Location(
                warehouse=store, code="Q", name="待检区", kind=LocationKind.QUARANTINE
            )
            continue
        wanted = [ware for ware in stock.wares if _wanted_in(ware, facts)]
        for number, ware in enumerate(wanted):
            code = f"{kinds[ware.item.category.code]['row']}{number // 12 + 1}"
            made.append(_policy(ware, store, _shelf(shelves, store, code), ware.use * facts["share"]))
    Location.objects.bulk_create(shelves.values())
    StockPolicy.objects.bulk_create(made)
    stock.policies = {(policy.item_id, policy.warehouse_id): policy for policy in made}


def _wanted_in(ware: Ware, store: dict[str, Any]) -> bool:
    """A canteen keeps what it cooks with; others what is cheap and needed for repairs."""
    if ware.item.category.code not in store["categories"]:
        return False
    return ware.canteen or bool(ware.jobs and ware.price < DEAR and int(ware.item.code[-3:]) % 3)


def _shelf(shelves: dict[tuple[int, str], Location], store: Warehouse, code: str) -> Location:
    return shelves.setdefault((store.pk, code), Location(warehouse=store, code=code))


def _policy(ware: Ware, store: Warehouse, shelf: Location, use: float) -> StockPolicy:
    """Main stores order from suppliers, sub-stores from their main store every few days."""
    main = store.parent_id is None
    lead = ware.lead_days if main else 2
    daily = use / 30
    months = (0.5 if ware.fresh else 1.6) if main else (0.2 if ware.fresh else 0.7)
    pack = ware.in_pack if main else 1
    minimum = max(1, round(daily * (lead + 2)))
    point = max(2, round(daily * (2 * lead + 5)))
    return StockPolicy(
        item=ware.item,
        warehouse=store,
        minimum=minimum,
        reorder_point=point,
        order_up_to=max(point + pack, round(use * months)),
        pack=pack,
        lead_time_days=lead,
        shelf=shelf,
    )
