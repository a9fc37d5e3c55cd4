"""What storekeepers do with goods: receive, issue, give back, transfer, send back, write off, correct.

Quantities may be given in any unit of the item. Each action writes and posts one document; what it
cannot do it refuses with the numbers, and then writes nothing. `key` makes a repeated call harmless: the
same key gives the same document (I14).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.inventory.actions import documents, posting, reserving, returning
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.posting import Motion
from houqin.inventory.models import (
    CostLayer,
    DocumentKind,
    Item,
    LayerEntry,
    Location,
    LocationKind,
    Lot,
    StockDocument,
    StockLine,
    StockMove,
    Unit,
    Warehouse,
)
from houqin.inventory.queries import picking, units
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.money import cents

PRICE_PLACES = 6


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What is to be moved: a quantity of an item in one of its units (the base unit)."""

    item: Item
    qty: Decimal
    unit: Unit | None = None
    lot: Lot | None = None
    location: Location | None = None
    price: Decimal | None = None
    value: Decimal | None = None
    of_move: StockMove | None = None
    note: str = ""


def outside(kind: str) -> Location:
    """The end outside of a kind: supplier, use, count difference, written off; made when first used."""
    return Location.objects.get_or_create(warehouse=None, code=kind, defaults={"kind": kind})[0]


@transaction.atomic
def receive(
    *,
    goods: Sequence[Goods],
    location: Location,
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """Goods came from a supplier to a location, each with its net price (R2) or amount.

    The value is quantity × price in the unit given, rounded half up to a cent, or the amount. Raises
    `Invalid` without one of both, for a negative one and for a price with more than six decimals.
    """
    source = outside(LocationKind.SUPPLIER)
    lines = [_priced(one, location, source) for one in goods]
    return _post(DocumentKind.RECEIPT, lines, by=by, at=at, key=key, **head)


@transaction.atomic
def issue(
    *,
    goods: Sequence[Goods],
    warehouse: Warehouse,
    by: User | None,
    charged_to: str,
    at: dt.datetime | None = None,
    key: str = "",
    demand: str = "",
    **head: Any,
) -> StockDocument:
    """Goods leave a store for use, lots and shelves by the picking rule unless one is named.

    What is reserved for the `demand` is taken first, and the document quotes it as its source. Raises
    `NotEnoughStock` naming what is there and why it may not be used.
    """
    target = outside(LocationKind.USE)
    on = _day(at)

    def motions(draft: Draft, taken: picking.Taken) -> list[Plan]:
        if demand:
            reserving.take_first(demand=demand, item=draft.item, warehouse=warehouse, qty=draft.qty)
        picks = picking.for_use(draft.item, warehouse, draft.qty, on=on, lot=draft.lot, taken=taken)
        return [Plan(draft.item, p.lot, p.location, target, p.qty) for p in picks]

    if demand:
        head["source"] = demand
    lines = [_draft(one, target=target) for one in goods]
    return _post(
        DocumentKind.ISSUE, lines, by=by, at=at, key=key, motions=motions, charged_to=charged_to, **head
    )


@transaction.atomic
def give_back(
    *, goods: Sequence[Goods], by: User | None, at: dt.datetime | None = None, key: str = "", **head: Any
) -> StockDocument:
    """What an issue took and was not used comes back, at the value it left with (R7, `returning`).

    Each line names the issue's movement (`of_move`) and returns to the location it came from. Raises
    `Refused` for more than is still out.
    """
    source = outside(LocationKind.USE)
    lines = []
    for one in goods:
        move = one.of_move
        if move is None or move.target_id != source.pk:
            raise Invalid(_("Say which issue this comes back from."), field="of_move")
        if move.item_id != one.item.pk:
            raise Invalid(_("That issue was of another item."), field="of_move")
        draft = _draft(one, source=source, target=move.source)
        lines.append(replace(draft, lot=move.lot, of_move=move))
    return _post(DocumentKind.RETURN, lines, by=by, at=at, key=key, check=returning.checked, **head)


@transaction.atomic
def transfer(
    *,
    goods: Sequence[Goods],
    warehouse: Warehouse,
    to: Location,
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """Goods go to another location; into another store they take their value and age along (R6).

    A line that names a location takes from there, whatever its lot's state; others by the picking rule.
    """
    on = _day(at)
    if not to.inside or any(one.location == to for one in goods):
        raise Invalid(_("Say to which other location."), field="location")

    def motions(draft: Draft, taken: picking.Taken) -> list[Plan]:
        if draft.source is not None:
            return [Plan(draft.item, draft.lot, draft.source, to, draft.qty)]
        picks = picking.for_use(
            draft.item, warehouse, draft.qty, on=on, lot=draft.lot, taken=taken, besides=to
        )
        return [Plan(draft.item, p.lot, p.location, to, p.qty) for p in picks]

    lines = [_draft(one, source=one.location, target=to) for one in goods]
    return _post(DocumentKind.TRANSFER, lines, by=by, at=at, key=key, motions=motions, **head)


@transaction.atomic
def write_off(
    *, goods: Sequence[Goods], by: User | None, at: dt.datetime | None = None, key: str = "", **head: Any
) -> StockDocument:
    """Goods are thrown away; expired, blocked and quarantined ones, too. Each line names its location."""
    return _post(DocumentKind.SCRAP, write_off_lines(goods), by=by, at=at, key=key, **head)


def write_off_lines(goods: Sequence[Goods]) -> list[Draft]:
    """The lines that write goods off, each out of its location."""
    target = outside(LocationKind.SCRAP)
    return [_from_location(one, target) for one in goods]


@transaction.atomic
def send_back(
    *, goods: Sequence[Goods], by: User | None, at: dt.datetime | None = None, key: str = "", **head: Any
) -> StockDocument:
    """Goods go back to the supplier, out of the layer of their own receipt (`of_move`).

    Raises `NotEnoughStock` for more than is left of that receipt.
    """
    target = outside(LocationKind.SUPPLIER)
    lines = [replace(_from_location(one, target), of_move=one.of_move) for one in goods]
    return _post(DocumentKind.SEND_BACK, lines, by=by, at=at, key=key, **head)


@transaction.atomic
def correct(
    *, goods: Sequence[Goods], by: User | None, at: dt.datetime | None = None, key: str = "", **head: Any
) -> StockDocument:
    """A count found more (a positive quantity) or less (a negative one) at a location.

    What is found is worth what the lot's, else the item's latest layer is worth (R10), or the value
    given. Raises `Refused` when nothing says what it is worth.
    """
    return _post(DocumentKind.COUNT, correction_lines(goods), by=by, at=at, key=key, **head)


def correction_lines(goods: Sequence[Goods]) -> list[Draft]:
    """The lines that put right what a count found, gains with their value (R10)."""
    end = outside(LocationKind.ADJUSTMENT)
    lines = []
    for one in goods:
        if one.location is None:
            raise Invalid(_("Say where it was counted."), field="location")
        gain = one.qty > 0
        draft = _draft(
            replace(one, qty=abs(one.qty)),
            source=end if gain else one.location,
            target=one.location if gain else end,
        )
        value = one.value if one.value is not None else found_value(draft) if gain else None
        lines.append(replace(draft, value=value))
    return lines


def existing(key: str) -> StockDocument | None:
    """The document that was posted under a key before."""
    return StockDocument.objects.filter(key=key).first() if key else None


Motions = Callable[[Draft, picking.Taken], list["Plan"]]


def _post(
    kind: str,
    drafts: Sequence[Draft],
    *,
    by: User | None,
    at: dt.datetime | None,
    key: str,
    motions: Motions | None = None,
    check: Callable[[Sequence[Draft]], Sequence[Draft]] | None = None,
    **head: Any,
) -> StockDocument:
    """Lock, look again whether the key was used, work out the movements, write and post."""
    if not drafts:
        raise Invalid(_("Nothing is named to be moved."), field="lines")
    cards = posting.lock_cards([draft.item.pk for draft in drafts])
    if (before := existing(key)) is not None:
        return before
    if check is not None:
        drafts = check(drafts)
    taken: picking.Taken = defaultdict(Decimal)
    planned = [motions(draft, taken) if motions else [plan_of(draft)] for draft in _checked(drafts)]
    document, lines = documents.write(kind=kind, lines=drafts, by=by, at=at, key=key, **head)
    moved = [plan.of(line) for line, own in zip(lines, planned, strict=True) for plan in own]
    posting.post(document, moved, cards)
    return document


@dataclass(frozen=True)
class Plan:
    """A movement before its line is written."""

    item: Item
    lot: Lot | None
    source: Location
    target: Location
    qty: Decimal
    of_move: StockMove | None = None

    def of(self, line: StockLine) -> Motion:
        """The movement for its line."""
        return Motion(line, self.item, self.lot, self.source, self.target, self.qty, self.of_move)


def plan_of(draft: Draft) -> Plan:
    """The movement of a line that names both ends."""
    if draft.source is None or draft.target is None:
        raise Invalid(_("Say where it comes from and where it goes."), field="location")
    return Plan(draft.item, draft.lot, draft.source, draft.target, draft.qty, draft.of_move)


def _checked(drafts: Sequence[Draft]) -> Sequence[Draft]:
    for draft in drafts:
        if not draft.item.active:
            raise Refused(_("%(item)s is no longer in use.") % {"item": draft.item})
    return drafts


def _draft(one: Goods, *, source: Location | None = None, target: Location | None = None) -> Draft:
    if one.lot is not None and one.lot.item_id != one.item.pk:
        raise Invalid(_("This lot is of another item."), field="lot")
    return Draft(
        item=one.item,
        unit=one.unit or one.item.unit,
        entered=one.qty,
        qty=units.in_base(one.item, one.qty, one.unit),
        lot=one.lot,
        source=source,
        target=target,
        note=one.note,
    )


def _from_location(one: Goods, target: Location) -> Draft:
    if one.location is None or not one.location.inside:
        raise Invalid(_("Say from which location."), field="location")
    _require_lot(one)
    return _draft(one, source=one.location, target=target)


def _require_lot(one: Goods) -> None:
    if one.item.tracked and one.lot is None:
        raise Invalid(_("%(item)s is kept by lots: name the lot.") % {"item": one.item}, field="lot")


def _priced(one: Goods, location: Location, source: Location) -> Draft:
    _require_lot(one)
    if not location.inside:
        raise Invalid(_("Say to which location."), field="location")
    draft = _draft(one, source=source, target=location)
    value, price = one.value, one.price
    if price is not None and (price < 0 or price != round(price, PRICE_PLACES)):
        raise Invalid(_("A price has at most six decimals and is not negative."), field="price")
    if value is None:
        if price is None:
            raise Invalid(_("Give a price or an amount."), field="price")
        value = cents(one.qty * price)
    if value < 0 or value != cents(value):
        raise Invalid(_("An amount is in cents and not negative."), field="value")
    return replace(draft, price=price, value=value)


def found_value(draft: Draft) -> Decimal:
    """What a found quantity is worth: as the lot's latest layer, else the item's latest in the store."""
    assert draft.target is not None  # noqa: S101 - a gain has a target
    layers = CostLayer.objects.filter(item=draft.item, pool=draft.target.warehouse_id, qty_in__gt=0)
    if draft.lot is not None:
        own = layers.filter(lot=draft.lot)
        layers = own if own.exists() else layers
    last = layers.order_by("-effective_at", "-root_id").first()
    if last is None:
        raise Refused(_("Nothing says what %(item)s is worth: give the amount.") % {"item": draft.item})
    if last.qty_left:
        return cents(last.value_left / last.qty_left * draft.qty)
    came = LayerEntry.objects.filter(layer=last, dq__gt=0)
    qty = sum((entry.dq for entry in came), Decimal(0))
    return cents(sum((entry.dv for entry in came), Decimal(0)) / qty * draft.qty)


def _day(at: dt.datetime | None) -> dt.date:
    """The day of an instant (now) where the organisation is: lots are usable by its calendar."""
    return timezone.localdate(at or clock.now(), timezone.get_default_timezone())
