"""When to order again and how much: the worked values, and what holds for whatever numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.replenishment import (
    backorder_point,
    economic_quantity,
    factor_of,
    proposal,
    reorder_point,
    safety_stock,
)


def test_the_economic_quantity_and_its_cost() -> None:
    found = economic_quantity(order_cost=8, holding_cost=0.225, demand=1300)

    assert found.quantity == pytest.approx(304.0468, abs=5e-5)
    assert found.cost == pytest.approx(68.4105, abs=5e-5)


def test_the_reorder_point_for_a_service_of_95_percent() -> None:
    assert factor_of(0.95) == pytest.approx(1.644854, abs=5e-7)
    assert safety_stock(deviation=150, service=0.95, lead_time=1 / 12) == pytest.approx(71.2243, abs=5e-5)
    point = reorder_point(demand=1300, deviation=150, service=0.95, lead=1 / 12)
    assert point == pytest.approx(179.5576, abs=5e-5)


def test_the_reorder_point_where_a_shortage_has_its_price() -> None:
    point = backorder_point(holding_cost=0.225, penalty=7.5, demand=1300, deviation=150, lead=1 / 12)

    assert point == pytest.approx(190.3370, abs=5e-5)


def test_time_between_reviews_counts_like_lead_time() -> None:
    together = reorder_point(demand=2, deviation=1, service=0.95, lead=7, review=7)
    assert together == pytest.approx(reorder_point(demand=2, deviation=1, service=0.95, lead=14))


def test_nothing_is_ordered_above_the_point_and_packs_are_filled_below_it() -> None:
    assert proposal(position=11, point=10, up_to=40, pack=12, daily=1, shelf_life=None).packs == 0
    assert proposal(position=10, point=10, up_to=40, pack=12, daily=1, shelf_life=None).packs == 3


def test_no_more_is_ordered_than_is_used_before_it_expires() -> None:
    held = proposal(position=4, point=10, up_to=90, pack=5, daily=1, shelf_life=30)

    assert (held.packs, held.capped) == (5, True)


_amount = st.floats(0, 10_000)


@given(
    position=_amount,
    point=_amount,
    up_to=_amount,
    pack=st.floats(0.1, 500),
    daily=st.floats(0, 500),
    life=st.none() | st.integers(0, 1000),
)
def test_a_proposal_fills_up_and_never_by_more_than_a_pack(
    position: float, point: float, up_to: float, pack: float, daily: float, life: int | None
) -> None:
    found = proposal(position=position, point=point, up_to=up_to, pack=pack, daily=daily, shelf_life=life)

    assert found.packs >= 0
    assert found.packs * pack <= max(0.0, up_to - position) + pack
    if found.packs and life is not None:
        assert position + found.packs * pack <= daily * life + 1e-6 * max(1.0, daily * life)
    if not found.capped and position <= point:
        assert position + found.packs * pack >= up_to - 1e-6 * max(1.0, up_to)
