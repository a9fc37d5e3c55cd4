"""The stores over JSON: what there is, what is moved, what is counted, what it cost."""

from decimal import Decimal

import pytest

from houqin.accounts.models import Role, User
from houqin.flows.finish_work import cancel_work
from houqin.inventory.actions.counting import plan
from houqin.inventory.models import Item, StockDocument, StockLimit, Warehouse
from tests import cast
from tests.api.calling import Calls
from tests.makers import grant, make_department, make_order, make_person, make_place
from tests.makers_stock import make_item, make_lot, make_store, make_unit, received, shelf, stock


@pytest.fixture
def store() -> Warehouse:
    """The central store with the shelf A1."""
    return make_store("总库", code="W1")


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Ten lamps at A1, at 12.00 each, in boxes of nine as well."""
    item = make_item("灯管", code="ZM-1", name_en="Tube lamp")
    item.units.create(unit=make_unit("箱"), num=9)
    received(item, 10, "12.00", to=shelf(store))
    return item


@pytest.fixture
def sun(store: Warehouse) -> User:
    return cast.storekeeper_sun()


def test_goods_come_go_and_come_back(calls: Calls, sun: User, lamp: Item, store: Warehouse) -> None:
    make_department(code="D1")
    caller = calls(sun)
    box = lamp.units.get().unit

    line = {"item": lamp.pk, "quantity": "1", "unit": box.pk, "price": "90.5"}
    came = caller.post("/stock-documents/receipts", {"location": shelf(store).pk, "lines": [line]})
    assert came.status_code == 201, came.content
    assert (came.json()["value"], came.json()["lines"][0]["moves"][0]["quantity"]) == ("90.50", "9")

    taken = {"warehouse": "W1", "charged_to": "D1", "lines": [{"item": lamp.pk, "quantity": "12"}]}
    went = caller.post("/stock-documents/issues", taken)
    assert (went.status_code, went.json()["value"]) == (201, "140.11")
    costs = caller.get("/cost-entries", cost_object="D1").json()["items"]
    assert [(row["amount"], row["source"]) for row in costs] == [("140.11", went.json()["number"])]

    part = {"charged_to": "D1", "lines": [{"item": lamp.pk, "quantity": "2"}]}
    assert caller.post("/stock-documents/returns", part).json()["value"] == "20.11"
    assert stock(lamp, store) == (9, Decimal("90.50"))

    more = {"charged_to": "D1", "lines": [{"item": lamp.pk, "quantity": "11"}]}
    refused = caller.post("/stock-documents/returns", more)
    assert (refused.status_code, "only 10 are out" in refused.json()["detail"]) == (409, True)
    assert stock(lamp, store) == (9, Decimal("90.50"))


def test_a_document_is_taken_back_once(calls: Calls, sun: User, lamp: Item, store: Warehouse) -> None:
    caller = calls(sun)
    receipt = StockDocument.objects.get()

    back = caller.post(f"/stock-documents/{receipt.number}/reverse", {"reason": "wrong delivery"})
    again = caller.post(f"/stock-documents/{receipt.number}/reverse", {"reason": "wrong delivery"})

    assert (back.status_code, back.json()["reverses"]) == (201, receipt.number)
    assert again.status_code == 409
    assert stock(lamp, store) == (0, 0)
    assert caller.get(f"/stock-documents/{receipt.number}").json()["state"] == "reversed"


def test_goods_go_to_another_store_and_are_written_off(
    calls: Calls, sun: User, lamp: Item, store: Warehouse
) -> None:
    caller, other = calls(sun), make_store("二级库", code="W2")
    moved = {"warehouse": "W1", "to": shelf(other).pk, "lines": [{"item": lamp.pk, "quantity": "4"}]}
    assert caller.post("/stock-documents/transfers", moved).status_code == 201
    assert stock(lamp, other) == (4, Decimal(48))

    lying = {"item": lamp.pk, "quantity": "1", "location": shelf(other).pk}
    broken = caller.post("/stock-documents/write-offs", {"reason": "broken", "lines": [lying]})
    assert (broken.status_code, broken.json()["code"]) == (409, "nobody_to_ask"), broken.content
    assert stock(lamp, other) == (4, Decimal(48))

    StockLimit.objects.create(kind=StockLimit.Kind.SCRAP, value=100)
    broken = caller.post("/stock-documents/write-offs", {"reason": "broken", "lines": [lying]})
    assert (broken.status_code, broken.json()["state"], broken.json()["value"]) == (201, "posted", "12.00")
    assert stock(lamp, other) == (3, Decimal(36))


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"quantity": "11"}, 409, "10"),
        ({"quantity": "0.5"}, 422, "灯管"),
        ({"quantity": "1", "unit": 10**9}, 422, "unit"),
        ({"quantity": "1", "item": 10**9}, 422, "item"),
        ({"quantity": "1", "lot": "L9"}, 422, "L9"),
        ({"quantity": 1}, 422, "string"),
        ({"quantity": "-1"}, 422, ""),
    ],
)
def test_what_cannot_be_issued_is_told_and_nothing_moves(
    calls: Calls, sun: User, lamp: Item, store: Warehouse, change: dict[str, object], status: int, told: str
) -> None:
    make_department(code="D1")
    line = {"item": lamp.pk, **change}

    answer = calls(sun, language="zh-hans").post(
        "/stock-documents/issues", {"warehouse": "W1", "charged_to": "D1", "lines": [line]}
    )

    assert answer.status_code == status, answer.content
    assert told in answer.content.decode() or told in {"string", "unit", "item"}
    assert (stock(lamp, store), StockDocument.objects.count()) == ((10, Decimal(120)), 1)


def test_a_finished_order_takes_no_goods(calls: Calls, sun: User, lamp: Item) -> None:
    order = make_order()
    cancel_work(order_id=order.pk, by=cast.dispatcher_xu(), reason="not needed")
    line = {"item": lamp.pk, "quantity": "1"}

    answer = calls(sun).post(
        "/stock-documents/issues", {"warehouse": "W1", "charged_to": order.number, "lines": [line]}
    )

    assert answer.status_code in {409, 422}
    assert StockDocument.objects.count() == 1


def test_stock_now_at_a_past_day_and_lot_by_lot(
    calls: Calls, sun: User, lamp: Item, store: Warehouse
) -> None:
    caller = calls(sun)

    (now,) = caller.get("/stock", warehouse="W1", q="灯管").json()["items"]
    (then,) = caller.get("/stock", at="2020-01-01", q="ZM-1").json()["items"]
    (lies,) = caller.get("/stock/balances", item=lamp.pk).json()["items"]

    assert (now["on_hand"], now["value"], now["item"]["name"]) == ("10", "120.00", "Tube lamp")
    assert (then["on_hand"], then["value"]) == ("0", "0.00")
    assert (lies["location"], lies["on_hand"], lies["warehouse"]["code"]) == ("A1", "10", "W1")
    assert caller.get("/stock", warehouse="W9").status_code == 422


def test_items_and_lots(calls: Calls, sun: User, lamp: Item) -> None:
    lot = make_lot(make_item("消毒液", code="BJ-1", tracking="lot"), "L1")
    caller = calls(sun)

    assert [row["code"] for row in caller.get("/items").json()["items"]] == ["BJ-1", "ZM-1"]
    one = caller.get(f"/items/{lamp.pk}").json()
    assert [(unit["num"], unit["den"]) for unit in one["units"]] == [(9, 1)]
    assert [row["number"] for row in caller.get("/lots", item=lot.item_id).json()["items"]] == ["L1"]
    assert caller.get(f"/lots/{lot.pk}").json()["state"] == "available"
    assert caller.get(f"/lots/{lot.pk + 1}").status_code == 404
    assert [row["code"] for row in caller.get("/warehouses").json()["items"]] == ["W1"]


def test_a_blind_count_shows_neither_books_nor_others(
    calls: Calls, sun: User, lamp: Item, store: Warehouse
) -> None:
    session = plan(warehouse=store, by=sun)
    figure = {"location": shelf(store).pk, "item": lamp.pk, "quantity": "9"}

    mine = calls(sun).post(f"/counts/{session.number}/figures", figure)
    zhao = calls(cast.accountant_zhao()).get(f"/counts/{session.number}")

    assert mine.status_code == 200, mine.content
    assert [(row["book"], row["counted"]) for row in mine.json()["lines"]] == [(None, "9")]
    assert [(row["book"], row["counted"], row["value"]) for row in zhao.json()["lines"]] == [
        (None, None, None)
    ]
    assert (mine.json()["written"], mine.json()["whole"]) == (1, 1)


def test_amounts_are_for_those_who_may_see_them(calls: Calls, lamp: Item) -> None:
    admin = calls(cast.administrator())
    receipt = StockDocument.objects.get()

    assert admin.get("/stock").json()["items"][0]["value"] is None
    document = admin.get(f"/stock-documents/{receipt.number}").json()
    assert (document["value"], document["lines"][0]["price"], document["lines"][0]["value"]) == (None,) * 3
    assert admin.get("/cost-entries").status_code == 403


def test_a_store_elsewhere_is_not_there(calls: Calls, lamp: Item, store: Warehouse) -> None:
    here, there = make_place("甲区"), make_place("乙区")
    Warehouse.objects.filter(pk=store.pk).update(place=there)
    keeper = make_person(username="keeper")
    grant(keeper, Role.STOREKEEPER, place=here)
    caller, receipt = calls(keeper), StockDocument.objects.get()

    assert caller.get("/warehouses").json()["items"] == []
    assert caller.get("/stock").json()["items"][0]["on_hand"] == "0"
    assert caller.get("/stock/balances").json()["items"] == []
    assert caller.get(f"/stock-documents/{receipt.number}").status_code == 404
    assert caller.post(f"/stock-documents/{receipt.number}/reverse", {"reason": "x"}).status_code == 404
    line = {"item": lamp.pk, "quantity": "1", "price": "1"}
    came = caller.post("/stock-documents/receipts", {"location": shelf(store).pk, "lines": [line]})
    assert came.status_code == 422
    assert StockDocument.objects.count() == 1
