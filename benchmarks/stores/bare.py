"""The same transactions in bare SQL, prepared, over one connection: `python -m benchmarks.stores.bare`."""

import os
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks.side import serve
from benchmarks.stores import codes
from benchmarks.stores.filling import BARE_PATH

Call = Callable[[], object]
_CARD = """
    INSERT INTO inventory_stockcard (item_id) VALUES (%s) ON CONFLICT (item_id) DO NOTHING
"""
_LOCK = "SELECT id, last_at FROM inventory_stockcard WHERE item_id = %s FOR UPDATE"
_BALANCE = "SELECT id, on_hand FROM inventory_stockbalance WHERE item_id = %s AND location_id = %s"
_QUEUE = """
    SELECT id, qty_left, value_left FROM inventory_costlayer
    WHERE item_id = %s AND pool_id = %s AND lot_id IS NULL AND qty_left > 0
    ORDER BY effective_at, root_id LIMIT 20
"""
_DOCUMENT = """
    INSERT INTO inventory_stockdocument (number, kind, status, effective_at, created_at, posted_at, source,
                                         charged_to, reason, version, is_demo)
    VALUES (%s, %s, 'draft', now(), now(), NULL, '', 'GD1', '', 1, false) RETURNING id
"""
_LINE = """
    INSERT INTO inventory_stockline (document_id, position, item_id, unit_id, entered, qty, price, value,
                                     note)
    VALUES (%s, 1, %s, %s, %s, %s, %s, %s, '') RETURNING id
"""
_MOVE = """
    INSERT INTO inventory_stockmove (line_id, document_id, item_id, source_id, target_id, qty, effective_at)
    VALUES (%s, %s, %s, %s, %s, %s, now()) RETURNING id
"""
_PUT = """
    INSERT INTO inventory_stockbalance (item_id, location_id, on_hand, reserved) VALUES (%s, %s, %s, 0)
    ON CONFLICT (item_id, lot_id, location_id)
    DO UPDATE SET on_hand = inventory_stockbalance.on_hand + excluded.on_hand
"""
_TAKE = "UPDATE inventory_stockbalance SET on_hand = on_hand - %s WHERE id = %s"
_LAYER = """
    INSERT INTO inventory_costlayer (item_id, pool_id, in_move_id, root_id, effective_at, qty_in, qty_left,
                                     value_left)
    VALUES (%s, %s, %s, %s, now(), %s, %s, %s) RETURNING id
"""
_SPEND = """
    UPDATE inventory_costlayer layer SET qty_left = layer.qty_left - spent.qty,
                                         value_left = layer.value_left - spent.value
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS spent (id, qty, value)
    WHERE layer.id = spent.id
"""
_ENTRIES = """
    INSERT INTO inventory_layerentry (layer_id, move_id, document_id, dq, dv, at)
    SELECT spent.id, %s, %s, spent.qty, spent.value, now()
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS spent (id, qty, value)
"""
_LAST = "UPDATE inventory_stockcard SET last_at = now() WHERE id = %s"
_NUMBER = """
    INSERT INTO journal_numbercounter AS counter (kind, day, last) VALUES (%s, current_date, 1)
    ON CONFLICT (kind, day) DO UPDATE SET last = counter.last + 1 RETURNING last
"""
_POST = "UPDATE inventory_stockdocument SET number = %s, status = 'posted', posted_at = now() WHERE id = %s"
_VALUE_NOW = """
    SELECT item_id, sum(qty_left), sum(value_left) FROM inventory_costlayer
    WHERE item_id = ANY(%s) AND pool_id = %s AND qty_left > 0 GROUP BY item_id
"""
_VALUE_AT = """
    SELECT layer.item_id, sum(entry.dq), sum(entry.dv)
    FROM inventory_layerentry entry JOIN inventory_costlayer layer ON layer.id = entry.layer_id
    WHERE layer.item_id = ANY(%s) AND layer.pool_id = %s AND entry.at < %s GROUP BY layer.item_id
"""
_WORTH_NOW = "SELECT sum(value_left) FROM inventory_costlayer WHERE pool_id = %s AND qty_left > 0"
_WORTH_AT = """
    SELECT sum(entry.dv)
    FROM inventory_layerentry entry JOIN inventory_costlayer layer ON layer.id = entry.layer_id
    WHERE layer.pool_id = %s AND entry.at < %s
"""
_ITEMS = """
    INSERT INTO inventory_item (code, name, name_en, spec, category_id, unit_id, step, tracking, cost_method,
                                alert_days, hazard, storage, active, is_demo, search_text, search_grams)
    SELECT code, name, name_en, '', %s, %s, 1, 'none', 'fifo', 30, '', '', true, false, name, '{}'
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (code, name, name_en)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en
"""


class Stores:
    """The operations of `benchmarks.stores.ours`."""

    def __init__(self, session: "psycopg.Connection[Any]") -> None:
        self.session = session
        self.shelf, self.pool = session.execute(
            "SELECT one.id, one.warehouse_id FROM inventory_location one"
            " JOIN inventory_warehouse store ON store.id = one.warehouse_id WHERE store.code = 'BENCH'"
        ).fetchone() or (0, 0)
        ends = session.execute("SELECT kind, id FROM inventory_location WHERE warehouse_id IS NULL")
        self.ends = dict(ends.fetchall())
        known = session.execute("SELECT code, id, unit_id, category_id FROM public.inventory_item")
        self.items = {code: found for code, *found in known}

    def receive(self, code: str) -> None:
        """Ten pieces at three yuan."""
        item, unit, _ = self.items[code]
        with self.session.transaction():
            card = self._locked(item)
            facts = ("receipt", item, unit, self.ends["supplier"], self.shelf)
            document, move = self._written(*facts, qty=10, price=3, value=30)
            self.session.execute(_PUT, [item, self.shelf, 10])
            layer = self._one(_LAYER, [item, self.pool, move, move, 10, 10, 30])
            self.session.execute(_ENTRIES, [move, document, [layer], [10], [30]])
            self._posted(card, document, "RK")

    def issue(self, code: str, qty: int) -> None:
        """So many pieces for an order, first in first out."""
        item, unit, _ = self.items[code]
        with self.session.transaction():
            card = self._locked(item)
            row = self.session.execute(_BALANCE, [item, self.shelf]).fetchone()
            if row is None or row[1] < qty:
                raise RuntimeError("not enough")
            document, move = self._written("issue", item, unit, self.shelf, self.ends["use"], qty=qty)
            ids, parts, values, rest = [], [], [], qty
            for layer, left, value in self.session.execute(_QUEUE, [item, self.pool]):
                part = min(rest, left)
                if part:
                    ids.append(layer)
                    parts.append(part)
                    values.append(value if part == left else round(value * part / left, 2))
                    rest -= part
            self.session.execute(_TAKE, [qty, row[0]])
            self.session.execute(_SPEND, [ids, parts, values])
            less = [-part for part in parts], [-value for value in values]
            self.session.execute(_ENTRIES, [move, document, ids, *less])
            self._posted(card, document, "CK")

    def _locked(self, item: int) -> int:
        row = self.session.execute(_LOCK, [item]).fetchone()
        if row is None:
            self.session.execute(_CARD, [item])
            return self._one(_LOCK, [item])
        return int(row[0])

    def _written(
        self, kind: str, item: int, unit: int, source: int, target: int, *, qty: int, **worth: int
    ) -> tuple[int, int]:
        document = self._one(_DOCUMENT, [f"~{os.urandom(8).hex()}", kind])
        price, value = worth.get("price"), worth.get("value")
        line = self._one(_LINE, [document, item, unit, qty, qty, price, value])
        return document, self._one(_MOVE, [line, document, item, source, target, qty])

    def _posted(self, card: int, document: int, letters: str) -> None:
        self.session.execute(_LAST, [card])
        number = self._one(_NUMBER, [letters])
        self.session.execute(_POST, [f"{letters}20261124-{number:04}", document])

    def _one(self, statement: str, facts: list[object]) -> int:
        row = self.session.execute(statement, facts).fetchone()
        return int(row[0]) if row else 0

    def receipt(self, _serial: int) -> Call:
        return lambda: self.receive(codes.RECEIPT)

    def fifo(self, _serial: int) -> Call:
        for _ in range(3):
            self.receive(codes.FIFO)
        return lambda: self.issue(codes.FIFO, 30)

    def cycle(self, code: str) -> Callable[[int], Call]:
        def call() -> None:
            self.receive(code)
            self.issue(code, 10)

        return lambda _serial: call

    def long(self, code: str) -> Callable[[int], Call]:
        return lambda _serial: lambda: self.issue(code, 1)

    def worth_now(self, _serial: int) -> Call:
        return lambda: self.session.execute(_WORTH_NOW, [self.pool]).fetchone()

    def worth_at(self, _serial: int) -> Call:
        until = self._past()
        return lambda: self.session.execute(_WORTH_AT, [self.pool, until]).fetchone()

    def _past(self) -> object:
        row = self.session.execute("SELECT current_date - %s + interval '1 day'", [codes.AGO]).fetchone()
        return row and row[0]

    def value_now(self, _serial: int) -> Call:
        ids = [self.items[code][0] for code in codes.VALUED]
        return lambda: self.session.execute(_VALUE_NOW, [ids, self.pool]).fetchall()

    def value_at(self, _serial: int) -> Call:
        ids = [self.items[code][0] for code in codes.VALUED]
        until = self._past()
        return lambda: self.session.execute(_VALUE_AT, [ids, self.pool, until]).fetchall()

    def imported(self, rows: int) -> Callable[[int], Call]:
        def operation(serial: int) -> Call:
            _, unit, category = self.items[codes.RECEIPT]
            lists = [
                [f"M{serial}-{row}" for row in range(rows)],
                [f"灯管 {row}" for row in range(rows)],
                [f"LED tube {row}" for row in range(rows)],
            ]

            def call() -> None:
                with self.session.transaction():
                    self.session.execute(_ITEMS, [category, unit, *lists])

            return call

        return operation


def main() -> None:
    """Measure what is asked for until the input ends."""
    session: psycopg.Connection[Any] = psycopg.connect(os.environ["BARE_DSN"], autocommit=True)
    session.prepare_threshold = 0
    session.execute(BARE_PATH)
    stores, client = Stores(session), int(os.environ.get("BENCH_CLIENT", "0"))
    serve(
        {
            "receipt": stores.receipt,
            "fifo": stores.fifo,
            "cycle_own": stores.cycle(codes.OWN[client]),
            "cycle_same": stores.cycle(codes.SAME),
            "worth_now": stores.worth_now,
            "worth_at": stores.worth_at,
            "value_now": stores.value_now,
            "value_at": stores.value_at,
            **{f"long_{size}": stores.long(code) for size, code in codes.LONG.items()},
            **{f"import_{rows}": stores.imported(rows) for rows in codes.IMPORTED},
        },
        backend=lambda: session.info.backend_pid,
        statements=lambda _call: 0,
    )


if __name__ == "__main__":
    main()
