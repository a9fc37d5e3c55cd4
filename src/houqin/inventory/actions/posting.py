"""Posting: a document's movements change balances and layers, all at once or not at all.

Everything that moves stock goes through here. Locks: the cards of the items, in the order of their
ids; the counter of numbers last. A movement that took effect before others of its item (a late
document, a reversal, a later cost) is settled by playing the item's history again in memory; what that
changes for other movements is written as one adjustment document, never by changing a row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.inventory.actions import documents, periods
from houqin.inventory.models import (
    CostLayer,
    DocumentKind,
    DocumentStatus,
    Item,
    LayerEntry,
    Location,
    Lot,
    StockBalance,
    StockCard,
    StockDocument,
    StockLine,
    StockMove,
)
from houqin.inventory.queries import books, shortage
from houqin.kernel import bulk, clock
from houqin.kernel.cost_layers import MILLION, Effect, Layer, LayerKey, LayersShort, WorthLess
from houqin.kernel.errors import Refused

_CENTS = Decimal(100)
_MANY = 500
_SUMS = {"qty_left": "numeric", "qty_in": "numeric", "value_left": "numeric"}
_ENTRY = ("layer_id", "move_id", "document_id", "dq", "dv", "at")
Row = tuple[int, int | None, int]
"""Item, lot and location: what a balance is kept for."""


@dataclass(frozen=True)
class Motion:
    """One movement to post: a quantity in base units between two locations, for a line."""

    line: StockLine
    item: Item
    lot: Lot | None
    source: Location
    target: Location
    qty: Decimal
    of_move: StockMove | None = None


@dataclass(frozen=True)
class Undone:
    """Movements that a reversal takes back: what is booked for them, and the movement that undoes each."""

    booked: Effect = field(default_factory=dict)
    by: Mapping[int, int] = field(default_factory=dict)

    @property
    def taken_back(self) -> Effect:
        """The exact negatives, for the movements that undo."""
        return {(at, self.by[move], key): (-dq, -dv) for (at, move, key), (dq, dv) in self.booked.items()}


def lock_cards(item_ids: Collection[int]) -> dict[int, StockCard]:
    """The cards of the items, locked in the order of their ids; made where an item has none yet."""
    wanted = sorted(set(item_ids))
    found = {card.item_id: card for card in _locked(wanted)}
    if len(found) < len(wanted):
        missing = [StockCard(item_id=pk) for pk in wanted if pk not in found]
        StockCard.objects.bulk_create(missing, ignore_conflicts=True)
        found = {card.item_id: card for card in _locked(wanted)}
    return found


def _locked(item_ids: list[int]) -> Iterable[StockCard]:
    return StockCard.objects.select_for_update().filter(item__in=item_ids).order_by("item_id")


@transaction.atomic(savepoint=False)
def post(
    document: StockDocument, motions: Sequence[Motion], cards: Mapping[int, StockCard]
) -> list[StockMove]:
    """Post a written document: its movements, the balances, the layers; returns the movements.

    The caller holds `cards` (`lock_cards`) and has read what it decided on after that. Raises `Refused`
    (`NotEnoughStock`, a closed period, a date to come) and then writes nothing.
    """
    at = document.effective_at
    periods.require_open(at, by=document.by)
    change_balances(motions)
    moves = write_moves(document, motions)
    by_item = sorted(_by_item(moves).items())
    waited = document.is_numbered
    late = {pk for pk, _ in by_item if _is_late(at, cards[pk].last_at, waited=waited)}
    if late:
        set_posted(document)
    books_now = []
    for item_id, own in by_item:
        item = own[0].item
        if item_id in late:
            shortage.require_past_stock(item, own)
            settle(document, item, since=at, own={move.pk for move in own})
        else:
            books_now.append(_played(item, own))
    _write([(book, [(document, book.effect)]) for book in books_now])
    mark_last([cards[book.item.pk] for book in books_now], at)
    if not late:
        set_posted(document)
    return moves


def _is_late(at: dt.datetime, last: dt.datetime | None, *, waited: bool) -> bool:
    """Whether something of the item took effect after `at`; what waited was written before its equals."""
    return last is not None and (at < last or (waited and at == last))


def mark_last(cards: Iterable[StockCard], at: dt.datetime) -> None:
    """Something of the cards' items took effect at `at`; what took effect before is late from now on."""
    earlier = [card.pk for card in cards if card.last_at is None or card.last_at < at]
    if earlier:
        StockCard.objects.filter(pk__in=earlier).update(last_at=at)


def change_balances(motions: Iterable[Motion]) -> None:
    """Take from and add to what lies inside. Raises `NotEnoughStock`; the cards are held."""
    changes: dict[Row, Decimal] = defaultdict(Decimal)
    named: dict[Row, Motion] = {}
    for one in motions:
        lot_id = one.lot.pk if one.lot else None
        for location, qty in ((one.source, -one.qty), (one.target, one.qty)):
            if location.inside:
                changes[one.item.pk, lot_id, location.pk] += qty
                named[one.item.pk, lot_id, location.pk] = one
    items, locations = {row[0] for row in changes}, {row[2] for row in changes}
    rows = {
        (b.item_id, b.lot_id, b.location_id): b
        for b in StockBalance.objects.filter(item__in=items, location__in=locations)
    }
    fresh: list[StockBalance] = []
    moved: list[StockBalance] = []
    for row, qty in sorted(changes.items(), key=lambda one: (one[0][0], one[0][1] or 0, one[0][2])):
        balance = rows.get(row) or StockBalance(
            item_id=row[0], lot_id=row[1], location_id=row[2], on_hand=Decimal(0), reserved=Decimal(0)
        )
        if balance.on_hand + qty < balance.reserved:
            raise shortage.of_balance(named[row].item, named[row].lot, balance, -qty)
        balance.on_hand += qty
        (moved if balance.pk else fresh).append(balance)
    StockBalance.objects.bulk_create(fresh)
    bulk.set_columns(StockBalance, {"on_hand": "numeric"}, [(b.pk, b.on_hand) for b in moved])


def _by_item(moves: Iterable[StockMove]) -> dict[int, list[StockMove]]:
    found: dict[int, list[StockMove]] = defaultdict(list)
    for move in moves:
        found[move.item_id].append(move)
    return found


def write_moves(document: StockDocument, motions: Sequence[Motion]) -> list[StockMove]:
    """The movements of a document, stored at its instant."""
    return StockMove.objects.bulk_create(
        StockMove(
            line=one.line,
            document=document,
            item=one.item,
            lot=one.lot,
            source=one.source,
            target=one.target,
            qty=one.qty,
            effective_at=document.effective_at,
            of_move=one.of_move,
        )
        for one in motions
    )


def set_posted(document: StockDocument) -> None:
    """The document is posted now, under its number: nobody waits for the counter while layers change.

    One that was put before others has its number already.
    """
    if not document.is_numbered:
        document.number = documents.number_for(document)
    document.status = DocumentStatus.POSTED
    document.posted_at = clock.now()
    document.version += 1
    document.save(update_fields=["number", "status", "posted_at", "version"])


def _played(item: Item, moves: list[StockMove]) -> books.Ledger:
    """The movements take effect after all others of the item: only the layers they touch are read."""
    events = [event for move in moves if (event := books.event_of(books.moved(move), item)) is not None]
    book = books.book_now(item, events)
    try:
        book.play(events)
    except LayersShort as short:
        raise shortage.of_layers(item, short) from short
    return book


def settle(
    document: StockDocument,
    item: Item,
    *,
    since: dt.datetime,
    own: Collection[int] = (),
    undone: Undone | None = None,
) -> None:
    """Play an item's history again from `since` and write down what differs from the ledger.

    What belongs to the document's `own` movements, or to a later cost it brings or takes back, is
    booked on the document itself, the rest on its one adjustment document. Raises `NotEnoughStock`
    when a later movement would not have found what it took.
    """
    undone = undone or Undone()
    try:
        book, booked = books.book_from(item, since, undone.booked)
    except LayersShort as short:
        raise shortage.of_history(item, short) from short
    except WorthLess as error:
        raise Refused(_("%(item)s would be worth less than nothing.") % {"item": item}) from error
    changed = _difference(book.effect, booked)
    costs = document.reverses or document
    repriced_at = costs.effective_at if costs.kind == DocumentKind.REPRICE else None
    mine = {key: by for key, by in changed.items() if key[1] in own or key[0] == repriced_at}
    parts = [(document, {**mine, **undone.taken_back})]
    if others := {key: by for key, by in changed.items() if key not in mine}:
        parts.append((documents.adjustment_of(document, item), others))
    _write([(book, parts)])


def _difference(effect: Effect, booked: Effect) -> Effect:
    changed: Effect = {}
    for key in {**effect, **booked}:
        (dq, dv), (was_q, was_v) = effect.get(key, (0, 0)), booked.get(key, (0, 0))
        if (dq, dv) != (was_q, was_v):
            changed[key] = (dq - was_q, dv - was_v)
    return changed


def _write(done: Sequence[tuple[books.Ledger, list[tuple[StockDocument, Effect]]]]) -> None:
    """Store the layers as the books leave them, and the entries that lead there; all items at once."""
    _store_layers([(book, {key for _, effect in parts for *_, key in effect}) for book, parts in done])
    rows = [
        (book.stored[key].pk, move, document.pk, Decimal(dq) / MILLION, Decimal(dv) / _CENTS, at)
        for book, parts in done
        for document, effect in parts
        for (at, move, key), (dq, dv) in effect.items()
        if dq or dv
    ]
    if len(rows) > _MANY:
        bulk.copy_rows(LayerEntry, _ENTRY, rows, {})
    else:
        LayerEntry.objects.bulk_create(LayerEntry(**dict(zip(_ENTRY, row, strict=True))) for row in rows)


def _store_layers(touched: Sequence[tuple[books.Ledger, Collection[LayerKey]]]) -> None:
    fresh: list[CostLayer] = []
    known: list[CostLayer] = []
    for book, keys in touched:
        for key in sorted(keys, key=lambda key: (key[0], key[1] or 0, key[2], key[3])):
            layer, row = book.layers[key], book.stored.get(key)
            if row is None:
                row = book.stored[key] = _new_row(book, layer)
            (known if row.pk else fresh).append(row)
            row.qty_left = Decimal(layer.left) / MILLION
            row.qty_in = row.qty_left if book.averaged else Decimal(layer.taken_in) / MILLION
            row.value_left = Decimal(layer.value) / _CENTS
    CostLayer.objects.bulk_create(fresh)
    rows = [(row.pk, row.qty_left, row.qty_in, row.value_left) for row in known]
    bulk.set_columns(CostLayer, _SUMS, rows)


def _new_row(book: books.Ledger, layer: Layer) -> CostLayer:
    pool, lot, in_move, root = layer.key
    return CostLayer(
        item=book.item,
        pool_id=pool,
        lot_id=lot,
        in_move_id=in_move or None,
        root_id=root or None,
        effective_at=layer.order[0],
    )
