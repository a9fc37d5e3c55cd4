"""Labels of the stores: what stands on them, and the code in their picture, which scanning reads back."""

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.inventory.models import Item, Location, Lot
from houqin.inventory.queries.codes import label_of, label_of_lot


@dataclass(frozen=True)
class Label:
    """What is printed: the code, its picture, the words beside it, the foremost first."""

    code: str
    svg: str
    title: str
    lines: tuple[str, ...]


def of_items(items: Iterable[Item]) -> list[Label]:
    """A label for each item, which holds its code."""
    return [_label(item.code, str(item), item.spec, str(item.unit)) for item in items]


def of_lots(lots: Iterable[Lot]) -> list[Label]:
    """A label for each lot, which holds item and lot; with its last day."""
    return [_label(label_of_lot(lot), str(lot.item), lot.item.spec, _until(lot)) for lot in lots]


def of_locations(locations: Iterable[Location]) -> list[Label]:
    """A label for each location, which holds its store and code."""
    return [
        _label(label_of(place), place.code, place.name, str(place.warehouse or "")) for place in locations
    ]


def _until(lot: Lot) -> str:
    if lot.expires_on is None:
        return ""
    return _("usable until %(day)s") % {"day": date_format(lot.expires_on, "Y-m-d")}


def _label(code: str, title: str, *lines: str) -> Label:
    picture: str = segno.make(code, error="m", micro=False).svg_inline(omitsize=True, border=2)
    return Label(code, picture, title, tuple(line for line in lines if line))
