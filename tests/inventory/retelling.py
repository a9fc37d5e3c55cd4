"""Telling an item's history once more, to another item, in the order in which it took effect."""

import datetime as dt
from typing import Any

from houqin.inventory.actions import documents, posting
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.posting import Motion
from houqin.inventory.models import CostLayer, DocumentKind, Item, StockLine, StockMove
from houqin.inventory.queries import books
from tests import makers_stock as make

LATER = dt.timedelta(days=3660)
"""When it happens again no month is closed."""


def told(item: Item, later: dt.timedelta = dt.timedelta()) -> list[tuple[Any, ...]]:
    """The layers as they stand, by store, lot, instant and what they hold."""
    layers = CostLayer.objects.filter(item=item, qty_left__gt=0).values_list(
        "pool", "lot__number", "effective_at", "qty_left", "value_left"
    )
    return sorted(((pool, lot, at + later, *left) for pool, lot, at, *left in layers), key=str)


def retold(item: Item) -> list[tuple[Any, ...]]:
    """The layers of a new item to which the same happened in the order it took effect, nothing late (I7).

    It happens ten years later, where no month is closed.
    """
    twin = make.make_item(item.name, tracking=item.tracking, cost_method=item.cost_method, step=item.step)
    lots_of = {lot.pk: make.make_lot(twin, lot.number) for lot in item.lots.all()}
    moves = StockMove.objects.filter(books.counted(), item=item).select_related(
        "document", "line", "source", "target"
    )
    later = StockLine.objects.filter(
        item=item, document__kind=DocumentKind.REPRICE, document__status="posted"
    ).select_related("document")
    events: list[Any] = [((m.effective_at, m.line_id, m.pk), m) for m in moves]
    events += [((line.document.effective_at, line.pk, 0), line) for line in later]
    now: dict[int, StockMove] = {}
    for _, event in sorted(events, key=lambda one: one[0]):
        card = posting.lock_cards([twin.pk])
        lot = lots_of[event.lot_id] if event.lot_id else None
        of = now.get(event.of_move_id or 0)
        worth = event.value if isinstance(event, StockLine) else event.line.value
        draft = Draft(twin, twin.unit, event.qty, event.qty, lot, value=worth, of_move=of)
        document, lines = documents.write(
            kind=event.document.kind, lines=[draft], by=None, at=event.document.effective_at + LATER
        )
        if isinstance(event, StockLine):
            assert of is not None
            posting.set_posted(document)
            posting.settle(document, twin, since=of.effective_at)
            posting.mark_last([card[twin.pk]], document.effective_at)
            continue
        motion = Motion(lines[0], twin, lot, event.source, event.target, event.qty, of)
        now[event.pk] = posting.post(document, [motion], card)[0]
    return told(twin)
