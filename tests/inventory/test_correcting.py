"""What random work in the stores has found: late documents, reversals and later costs beside each other."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.inventory.actions import correcting, moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import StockDocument, StockMove
from houqin.inventory.queries.proofs import played_otherwise, unproven
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused, StaleState
from tests.makers_stock import (
    cost_of,
    days_ago,
    issued,
    make_item,
    make_lot,
    make_store,
    move_of,
    received,
    shelf,
    stock,
    transferred,
)

pytestmark = pytest.mark.django_db


def sound(item: object) -> bool:
    pk = item.pk  # type: ignore[attr-defined]
    return not unproven([pk]) and not list(played_otherwise([pk]))


def returned(use: StockDocument, qty: object, **facts: object) -> StockDocument:
    move = move_of(use)
    goods = Goods(item=move.item, qty=Decimal(str(qty)), of_move=move)
    return moving.give_back(goods=[goods], by=None, **facts)  # type: ignore[arg-type]


def test_a_late_receipt_between_an_issue_and_its_return_is_taken_in() -> None:
    store, item = make_store(), make_item()
    received(item, 5, 10, to=shelf(store), at=days_ago(9))
    use = issued(item, 5, out_of=store, at=days_ago(8))
    returned(use, 5, at=days_ago(4))

    received(item, 3, 20, to=shelf(store), at=days_ago(6))

    assert (stock(item), cost_of(use)) == ((8, Decimal("110.00")), Decimal("50.00"))
    assert sound(item)


def test_what_was_reversed_does_not_stand_in_the_way_of_a_late_issue() -> None:
    store, item = make_store(), make_item()
    received(item, 7, 1, to=shelf(store), at=days_ago(9))
    wrong = issued(item, 5, out_of=store, at=days_ago(5))
    correcting.reverse(document_id=wrong.pk, by=None, reason="错")

    assert cost_of(issued(item, 3, out_of=store, at=days_ago(7))) == Decimal("3.00")
    assert sound(item)


def test_nothing_comes_back_of_an_issue_that_was_reversed() -> None:
    store, item = make_store(), make_item()
    received(item, 5, 10, to=shelf(store), at=days_ago(9))
    use = issued(item, 5, out_of=store, at=days_ago(8))
    correcting.reverse(document_id=use.pk, by=None, reason="错")

    with pytest.raises(Refused, match="only 0 of this issue"):
        returned(use, 1)
    assert stock(item) == (5, Decimal("50.00"))


def test_what_came_back_by_mistake_may_come_back_again() -> None:
    store, item = make_store(), make_item()
    received(item, 5, 10, to=shelf(store), at=days_ago(9))
    use = issued(item, 5, out_of=store, at=days_ago(8))
    back = returned(use, 5, at=days_ago(7))
    correcting.reverse(document_id=back.pk, by=None, reason="错")

    returned(use, 5)

    assert stock(item) == (5, Decimal("50.00"))
    assert sound(item)


def test_two_lines_of_one_return_count_together() -> None:
    store, item = make_store(), make_item()
    received(item, 5, 10, to=shelf(store), at=days_ago(9))
    move = move_of(issued(item, 5, out_of=store, at=days_ago(8)))
    goods = Goods(item=item, qty=Decimal(3), of_move=move)

    with pytest.raises(Refused, match="only 5 of this issue"):
        moving.give_back(goods=[goods, goods], by=None)
    with pytest.raises(Invalid, match="another item"):
        moving.give_back(goods=[Goods(item=make_item(), qty=Decimal(1), of_move=move)], by=None)
    assert StockMove.objects.count() == 2


def test_a_later_cost_of_the_same_second_keeps_its_place() -> None:
    store, item = make_store(), make_item()
    with clock.stopped_at(days_ago(1)):
        receipt = received(item, 3, 20, to=shelf(store))
        correcting.reprice(receipt_move=move_of(receipt), amount=Decimal(40), by=None)
        uses = [issued(item, 1, out_of=store) for _ in range(3)]

    assert [cost_of(use) for use in uses] == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]
    assert sound(item)


def test_an_issue_before_a_later_cost_is_late_for_it() -> None:
    store, item = make_store(), make_item()
    receipt = received(item, 3, "0.01", to=shelf(store), at=days_ago(9))
    correcting.reprice(receipt_move=move_of(receipt), amount=Decimal("0.02"), by=None, at=days_ago(2))

    issued(item, 1, out_of=store, at=days_ago(5))

    assert sound(item)


def test_layers_of_one_receipt_queue_as_they_came_in_whatever_order_they_were_written_down() -> None:
    a, b, item = make_store("甲"), make_store("乙"), make_item()
    received(item, 10, "0.01", to=shelf(a), at=days_ago(9))
    transferred(item, 3, out_of=a, to=shelf(b), at=days_ago(5))
    transferred(item, 4, out_of=a, to=shelf(b), at=days_ago(7))

    issued(item, 5, out_of=b)

    assert sound(item)


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_no_more_is_taken_off_a_receipt_than_it_has_cost(method: str) -> None:
    store, item = make_store(), make_item(cost_method=method)
    receipt = received(item, 10, 1, to=shelf(store), at=days_ago(9))
    issued(item, 3, out_of=store, at=days_ago(8))

    with pytest.raises(Refused, match=r"has cost 10\.00: no more"):
        correcting.reprice(receipt_move=move_of(receipt), amount=Decimal("-10.01"), by=None)
    correcting.reprice(receipt_move=move_of(receipt), amount=Decimal("-10.00"), by=None)

    assert stock(item) == (7, Decimal("0.00"))
    assert sound(item)


def test_a_rebate_on_an_average_takes_no_store_below_nothing() -> None:
    store, item = make_store(), make_item(cost_method="average")
    received(item, 10, 0, to=shelf(store), at=days_ago(9))
    dear = received(item, 10, 10, to=shelf(store), at=days_ago(8))
    issued(item, 15, out_of=store, at=days_ago(7))

    correcting.reprice(receipt_move=move_of(dear), amount=Decimal(-100), by=None)

    assert stock(item) == (5, Decimal("0.00"))
    assert sound(item)


def test_a_receipt_with_a_later_cost_is_reversed_after_it() -> None:
    store, item = make_store(), make_item()
    receipt = received(item, 10, 1, to=shelf(store), at=days_ago(9))
    later = correcting.reprice(receipt_move=move_of(receipt), amount=Decimal(5), by=None)

    with pytest.raises(Refused, match=f"reverse {later.number} first"):
        correcting.reverse(document_id=receipt.pk, by=None, reason="错")
    correcting.reverse(document_id=later.pk, by=None, reason="错")
    correcting.reverse(document_id=receipt.pk, by=None, reason="错")
    with pytest.raises(StaleState):
        correcting.reprice(receipt_move=move_of(receipt), amount=Decimal(5), by=None)

    assert stock(item) == (0, Decimal("0.00"))
    assert sound(item)


def test_goods_are_not_transferred_to_where_they_lie() -> None:
    store, item = make_store(), make_item()
    received(item, 5, 10, to=shelf(store), at=days_ago(9))

    with pytest.raises(Refused, match="5 个 needed, 0 usable"):
        transferred(item, 5, out_of=store, to=shelf(store))
    with pytest.raises(Invalid, match="other location"):
        transferred(item, 5, out_of=store, to=shelf(store), location=shelf(store))
    with pytest.raises(Invalid, match="other location"):
        transferred(item, 5, out_of=store, to=moving.outside("use"))
    assert StockMove.objects.count() == 1


def test_a_draft_that_waited_is_late_for_what_was_posted_in_its_second(sun: object) -> None:
    del sun
    store, item = make_store(), make_item()
    at = clock.now() - dt.timedelta(days=1)
    with clock.stopped_at(at):
        received(item, 5, 10, to=shelf(store))
        issued(item, 2, out_of=store)
        received(item, 5, 20, to=shelf(store))
    assert sound(item)


def test_whether_a_lot_is_usable_is_asked_of_our_own_clock() -> None:
    store, item = make_store(), make_item(tracking="lot")
    lot = make_lot(item, expires_on=days_ago(20).date())
    received(item, 5, 10, to=shelf(store), lot=lot, at=days_ago(40))

    with clock.stopped_at(days_ago(30)):
        assert cost_of(issued(item, 1, out_of=store)) == Decimal("10.00")
    with pytest.raises(Refused, match="4 expired"):
        issued(item, 1, out_of=store)


def test_what_cost_less_than_nothing_after_a_rebate_takes_no_layer_below_nothing() -> None:
    store, lamp = make_store(), make_item()
    receipt = received(lamp, 3, "0.033333", to=shelf(store))
    first, second = issued(lamp, 1, out_of=store), issued(lamp, 1, out_of=store)
    correcting.reprice(receipt_move=move_of(receipt), amount=Decimal("-0.10"), by=None)
    assert (cost_of(first), cost_of(second), stock(lamp)) == (Decimal("-0.01"), Decimal("0.01"), (1, 0))

    goods = [Goods(item=lamp, qty=Decimal(1), of_move=move_of(first))]
    moving.give_back(goods=goods, by=None)

    assert stock(lamp) == (2, 0)
    assert not unproven([lamp.pk])
    assert not list(played_otherwise([lamp.pk]))
