"""What was told of the stores is written down: numbered by the day, then copied table by table."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

from houqin.budget.models import CostEntry, Element
from houqin.demo.occasions import ZONE
from houqin.demo.storeroom import Batch, Paper, Storeroom, Told
from houqin.inventory.actions.documents import LETTERS
from houqin.inventory.models import (
    CostLayer,
    DocumentStatus,
    LayerEntry,
    LocationKind,
    Lot,
    StockBalance,
    StockCard,
    StockDocument,
    StockLine,
    StockMove,
)
from houqin.journal.actions import numbers
from houqin.kernel.bulk import copy_rows, copy_tracked_rows, next_keys
from houqin.kernel.cost_layers import MILLION, LayerKey

_BORNE = frozenset({LocationKind.USE, LocationKind.SCRAP, LocationKind.ADJUSTMENT})
Rows = list[tuple[Any, ...]]


def write(room: Storeroom) -> None:
    """Copy everything a storeroom holds, in the open transaction; only what the actions would write."""
    keys = _Keys(room)
    _write_lots(room.batches, keys)
    written = _number(room.papers)
    _write_papers(room.papers, written, keys)
    _write_moves(room.papers, keys)
    layers = _write_layers(room, keys)
    _write_entries(room.papers, layers, keys)
    _write_balances(room, keys)
    _write_costs(room.papers, written)
    _count_rows()


def _count_rows() -> None:
    """Let the database know how much was copied: it believes the tables empty, and plans by that."""
    written: tuple[type[Model], ...] = (
        StockDocument,
        StockLine,
        StockMove,
        CostLayer,
        LayerEntry,
        StockBalance,
    )
    with connection.cursor() as cursor:
        for model in written:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(model._meta.db_table)))


class _Keys:
    """The keys of the rows: lots and movements by serial, documents and lines by object."""

    def __init__(self, room: Storeroom) -> None:
        lines = [line for paper in room.papers for line in paper.lines]
        moves = sum(len(line.moves) for line in lines)
        self.lots = dict(enumerate(next_keys(Lot, len(room.batches)), start=1))
        self.papers = dict(zip(room.papers, next_keys(StockDocument, len(room.papers)), strict=True))
        self.lines = dict(zip(lines, next_keys(StockLine, len(lines)), strict=True))
        self.moves = dict(enumerate(next_keys(StockMove, moves), start=1))

    def lot(self, batch: Batch | None) -> int | None:
        """The key of a lot."""
        return self.lots[batch.serial] if batch else None

    def layer(self, key: LayerKey) -> tuple[int, int | None, int | None, int | None]:
        """The columns of a layer by its key in a book."""
        pool, lot, in_move, root = key
        return pool, self.lots[lot] if lot else None, self.moves.get(in_move), self.moves.get(root)


def _number(papers: Sequence[Paper]) -> dict[Paper, str]:
    """Numbers of the day and kind, without a gap and in the order of time."""
    days: dict[tuple[str, dt.date], list[Paper]] = defaultdict(list)
    for paper in papers:
        days[LETTERS[paper.kind], paper.at.astimezone(ZONE).date()].append(paper)
    return {
        paper: number
        for (letters, day), own in sorted(days.items(), key=lambda one: one[0])
        for paper, number in zip(own, numbers.take_many(kind=letters, day=day, count=len(own)), strict=True)
    }


def _write_lots(batches: Sequence[Batch], keys: _Keys) -> None:
    rows: Rows = [
        (keys.lots[one.serial], one.item.pk, one.number, one.partner.pk, one.made_on, one.expires_on)
        for one in batches
    ]
    names = ("id", "item_id", "number", "partner_id", "made_on", "expires_on")
    copy_tracked_rows(Lot, names, rows, {}, list(keys.lots.values()))


def _write_papers(papers: Sequence[Paper], written: dict[Paper, str], keys: _Keys) -> None:
    heads: Rows = [
        (
            keys.papers[paper],
            written[paper],
            paper.kind.value,
            paper.at,
            paper.at,
            paper.at,
            paper.by.pk,
            paper.reason,
            paper.source,
            paper.charged_to,
            paper.partner.pk if paper.partner else None,
        )
        for paper in papers
    ]
    heading = ("id", "number", "kind", "effective_at", "created_at", "posted_at", "by_id", "reason")
    names = (*heading, "source", "charged_to", "partner_id")
    constant = {"status": DocumentStatus.POSTED.value, "is_demo": True, "version": 2}
    copy_tracked_rows(StockDocument, names, heads, constant, list(keys.papers.values()))
    lines: Rows = [
        (
            keys.lines[line],
            keys.papers[paper],
            position,
            line.item.pk,
            keys.lot(line.batch),
            line.unit.pk,
            line.entered,
            _qty(line.qty),
            line.price,
            None if line.value is None else _yuan(line.value),
            line.source.pk if line.source else None,
            line.target.pk if line.target else None,
            keys.moves[line.of.serial] if line.of else None,
        )
        for paper in papers
        for position, line in enumerate(paper.lines, start=1)
    ]
    first = ("id", "document_id", "position", "item_id", "lot_id", "unit_id", "entered", "qty", "price")
    copy_rows(StockLine, (*first, "value", "source_id", "target_id", "of_move_id"), lines, {})


def _write_moves(papers: Iterable[Paper], keys: _Keys) -> None:
    told: list[tuple[int, tuple[Any, ...]]] = [
        (
            move.serial,
            (
                keys.moves[move.serial],
                keys.lines[line],
                keys.papers[paper],
                line.item.pk,
                keys.lot(move.batch),
                move.source.pk,
                move.target.pk,
                _qty(move.qty),
                paper.at,
                keys.moves[move.of.serial] if move.of else None,
            ),
        )
        for paper in papers
        for line in paper.lines
        for move in line.moves
    ]
    names = ("id", "line_id", "document_id", "item_id", "lot_id", "source_id", "target_id", "qty")
    rows = [row for _serial, row in sorted(told, key=lambda one: one[0])]
    copy_rows(StockMove, (*names, "effective_at", "of_move_id"), rows, {})


def _write_layers(room: Storeroom, keys: _Keys) -> dict[tuple[int, LayerKey], int]:
    """Write the layers as the books leave them and return their keys by item and key in the book."""
    held = [(item, book.layers[key]) for item, book in room.books.items() for key in book.layers]
    made = next_keys(CostLayer, len(held))
    rows: Rows = [
        (
            key,
            item.pk,
            *keys.layer(layer.key),
            layer.order[0],
            _qty(layer.left if layer.key[2] == 0 else layer.taken_in),
            _qty(layer.left),
            _yuan(layer.value),
        )
        for key, (item, layer) in zip(made, held, strict=True)
    ]
    names = ("id", "item_id", "pool_id", "lot_id", "in_move_id", "root_id", "effective_at")
    copy_rows(CostLayer, (*names, "qty_in", "qty_left", "value_left"), rows, {})
    return {(item.pk, layer.key): key for key, (item, layer) in zip(made, held, strict=True)}


def _write_entries(papers: Iterable[Paper], layers: dict[tuple[int, LayerKey], int], keys: _Keys) -> None:
    rows: Rows = [
        (layers[item, key], keys.moves[move.serial], keys.papers[paper], _qty(dq), _yuan(dv), paper.at)
        for paper in papers
        for item, (move, key), (dq, dv) in _effects(paper)
        if dq or dv
    ]
    copy_rows(LayerEntry, ("layer_id", "move_id", "document_id", "dq", "dv", "at"), rows, {})


def _effects(paper: Paper) -> Iterable[tuple[int, tuple[Told, LayerKey], tuple[int, int]]]:
    items = {move: line.item.pk for line in paper.lines for move in line.moves}
    for (move, key), done in paper.effect.items():
        yield items[move], (move, key), done


def _write_balances(room: Storeroom, keys: _Keys) -> None:
    rows: Rows = [
        (item, keys.lot(batch), location.pk, _qty(qty))
        for (item, _store), own in room.held.items()
        for (batch, location), qty in own.items()
    ]
    copy_rows(StockBalance, ("item_id", "lot_id", "location_id", "on_hand"), rows, {"reserved": Decimal(0)})
    cards: Rows = [(item.pk, at) for item, at in room.last.items()]
    copy_rows(StockCard, ("item_id", "last_at"), cards, {})


def _write_costs(papers: Iterable[Paper], written: dict[Paper, str]) -> None:
    """What each document charges to whom it names."""
    rows: Rows = []
    for paper in papers:
        borne = {
            move
            for line in paper.lines
            for move in line.moves
            if move.source.kind in _BORNE or move.target.kind in _BORNE
        }
        amount = -sum(dv for (move, _key), (_dq, dv) in paper.effect.items() if move in borne)
        if paper.charged_to and amount:
            rows.append((paper.charged_to, _yuan(amount), paper.at, written[paper], paper.by.pk, paper.at))
    names = ("cost_object", "amount", "at", "source", "by_id", "posted_at")
    copy_rows(CostEntry, names, rows, {"element": Element.MATERIAL.value, "is_demo": True})


def _qty(micros: int) -> Decimal:
    return Decimal(micros) / MILLION


def _yuan(cents: int) -> Decimal:
    return Decimal(cents) / 100
