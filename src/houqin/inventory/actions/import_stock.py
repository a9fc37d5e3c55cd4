"""What lies in the stores at the beginning, from a spreadsheet: looked at, then received."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO

from django.utils.translation import gettext as _

from houqin.inventory.actions.moving import PRICE_PLACES, Goods
from houqin.inventory.models import INSIDE, Item, ItemUnit, Location, Lot, Unit, Warehouse
from houqin.inventory.queries.units import FINEST, LARGEST
from houqin.kernel import importing
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.quantity import shown
from houqin.kernel.reading import day_in, number_in, plain
from houqin.kernel.tables import Column

MOST_ROWS = 250_000
MOST_OFFERED = 2_000
"""Codes in a drop-down of the template."""

COLUMNS = (
    Column(
        "item", ("物资编码", "Item (code)", "编码", "物料编码", "Code"), needed=True, example="示例 DG-001"
    ),
    Column("store", ("仓库", "Store", "仓库编码", "Store (code)"), needed=True, example="维修物资总库"),
    Column("location", ("库位", "Location", "货位", "Shelf"), needed=True, example="A-01"),
    Column("qty", ("数量", "Quantity", "期初数量", "结存数量"), needed=True, example="40"),
    Column("unit", ("单位", "Unit"), example="支"),
    Column("price", ("单价", "Price", "单价（元）"), example="11.50"),
    Column("value", ("金额", "Amount", "金额（元）")),
    Column("lot", ("批号", "Lot", "批次", "序列号"), example=""),
    Column("made_on", ("生产日期", "Made on")),
    Column("expires_on", ("有效期至", "Usable until", "到期日")),
)


@dataclass(frozen=True)
class Brought:
    """What a row brings: goods to a location; `lot` is its number where the item is kept by lots."""

    item: Item
    location: Location
    qty: Decimal
    unit: Unit
    price: Decimal | None
    value: Decimal | None
    lot: str
    made_on: dt.date | None
    expires_on: dt.date | None


def choices() -> dict[str, tuple[str, ...]]:
    """What the template offers: items by code, the stores, their locations, the units."""
    shelves = Location.objects.filter(kind__in=INSIDE, active=True).order_by("code")
    return {
        "item": tuple(Item.objects.filter(active=True).values_list("code", flat=True)[:MOST_OFFERED]),
        "store": tuple(Warehouse.objects.filter(active=True).values_list("name", flat=True)),
        "location": tuple(dict.fromkeys(shelves.values_list("code", flat=True)))[:MOST_OFFERED],
        "unit": tuple(Unit.objects.values_list("name", flat=True)),
    }


def preview(*, file: BinaryIO) -> Plan[Brought]:
    """Return what the file would bring in, and do nothing. Raises `Unreadable` for what is no such table."""
    return _Reading(file).plan


def goods_of(rows: Sequence[PlannedRow[Brought]]) -> dict[Location, list[Goods]]:
    """What rows bring, by location; lots that are new are entered. In the open transaction."""
    wanted = [row.made for row in rows if row.made is not None]
    lots = _lots(wanted)
    found: dict[Location, list[Goods]] = defaultdict(list)
    for one in wanted:
        found[one.location].append(
            Goods(
                item=one.item,
                qty=one.qty,
                unit=one.unit,
                lot=lots.get((one.item.pk, one.lot)) if one.lot else None,
                price=one.price,
                value=one.value,
            )
        )
    return found


def _lots(wanted: Sequence[Brought]) -> dict[tuple[int, str], Lot]:
    tracked = {(one.item.pk, one.lot): one for one in wanted if one.lot}
    items = {pk for pk, _number in tracked}
    known = {(lot.item_id, lot.number): lot for lot in Lot.objects.filter(item__in=items)}
    new = [
        Lot(item=one.item, number=one.lot, made_on=one.made_on, expires_on=one.expires_on)
        for key, one in tracked.items()
        if key not in known
    ]
    return known | {(lot.item_id, lot.number): lot for lot in Lot.objects.bulk_create(new, batch_size=2_000)}


class _Reading:
    """One pass over a file; everything that is looked up is read once."""

    def __init__(self, file: BinaryIO) -> None:
        self.plan = importing.planned(file, COLUMNS, Brought, most=MOST_ROWS)
        stored = Item.objects.defer("search_text", "search_grams").select_related("unit")
        self._items = {item.code.lower(): item for item in stored}
        stores = Warehouse.objects.filter(active=True)
        self._stores = {s.name.lower(): s for s in stores} | {s.code.lower(): s for s in stores}
        inside = Location.objects.filter(kind__in=INSIDE, active=True).select_related("warehouse")
        self._locations = {(one.warehouse_id, one.code.lower()): one for one in inside}
        self._packs = {
            (pack.item_id, pack.unit_id): Fraction(pack.num, pack.den) for pack in ItemUnit.objects.all()
        }
        units = Unit.objects.all()
        self._units: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            for name in {unit.code.lower(), unit.name.lower(), unit.name_en.lower()}:
                self._units[name].append(unit)
        self._of_lot = {(lot.item_id, lot.number): lot.expires_on for lot in Lot.objects.all()}
        for row in self.plan.rows:
            self._read(row)

    def _read(self, row: PlannedRow[Brought]) -> None:
        cells, told = row.record.facts, self.plan.heading
        item = self._items.get(plain(cells["item"]).lower())
        if item is None:
            row.refuse(told("item"), _("There is no such item: %(code)s.") % {"code": cells["item"] or "—"})
        elif not item.active:
            row.refuse(told("item"), _("%(item)s is no longer in use.") % {"item": item})
        location = self._location(row)
        qty = self._number(row, "qty")
        price, value = self._money(row)
        unit = self._unit(row, item)
        lot, made_on, expires_on = self._lot(row, item)
        if item and unit and qty is not None:
            self._steps(row, item, unit, qty)
        if row.outcome != Outcome.WRONG and item and location and unit and qty is not None:
            row.made = Brought(item, location, qty, unit, price, value, lot, made_on, expires_on)

    def _location(self, row: PlannedRow[Brought]) -> Location | None:
        cells, told = row.record.facts, self.plan.heading
        store = self._stores.get(plain(cells["store"]).lower())
        if store is None:
            row.refuse(
                told("store"), _("There is no such store: %(name)s.") % {"name": cells["store"] or "—"}
            )
            return None
        location = self._locations.get((store.pk, plain(cells["location"]).lower()))
        if location is None:
            row.refuse(
                told("location"),
                _("%(store)s has no location %(code)s.") % {"store": store, "code": cells["location"] or "—"},
            )
        return location

    def _number(self, row: PlannedRow[Brought], key: str) -> Decimal | None:
        """A quantity above nothing."""
        number = importing.read(row, self.plan, key, number_in, otherwise=_("This is not a number."))
        if number is None and not row.record.facts[key]:
            row.refuse(self.plan.heading(key), _("This is needed."))
        if number is not None and not 0 < number <= LARGEST:
            row.refuse(self.plan.heading(key), _("Please give a quantity above zero."))
            return None
        return number

    def _money(self, row: PlannedRow[Brought]) -> tuple[Decimal | None, Decimal | None]:
        told, not_one = self.plan.heading, _("This is not a number.")
        price = importing.read(row, self.plan, "price", number_in, otherwise=not_one)
        value = importing.read(row, self.plan, "value", number_in, otherwise=not_one)
        if price is not None and (price < 0 or price != round(price, PRICE_PLACES)):
            row.refuse(told("price"), _("A price has at most six decimals and is not negative."))
        if value is not None and (value < 0 or value != round(value, 2)):
            row.refuse(told("value"), _("An amount is in cents and not negative."))
        if not row.record.facts["price"] and not row.record.facts["value"]:
            row.refuse(told("price"), _("Give a price or an amount."))
        return price, value

    def _unit(self, row: PlannedRow[Brought], item: Item | None) -> Unit | None:
        text = plain(row.record.facts["unit"]).lower()
        if item is None or not text:
            return item.unit if item else None
        for unit in self._units.get(text, []):
            if unit.pk == item.unit_id or (item.pk, unit.pk) in self._packs:
                return unit
        facts = {"item": item, "unit": row.record.facts["unit"], "base": item.unit}
        row.refuse(
            self.plan.heading("unit"), _("%(item)s is not handled in %(unit)s, but in %(base)s.") % facts
        )
        return None

    def _steps(self, row: PlannedRow[Brought], item: Item, unit: Unit, qty: Decimal) -> None:
        """The quantity is a multiple of the item's step."""
        exact = Fraction(qty) * self._packs.get((item.pk, unit.pk), Fraction(1))
        if item.step != FINEST and (exact / Fraction(item.step)).denominator != 1:
            facts = {"item": item, "step": shown(item.step), "unit": item.unit, "qty": shown(qty)}
            row.refuse(
                self.plan.heading("qty"),
                _("%(item)s is handled in steps of %(step)s %(unit)s; %(qty)s is not possible.") % facts,
            )

    def _lot(self, row: PlannedRow[Brought], item: Item | None) -> tuple[str, dt.date | None, dt.date | None]:
        number, told = plain(row.record.facts["lot"]), self.plan.heading
        no_day = _("This is not a date.")
        made = importing.read(row, self.plan, "made_on", day_in, otherwise=no_day)
        until = importing.read(row, self.plan, "expires_on", day_in, otherwise=no_day)
        if item is None:
            return number, made, until
        if item.tracked and not number:
            row.refuse(told("lot"), _("%(item)s is kept by lots: name the lot.") % {"item": item})
        if not item.tracked and number:
            row.refuse(told("lot"), _("%(item)s is not kept by lots: leave this empty.") % {"item": item})
        if made and until is None and item.shelf_life_days:
            until = made + dt.timedelta(days=item.shelf_life_days)
        if made and until and until < made:
            row.refuse(told("expires_on"), _("This lies before the day it was made."))
        if number and item.tracked:
            self._agrees(row, item, number, until)
        return number, made, until

    def _agrees(self, row: PlannedRow[Brought], item: Item, number: str, until: dt.date | None) -> None:
        known = self._of_lot.setdefault((item.pk, number), until)
        if until is not None and known != until:
            facts = {"lot": number, "day": known or "—"}
            row.refuse(
                self.plan.heading("expires_on"), _("Lot %(lot)s is usable until %(day)s already.") % facts
            )
