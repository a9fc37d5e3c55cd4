"""Proofs of the ledger of stock: sums that must agree, each told by the item and store where they do not.

A few statements over everything; work that goes on meanwhile may show up once.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.kernel.quantity import shown

_BALANCES = """
    WITH moved AS (
        SELECT item_id, lot_id, target_id AS location_id, qty FROM inventory_stockmove
        UNION ALL
        SELECT item_id, lot_id, source_id, -qty FROM inventory_stockmove
    ), sums AS (
        SELECT moved.item_id, moved.lot_id, moved.location_id, sum(moved.qty) AS qty
        FROM moved JOIN inventory_location place ON place.id = moved.location_id
        WHERE place.warehouse_id IS NOT NULL GROUP BY 1, 2, 3
    )
    SELECT item.code, place.code, coalesce(held.on_hand, 0), coalesce(sums.qty, 0)
    FROM inventory_stockbalance held
    FULL JOIN sums ON sums.item_id = held.item_id AND sums.location_id = held.location_id
        AND sums.lot_id IS NOT DISTINCT FROM held.lot_id
    JOIN inventory_item item ON item.id = coalesce(held.item_id, sums.item_id)
    JOIN inventory_location place ON place.id = coalesce(held.location_id, sums.location_id)
    WHERE coalesce(held.on_hand, 0) <> coalesce(sums.qty, 0)
"""
_LAYERS = """
    SELECT item.code, pool.code, layer.qty_left, coalesce(sum(entry.dq), 0)
    FROM inventory_costlayer layer
    JOIN inventory_item item ON item.id = layer.item_id
    JOIN inventory_warehouse pool ON pool.id = layer.pool_id
    LEFT JOIN inventory_layerentry entry ON entry.layer_id = layer.id
    GROUP BY layer.id, item.code, pool.code
    HAVING layer.qty_left <> coalesce(sum(entry.dq), 0) OR layer.value_left <> coalesce(sum(entry.dv), 0)
"""
_POOLS = """
    WITH held AS (
        SELECT balance.item_id, place.warehouse_id, sum(balance.on_hand) AS qty
        FROM inventory_stockbalance balance
        JOIN inventory_location place ON place.id = balance.location_id GROUP BY 1, 2
    ), layered AS (
        SELECT item_id, pool_id, sum(qty_left) AS qty FROM inventory_costlayer GROUP BY 1, 2
    )
    SELECT item.code, pool.code, coalesce(held.qty, 0), coalesce(layered.qty, 0)
    FROM held FULL JOIN layered
        ON layered.item_id = held.item_id AND layered.pool_id = held.warehouse_id
    JOIN inventory_item item ON item.id = coalesce(held.item_id, layered.item_id)
    JOIN inventory_warehouse pool ON pool.id = coalesce(held.warehouse_id, layered.pool_id)
    WHERE coalesce(held.qty, 0) <> coalesce(layered.qty, 0)
"""
PROOFS = (
    ("I1", _POOLS, gettext_lazy("%(first)s lie there, the layers hold %(second)s.")),
    ("I2", _LAYERS, gettext_lazy("A layer holds %(first)s, its entries come to %(second)s.")),
    ("I3", _BALANCES, gettext_lazy("%(first)s are on hand, the movements come to %(second)s.")),
)


@dataclass(frozen=True)
class Unproven:
    """One proof that fails: its name among the invariants, the item, where, and what differs."""

    proof: str
    subject: str
    sentence: str


def unproven() -> list[Unproven]:
    """What does not hold of stock, layers and entries, sorted by proof."""
    found = []
    for name, statement, sentence in PROOFS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        found += [Unproven(name, f"{item} {place}", sentence % _facts(a, b)) for item, place, a, b in rows]
    return found


def _facts(first: Decimal, second: Decimal) -> dict[str, str]:
    return {"first": shown(first), "second": shown(second)}


def closed_wrongly(month: str) -> Unproven:
    """A closed month whose entries are no longer those of its digest."""
    return Unproven("I8", month, _("The entries are not those the month was closed with."))
