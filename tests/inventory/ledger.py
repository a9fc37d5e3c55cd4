"""Checks of the ledger as a whole: what has to hold after every commit, whatever was posted."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from houqin.inventory.models import CostLayer, Item, LayerEntry, StockBalance, StockMove


def proofs(item: Item) -> list[str]:
    """What does not hold of an item: I1, I2, I3 and that every move has two ends."""
    wrong = []
    lots = None if item.cost_method == "average" else "lot"
    held: dict[Any, Decimal] = defaultdict(Decimal)
    for one in StockBalance.objects.filter(item=item).select_related("location"):
        held[one.location.warehouse_id, one.lot_id if lots else None] += one.on_hand
        if not 0 <= one.reserved <= one.on_hand:
            wrong.append(f"I3 {one}")
    layered: dict[Any, Decimal] = defaultdict(Decimal)
    for layer in CostLayer.objects.filter(item=item):
        layered[layer.pool_id, layer.lot_id] += layer.qty_left
        sums = LayerEntry.objects.filter(layer=layer).aggregate(q=Sum("dq"), v=Sum("dv"))
        if (layer.qty_left, layer.value_left) != (sums["q"] or 0, sums["v"] or 0):
            wrong.append(f"I2 layer {layer} is {sums}")
    wrong += [
        f"I1 {key}: {held[key]} lie there, {layered[key]} in layers"
        for key in {*held, *layered}
        if held[key] != layered[key]
    ]
    return wrong + _balances(item)


def _balances(item: Item) -> list[str]:
    """Balances are the sums of the movements."""
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for move in StockMove.objects.filter(item=item):
        sums[move.lot_id, move.source_id] -= move.qty
        sums[move.lot_id, move.target_id] += move.qty
    rows = StockBalance.objects.filter(item=item)
    return [f"balance {row}" for row in rows if row.on_hand != sums[row.lot_id, row.location_id]]


def picture(item: Item) -> Any:
    """The layers as they stand, without the ids that depend on the order of recording."""
    layers = CostLayer.objects.filter(item=item, qty_left__gt=0)
    return sorted(
        (one.pool.code, one.lot.number if one.lot else "", one.effective_at, one.qty_left, one.value_left)
        for one in layers.select_related("pool", "lot")
    )
