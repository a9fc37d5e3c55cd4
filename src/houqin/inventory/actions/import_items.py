"""Items from a spreadsheet: looked at first, then stored; a hundred thousand at once."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.inventory.models import (
    Barcode,
    CostMethod,
    Item,
    ItemCategory,
    ItemUnit,
    StockCard,
    Tracking,
    Unit,
)
from houqin.inventory.queries.units import FINEST
from houqin.kernel import importing
from houqin.kernel.bulk import among, copy_new
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import number_in, plain
from houqin.kernel.tables import Column

MOST_ROWS = 250_000
COMMON: dict[str, tuple[str, bool]] = {
    "个": ("pc", True),
    "件": ("item", True),
    "支": ("piece", True),
    "只": ("each", True),
    "根": ("length", True),
    "把": ("each", True),
    "套": ("set", True),
    "台": ("unit", True),
    "张": ("sheet", True),
    "双": ("pair", True),
    "本": ("pad", True),
    "块": ("block", True),
    "卷": ("roll", True),
    "瓶": ("bottle", True),
    "桶": ("bucket", True),
    "袋": ("bag", True),
    "包": ("pack", True),
    "盒": ("box", True),
    "箱": ("carton", True),
    "米": ("m", False),
    "公斤": ("kg", False),
    "克": ("g", False),
    "升": ("l", False),
    "毫升": ("ml", False),
    "吨": ("t", False),
    "平方米": ("m²", False),
    "立方米": ("m³", False),
}
"""Units that are entered along when a table names them first, with English name and whole numbers only."""

PART = Decimal("0.001")
"""The step of what is not counted in whole numbers, unless the table says another."""

TRACKING = {
    "无": Tracking.NONE,
    "不区分": Tracking.NONE,
    "none": Tracking.NONE,
    "批次": Tracking.LOT,
    "批号": Tracking.LOT,
    "lot": Tracking.LOT,
    "lots": Tracking.LOT,
    "序列号": Tracking.SERIAL,
    "serial": Tracking.SERIAL,
    "serial numbers": Tracking.SERIAL,
}
COSTING = {
    "先进先出": CostMethod.FIFO,
    "fifo": CostMethod.FIFO,
    "移动平均": CostMethod.AVERAGE,
    "加权平均": CostMethod.AVERAGE,
    "average": CostMethod.AVERAGE,
}

COLUMNS = (
    Column("code", ("编码", "Code", "物资编码", "物料编码", "Item code"), needed=True, example="示例 DG-001"),
    Column("name", ("名称", "Name", "物资名称", "品名", "Item"), needed=True, example="LED 灯管"),
    Column("name_en", ("英文名称", "English name"), example="LED tube"),
    Column("spec", ("规格型号", "Specification", "规格", "型号"), example="T8 1.2 m 18 W"),
    Column("category", ("分类", "Category", "类别", "物资分类"), needed=True, example="电工"),
    Column(
        "unit",
        ("基本单位", "Unit", "单位", "计量单位", "Base unit"),
        needed=True,
        choices=tuple(COMMON),
        example="支",
    ),
    Column("step", ("最小数量", "Smallest quantity"), example="1"),
    Column("packing", ("包装单位", "Packing unit", "辅助单位"), choices=tuple(COMMON), example="箱"),
    Column("in_pack", ("每包装数量", "In a pack", "换算率", "装箱数"), example="25"),
    Column(
        "tracking",
        ("区分方式", "Told apart by", "批次管理"),
        choices=("无", "批次", "序列号"),
        example="无",
    ),
    Column("costing", ("计价方法", "Cost method"), choices=("先进先出", "移动平均"), example="先进先出"),
    Column("shelf_life_days", ("保质期（天）", "Shelf life (days)", "保质期", "保质期天数")),
    Column("alert_days", ("到期提醒（天）", "Warn before expiry (days)", "到期提醒")),
    Column("barcode", ("条码", "Barcode", "条形码"), example="6901234567892"),
    Column("storage", ("存放要求", "Storage"), example="阴凉干燥"),
    Column("hazard", ("危险类别", "Hazard class")),
)

_TEXTS = ("name", "name_en", "spec", "storage", "hazard")
_OWN = (*_TEXTS, "category_id", "unit_id", "step", "tracking", "cost_method", "shelf_life_days", "alert_days")
_LONGEST = {"code": 40, "name": 120, "name_en": 160, "spec": 120, "storage": 80, "hazard": 40, "barcode": 80}
_TOGETHER = 2_000


def choices() -> dict[str, tuple[str, ...]]:
    """What the template offers: the units and categories there are, units in common use behind them."""
    units = tuple(dict.fromkeys([*Unit.objects.values_list("name", flat=True), *COMMON]))
    categories = tuple(ItemCategory.objects.filter(active=True).values_list("name", flat=True))
    return {"unit": units, "packing": units, "category": categories}


def preview(*, file: BinaryIO) -> Plan[Item]:
    """Return what the file would do, and do nothing.

    An item is known by its code, whatever its case. An empty cell leaves what is stored. Raises
    `Unreadable` for what is no table with code, name, category and unit.
    """
    return _Reading(file).plan


@transaction.atomic
def store(*, file: BinaryIO) -> Plan[Item]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    A row is stored whole, with its packing and barcode, or not at all. Repeating it changes nothing.
    """
    reading = _Reading(file)
    reading.enter()
    return reading.plan


class _Reading:
    """One pass over a file: each row becomes its item, unsaved."""

    def __init__(self, file: BinaryIO) -> None:
        self.plan = importing.planned(file, COLUMNS, Item, most=MOST_ROWS)
        self._units: dict[str, Unit] = _named(Unit.objects.all())
        self._categories: dict[str, ItemCategory] = _named(ItemCategory.objects.all())
        self._items = self._stored()
        packs = ItemUnit.objects.filter(among("item", [item.pk for item in self._items.values()]))
        self._packs = {(pack.item_id, pack.unit_id): pack for pack in packs}
        self._barcodes: dict[str, object] = dict(Barcode.objects.values_list("code", "item"))
        self._known_barcodes = frozenset(self._barcodes)
        self._moved = set(StockCard.objects.filter(last_at__isnull=False).values_list("item", flat=True))
        self._extra: dict[int, tuple[Unit | None, Decimal, str]] = {}
        self._cells = self._readings()
        for code, row in importing.once_each(self.plan, "code"):
            self._read(code, row)

    def _stored(self) -> dict[str, Item]:
        """The items that the file names, by code in lower case."""
        named = {plain(row.record.facts["code"]).lower() for row in self.plan.rows}
        known = [pk for pk, code in Item.objects.values_list("pk", "code") if code.lower() in named]
        items = Item.objects.filter(among("id", known)).defer("search_text", "search_grams")
        units = {unit.pk: unit for unit in self._units.values()}
        categories = {category.pk: category for category in self._categories.values()}
        found = {}
        for item in items:
            item.unit, item.category = units[item.unit_id], categories[item.category_id]
            found[item.code.lower()] = item
        return found

    def _read(self, code: str, row: PlannedRow[Item]) -> None:
        stored = self._items.get(code)
        item = stored or Item(code=plain(row.record.facts["code"]))
        before = _facts(item) if stored else {}
        texts = self._texts(row)
        meant = self._meanings(row)
        for key in ("name", "category", "unit"):
            if stored is None and not (texts.get(key) or meant.get(key)):
                row.refuse(self.plan.heading(key), _("This is needed."))
        packing, in_pack = meant.pop("packing", None), meant.pop("in_pack", None)
        if (packing is None) != (in_pack is None):
            row.refuse(self.plan.heading("in_pack"), _("A packing needs its unit and how much is in it."))
        barcode = self._barcode(row, item)
        if row.outcome == Outcome.WRONG:
            return
        for key, value in {**texts, **meant}.items():
            setattr(item, key, value)
        if "step" not in meant and stored is None and not item.unit.integral:
            item.step = PART
        if not self._stands(row, item, before, packing):
            _restore(item, before)
            return
        row.made = item
        self._extra[id(row)] = (packing, in_pack or Decimal(0), barcode)
        self._decide(row, item, before, packing=packing, in_pack=in_pack, barcode=barcode)

    def _texts(self, row: PlannedRow[Item]) -> dict[str, str]:
        cells = row.record.facts
        for key, most in _LONGEST.items():
            if len(cells[key]) > most:
                row.refuse(self.plan.heading(key), _("At most %(most)s characters.") % {"most": most})
        return {key: cells[key] for key in _TEXTS if cells[key]}

    def _meanings(self, row: PlannedRow[Item]) -> dict[str, Any]:
        found = {}
        for column, key, meaning, otherwise in self._cells:
            value = importing.read(row, self.plan, column, meaning, otherwise=otherwise)
            if value is not None:
                found[key] = value
        return found

    def _readings(self) -> list[tuple[str, str, Callable[[str], Any], object]]:
        """Column, field, what a cell means, and the sentence for one that means nothing."""
        no_unit = lazy(self._no_unit, str)()
        whole = _("Please give a whole number of days.")
        above = _("Please give a quantity above zero, at most six decimals.")
        return [
            ("category", "category", self._category, _("This is needed.")),
            ("unit", "unit", self._unit, no_unit),
            ("packing", "packing", self._unit, no_unit),
            ("step", "step", _quantity, above),
            ("in_pack", "in_pack", _quantity, above),
            ("tracking", "tracking", lambda text: TRACKING[plain(text).lower()], _words("tracking")),
            ("costing", "cost_method", lambda text: COSTING[plain(text).lower()], _words("costing")),
            ("shelf_life_days", "shelf_life_days", _days, whole),
            ("alert_days", "alert_days", _days, whole),
        ]

    def _no_unit(self) -> str:
        return _("There is no such unit. Known are: %(names)s.") % {"names": self._unit_names()}

    def _unit_names(self) -> str:
        return pgettext("between names", ", ").join(
            dict.fromkeys([u.name for u in self._units.values()])
        ) or (pgettext("between names", ", ").join(COMMON))

    def _unit(self, text: str) -> Unit:
        """A known unit, or a common one that is entered along."""
        word = plain(text).lower()
        if word not in self._units:
            name_en, integral = COMMON[plain(text)]
            self._units[word] = Unit(code=plain(text), name=plain(text), name_en=name_en, integral=integral)
        return self._units[word]

    def _category(self, text: str) -> ItemCategory:
        """A known category, or a new one of that name."""
        word = plain(text).lower()
        if len(word) > 30:  # noqa: PLR2004 - the longest code
            raise ValueError(text)
        return self._categories.setdefault(word, ItemCategory(code=plain(text), name=plain(text)))

    def _barcode(self, row: PlannedRow[Item], item: Item) -> str:
        code = plain(row.record.facts["barcode"])
        holder = self._barcodes.get(code) if code else None
        if holder is not None and holder != (item.pk or id(item)):
            row.refuse(self.plan.heading("barcode"), _("This barcode is on another item already."))
        elif code:
            self._barcodes[code] = item.pk or id(item)
        return code

    def _stands(
        self, row: PlannedRow[Item], item: Item, before: dict[str, Any], packing: Unit | None
    ) -> bool:
        """Whether the item can be as the row says; else the row is refused."""
        heading = self.plan.heading
        if item.cost_method == CostMethod.AVERAGE and item.tracking != Tracking.NONE:
            row.refuse(heading("costing"), _("An averaged item has no lots and no serial numbers."))
        if item.tracking == Tracking.SERIAL and item.step != 1:
            row.refuse(heading("step"), _("What has serial numbers is counted in ones."))
        if packing is not None and packing is item.unit:
            row.refuse(heading("packing"), _("The packing has another unit than the piece."))
        fixed = {"unit_id": "unit", "step": "step", "tracking": "tracking", "cost_method": "costing"}
        for name, key in fixed.items():
            if before and item.pk in self._moved and before[name] != _facts(item)[name]:
                row.refuse(heading(key), _("This cannot be changed any more: the item has been moved."))
        return row.outcome != Outcome.WRONG

    def _decide(
        self,
        row: PlannedRow[Item],
        item: Item,
        before: dict[str, Any],
        *,
        packing: Unit | None,
        in_pack: Decimal | None,
        barcode: str,
    ) -> None:
        if not before:
            return
        after = _facts(item)
        pack = self._packs.get((item.pk, packing.pk)) if packing and packing.pk else None
        num, den = (in_pack or Decimal(0)).as_integer_ratio()
        added = packing is not None and (pack is None or (pack.num, pack.den) != (num, den))
        added |= bool(barcode) and barcode not in self._known_barcodes
        row.outcome = Outcome.CHANGED if added or after != before else Outcome.SAME
        told = [name for name in _OWN if before[name] != after[name]]
        for name in told:
            key = name.removesuffix("_id").replace("cost_method", "costing")
            row.changes.append((self.plan.heading(key), _shown(before, name), _shown(after, name)))

    def enter(self) -> None:
        """Store the rows that are right."""
        rows = [row for row in self.plan.rows if row.outcome in {Outcome.NEW, Outcome.CHANGED} and row.made]
        new = [row.made for row in rows if row.outcome == Outcome.NEW and row.made]
        changed = [row.made for row in rows if row.outcome == Outcome.CHANGED and row.made]
        used = {id(unit) for row in rows if (unit := self._extra[id(row)][0]) is not None}
        used |= {id(named) for item in [*new, *changed] for named in (item.unit, item.category)}
        for named in [*self._units.values(), *self._categories.values()]:
            if named.pk is None and id(named) in used:
                named.save()
        for item in [*new, *changed]:
            item.unit, item.category = item.unit, item.category  # whose keys are known only now
            item.set_search(item.code, item.name, item.name_en, item.spec)
        copy_new(new)
        fields = [name.removesuffix("_id") for name in _OWN]
        Item.objects.bulk_update(changed, [*fields, "search_text", "search_grams"], batch_size=_TOGETHER)
        self._enter_rest(rows)

    def _enter_rest(self, rows: Iterable[PlannedRow[Item]]) -> None:
        packs, codes = [], []
        for row in rows:
            packing, in_pack, barcode = self._extra[id(row)]
            assert row.made is not None  # noqa: S101 - only rows with an item are entered
            if packing is not None:
                num, den = in_pack.as_integer_ratio()
                packs.append(ItemUnit(item=row.made, unit=packing, num=num, den=den))
            if barcode:
                codes.append(Barcode(item=row.made, code=barcode))
        ItemUnit.objects.bulk_create(
            packs,
            batch_size=_TOGETHER,
            update_conflicts=True,
            unique_fields=["item", "unit"],
            update_fields=["num", "den"],
        )
        Barcode.objects.bulk_create(codes, batch_size=_TOGETHER, ignore_conflicts=True)


def _named(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows by code and by both names, in lower case; a code wins."""
    known = list(rows)
    found = {name.lower(): row for row in known for name in (row.name_en, row.name) if name}
    return found | {row.code.lower(): row for row in known}


def _facts(item: Item) -> dict[str, Any]:
    facts = {name: getattr(item, name) for name in _OWN if not name.endswith("_id")}
    return {**facts, "category_id": item.category, "unit_id": item.unit}


def _restore(item: Item, before: dict[str, Any]) -> None:
    for name, value in before.items():
        setattr(item, name.removesuffix("_id"), value)


def _shown(facts: dict[str, Any], name: str) -> str:
    return "" if facts[name] is None else str(facts[name])


def _quantity(text: str) -> Decimal:
    number = number_in(text)
    if number <= 0 or number != number.quantize(FINEST):
        raise ValueError(text)
    return number.normalize()


def _days(text: str) -> int:
    number = number_in(text)
    if number < 1 or number != int(number) or number > 36_500:  # noqa: PLR2004 - a hundred years
        raise ValueError(text)
    return int(number)


def _words(key: str) -> str:
    words = next(column.choices for column in COLUMNS if column.key == key)
    return _("Please write one of: %(words)s.") % {"words": pgettext("between names", ", ").join(words)}
