"""What a scanned code or typed words stand for in the stores: an item (of a lot), or a location."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from houqin.inventory.models import INSIDE, Barcode, Item, Location, Lot, Unit, Warehouse
from houqin.kernel import gs1
from houqin.kernel.errors import Invalid
from houqin.kernel.text_search import matches

SLASH = "/"
"""On labels: between the code of a store and that of a location, and between those of an item and a lot."""

MOST_STROKES = 4
"""Strokes of a label that are tried as the one between item and lot."""
GTIN_LENGTHS = (14, 13, 12, 8)
"""How many figures a trade number has."""


@dataclass(frozen=True)
class ScannedItem:
    """An item; with its unit, lot, days and quantity where the code says so. `qty` is in `unit`."""

    item: Item
    unit: Unit | None = None
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    qty: Decimal = Decimal(1)


def item_of(text: str) -> ScannedItem | None:
    """The item of its own code, of a barcode, of a GS1 code, of a label or number of a lot; None for none.

    Raises `Invalid` for a GS1 code of goods that nobody has entered, or that cannot be read.
    """
    if gs1.looks_like(text):
        return _of_gs1(text)
    items = Item.objects.select_related("unit")
    if (item := items.filter(code__iexact=text).first()) is not None:
        return ScannedItem(item)
    if (barcode := _barcodes().filter(code=text).first()) is not None:
        return ScannedItem(barcode.item, barcode.unit)
    lots = list(Lot.objects.filter(number=text).select_related("item__unit")[:2])
    found = lots[0] if len(lots) == 1 else _of_label(text)
    return ScannedItem(found.item, lot=found.number) if found else None


def _of_label(text: str) -> Lot | None:
    """The lot of a label: item and lot with a stroke between, which either of them may hold, too."""
    cuts = [at for at, sign in enumerate(text) if sign == SLASH]
    for at in cuts[:MOST_STROKES]:
        lots = Lot.objects.filter(item__code__iexact=text[:at], number=text[at + 1 :])
        if (found := lots.select_related("item__unit").first()) is not None:
            return found
    return None


def holder_of(code: str) -> Item | None:
    """The item that has a code already: its own, a barcode, or the same trade number spelt otherwise."""
    spelt = [code]
    if code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS:
        spelt = gs1.spellings(code.zfill(GTIN_LENGTHS[0]))
    barcode = Barcode.objects.filter(code__in=spelt).select_related("item").first()
    return barcode.item if barcode else Item.objects.filter(code__iexact=code).first()


def items_like(words: str) -> QuerySet[Item]:
    """The items in use that a search finds: name, code, specification, pinyin."""
    return Item.objects.filter(matches(words), active=True).select_related("unit").order_by("code")


def _of_gs1(text: str) -> ScannedItem:
    try:
        read = gs1.read(text)
    except gs1.NotGs1 as error:
        raise Invalid(_("This barcode cannot be read; type the item's code instead.")) from error
    barcode = _barcodes().filter(code__in=gs1.spellings(read.gtin)).first() if read.gtin else None
    if barcode is None:
        raise Invalid(_("No item has the barcode %(code)s.") % {"code": read.gtin or text})
    return ScannedItem(
        barcode.item,
        barcode.unit,
        lot=read.serial or read.lot,
        made_on=read.made_on,
        expires_on=read.expires_on,
        qty=read.weight or Decimal(read.count or 1),
    )


def _barcodes() -> QuerySet[Barcode]:
    return Barcode.objects.select_related("item__unit", "unit")


def location_of(text: str, store: Warehouse) -> Location | None:
    """The location of a label (store and location), else the one with this code in a store; None for none."""
    inside = Location.objects.filter(kind__in=INSIDE, active=True).select_related("warehouse")
    warehouse, slash, code = text.partition(SLASH)
    if slash:
        return inside.filter(warehouse__code__iexact=warehouse, code__iexact=code).first()
    return inside.filter(warehouse=store, code__iexact=text).first()


def label_of(location: Location) -> str:
    """What the label of a location holds. Its store comes with it."""
    return f"{location.warehouse.code}{SLASH}{location.code}" if location.warehouse else location.code


def label_of_lot(lot: Lot) -> str:
    """What the label of a lot holds: its item comes with it, so that two lots of one number differ."""
    return f"{lot.item.code}{SLASH}{lot.number}"
