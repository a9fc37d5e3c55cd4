"""Parts for a work order: kept, taken, brought back, waited for; what the order costs in the end."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.accounts.models import User
from houqin.budget.models import CostEntry, Element
from houqin.budget.queries.costs import entries_of, totals_of
from houqin.desk.models import Service
from houqin.flows.charge_service import charge_service
from houqin.flows.finish_work import complete_work
from houqin.flows.move_goods import issue_goods, receive_goods, reprice_receipt
from houqin.flows.order_parts import drop_part, plan_part, return_parts, use_parts
from houqin.flows.record_time import correct_time
from houqin.flows.serve_waiting_parts import serve_waiting_parts
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item, Reservation, StockBalance, StockDocument, Warehouse
from houqin.inventory.queries.demands import reserved_for, taken_for
from houqin.inventory.queries.shortage import NotEnoughStock
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.staffing.models import LabourRate
from houqin.work.models import OrderPart, WorkOrder
from houqin.work.queries.parts import parts_of
from tests.flows.story import again, reported, told, under_way
from tests.makers_stock import make_item, make_store, move_of, shelf, stock
from tests.times import when


@pytest.fixture
def order(leak: Service, wang: User, xu: User, chen: User) -> WorkOrder:
    return under_way(chen, reported(leak, wang), xu)


@pytest.fixture
def store(db: None) -> Warehouse:
    return make_store()


def bought(item: Item, qty: int, store: Warehouse, price: str = "10.00") -> StockDocument:
    goods = Goods(item=item, qty=Decimal(qty), price=Decimal(price))
    return receive_goods(goods=[goods], location=shelf(store), by=None)


def need(order: WorkOrder, item: Item, qty: int, store: Warehouse, by: User) -> OrderPart:
    return plan_part(order_id=order.pk, item=item, warehouse=store, qty=Decimal(qty), by=by)


def take(
    order: WorkOrder, item: Item, qty: object, store: Warehouse, by: User, key: str = ""
) -> StockDocument:
    goods = [Goods(item=item, qty=Decimal(str(qty)))]
    return use_parts(order_id=order.pk, goods=goods, warehouse=store, by=by, key=key)


def test_what_an_order_needs_is_kept_from_everybody_else(
    order: WorkOrder, store: Warehouse, chen: User
) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)

    part = need(order, lamp, 3, store, chen)

    assert part.short_since is None
    assert reserved_for(order.number) == {(lamp.pk, store.pk): Decimal(3)}
    with pytest.raises(NotEnoughStock) as refused:
        issue_goods(goods=[Goods(item=lamp, qty=Decimal(3))], warehouse=store, charged_to="D1", by=None)
    assert "3" in str(refused.value)
    assert stock(lamp) == (Decimal(5), Decimal("50.00"))
    line = parts_of(order, on=clock.today()).lines[0]
    assert (line.planned, line.reserved, line.out, line.free, line.short) == (3, 3, 0, 2, 0)


def test_taking_uses_what_was_kept_and_the_order_bears_it(
    order: WorkOrder, store: Warehouse, chen: User
) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    need(order, lamp, 3, store, chen)

    first = take(order, lamp, 2, store, chen, key="k")
    assert take(order, lamp, 2, store, chen, key="k") == first

    assert reserved_for(order.number) == {(lamp.pk, store.pk): Decimal(1)}
    assert totals_of(order.number) == {Element.MATERIAL: Decimal("20.00")}
    assert [one.out for one in taken_for(order.number)] == [2]
    kinds = [event.kind for event in order.events.all()]
    assert kinds.count("part_taken") == 1


def test_more_than_was_planned_may_be_taken(order: WorkOrder, store: Warehouse, chen: User) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    need(order, lamp, 1, store, chen)

    take(order, lamp, 4, store, chen)

    assert OrderPart.objects.get().planned == 4
    assert not Reservation.objects.exists()
    assert StockBalance.objects.get(item=lamp).reserved == 0


def test_what_is_brought_back_lies_on_its_shelf_again(order: WorkOrder, store: Warehouse, chen: User) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    move = move_of(take(order, lamp, 3, store, chen))

    return_parts(order_id=order.pk, move=move, qty=Decimal(2), by=chen)

    assert totals_of(order.number) == {Element.MATERIAL: Decimal("10.00")}
    taken = taken_for(order.number)[0]
    assert (taken.out, taken.cost) == (1, Decimal("10.00"))
    with pytest.raises(Refused):
        return_parts(order_id=order.pk, move=move, qty=Decimal(2), by=chen)
    assert stock(lamp) == (Decimal(4), Decimal("40.00"))


def test_a_shortage_holds_the_order_and_arrival_lets_it_go_on(
    order: WorkOrder, store: Warehouse, chen: User
) -> None:
    valve = make_item("阀门")
    bought(valve, 1, store)

    part = need(order, valve, 3, store, chen)

    held = again(order)
    assert (held.status, held.hold_reason, held.hold_note) == ("on_hold", "parts", "阀门 × 2 个")
    assert part.short_since is not None
    assert serve_waiting_parts() == 0

    bought(valve, 1, store)
    assert serve_waiting_parts() == 0
    assert again(order).status == "on_hold"
    bought(valve, 5, store)
    assert serve_waiting_parts() == 1

    assert again(order).status == "in_progress"
    assert reserved_for(order.number) == {(valve.pk, store.pk): Decimal(3)}
    assert "parts_ready" in told(chen)
    assert serve_waiting_parts() == 0


def test_who_waits_longest_is_served_first(
    leak: Service, wang: User, xu: User, chen: User, liu: User, store: Warehouse
) -> None:
    valve = make_item("阀门")
    first = under_way(chen, reported(leak, wang), xu)
    second = under_way(liu, reported(leak, wang), xu)
    with when("10:00"):
        need(second, valve, 2, store, liu)
    with when("10:05"):
        need(first, valve, 2, store, chen)
    bought(valve, 3, store)

    assert serve_waiting_parts() == 1

    assert (again(second).status, again(first).status) == ("in_progress", "on_hold")
    kept = (reserved_for(second.number), reserved_for(first.number))
    assert kept == ({(valve.pk, store.pk): 2}, {(valve.pk, store.pk): 1})


def test_a_finished_order_keeps_nothing_back(order: WorkOrder, store: Warehouse, chen: User) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    need(order, lamp, 3, store, chen)

    complete_work(order_id=order.pk, by=chen, result="fixed")

    assert not Reservation.objects.exists()
    assert StockBalance.objects.get(item=lamp).reserved == 0
    with pytest.raises(StaleState):
        take(order, lamp, 1, store, chen)


def test_a_part_that_is_not_needed_is_free_again(order: WorkOrder, store: Warehouse, chen: User) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    part = need(order, lamp, 3, store, chen)
    take(order, lamp, 1, store, chen)

    drop_part(order_id=order.pk, part_id=part.pk, by=chen)

    assert OrderPart.objects.get().planned == 1
    assert not Reservation.objects.exists()
    with pytest.raises(StaleState):
        drop_part(order_id=order.pk, part_id=part.pk, by=chen)


def test_refusals_write_nothing(order: WorkOrder, store: Warehouse, chen: User, liu: User) -> None:
    lamp = make_item("灯管")
    bought(lamp, 5, store)
    before = (order.events.count(), StockDocument.objects.count())

    with pytest.raises(NotPermitted):
        take(order, lamp, 1, store, liu)
    with pytest.raises(NotEnoughStock):
        take(order, lamp, 6, store, chen)
    with pytest.raises(Invalid):
        take(order, lamp, "0.5", store, chen)
    with pytest.raises(Invalid):
        need(order, lamp, 0, store, chen)
    with pytest.raises(NotPermitted):
        charge_service(order_id=order.pk, amount=Decimal(200), document="FP-1", by=chen)

    assert (order.events.count(), StockDocument.objects.count()) == before
    assert not OrderPart.objects.exists()
    assert not CostEntry.objects.exists()


def test_the_cost_sheet_is_the_sum_of_parts_labour_and_bills(
    leak: Service, wang: User, xu: User, chen: User, store: Warehouse
) -> None:
    """Fact A13 of the stores' page: 40.00 + 90.00 + 200.00, and a later cost is a line of its own."""
    LabourRate.objects.create(hourly=Decimal("60.00"), since=dt.date(2026, 1, 1))
    lamp = make_item("灯")
    dear = bought(lamp, 1, store, "30.00")
    bought(lamp, 1, store, "10.00")
    with when("09:30"):
        order = under_way(chen, reported(leak, wang), xu)
    take(order, lamp, 2, store, chen)
    with when("11:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed")
    charge_service(order_id=order.pk, amount=Decimal("200.00"), document="FP-1", by=xu)

    assert totals_of(order.number) == {
        Element.MATERIAL: Decimal("40.00"),
        Element.LABOUR: Decimal("90.00"),
        Element.SERVICE: Decimal("200.00"),
    }
    assert sum(entry.amount for entry in entries_of(order.number)) == Decimal("330.00")

    reprice_receipt(receipt_move=move_of(dear), amount=Decimal("6.00"), by=None)
    later = entries_of(order.number).last()
    assert later is not None
    assert (later.amount, later.element) == (Decimal("6.00"), Element.MATERIAL)
    assert sum(totals_of(order.number).values()) == Decimal("336.00")
    with pytest.raises(Refused):
        charge_service(order_id=order.pk, amount=Decimal("200.00"), document="FP-1", by=xu)


def test_time_put_right_afterwards_changes_the_labour_by_a_new_entry(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    LabourRate.objects.create(hourly=Decimal("60.00"), since=dt.date(2026, 1, 1))
    with when("09:30"):
        order = under_way(chen, reported(leak, wang), xu)
    with when("11:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed")
    entry = order.time_entries.get()

    with when("11:30"):
        correct_time(
            entry_id=entry.pk,
            started_at=entry.started_at,
            ended_at=entry.started_at + dt.timedelta(hours=1),
            by=chen,
        )

    amounts = [one.amount for one in entries_of(order.number)]
    assert amounts == [Decimal("90.00"), Decimal("-30.00")]
