"""Stock as it is told: documents, movements, balances and layers in memory, until they are written.

The arithmetic is the kernel's and the picking rule that of the stores, so that what is told is what the
actions would have posted, document by document. Quantities are whole millionths, values whole cents.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from houqin.accounts.models import User
from houqin.inventory.models import CostMethod, DocumentKind, Item, Location, StockPolicy, Unit, Warehouse
from houqin.kernel.cost_layers import MILLION, Book, Carry, Event, GiveBack, LayerKey, Receive, Take
from houqin.org.models import Partner


@dataclass(eq=False)
class Batch:
    """A lot of the telling; `serial` is the order in which they came."""

    serial: int
    item: Item
    number: str
    partner: Partner
    made_on: dt.date
    expires_on: dt.date


@dataclass(eq=False)
class Told:
    """A movement; `serial` is the order in which they were recorded."""

    serial: int
    batch: Batch | None
    source: Location
    target: Location
    qty: int
    of: "Told | None" = None


@dataclass(eq=False)
class Entry:
    """A line of a document with its movements; `price` is for one `unit`, `value` in cents."""

    item: Item
    unit: Unit
    entered: Decimal
    qty: int
    batch: Batch | None = None
    price: Decimal | None = None
    value: int | None = None
    source: Location | None = None
    target: Location | None = None
    of: Told | None = None
    moves: list[Told] = field(default_factory=list)


@dataclass(eq=False)
class Paper:
    """A stock document."""

    kind: DocumentKind
    at: dt.datetime
    by: User
    lines: list[Entry]
    source: str = ""
    charged_to: str = ""
    reason: str = ""
    partner: Partner | None = None
    effect: dict[tuple[Told, LayerKey], tuple[int, int]] = field(default_factory=dict)
    """What its movements did to the layers; the keys hold serials of lots and movements."""


Spot = tuple[Batch | None, Location]


class Storeroom:
    """Everything that lies anywhere, and how it came to that."""

    def __init__(self, ends: dict[str, Location]) -> None:
        self.ends = ends
        self.papers: list[Paper] = []
        self.batches: list[Batch] = []
        self.books: dict[Item, Book] = {}
        self.held: dict[tuple[int, int], dict[Spot, int]] = defaultdict(dict)
        self.last: dict[Item, dt.datetime] = {}
        self._moves = 0

    def batch(self, item: Item, partner: Partner, made_on: dt.date) -> Batch:
        """A new lot that keeps as long as the item does."""
        expires = made_on + dt.timedelta(days=item.shelf_life_days or 365)
        same = sum(1 for one in self.batches[-200:] if one.item is item and one.made_on == made_on)
        number = f"{made_on:%Y%m%d}" + (f"-{same + 1}" if same else "")
        made = Batch(len(self.batches) + 1, item, number, partner, made_on, expires)
        self.batches.append(made)
        return made

    def on_hand(self, item: Item, store: Warehouse) -> int:
        """What lies in a store, usable or not."""
        return sum(self.held[item.pk, store.pk].values())

    def usable(self, item: Item, store: Warehouse, on: dt.date) -> int:
        """What may be used on a day."""
        return sum(qty for _spot, qty in self._usable(item, store, on))

    def expired(self, item: Item, store: Warehouse, on: dt.date) -> Iterator[tuple[Batch, Location, int]]:
        """Lots that may not be used any more on a day, and how much of each is left where."""
        for (batch, location), qty in self.held[item.pk, store.pk].items():
            if batch is not None and qty and batch.expires_on < on:
                yield batch, location, qty

    def pick(self, item: Item, store: Warehouse, qty: int, on: dt.date) -> list[tuple[Spot, int]]:
        """The lots and shelves to take from: by expiry, then as they came, then the smaller remainder."""
        found, rest = [], qty
        for spot, free in sorted(self._usable(item, store, on), key=_order):
            if part := min(rest, free):
                found.append((spot, part))
                rest -= part
        return found

    def _usable(self, item: Item, store: Warehouse, on: dt.date) -> Iterable[tuple[Spot, int]]:
        for (batch, location), qty in self.held[item.pk, store.pk].items():
            if qty and (batch is None or batch.expires_on >= on):
                yield (batch, location), qty

    def move(self, line: Entry, spot: Spot, target: Location, qty: int) -> None:
        """Let a line move a quantity from a spot to a location."""
        self._moves += 1
        line.moves.append(Told(self._moves, spot[0], spot[1], target, qty, line.of))

    def post(self, paper: Paper) -> None:
        """Let a document take effect: balances and layers change."""
        self.papers.append(paper)
        for line in paper.lines:
            for move in line.moves:
                self._change(line.item, move.batch, move.source, -move.qty)
                self._change(line.item, move.batch, move.target, move.qty)
                self._play(paper, line, move)
            self.last[line.item] = paper.at

    def _change(self, item: Item, batch: Batch | None, location: Location, qty: int) -> None:
        if location.warehouse_id is not None:
            own = self.held[item.pk, location.warehouse_id]
            own[batch, location] = own.get((batch, location), 0) + qty

    def _play(self, paper: Paper, line: Entry, move: Told) -> None:
        event = _event(paper, line, move)
        if event is None:
            return
        book = self.books.setdefault(line.item, Book(averaged=line.item.cost_method == CostMethod.AVERAGE))
        book.effect.clear()
        book.play([event])
        for (_at, _serial, key), done in book.effect.items():
            paper.effect[move, key] = done


def cents_of(entered: Decimal, price: Decimal) -> int:
    """What a line is worth."""
    return int((entered * price * 100).quantize(Decimal(1), "ROUND_HALF_UP"))


def micro(qty: Decimal | float) -> int:
    """A quantity in millionths."""
    return int(Decimal(str(qty)) * MILLION)


def shelf_of(policy: StockPolicy) -> Location:
    """Where an item usually lies in a store; all wares of the demonstration have such a place."""
    if policy.shelf is None:
        raise ValueError("a ware without a shelf")
    return policy.shelf


def _order(one: tuple[Spot, int]) -> tuple[dt.date, int, int, int]:
    (batch, location), free = one
    expires, serial = (batch.expires_on, batch.serial) if batch else (dt.date.max, 0)
    return expires, serial, free, location.pk


def _event(paper: Paper, line: Entry, move: Told) -> Event | None:
    at, serial, qty = paper.at, move.serial, move.qty
    averaged = line.item.cost_method == CostMethod.AVERAGE
    lot = move.batch.serial if move.batch and not averaged else None
    source, target = move.source.warehouse_id, move.target.warehouse_id
    if source == target:
        return None
    if source is None and target is not None:
        if move.of is not None:
            return GiveBack(at, serial, move.of.serial, target, qty)
        return Receive(at, serial, target, lot, qty, line.value or 0)
    if source is not None and target is None:
        return Take(at, serial, source, lot, qty)
    assert source is not None and target is not None  # noqa: S101, PT018 - one end is inside
    return Carry(at, serial, source, target, lot, qty)
