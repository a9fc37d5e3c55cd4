"""What lines of a document would be worth if it were posted now, and whether that needs approval."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from houqin.inventory.models import Item, Location, StockLimit, Warehouse
from houqin.inventory.queries import books, shortage
from houqin.kernel.cost_layers import LayersShort, Take
from houqin.kernel.money import CENT

HUNDRED = Decimal(100)
Piece = tuple[Location, int | None, Decimal]
"""From where, of which lot, how much in base units."""


def cost_of_taking(item: Item, pieces: Sequence[Piece]) -> list[Decimal]:
    """What taking each piece, one after the other, would cost in yuan. Raises `NotEnoughStock`."""
    events = [
        Take(
            None,
            -number,
            location.warehouse_id or 0,
            None if books.is_averaged(item) else lot,
            books.micro(qty),
        )
        for number, (location, lot, qty) in enumerate(pieces, start=1)
    ]
    book = books.book_now(item, events)
    try:
        book.play(events)
    except LayersShort as short:
        raise shortage.of_layers(item, short) from short
    return [Decimal(book.cost_of(event.move)) * CENT for event in events]


def limit_for(kind: str, warehouse: Warehouse, item: Item) -> StockLimit:
    """The limit that holds for an item in a store; without any, nothing goes without approval."""
    rows = StockLimit.objects.filter(kind=kind)
    own = [
        row
        for row in rows
        if row.warehouse_id in {None, warehouse.pk} and row.category_id in {None, item.category_id}
    ]
    return max(
        own,
        key=lambda row: (row.warehouse_id is not None, row.category_id is not None),
        default=StockLimit(kind=kind),
    )


def within(limit: StockLimit, *, book: Decimal, difference: Decimal, value: Decimal) -> bool:
    """True when a count's difference passes neither the limit in per cent of the books nor that in yuan."""
    if difference == 0:
        return True
    if abs(value) > limit.value or book == 0:
        return False
    return abs(difference) * HUNDRED <= limit.percent * book


def write_off_is_free(warehouses: Iterable[tuple[Warehouse, Item, Decimal]]) -> bool:
    """True when no store's limit is passed by the whole of what is written off of it."""
    rows = list(warehouses)
    whole = sum((value for *_, value in rows), Decimal(0))
    return all(whole <= limit_for(StockLimit.Kind.SCRAP, store, item).value for store, item, _ in rows)
