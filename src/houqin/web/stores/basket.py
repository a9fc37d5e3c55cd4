"""What has been scanned so far. It travels in the form, from scan to scan, until it is posted."""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from houqin.inventory.models import Item, Location, Unit, Warehouse
from houqin.inventory.queries.codes import ScannedItem
from houqin.inventory.queries.units import in_base
from houqin.kernel.errors import Invalid
from houqin.kernel.quantity import shown
from houqin.web.lists import is_key

MOST = 200
"""Lines of one document that a phone can still be asked to carry."""


@dataclass(frozen=True)
class Line:
    """A line as it stands in the form; `price` as typed, of one unit; `typed`: a quantity that is none."""

    item: Item
    unit: Unit
    qty: Decimal
    lot: str = ""
    expires_on: dt.date | None = None
    made_on: dt.date | None = None
    price: str = ""
    typed: str = ""

    @property
    def qty_shown(self) -> str:
        """The quantity as it stands in its field."""
        return self.typed or shown(self.qty).replace(",", "")

    @property
    def in_base(self) -> Decimal:
        """The quantity in base units; raises `Invalid` where the item is not handled so."""
        return in_base(self.item, self.qty, self.unit)

    def money(self) -> Decimal | None:
        """The price that was typed. Raises `Invalid` for what is no number."""
        if not self.price.strip():
            return None
        return number(self.price, _("“%(text)s” is no price.") % {"text": self.price})


@dataclass(frozen=True)
class Basket:
    """The store, what was scanned at first and at last, and the lines between."""

    store: Warehouse
    head: str = ""
    tail: Location | None = None
    reason: str = ""
    at: str = ""
    lines: tuple[Line, ...] = field(default=())

    def added(self, scanned: ScannedItem) -> "Basket":
        """One more of an item: the line of the same item, unit and lot counts on, else a new line comes."""
        unit = scanned.unit or scanned.item.unit
        for at, line in enumerate(self.lines):
            same_lot = not scanned.lot or line.lot == scanned.lot
            if line.item.pk == scanned.item.pk and line.unit.pk == unit.pk and same_lot:
                grown = replace(line, qty=line.qty + scanned.qty)
                return self._moved_last(at, grown)
        if len(self.lines) >= MOST:
            raise Invalid(_("A document has at most %(n)s lines; post this one first.") % {"n": MOST})
        line = Line(scanned.item, unit, scanned.qty, scanned.lot, scanned.expires_on, scanned.made_on)
        return replace(self, lines=(*self.lines, line))

    def require_readable(self) -> None:
        """Pass when every quantity is a number. Raises `Invalid` with the first that is not."""
        for line in self.lines:
            if line.typed:
                raise Invalid(_("“%(text)s” is no quantity.") % {"text": line.typed}, field="qty")

    def changed(self, at: int, line: Line | None) -> "Basket":
        """With another line at a place, or without that one."""
        kept = [line if place == at else one for place, one in enumerate(self.lines)]
        return replace(self, lines=tuple(one for one in kept if one is not None))

    def _moved_last(self, at: int, line: Line) -> "Basket":
        rest = tuple(one for place, one in enumerate(self.lines) if place != at)
        return replace(self, lines=(*rest, line))


def read(post: QueryDict, store: Warehouse) -> Basket:
    """The basket as the form sent it, the latest line first; what no longer exists is left out."""
    tail = post.get("tail", "")
    return Basket(
        store=store,
        head=post.get("head", "")[:40],
        tail=Location.objects.select_related("warehouse").filter(pk=int(tail)).first()
        if is_key(tail)
        else None,
        reason=post.get("reason", "").strip()[:200],
        at=post.get("at", "")[:20],
        lines=tuple(reversed(_lines(post))),
    )


def _lines(post: QueryDict) -> list[Line]:
    columns = [
        post.getlist(name)[:MOST] for name in ("item", "unit", "qty", "lot", "expires", "made", "price")
    ]
    sent = list(zip(*columns, strict=False))
    items = Item.objects.select_related("unit").in_bulk([int(row[0]) for row in sent if is_key(row[0])])
    units = Unit.objects.in_bulk([int(row[1]) for row in sent if is_key(row[1])])
    found = []
    for item, unit, qty, lot, expires, made, price in sent:
        if is_key(item) and is_key(unit) and int(item) in items and int(unit) in units:
            amount = _quantity(qty)
            line = Line(
                items[int(item)],
                units[int(unit)],
                amount or Decimal(0),
                lot.strip()[:60],
                expires_on=_day(expires),
                made_on=_day(made),
                price=price.strip()[:20],
                typed=qty.strip()[:20] or "–" if amount is None else "",
            )
            found.append(line)
    return found


def _quantity(text: str) -> Decimal | None:
    try:
        return number(text, "")
    except Invalid:
        return None


def number(text: str, wrong: str) -> Decimal:
    """A number as people type it. Raises `Invalid` with a sentence for anything else."""
    try:
        value = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        raise Invalid(wrong) from None
    if not value.is_finite():
        raise Invalid(wrong)
    return value


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
