"""What a store should order again: demand with the days left out it had none, and the proposal of it."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import StockPolicy
from houqin.inventory.queries.demand import demand_of
from houqin.inventory.queries.replenishing import needs_of
from houqin.kernel import clock, tables
from tests.makers_stock import issued, make_item, make_lot, make_store, move_of, received, shelf

pytestmark = pytest.mark.django_db


def at_noon(days: int) -> dt.datetime:
    """Noon, so many days ago."""
    day = clock.today() - dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def test_demand_leaves_out_the_days_on_which_there_was_nothing() -> None:
    store, item = make_store(), make_item()
    received(item, 8, "1.00", to=shelf(store), at=at_noon(10))
    issued(item, 4, out_of=store, at=at_noon(9))
    issued(item, 4, out_of=store, at=at_noon(8))
    received(item, 50, "1.00", to=shelf(store), at=at_noon(3))

    found = demand_of(store, [item.pk], days=10)[item.pk]

    assert (found.days, found.out) == (6, 4)
    assert found.daily == pytest.approx(8 / 6)


def test_what_came_back_was_no_demand_and_neither_is_a_write_off() -> None:
    store, item = make_store(), make_item()
    received(item, 50, "1.00", to=shelf(store), at=at_noon(5))
    document = issued(item, 6, out_of=store, at=at_noon(4))
    back = Goods(item=item, qty=Decimal(2), of_move=move_of(document))
    moving.give_back(goods=[back], by=None, charged_to="GD1", at=at_noon(2))
    scrap = Goods(item=item, qty=Decimal(9), location=shelf(store))
    moving.write_off(goods=[scrap], by=None, reason="破损", at=at_noon(1))

    found = demand_of(store, [item.pk], days=5)[item.pk]

    assert (found.daily * found.days, found.days) == (pytest.approx(4), 5)


def test_a_store_orders_what_has_fallen_to_its_point_in_whole_packs() -> None:
    store, low, full = make_store(), make_item("少"), make_item("多")
    for item, qty in ((low, 4), (full, 40)):
        StockPolicy.objects.create(item=item, warehouse=store, reorder_point=5, order_up_to=30, pack=12)
        received(item, qty, "1.00", to=shelf(store), at=at_noon(1))

    (need,) = needs_of(store)

    assert (need.item, need.usable, need.point, need.packs, need.quantity) == (low, 4, 5, 3, 36)


def test_expired_goods_do_not_count_and_shelf_life_holds_an_order_back() -> None:
    store, item = make_store(), make_item("奶", tracking="lot", shelf_life_days=10)
    StockPolicy.objects.create(item=item, warehouse=store, reorder_point=5, order_up_to=200, pack=1)
    old = make_lot(item, expires_on=clock.today() - dt.timedelta(days=1))
    fresh = make_lot(item, expires_on=clock.today() + dt.timedelta(days=9))
    received(item, 30, "1.00", to=shelf(store), at=at_noon(5), lot=old)
    received(item, 14, "1.00", to=shelf(store), at=at_noon(5), lot=fresh)
    issued(item, 10, out_of=store, at=at_noon(4), lot=fresh)

    (need,) = needs_of(store, days=5)

    assert need.usable == 4
    assert need.demand.daily == pytest.approx(2)
    assert (need.quantity, need.capped) == (16, True)


def test_the_report_is_written_as_a_table(tmp_path: Path) -> None:
    store, item = make_store("总库"), make_item("灯管", code="D1")
    StockPolicy.objects.create(item=item, warehouse=store, reorder_point=5, order_up_to=30, pack=10)
    path = tmp_path / "order.xlsx"

    call_command("report_replenishment", "--excel", str(path))

    with path.open("rb") as file:
        (_head, line) = tables.rows(file)
    assert line.cells[:3] == ["总库", "D1", "灯管"]
    assert line.cells[12] == "30"
