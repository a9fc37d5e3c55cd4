"""When to order again and how much: pure arithmetic, quantities in base units, time in days or any one unit.

Reorder point = mean demand over the lead time (and the time between reviews) + safety stock; the quantity
fills up to a level, in whole packs, and is never more than will be used before it expires.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Economic:
    """The quantity that costs least in the long run, and what it costs for each unit of time."""

    quantity: float
    cost: float


@dataclass(frozen=True)
class Proposal:
    """What to order, in whole `packs`; `capped` where shelf life holds back what was `wanted`."""

    packs: int
    wanted: float
    capped: bool


def economic_quantity(*, order_cost: float, holding_cost: float, demand: float) -> Economic:
    """√(2·K·D ÷ h): the order quantity at which ordering and holding cost the same.

    `holding_cost` is for one unit over the unit of time of `demand`. All are above zero.
    """
    cost = math.sqrt(2 * order_cost * holding_cost * demand)
    return Economic(math.sqrt(2 * order_cost * demand / holding_cost), cost)


def factor_of(service: float) -> float:
    """How many deviations of safety stock meet demand in `service` (0–1) of the cycles."""
    return NormalDist().inv_cdf(service)


def safety_stock(*, deviation: float, service: float, lead_time: float, review: float = 0) -> float:
    """z·σ·√(lead time + review), never below nothing."""
    return max(0.0, factor_of(service) * deviation * math.sqrt(lead_time + review))


def reorder_point(
    *, demand: float, deviation: float, service: float, lead: float, review: float = 0
) -> float:
    """What has to be left when an order goes out: demand until the next one comes, and safety stock."""
    safety = safety_stock(deviation=deviation, service=service, lead_time=lead, review=review)
    return demand * (lead + review) + safety


def backorder_point(
    *, holding_cost: float, penalty: float, demand: float, deviation: float, lead: float
) -> float:
    """The reorder point where a piece short costs `penalty` for each unit of time: service p ÷ (p + h)."""
    service = penalty / (penalty + holding_cost)
    return reorder_point(demand=demand, deviation=deviation, service=service, lead=lead)


def proposal(
    *, position: float, point: float, up_to: float, pack: float, daily: float, shelf_life: int | None
) -> Proposal:
    """What to order when so much is there and on its way; nothing above the reorder point.

    Rounded up to whole packs; where goods expire, down to what will be used in their shelf life of days, less
    what is there already. `daily` is the mean demand of a day.
    """
    if position > point or pack <= 0:
        return Proposal(0, 0.0, capped=False)
    wanted = max(0.0, up_to - position)
    packs = math.ceil(wanted / pack - 1e-9)
    if shelf_life is None:
        return Proposal(packs, wanted, capped=False)
    most = max(0, math.floor((daily * shelf_life - position) / pack + 1e-9))
    return Proposal(min(packs, most), wanted, capped=most < packs)
