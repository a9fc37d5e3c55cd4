"""What stock has cost: layers of value that movements fill, empty, carry on and fill again.

Pure arithmetic without tables. Quantities are whole millionths of the item's base unit, values
whole cents, so that nothing is ever lost by rounding: taking the whole of a layer takes its whole
value, taking a part takes value × part ÷ whole, rounded half up to a cent (rules R1–R9 of the
stores' design). A book holds one item in all its pools; the events come in the order in which
they took effect. What each movement did to each layer is the result, so that a ledger can compare
it with what it has booked and write down only the difference.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from houqin.kernel.errors import Refused

MILLION = 1_000_000

Pool = int
Lot = int | None
Move = int
LayerKey = tuple[Pool, Lot, Move, Move]
"""Where a layer lies, of which lot, by which movement it came there, and which receipt it began with."""


class WorthLess(Refused):
    """A later cost would leave stock that is worth less than nothing."""

    code = "worth_less_than_nothing"


class LayersShort(Refused):
    """A pool holds less than is to be taken; `wanted` and `held` are in millionths."""

    code = "not_enough_stock"

    def __init__(self, wanted: int, held: int) -> None:
        super().__init__(f"{wanted / MILLION:g} wanted, {held / MILLION:g} held", wanted=wanted, held=held)
        self.wanted, self.held = wanted, held


def part_of(value: int, part: int, whole: int) -> int:
    """`value` × `part` ÷ `whole` rounded half up (away from zero); everything for the whole. `whole` > 0."""
    if part == whole:
        return value
    if value < 0:
        return -part_of(-value, part, whole)
    return (2 * value * part + whole) // (2 * whole)


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` split by weights so that it is spent exactly: largest remainder, ties by position.

    Nothing negative comes of a positive amount; without any weight everything goes to the first.
    """
    if amount < 0:
        return [-share for share in shares(-amount, weights)]
    whole = sum(weights)
    if not whole:
        return [amount if at == 0 else 0 for at in range(len(weights))]
    found = [amount * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % whole), at))
    for at in rests[: amount - sum(found)]:
        found[at] += 1
    return found


@dataclass(order=True)
class Layer:
    """Stock of one origin in one pool.

    `order` is its place in the queue of FIFO: the origin's instant and number, then the instant and number
    of the movement that brought it into the pool.
    """

    order: tuple[Any, ...]
    key: LayerKey = field(compare=False)
    left: int = field(compare=False)
    value: int = field(compare=False)
    taken_in: int = field(compare=False)

    @property
    def root(self) -> Move:
        """The receipt it began with."""
        return self.key[3]


@dataclass(frozen=True)
class Receive:
    """Stock comes from outside with a value."""

    at: Any
    move: Move
    pool: Pool
    lot: Lot
    qty: int
    value: int


@dataclass(frozen=True)
class Take:
    """Stock leaves a pool; with `root` only out of the layers that began with this receipt."""

    at: Any
    move: Move
    pool: Pool
    lot: Lot
    qty: int
    root: Move | None = None


@dataclass(frozen=True)
class Carry:
    """Stock goes from pool to pool and keeps its value, its age and its place in the queue."""

    at: Any
    move: Move
    pool: Pool
    to: Pool
    lot: Lot
    qty: int


@dataclass(frozen=True)
class GiveBack:
    """What was taken by `of` comes back into the layers it came from, latest taken first."""

    at: Any
    move: Move
    of: Move
    pool: Pool
    qty: int


@dataclass(frozen=True)
class Reprice:
    """A receipt costs more (or less) than was thought: by a later invoice, freight, duty."""

    at: Any
    root: Move
    amount: int


Event = Receive | Take | Carry | GiveBack | Reprice
Effect = dict[tuple[Any, Move, LayerKey], tuple[int, int]]
"""Quantity and value that each movement put into (or, negative, took out of) each layer, by the instant
of the event that did it: a later cost changes what earlier movements have cost, at its own instant."""


class Book:
    """One item's layers in all pools, and what the movements did to them.

    `averaged` keeps one running layer in each pool instead of a queue (R9).
    """

    def __init__(self, *, averaged: bool = False) -> None:
        self.averaged = averaged
        self._at: Any = None
        self.layers: dict[LayerKey, Layer] = {}
        self.effect: Effect = defaultdict(lambda: (0, 0))
        self._queues: dict[tuple[Pool, Lot], list[Layer]] = defaultdict(list)
        self._out: dict[Move, dict[LayerKey, tuple[int, int]]] = defaultdict(dict)
        self._parents: dict[LayerKey, tuple[Move, LayerKey]] = {}
        self._carries: set[Move] = set()
        self._received: dict[Move, tuple[LayerKey, int, int]] = {}

    def hold(self, layer: Layer) -> None:
        """Begin with a layer as it stands."""
        self.layers[layer.key] = layer
        insort(self._queues[layer.key[0], layer.key[1]], layer)

    def remember(self, move: Move, key: LayerKey, qty: int, value: int) -> None:
        """Begin with what an earlier movement had taken (positive), so that it can be given back."""
        self._out[move][key] = (qty, value)

    def play(self, events: Iterable[Event]) -> None:
        """Let events take effect one after the other. Raises `LayersShort`; the book is then spoilt."""
        for event in events:
            self._at = event.at
            match event:
                case Receive():
                    self._receive(event)
                case Take():
                    self._spend(event.move, self._taken(event.pool, event.lot, event.qty, event.root))
                case Carry():
                    self._carry(event)
                case GiveBack():
                    self._give_back(event)
                case Reprice():
                    self._reprice(event)

    def value_of(self, pool: Pool) -> int:
        """The value of a pool in cents."""
        return sum(layer.value for layer in self.layers.values() if layer.key[0] == pool)

    def cost_of(self, move: Move) -> int:
        """What a movement took out, in cents: positive for an issue."""
        return -sum(dv for (_, own, _), (_, dv) in self.effect.items() if own == move)

    def _receive(self, event: Receive) -> None:
        key = self._put(
            event.move,
            (event.pool, event.lot, event.move, event.move),
            (event.at, event.move, event.at, event.move),
            event.qty,
            event.value,
        )
        self._received[event.move] = (key, event.qty, len(self._out))

    def _put(self, move: Move, key: LayerKey, order: tuple[Any, ...], qty: int, value: int) -> LayerKey:
        key = (key[0], key[1], 0, 0) if self.averaged else key
        layer = self.layers.get(key)
        if layer is None:
            layer = Layer(order, key, 0, 0, 0)
            self.hold(layer)
        layer.taken_in += qty
        self._book(move, layer, qty, value)
        return key

    def _book(self, move: Move, layer: Layer, qty: int, value: int) -> None:
        layer.left += qty
        layer.value += value
        dq, dv = self.effect[self._at, move, layer.key]
        self.effect[self._at, move, layer.key] = (dq + qty, dv + value)

    def _taken(self, pool: Pool, lot: Lot, qty: int, root: Move | None) -> list[tuple[Layer, int]]:
        """The layers that give `qty`, in the order of the queue, and how much each gives."""
        found, rest = [], qty
        for layer in self._queues[pool, lot]:
            if not rest:
                break
            if layer.left and (root is None or layer.root == root):
                part = min(rest, layer.left)
                found.append((layer, part))
                rest -= part
        if rest:
            raise LayersShort(qty, qty - rest)
        return found

    def _spend(self, move: Move, taken: list[tuple[Layer, int]]) -> list[tuple[Layer, int, int]]:
        spent = []
        for layer, part in taken:
            value = part_of(layer.value, part, layer.left)
            self._book(move, layer, -part, -value)
            qty_before, value_before = self._out[move].get(layer.key, (0, 0))
            self._out[move][layer.key] = (qty_before + part, value_before + value)
            spent.append((layer, part, value))
        return spent

    def _carry(self, event: Carry) -> None:
        taken = self._taken(event.pool, event.lot, event.qty, None)
        for layer, part, value in self._spend(event.move, taken):
            to = (event.to, event.lot, event.move, layer.root)
            order = (*layer.order[:2], event.at, event.move)
            to = self._put(event.move, to, order, part, value)
            self._carries.add(event.move)
            if not self.averaged:
                del self._out[event.move][layer.key]
                self._parents.setdefault(to, (event.move, layer.key))

    def _give_back(self, event: GiveBack) -> None:
        rest = event.qty
        for key, (qty, value) in reversed(self._out[event.of].items()):
            part = min(rest, qty)
            if not part:
                continue
            # After a rebate a use may have cost less than nothing; no layer is worth less than that.
            back = max(part_of(value, part, qty), -self.layers[key].value)
            self._out[event.of][key] = (qty - part, value - back)
            self._book(event.move, self.layers[key], part, back)
            rest -= part
        if rest:
            raise LayersShort(event.qty, event.qty - rest)

    def _reprice(self, event: Reprice) -> None:
        """R8: the share still in stock goes to the layers, the rest to those who used it up."""
        held, users = self._averaged_users(event.root) if self.averaged else self._users(event.root)
        left, used = sum(qty for _, qty in held), sum(qty for _, _, qty in users)
        if not left + used:
            return
        stocked = part_of(event.amount, left, left + used)
        parts = shares(stocked, [qty for _, qty in held]) if held else []
        rest = self._add_value(event.root, zip((key for key, _ in held), parts, strict=True))
        spent = shares(event.amount - stocked + rest, [qty for *_, qty in users]) if users else []
        for (move, key, _), part in zip(users, spent, strict=True):
            self._bring(event.root, key, part)
            self._charge(move, key, part)
        if rest and not users:
            self._lessen_others(event.root, rest)

    def _add_value(self, root: Move, parts: Iterable[tuple[LayerKey, int]]) -> int:
        """Let layers be worth more or less, none less than nothing; return what could not be taken off."""
        rest = 0
        for key, part in parts:
            layer = self.layers[key]
            own = max(part, -layer.value)
            self._bring(root, key, own)
            layer.value += own
            rest += part - own
        return rest

    def _lessen_others(self, root: Move, rest: int) -> None:
        """Take the rest of a rebate off whatever the item still has: of an average, or by a cent rounded."""
        for key in sorted(key for key, layer in self.layers.items() if self.averaged or key[3] == root):
            if rest:
                rest = self._add_value(root, [(key, rest)])
        if rest:
            raise WorthLess("a later cost would leave stock worth less than nothing")

    def _users(self, root: Move) -> tuple[list[tuple[LayerKey, int]], list[tuple[Move, LayerKey, int]]]:
        """The layers that still hold some of a receipt, and the movements that used the rest up."""
        held = [
            (layer.key, layer.left)
            for layer in sorted(self.layers.values())
            if layer.root == root and layer.left
        ]
        users = [
            (move, key, qty)
            for move, own in self._out.items()
            for key, (qty, _) in own.items()
            if key[3] == root and qty
        ]
        return held, users

    def _averaged_users(
        self, root: Move
    ) -> tuple[list[tuple[LayerKey, int]], list[tuple[Move, LayerKey, int]]]:
        """As `_users`, where nobody can tell which piece was whose: the last ones in are the last to go."""
        if root not in self._received:
            return [], []
        own, qty, since = self._received[root]
        left = min(self.layers[own].left, qty)
        users = [
            (move, key, spent)
            for move in list(self._out)[since:]
            for key, (spent, _) in self._out[move].items()
            if spent and move not in self._carries
        ]
        if users:
            gone = shares(qty - left, [spent for *_, spent in users])
            return [(own, left)], [
                (move, key, part) for (move, key, _), part in zip(users, gone, strict=True)
            ]
        elsewhere = sorted(key for key, layer in self.layers.items() if layer.left)
        return [(own, qty)] if left else [(key, self.layers[key].left) for key in elsewhere], []

    def _bring(self, root: Move, key: LayerKey, amount: int) -> None:
        """Write a later cost down on its way from the receipt to a layer, along the transfers between."""
        while key in self._parents and self._parents[key][0] != root:
            move, source = self._parents[key]
            self._add(move, key, amount)
            self._add(move, source, -amount)
            key = source
        self._add(root, key, amount)

    def _charge(self, move: Move, key: LayerKey, amount: int) -> None:
        """Let a movement that used stock up cost `amount` more."""
        self._add(move, key, -amount)
        qty, value = self._out[move][key]
        self._out[move][key] = (qty, value + amount)

    def _add(self, move: Move, key: LayerKey, amount: int) -> None:
        dq, dv = self.effect[self._at, move, key]
        self.effect[self._at, move, key] = (dq, dv + amount)
