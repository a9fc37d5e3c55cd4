"""Goods and their cost: who uses them bears what the lots taken were bought for."""

from decimal import Decimal

import pytest

from houqin.budget.models import CostEntry
from houqin.budget.queries.costs import entries_of, totals_of
from houqin.flows.move_goods import (
    issue_goods,
    receive_goods,
    reprice_receipt,
    return_goods,
    reverse_goods,
)
from houqin.flows.write_off import write_off_goods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item, StockDocument, Warehouse
from houqin.inventory.queries.shortage import NotEnoughStock
from tests.makers_stock import days_ago, make_item, make_store, move_of, shelf, stock

pytestmark = pytest.mark.django_db
ORDER = "GD20261123-0001"


def bought(item: Item, qty: int, price: str, store: Warehouse, **facts: object) -> StockDocument:
    goods = Goods(item=item, qty=Decimal(qty), price=Decimal(price))
    return receive_goods(goods=[goods], location=shelf(store), by=None, **facts)


def used(item: Item, qty: int, store: Warehouse, **facts: object) -> StockDocument:
    goods = Goods(item=item, qty=Decimal(qty))
    return issue_goods(goods=[goods], warehouse=store, charged_to=ORDER, by=None, **facts)  # type: ignore[arg-type]


def test_two_lamps_of_two_prices_cost_what_they_were_bought_for() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 1, "30.00", store)
    bought(lamp, 1, "10.00", store)

    issue = used(lamp, 2, store)

    (entry,) = entries_of(ORDER)
    assert (entry.amount, entry.source, entry.element) == (Decimal("40.00"), issue.number, "material")
    assert totals_of(ORDER) == {"material": Decimal("40.00")}


def test_what_comes_back_relieves_who_bore_it() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 2, "30.00", store)
    issue = used(lamp, 2, store)

    goods = Goods(item=lamp, qty=Decimal(1), of_move=move_of(issue))
    return_goods(goods=[goods], charged_to=ORDER, by=None)

    assert totals_of(ORDER) == {"material": Decimal("30.00")}
    assert stock(lamp) == (1, Decimal("30.00"))


def test_a_later_cost_adds_a_line_to_the_job() -> None:
    store, lamp = make_store(), make_item("灯")
    receipt = bought(lamp, 10, "10.00", store)
    used(lamp, 4, store)

    later = reprice_receipt(receipt_move=move_of(receipt), amount=Decimal("5.00"), by=None)

    assert [(e.amount, e.source == later.number) for e in entries_of(ORDER)] == [
        (Decimal("40.00"), False),
        (Decimal("2.00"), True),
    ]
    assert stock(lamp) == (6, Decimal("63.00"))


def test_a_late_receipt_changes_what_the_job_has_cost_by_a_new_line() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 5, "10.00", store, at=days_ago(5))
    used(lamp, 5, store, at=days_ago(3))

    bought(lamp, 5, "20.00", store, at=days_ago(6))

    assert [e.amount for e in entries_of(ORDER)] == [Decimal("50.00"), Decimal("50.00")]
    assert totals_of(ORDER) == {"material": Decimal("100.00")}


def test_a_reversal_leaves_nothing_of_the_cost() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 5, "10.00", store)
    issue = used(lamp, 3, store)

    reverse_goods(document_id=issue.pk, reason="领错", by=None)

    assert totals_of(ORDER) == {"material": Decimal("0.00")}
    assert stock(lamp) == (5, Decimal("50.00"))


def test_a_write_off_is_borne_by_who_is_named() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 5, "10.00", store)

    goods = Goods(item=lamp, qty=Decimal(2), location=shelf(store))
    write_off_goods(goods=[goods], by=None, reason="摔坏", charged_to="HQ")

    assert totals_of("HQ") == {"material": Decimal("20.00")}


def test_a_shortage_writes_nothing_and_a_repeated_key_costs_once() -> None:
    store, lamp = make_store(), make_item("灯")
    bought(lamp, 5, "10.00", store)

    with pytest.raises(NotEnoughStock):
        used(lamp, 6, store)
    assert not CostEntry.objects.exists()

    assert used(lamp, 1, store, key="a") == used(lamp, 1, store, key="a")
    assert totals_of(ORDER) == {"material": Decimal("10.00")}
