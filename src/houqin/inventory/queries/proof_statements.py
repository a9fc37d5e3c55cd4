"""The statements behind the proofs: each gives item, place and the two figures that should be equal.

`%(items)s` narrows them to items (`@column@`); NULL asks for all. `%(zone)s` is the organisation's time
zone. What is undone, and what undid it, cancel each other out; where a statement asks what was brought or
used, neither counts.
"""

import re

_POOLS = """
    WITH held AS (
        SELECT balance.item_id, place.warehouse_id,
            CASE item.cost_method WHEN 'average' THEN NULL ELSE balance.lot_id END AS lot_id,
            sum(balance.on_hand) AS qty
        FROM inventory_stockbalance balance
        JOIN inventory_item item ON item.id = balance.item_id
        JOIN inventory_location place ON place.id = balance.location_id
        WHERE @balance.item_id@ GROUP BY 1, 2, 3
    ), layered AS (
        SELECT item_id, pool_id, lot_id, sum(qty_left) AS qty FROM inventory_costlayer
        WHERE @item_id@ GROUP BY 1, 2, 3
    )
    SELECT item.code, pool.code, coalesce(held.qty, 0), coalesce(layered.qty, 0)
    FROM held FULL JOIN layered
        ON layered.item_id = held.item_id AND layered.pool_id = held.warehouse_id
        AND coalesce(layered.lot_id, 0) = coalesce(held.lot_id, 0)
    JOIN inventory_item item ON item.id = coalesce(held.item_id, layered.item_id)
    JOIN inventory_warehouse pool ON pool.id = coalesce(held.warehouse_id, layered.pool_id)
    WHERE coalesce(held.qty, 0) <> coalesce(layered.qty, 0)
"""


_LAYERS = """
    SELECT item.code, pool.code, layer.qty_left, coalesce(sum(entry.dq), 0)
    FROM inventory_costlayer layer
    JOIN inventory_item item ON item.id = layer.item_id
    JOIN inventory_warehouse pool ON pool.id = layer.pool_id
    LEFT JOIN inventory_layerentry entry ON entry.layer_id = layer.id
    WHERE @layer.item_id@
    GROUP BY layer.id, item.code, pool.code HAVING layer.qty_left <> coalesce(sum(entry.dq), 0)
"""
_VALUES = _LAYERS.replace("qty_left", "value_left").replace("entry.dq", "entry.dv")
_ARRIVALS = """
    SELECT item.code, document.number, came.value + coalesce(later.value, 0), coalesce(booked.value, 0)
    FROM inventory_stockmove move
    JOIN inventory_item item ON item.id = move.item_id
    JOIN inventory_stockdocument document ON document.id = move.document_id
        AND document.status <> 'reversed' AND document.kind <> 'reversal'
    JOIN inventory_stockline came ON came.id = move.line_id
    JOIN inventory_location source ON source.id = move.source_id
        AND (source.kind IN ('supplier', 'adjustment') OR source.kind = 'use' AND came.value IS NOT NULL)
    LEFT JOIN LATERAL (
        SELECT sum(line.value) AS value FROM inventory_stockline line
        JOIN inventory_stockdocument document ON document.id = line.document_id
        WHERE line.of_move_id = move.id AND document.kind = 'reprice' AND document.status = 'posted'
    ) later ON true
    LEFT JOIN LATERAL (
        SELECT sum(dv) AS value FROM inventory_layerentry WHERE move_id = move.id
    ) booked ON true
    WHERE @move.item_id@
        AND came.value + coalesce(later.value, 0) <> coalesce(booked.value, 0)
"""
_BALANCES = """
    WITH moved AS (
        SELECT item_id, lot_id, target_id AS location_id, qty FROM inventory_stockmove
        WHERE @item_id@
        UNION ALL
        SELECT item_id, lot_id, source_id, -qty FROM inventory_stockmove WHERE @item_id@
    ), sums AS (
        SELECT moved.item_id, moved.lot_id, moved.location_id, sum(moved.qty) AS qty
        FROM moved JOIN inventory_location place ON place.id = moved.location_id
        WHERE place.warehouse_id IS NOT NULL GROUP BY 1, 2, 3
    ), held AS (
        SELECT item_id, lot_id, location_id, on_hand FROM inventory_stockbalance WHERE @item_id@
    )
    SELECT item.code, place.code, coalesce(held.on_hand, 0), coalesce(sums.qty, 0)
    FROM held FULL JOIN sums ON sums.item_id = held.item_id AND sums.location_id = held.location_id
        AND coalesce(sums.lot_id, 0) = coalesce(held.lot_id, 0)
    JOIN inventory_item item ON item.id = coalesce(held.item_id, sums.item_id)
    JOIN inventory_location place ON place.id = coalesce(held.location_id, sums.location_id)
    WHERE coalesce(held.on_hand, 0) <> coalesce(sums.qty, 0)
"""
_RESERVED = """
    WITH kept AS (
        SELECT item_id, lot_id, location_id, sum(qty) AS qty FROM inventory_reservation
        WHERE @item_id@ GROUP BY 1, 2, 3
    ), held AS (
        SELECT item_id, lot_id, location_id, reserved FROM inventory_stockbalance
        WHERE reserved > 0 AND @item_id@
    )
    SELECT item.code, place.code, coalesce(held.reserved, 0), coalesce(kept.qty, 0)
    FROM held FULL JOIN kept ON kept.item_id = held.item_id AND kept.location_id = held.location_id
        AND coalesce(kept.lot_id, 0) = coalesce(held.lot_id, 0)
    JOIN inventory_item item ON item.id = coalesce(held.item_id, kept.item_id)
    JOIN inventory_location place ON place.id = coalesce(held.location_id, kept.location_id)
    WHERE coalesce(held.reserved, 0) <> coalesce(kept.qty, 0)
"""
_REVERSALS = """
    SELECT item.code, original.number, sum(abs(left_over.dq)), sum(abs(left_over.dv))
    FROM (
        SELECT coalesce(document.reverses_id, document.id) AS original_id, entry.layer_id, entry.at,
            sum(entry.dq) AS dq, sum(entry.dv) AS dv
        FROM inventory_stockdocument document
        JOIN inventory_stockmove move ON move.document_id = document.id AND @move.item_id@
        JOIN inventory_layerentry entry ON entry.move_id = move.id
        WHERE document.status = 'reversed' OR document.kind = 'reversal'
        GROUP BY 1, 2, 3 HAVING sum(entry.dq) <> 0 OR sum(entry.dv) <> 0
    ) left_over
    JOIN inventory_stockdocument original ON original.id = left_over.original_id
    JOIN inventory_costlayer layer ON layer.id = left_over.layer_id
    JOIN inventory_item item ON item.id = layer.item_id GROUP BY item.code, original.number
"""
_UNUSABLE = """
    SELECT item.code, document.number, lot.expires_on,
        (move.effective_at AT TIME ZONE %(zone)s)::date
    FROM inventory_stockmove move
    JOIN inventory_item item ON item.id = move.item_id
    JOIN inventory_lot lot ON lot.id = move.lot_id
    JOIN inventory_stockdocument document ON document.id = move.document_id
        AND document.kind = 'issue' AND document.status = 'posted'
    WHERE @move.item_id@
        AND lot.opened_on IS NULL AND document.happened_at IS NULL
        AND lot.expires_on < (move.effective_at AT TIME ZONE %(zone)s)::date
"""
# The history knows when a change was begun, not when it waited for an issue to end: a minute decides nothing.
_WITHHELD = """
    SELECT item.code, document.number, was.status, lot.number
    FROM inventory_stockmove move
    JOIN inventory_item item ON item.id = move.item_id
    JOIN inventory_lot lot ON lot.id = move.lot_id
    JOIN inventory_stockdocument document ON document.id = move.document_id AND document.kind = 'issue'
    JOIN LATERAL (
        SELECT status, pgh_created_at FROM inventory_lothistory
        WHERE pgh_obj_id = lot.id AND pgh_created_at < document.posted_at + interval '1 minute'
        ORDER BY pgh_id DESC LIMIT 1
    ) was ON was.status <> 'available' AND was.pgh_created_at < document.posted_at - interval '1 minute'
    WHERE @move.item_id@
"""
_MOVEMENTS = """
    WITH ends AS (
        SELECT move.id, target.warehouse_id AS pool_id, move.qty
        FROM inventory_stockmove move JOIN inventory_location target ON target.id = move.target_id
        WHERE target.warehouse_id IS NOT NULL AND @move.item_id@
        UNION ALL
        SELECT move.id, source.warehouse_id, -move.qty
        FROM inventory_stockmove move JOIN inventory_location source ON source.id = move.source_id
        WHERE source.warehouse_id IS NOT NULL AND @move.item_id@
    ), wanted AS (
        SELECT id, pool_id, sum(qty) AS qty FROM ends GROUP BY 1, 2
    ), booked AS (
        SELECT entry.move_id AS id, layer.pool_id, sum(entry.dq) AS qty
        FROM inventory_layerentry entry JOIN inventory_costlayer layer ON layer.id = entry.layer_id
        WHERE @layer.item_id@ GROUP BY 1, 2
    )
    SELECT item.code, document.number, coalesce(wanted.qty, 0), coalesce(booked.qty, 0)
    FROM wanted FULL JOIN booked ON booked.id = wanted.id AND booked.pool_id = wanted.pool_id
    JOIN inventory_stockmove move ON move.id = coalesce(wanted.id, booked.id)
    JOIN inventory_item item ON item.id = move.item_id
    JOIN inventory_stockdocument document ON document.id = move.document_id
    WHERE coalesce(wanted.qty, 0) <> coalesce(booked.qty, 0)
"""
_TRANSFERS = """
    SELECT item.code, document.number,
        -coalesce(sum(entry.dv) FILTER (WHERE layer.pool_id = source.warehouse_id), 0),
        coalesce(sum(entry.dv) FILTER (WHERE layer.pool_id = target.warehouse_id), 0)
    FROM inventory_stockmove move
    JOIN inventory_item item ON item.id = move.item_id
    JOIN inventory_stockdocument document ON document.id = move.document_id
    JOIN inventory_location source ON source.id = move.source_id AND source.warehouse_id IS NOT NULL
    JOIN inventory_location target ON target.id = move.target_id AND target.warehouse_id IS NOT NULL
    JOIN inventory_layerentry entry ON entry.move_id = move.id
    JOIN inventory_costlayer layer ON layer.id = entry.layer_id
    WHERE source.warehouse_id <> target.warehouse_id AND @move.item_id@
    GROUP BY move.id, item.code, document.number HAVING sum(entry.dv) <> 0
"""
_KEYS = """
    SELECT '', min(number), count(*), key FROM inventory_stockdocument
    WHERE key IS NOT NULL AND %(items)s::bigint[] IS NULL GROUP BY key HAVING count(*) > 1
"""

_ALL = (
    ("pools", "I1", _POOLS),
    ("layers", "I1", _LAYERS),
    ("movements", "I1", _MOVEMENTS),
    ("values", "I2", _VALUES),
    ("transfers", "I2", _TRANSFERS),
    ("balances", "I3", _BALANCES),
    ("reserved", "I3", _RESERVED),
    ("reversals", "I4", _REVERSALS),
    ("unusable", "I5", _UNUSABLE),
    ("withheld", "I5", _WITHHELD),
    ("arrivals", "I11", _ARRIVALS),
    ("keys", "I14", _KEYS),
)


def _narrowed(statement: str) -> str:
    return re.sub("@([a-z_.]+)@", r"(%(items)s::bigint[] IS NULL OR \1 = ANY(%(items)s))", statement)


STATEMENTS = tuple((name, proof, _narrowed(statement)) for name, proof, statement in _ALL)
"""What it is about, the invariant it proves, and the statement."""
