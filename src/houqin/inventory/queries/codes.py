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
"""Between the code of a store and that of a location on a label."""


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
    """The item of its own code, of a barcode, of a GS1 code or of a lot's number; None for none.

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
    return ScannedItem(lots[0].item, lot=lots[0].number) if len(lots) == 1 else None


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
