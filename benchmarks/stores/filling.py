"""Stock made in SQL: the bare side's tables, and histories that are too long to be posted one by one."""

import psycopg
from psycopg import sql

MOVING = (
    "inventory_stockcard",
    "inventory_stockdocument",
    "inventory_stockline",
    "inventory_stockmove",
    "inventory_stockbalance",
    "inventory_costlayer",
    "inventory_layerentry",
    "journal_numbercounter",
)
"""What a posting writes; the bare side has its own, items and places are shared."""
COPIED = (*MOVING, "inventory_item")
MOST_LINES = 30_000
"""Of a document; their positions are small numbers."""
SPARE = 1_000
"""Pieces that are there for the issues that are measured."""
BARE_PATH = "SET search_path = bare, public"

_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
_DOCUMENT = """
    INSERT INTO inventory_stockdocument (number, kind, status, effective_at, created_at, posted_at, source,
                                         charged_to, reason, version, is_demo)
    VALUES ('XX' || nextval(pg_get_serial_sequence('inventory_stockdocument', 'id')), %(kind)s, 'posted',
            now() - interval '400 days', now(), now(), '', '', '', 1, false)
    RETURNING id
"""
_MOVES = """
    WITH made AS (
        SELECT nextval(pg_get_serial_sequence('inventory_stockline', 'id')) AS line,
               nextval(pg_get_serial_sequence('inventory_stockmove', 'id')) AS move, serial
        FROM generate_series(%(begin)s, %(end)s - 1) AS serial
    ), lines AS (
        INSERT INTO inventory_stockline (id, document_id, position, item_id, unit_id, entered, qty, value,
                                         note)
        OVERRIDING SYSTEM VALUE
        SELECT line, %(document)s, serial - %(begin)s + 1, %(item)s, %(unit)s, %(qty)s, %(qty)s, %(value)s, ''
        FROM made
    ), moves AS (
        INSERT INTO inventory_stockmove (id, line_id, document_id, item_id, source_id, target_id, qty,
                                         effective_at)
        OVERRIDING SYSTEM VALUE
        SELECT move, line, %(document)s, %(item)s, %(source)s, %(target)s, %(qty)s,
               now() - interval '300 days' + (serial * interval '299 days') / %(count)s
        FROM made
    )
    SELECT min(move), max(move) FROM made
"""
_LAYERS = """
    INSERT INTO inventory_costlayer (item_id, pool_id, in_move_id, root_id, effective_at, qty_in, qty_left,
                                     value_left)
    SELECT %(item)s, %(pool)s, id, id, effective_at, qty, left_over, left_over
    FROM (SELECT *, greatest(0, least(qty, row_number() OVER (ORDER BY id) * qty - %(used)s)) AS left_over
          FROM inventory_stockmove WHERE id BETWEEN %(first)s AND %(last)s) AS came
"""
_CAME = """
    INSERT INTO inventory_layerentry (layer_id, move_id, document_id, dq, dv, at)
    SELECT layer.id, layer.in_move_id, move.document_id, layer.qty_in, layer.qty_in, layer.effective_at
    FROM inventory_costlayer layer JOIN inventory_stockmove move ON move.id = layer.in_move_id
    WHERE layer.item_id = %(item)s
"""
_WENT = """
    INSERT INTO inventory_layerentry (layer_id, move_id, document_id, dq, dv, at)
    SELECT layer.id, went.id, went.document_id, -went.qty, -went.qty, went.effective_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS serial FROM inventory_stockmove
          WHERE id BETWEEN %(first)s AND %(last)s) AS went
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS serial FROM inventory_costlayer
          WHERE item_id = %(item)s) AS layer
        ON layer.serial = floor(went.serial * went.qty / layer.qty_in)
"""
_REST = """
    INSERT INTO inventory_stockcard (item_id, last_at)
    SELECT item_id, max(effective_at) FROM inventory_stockmove WHERE item_id = %(item)s GROUP BY item_id
    ON CONFLICT (item_id) DO UPDATE SET last_at = excluded.last_at
"""
_HELD = """
    INSERT INTO inventory_stockbalance (item_id, location_id, on_hand, reserved)
    SELECT item_id, %(shelf)s, sum(qty_left), 0 FROM inventory_costlayer WHERE item_id = %(item)s
    GROUP BY item_id
"""


def make_bare_tables(dsn: str) -> None:
    """Tables of their own with the same columns, keys, checks and indexes; without triggers and history."""
    with psycopg.connect(dsn, autocommit=True) as session:
        keys = session.execute(_KEYS, [list(MOVING)]).fetchall()
        session.execute("CREATE SCHEMA bare")
        for table in COPIED:
            session.execute(
                sql.SQL("CREATE TABLE bare.{0} (LIKE public.{0} INCLUDING ALL)").format(sql.Identifier(table))
            )
        session.execute(BARE_PATH)
        for table, name, definition in keys:
            target = sql.SQL(definition.replace("inventory_item(", "public.inventory_item("))
            session.execute(
                sql.SQL("ALTER TABLE bare.{} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), target
                )
            )


def fill(session: psycopg.Connection[tuple[object, ...]], code: str, *, receipts: int, issues: int) -> None:
    """Give an item a past: so many receipts worth one yuan a piece, then issues of the first half of it.

    Triggers are off meanwhile; `session` decides by its path whose tables are meant.
    """
    session.execute("SET session_replication_role = replica")
    session.execute("SET synchronous_commit = off")
    with session.transaction():
        item, unit = _one(session, "SELECT id, unit_id FROM public.inventory_item WHERE code = %s", [code])
        shelf, pool = _one(
            session,
            "SELECT one.id, one.warehouse_id FROM inventory_location one"
            " JOIN inventory_warehouse store ON store.id = one.warehouse_id WHERE store.code = 'BENCH'",
        )
        ends = dict(
            session.execute("SELECT kind, id FROM inventory_location WHERE warehouse_id IS NULL").fetchall()
        )
        size = 2 if receipts > 1 else 2 * issues + SPARE
        (came,) = _one(session, _DOCUMENT, {"kind": "receipt"})
        facts: dict[str, object] = {"item": item, "unit": unit, "pool": pool, "shelf": shelf}
        into = {"source": ends["supplier"], "target": shelf, "qty": size, "value": size}
        out = {"source": shelf, "target": ends["use"], "qty": 1, "value": None}
        part = {"document": came, "begin": 0, "end": receipts}
        first, last = _one(session, _MOVES, {**facts, **into, **part, "count": receipts})
        session.execute(_LAYERS, {**facts, "first": first, "last": last, "used": issues})
        session.execute(_CAME, facts)
        ends_of = []
        for begin in range(0, issues, MOST_LINES):
            (went,) = _one(session, _DOCUMENT, {"kind": "issue"})
            part = {"document": went, "begin": begin, "end": min(begin + MOST_LINES, issues)}
            ends_of += _one(session, _MOVES, {**facts, **out, **part, "count": issues})
        session.execute(_WENT, {**facts, "first": ends_of[0], "last": ends_of[-1]})
        session.execute(_REST, facts)
        session.execute(_HELD, facts)
    session.execute("SET session_replication_role = origin")


def _one(
    session: psycopg.Connection[tuple[object, ...]], statement: str, facts: object = None
) -> tuple[object, ...]:
    row = session.execute(statement, facts).fetchone()  # type: ignore[arg-type]
    if row is None:
        raise RuntimeError(statement)
    return row
