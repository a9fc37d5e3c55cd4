"""An item's layers loaded into a book: as they stand now, or as they stood before a late movement.

Callers hold the item's card. Quantities go into the book in millionths, values in cents.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from houqin.inventory.models import (
    CostLayer,
    CostMethod,
    DocumentKind,
    DocumentStatus,
    Item,
    LayerEntry,
    LocationKind,
    StockLine,
    StockMove,
)
from houqin.kernel.cost_layers import (
    MILLION,
    Book,
    Carry,
    Effect,
    Event,
    GiveBack,
    Layer,
    LayerKey,
    Receive,
    Reprice,
    Take,
    part_of,
)

CENTS = 100
AHEAD = 20
"""How many layers are read of a queue at a time."""

QUEUE = ("effective_at", "root_id", "in_move__effective_at", "in_move_id")
"""The queue of FIFO: as `Layer.order` is."""


def micro(qty: Decimal) -> int:
    """A quantity in millionths."""
    return int(qty * MILLION)


def to_cents(value: Decimal) -> int:
    """An amount in cents."""
    return int(value * CENTS)


def key_of(layer: CostLayer) -> LayerKey:
    """The key of a stored layer in a book."""
    return (layer.pool_id, layer.lot_id, layer.in_move_id or 0, layer.root_id or 0)


def is_averaged(item: Item) -> bool:
    """True for an item whose issues cost the moving average."""
    return item.cost_method == CostMethod.AVERAGE


class Moved(NamedTuple):
    """What the layers need to know of a movement; an end outside has no store."""

    at: dt.datetime
    line: int
    pk: int
    of: int | None
    lot: int | None
    qty: Decimal
    source: int | None
    came_from: str
    target: int | None
    value: Decimal | None
    kind: str


_FACTS = (
    "effective_at", "line_id", "pk", "of_move_id", "lot_id", "qty", "source__warehouse_id", "source__kind",
    "target__warehouse_id", "line__value", "document__kind",
)  # fmt: skip
"""The columns of `Moved`: plain rows, since a history may have tens of thousands."""


def moved(move: StockMove) -> Moved:
    """The facts of a movement that comes with its ends, line and document."""
    return Moved(
        move.effective_at,
        move.line_id,
        move.pk,
        move.of_move_id,
        move.lot_id,
        move.qty,
        move.source.warehouse_id,
        move.source.kind,
        move.target.warehouse_id,
        move.line.value,
        move.document.kind,
    )


def event_of(move: Moved, item: Item) -> Event | None:
    """What a movement does to the layers; None for one inside a single store.

    A receipt is worth its line's amount, and so is what comes back of an issue of a closed month; what goes
    back to the supplier comes out of the stock of its own receipt.
    """
    at, pk, qty = move.at, move.pk, micro(move.qty)
    lot = None if is_averaged(item) else move.lot
    if move.source == move.target:
        return None
    if move.source is None and move.target is not None:
        if move.of is not None and move.came_from == LocationKind.USE and move.value is None:
            return GiveBack(at, pk, move.of, move.target, qty)
        return Receive(at, pk, move.target, lot, qty, to_cents(move.value or Decimal(0)))
    assert move.source is not None  # noqa: S101 - the two ends differ, so one of them is inside
    if move.target is None:
        bound = move.of if move.kind == DocumentKind.SEND_BACK else None
        return Take(at, pk, move.source, lot, qty, None if is_averaged(item) else bound)
    return Carry(at, pk, move.source, move.target, lot, qty)


class Ledger(Book):
    """A book with the stored layers it was begun with, by their keys."""

    def __init__(self, item: Item) -> None:
        super().__init__(averaged=is_averaged(item))
        self.item = item
        self.stored: dict[LayerKey, CostLayer] = {}


def book_now(item: Item, events: Iterable[Event]) -> Ledger:
    """A book with the layers that the events touch, as they stand; nothing else of the item is read."""
    book = Ledger(item)
    if book.averaged:
        for layer in CostLayer.objects.filter(item=item):
            _hold(book, layer)
    for event in events:
        match event:
            case Take() | Carry() if not book.averaged:
                _hold_queue(book, item, event)
            case GiveBack():
                _hold_origins(book, event.of)
    return book


def _hold_queue(book: Ledger, item: Item, event: Take | Carry) -> None:
    """The head of the queue that an event takes from, as far as all that is taken reaches."""
    found = CostLayer.objects.filter(item=item, pool=event.pool, lot=event.lot, qty_left__gt=0)
    if isinstance(event, Take) and event.root is not None:
        found = found.filter(root=event.root)
    wanted = event.qty + sum(layer.left for layer in book.layers.values())
    done = 0
    while wanted > 0 and (
        some := list(found.select_related("in_move").order_by(*QUEUE)[done : done + AHEAD])
    ):
        done += AHEAD
        for layer in some:
            if wanted > 0:
                wanted -= micro(layer.qty_left)
                _hold(book, layer)


def _hold_origins(book: Ledger, of_move: int) -> None:
    """The layers a movement took from, and what of it has not come back yet."""
    for key, qty, value, layer in _taken_by([of_move]):
        _hold(book, layer)
        book.remember(key[0], key[1], qty, value)


def _taken_by(
    moves: Collection[int], before: dt.datetime | None = None
) -> list[tuple[tuple[int, LayerKey], int, int, CostLayer]]:
    """What movements took from each layer and what has not come back, the head of the queue first.

    With `before` as it stood then: later costs and what came back since are left out.
    """
    back = Q(move__in=moves) | Q(move__of_move__in=moves, move__in=standing())
    found = LayerEntry.objects.filter(back)
    if before is not None:
        found = found.filter(at__lt=before)
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for move, of_move, layer, dq, dv in found.values_list("move", "move__of_move", "layer", "dq", "dv"):
        own = sums[move if of_move is None or move in moves else of_move, layer]
        own[0] -= micro(dq)
        own[1] -= to_cents(dv)
    layers = CostLayer.objects.select_related("in_move").in_bulk({layer for _, layer in sums})
    left = [
        ((move, key_of(layers[layer])), qty, value, layers[layer])
        for (move, layer), (qty, value) in sums.items()
        if qty > 0
    ]
    return sorted(left, key=lambda one: place_of(one[3]))


def value_back(of_move: int, qty: Decimal) -> Decimal:
    """What `qty` of an issue's movement was worth when it left, what was taken last first, in yuan.

    What has gone back into its layers is out of account; later costs are in it.
    """
    rest, value = micro(qty), 0
    for _, held, worth, _ in reversed(_taken_by([of_move])):
        part = min(rest, held)
        value += part_of(worth, part, held)
        rest -= part
    return Decimal(value) / CENTS


def place_of(layer: CostLayer) -> tuple[Any, ...]:
    """Its place in the queue; the running layer of an averaged item has nobody beside it."""
    came = layer.in_move.effective_at if layer.in_move else layer.effective_at
    return (layer.effective_at, layer.root_id or 0, came, layer.in_move_id or 0)


def _hold(book: Ledger, layer: CostLayer, less: Sequence[int] = (0, 0, 0)) -> None:
    """Hold a stored layer, without what `less` says of it: came in, left, value."""
    key = key_of(layer)
    if key not in book.layers:
        came, left, value = less
        qty_left, qty_in = micro(layer.qty_left) - left, micro(layer.qty_in) - came
        book.stored[key] = layer
        book.hold(Layer(place_of(layer), key, qty_left, to_cents(layer.value_left) - value, qty_in))


def standing() -> QuerySet[StockMove]:
    """The movements that count: neither undone at their own instant nor undoing one there."""
    return StockMove.objects.filter(counted())


def counted() -> Q:
    """The condition of `standing`: a reversal is always posted at the instant of what it reverses."""
    return ~Q(document__status=DocumentStatus.REVERSED) & ~Q(document__kind=DocumentKind.REVERSAL)


def book_from(item: Item, since: dt.datetime, undone: Effect) -> tuple[Ledger, Effect]:
    """All that took effect on an item from `since` on, played again; and what is booked for it.

    The difference of the two is what a late movement, a reversal or a later cost changes. A later
    cost is played from its receipt on; what took effect at one instant in the order it was written down
    in. `undone` is what is booked for movements that are being
    reversed: they do not stand any more, but the layers still show them. Raises `LayersShort` when a
    movement would not have found what it took.
    """
    since, later_costs = _back_to_receipts(item, since)
    rows = standing().filter(item=item, effective_at__gte=since).order_by().values_list(*_FACTS)
    moves = [Moved(*row) for row in rows.iterator(chunk_size=5_000)]
    events = [((m.at, m.line, m.pk), event_of(m, item)) for m in moves]
    events += [
        (
            (line.document.effective_at, line.pk, 0),
            Reprice(line.document.effective_at, line.of_move_id or 0, to_cents(line.value or Decimal(0))),
        )
        for line in later_costs
    ]
    book = Ledger(item)
    booked = _booked(item, since)
    _hold_before(book, item, [*booked.items(), *undone.items()])
    earlier = {e.of for _, e in events if isinstance(e, GiveBack)} - {m.pk for m in moves}
    for key, qty, value, layer in _taken_by(earlier, since) if earlier else ():
        _hold(book, layer)
        book.remember(key[0], key[1], qty, value)
    book.play(event for _, event in sorted(events, key=lambda one: one[0]) if event is not None)
    return book, booked


def _back_to_receipts(item: Item, since: dt.datetime) -> tuple[dt.datetime, list[StockLine]]:
    """The later costs from an instant on, and the instant of the first receipt they belong to.

    Going back to a receipt may bring further later costs, which may belong to still earlier receipts.
    """
    while True:
        lines = _later_costs(item, since)
        first = min([since, *(line.of_move.effective_at for line in lines if line.of_move)])
        if first == since:
            return since, lines
        since = first


def _later_costs(item: Item, since: dt.datetime) -> list[StockLine]:
    return list(
        StockLine.objects.filter(
            item=item,
            document__kind=DocumentKind.REPRICE,
            document__status=DocumentStatus.POSTED,
            document__effective_at__gte=since,
            of_move__isnull=False,
        ).select_related("document", "of_move")
    )


def _booked(item: Item, since: dt.datetime) -> Effect:
    """What the entries of the movements that count say, summed up."""
    return summed(LayerEntry.objects.filter(layer__item=item, at__gte=since, move__in=standing()))


def summed(entries: QuerySet[LayerEntry]) -> Effect:
    """What entries say together of each movement and layer, by instant."""
    sums: dict[tuple[dt.datetime, int, LayerKey], list[int]] = defaultdict(lambda: [0, 0])
    rows = entries.order_by().values_list(
        "at", "move", "layer__pool", "layer__lot", "layer__in_move", "layer__root", "dq", "dv"
    )
    for at, move, pool, lot, in_move, root, dq, dv in rows.iterator(chunk_size=5_000):
        own = sums[at, move, (pool, lot, in_move or 0, root or 0)]
        own[0] += micro(dq)
        own[1] += to_cents(dv)
    return {key: (dq, dv) for key, (dq, dv) in sums.items()}


def _hold_before(
    book: Ledger, item: Item, since: Iterable[tuple[tuple[dt.datetime, int, LayerKey], tuple[int, int]]]
) -> None:
    """The layers as they stood: those of now without what took effect since."""
    gone: dict[LayerKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (_, move, key), (dq, dv) in since:
        own = gone[key]
        own[0] += dq if move == key[2] else 0
        own[1] += dq
        own[2] += dv
    found = CostLayer.objects.filter(item=item)
    if not book.averaged:
        came = {key[2] for key in gone}
        found = found.filter(Q(qty_left__gt=0) | Q(in_move__in=came))
    for layer in found.select_related("in_move"):
        _hold(book, layer, gone.get(key_of(layer), (0, 0, 0)))
