"""What a store should order again, and why: every number of the proposal is told."""

import math
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from houqin.inventory.models import Item, StockBalance, StockPolicy, Warehouse
from houqin.inventory.queries import picking
from houqin.inventory.queries.demand import DAYS, Demand, demand_of
from houqin.kernel import clock
from houqin.kernel.quantity import PLACES
from houqin.kernel.replenishment import proposal, reorder_point, safety_stock

SERVICE = 0.95
"""In so many of 1 cycles what was ordered comes before the last piece is gone."""

SUPPLY_DAYS = 30
"""An order fills up to so many days above the reorder point where the store says no level."""


@dataclass(frozen=True)
class Need:
    """One item of a store: what is usable there, what it is asked for, and what to order."""

    item: Item
    policy: StockPolicy
    usable: Decimal
    demand: Demand
    safety: float
    computed: float
    point: float
    up_to: float
    packs: int
    quantity: Decimal
    capped: bool


def needs_of(store: Warehouse, *, service: float = SERVICE, days: int = DAYS) -> list[Need]:
    """What a store has fallen to its reorder point of, in the order of the items' codes.

    The reorder point is the larger one of what the store has set (its minimum counts, too) and what
    demand says; safety stock is the larger one, too. Quantities in base units; reserved, expired and
    blocked goods are not counted.
    """
    policies = list(
        StockPolicy.objects.filter(warehouse=store, item__active=True)
        .select_related("item__unit", "item__category")
        .order_by("item__code")
    )
    items = [policy.item_id for policy in policies]
    demand, usable = demand_of(store, items, days=days), _usable(store, items)
    needs = [_need(policy, demand[policy.item_id], usable[policy.item_id], service) for policy in policies]
    return [need for need in needs if float(need.usable) <= need.point]


def _need(policy: StockPolicy, demand: Demand, usable: Decimal, service: float) -> Need:
    lead, review = policy.lead_time_days, policy.review_days
    reckoned = safety_stock(deviation=demand.deviation, service=service, lead_time=lead, review=review)
    safety = max(reckoned, float(policy.safety_stock))
    computed = (
        safety
        - reckoned
        + reorder_point(
            demand=demand.daily, deviation=demand.deviation, service=service, lead=lead, review=review
        )
    )
    point = max(float(policy.reorder_point), float(policy.minimum), computed)
    up_to = _level(policy, usable, point, demand)
    found = proposal(
        position=float(usable),
        point=point,
        up_to=up_to,
        pack=float(policy.pack),
        daily=demand.daily,
        shelf_life=policy.item.shelf_life_days if demand.days else None,
    )
    quantity = (found.packs * policy.pack).quantize(PLACES)
    return Need(
        policy.item,
        policy,
        usable,
        demand,
        safety,
        computed,
        math.ceil(point * 1000) / 1000,
        up_to,
        found.packs,
        quantity,
        found.capped,
    )


def _level(policy: StockPolicy, usable: Decimal, point: float, demand: Demand) -> float:
    """Up to where an order fills: by the quantity or the level the store has set, else by demand."""
    if policy.order_qty is not None:
        return float(usable + policy.order_qty)
    if policy.order_up_to:
        return max(float(policy.order_up_to), point)
    return point + demand.daily * SUPPLY_DAYS


def _usable(store: Warehouse, items: list[int]) -> dict[int, Decimal]:
    """What may be used today and nobody has reserved, by item."""
    today = clock.today()
    found: dict[int, Decimal] = defaultdict(Decimal)
    held = StockBalance.objects.filter(item__in=items, location__warehouse=store, on_hand__gt=0)
    for balance in held.select_related("lot", "location"):
        if picking.hindrance(balance, today) is None:
            found[balance.item_id] += balance.on_hand - balance.reserved
    return found
