"""The worked scenarios of the stores' design, exact to the cent, through the public actions."""

from decimal import Decimal

import pytest

from houqin.inventory.actions import correcting, moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import DocumentKind, ItemUnit, LayerEntry, StockDocument, StockMove
from houqin.inventory.queries.shortage import NotEnoughStock
from tests.inventory.ledger import proofs
from tests.makers_stock import (
    cost_of,
    days_ago,
    issued,
    make_item,
    make_lot,
    make_store,
    make_unit,
    move_of,
    received,
    shelf,
    stock,
    transferred,
)

pytestmark = pytest.mark.django_db


def money(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_s1_first_in_first_out() -> None:
    store, item = make_store(), make_item()
    received(item, 4, "10.00", to=shelf(store))
    received(item, 2, "25.00", to=shelf(store))

    costs = [cost_of(issued(item, qty, out_of=store)) for qty in (3, 1, 1)]

    assert costs == money("30.00", "10.00", "25.00")
    assert stock(item) == (1, Decimal("25.00"))


def test_s1_grams_are_worth_what_kilograms_are() -> None:
    store, gram = make_store(), make_unit("克", integral=False)
    item = make_item("白糖", unit=gram)
    kilo = make_unit("千克", integral=False)
    ItemUnit.objects.create(item=item, unit=kilo, num=1000)

    by_gram = received(item, 2000, "0.025", to=shelf(store))
    by_kilo = received(item, 2, 25, to=shelf(store), unit=kilo)

    assert [line.value for d in (by_gram, by_kilo) for line in d.lines.all()] == money("50.00", "50.00")
    assert stock(item) == (4000, Decimal("100.00"))


@pytest.mark.parametrize(
    ("method", "cost", "left"), [("fifo", "200.00", "100.00"), ("average", "225.00", "75.00")]
)
def test_s2_by_queue_and_by_average(method: str, cost: str, left: str) -> None:
    store, item = make_store(), make_item(cost_method=method)
    received(item, 10, 10, to=shelf(store))
    received(item, 10, 20, to=shelf(store))

    assert cost_of(issued(item, 15, out_of=store)) == Decimal(cost)
    assert stock(item) == (5, Decimal(left))


@pytest.mark.parametrize(
    ("bought", "landed", "costs"),
    [
        ("20", "40", ["33.33", "33.34", "33.33"]),
        ("20", "38", ["32.67", "32.67", "32.66"]),
        ("1", "1.85", ["1.62", "1.62", "1.61"]),
    ],
)
def test_s3_rounding_with_a_landed_cost(bought: str, landed: str, costs: list[str]) -> None:
    store, item = make_store(), make_item()
    receipt = received(item, 3, bought, to=shelf(store))
    correcting.reprice(receipt_move=move_of(receipt), amount=Decimal(landed), by=None)

    assert [cost_of(issued(item, 1, out_of=store)) for _ in range(3)] == money(*costs)
    assert stock(item) == (0, Decimal("0.00"))


def test_s5_a_landed_cost_when_a_part_is_used_up() -> None:
    store, item = make_store(), make_item()
    first = received(item, 10, 10, to=shelf(store))
    received(item, 10, 20, to=shelf(store))
    use = issued(item, 1, out_of=store)
    assert cost_of(use) == Decimal("10.00")

    later = correcting.reprice(receipt_move=move_of(first), amount=Decimal(100), by=None)

    assert (cost_of(use), stock(item)) == (Decimal("20.00"), (19, Decimal("380.00")))
    charged = LayerEntry.objects.filter(document=later, move__document=use)
    assert [entry.dv for entry in charged] == money("-10.00")


def test_s5_a_landed_cost_before_the_issue_and_when_all_is_gone() -> None:
    store, early, gone = make_store(), make_item(), make_item("开关")
    first = received(early, 10, 10, to=shelf(store))
    received(early, 10, 20, to=shelf(store))
    correcting.reprice(receipt_move=move_of(first), amount=Decimal(100), by=None)
    assert cost_of(issued(early, 1, out_of=store)) == Decimal("20.00")
    assert stock(early) == (19, Decimal("380.00"))

    first = received(gone, 10, 10, to=shelf(store))
    received(gone, 10, 20, to=shelf(store))
    use = issued(gone, 10, out_of=store)
    correcting.reprice(receipt_move=move_of(first), amount=Decimal(100), by=None)
    assert (cost_of(use), stock(gone)) == (Decimal("200.00"), (10, Decimal("200.00")))


def test_s7_a_late_receipt_reaches_the_use_through_two_stores() -> None:
    a, b, item = make_store("甲库"), make_store("乙库"), make_item()
    received(item, 5, 10, to=shelf(a), at=days_ago(10))
    transferred(item, 5, out_of=a, to=shelf(b), at=days_ago(9))
    use = issued(item, 5, out_of=b, at=days_ago(8))
    assert cost_of(use) == Decimal("50.00")
    before = list(LayerEntry.objects.values_list("pk", "dq", "dv"))

    late = received(item, 5, 20, to=shelf(a), at=days_ago(11))
    assert cost_of(use) == Decimal("100.00")
    adjusted = StockDocument.objects.get(kind=DocumentKind.ADJUSTMENT, caused_by=late)
    extra = LayerEntry.objects.filter(document=adjusted, move__document=use)
    assert -sum(entry.dv for entry in extra) == Decimal("50.00")
    assert stock(item, a) == (5, Decimal("50.00"))

    correcting.reverse(document_id=late.pk, by=None, reason="记错")
    assert (cost_of(use), stock(item, a)) == (Decimal("50.00"), (0, Decimal("0.00")))

    two = received(item, 2, 20, to=shelf(a), at=days_ago(12))
    assert (cost_of(use), stock(item, a)) == (Decimal("70.00"), (2, Decimal("20.00")))

    correcting.reverse(document_id=two.pk, by=None, reason="记错")
    assert (cost_of(use), stock(item)) == (Decimal("50.00"), (0, Decimal("0.00")))
    assert list(LayerEntry.objects.values_list("pk", "dq", "dv")[: len(before)]) == before


def test_s9_the_cost_follows_the_lot_that_was_taken() -> None:
    store, item = make_store(), make_item(tracking="lot")
    hundred, other = make_lot(item, "100"), make_lot(item, "101")
    received(item, 10, 10, to=shelf(store), lot=hundred)
    received(item, 10, 5, to=shelf(store), lot=other)

    assert cost_of(issued(item, 10, out_of=store, lot=other)) == Decimal("50.00")
    assert stock(item) == (10, Decimal("100.00"))


def test_s13_refusal_instead_of_a_negative_stock() -> None:
    store, item = make_store(), make_item()
    received(item, 10, 10, to=shelf(store))

    with pytest.raises(NotEnoughStock, match="15 个 needed, 10 usable"):
        issued(item, 15, out_of=store)

    assert stock(item) == (10, Decimal("100.00"))
    assert StockMove.objects.count() == 1
    assert StockDocument.objects.count() == 1


def test_s20_a_box_of_nine_is_nine_pieces() -> None:
    store, item = make_store(), make_item()
    box = make_unit("盒")
    ItemUnit.objects.create(item=item, unit=box, num=9)
    received(item, 1, 81, to=shelf(store), unit=box)

    issued(item, 9, out_of=store)

    assert stock(item) == (0, Decimal("0.00"))


def test_s20_pounds_are_kilograms_to_the_last_digit() -> None:
    store, kilo, pound = make_store(), make_unit("千克", integral=False), make_unit("磅", integral=False)
    item = make_item("面粉", unit=kilo, step=Decimal("0.000001"))
    ItemUnit.objects.create(item=item, unit=pound, num=453592292, den=1000000000)

    received(item, "2138.484", 1, to=shelf(store), unit=pound)

    assert stock(item)[0] == Decimal("969.999859")


def test_what_is_returned_comes_back_at_the_value_it_left_with() -> None:
    store, item = make_store(), make_item()
    received(item, 1, 30, to=shelf(store))
    received(item, 1, 10, to=shelf(store))
    use = issued(item, 2, out_of=store)

    back = moving.give_back(goods=[Goods(item=item, qty=Decimal(1), of_move=move_of(use))], by=None)

    assert (cost_of(back), stock(item)) == (Decimal("-10.00"), (1, Decimal("10.00")))
    with pytest.raises(Exception, match="only 1 of this issue"):
        moving.give_back(goods=[Goods(item=item, qty=Decimal(2), of_move=move_of(use))], by=None)
    assert stock(item) == (1, Decimal("10.00"))


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_a_later_cost_reaches_back_to_all_receipts_whose_later_costs_it_meets(method: str) -> None:
    store, item = make_store(), make_item(cost_method=method)
    first = received(item, 4, 10, to=shelf(store), at=days_ago(30))
    issued(item, 1, out_of=store, at=days_ago(25))
    second = received(item, 4, 10, to=shelf(store), at=days_ago(20))
    correcting.reprice(receipt_move=move_of(first), amount=Decimal(6), by=None, at=days_ago(15))
    third = received(item, 4, 10, to=shelf(store), at=days_ago(10))
    correcting.reprice(receipt_move=move_of(second), amount=Decimal(4), by=None, at=days_ago(8))

    correcting.reprice(receipt_move=move_of(third), amount=Decimal(8), by=None)

    assert not proofs(item)
    entries = LayerEntry.objects.filter(layer__item=item)
    used = -sum(entry.dv for entry in entries.filter(move__document__kind="issue"))
    assert stock(item)[1] + used == Decimal("138.00")
