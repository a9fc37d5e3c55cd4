"""Parts of a job by the pages: find, keep, take, bring back, and what is refused."""

from decimal import Decimal

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.inventory.models import Barcode, Item, StockDocument, Warehouse
from houqin.inventory.queries.demands import reserved_for, taken_for
from houqin.work.models import OrderPart, WorkOrder
from tests.flows.story import again, reported, under_way
from tests.makers_stock import make_item, make_store, received, shelf
from tests.web.signed_in import signed_in


@pytest.fixture
def order(leak: Service, wang: User, xu: User, chen: User) -> WorkOrder:
    return under_way(chen, reported(leak, wang), xu)


@pytest.fixture
def store(db: None) -> Warehouse:
    return make_store()


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    item = make_item("灯管")
    Barcode.objects.create(item=item, code="2012345678900")
    received(item, 5, "10.00", to=shelf(store))
    return item


def page(client: Client, order: WorkOrder, find: str = "") -> str:
    return client.get(f"/jobs/{order.number}/parts/", {"q": find}).content.decode()


def send(client: Client, order: WorkOrder, step: str, **given: object) -> str:
    answer = client.post(f"/jobs/{order.number}/parts/{step}/", given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_scan_finds_the_part_and_two_taps_take_it(
    order: WorkOrder, store: Warehouse, lamp: Item, chen: User
) -> None:
    client = signed_in(chen, english=False)

    found = page(client, order, "2012345678900")
    assert "灯管" in found
    assert "可用 5" in found
    given = {"item": lamp.pk, "warehouse": store.pk, "qty": "2", "form_key": "k"}
    said = send(client, order, "take", **given)
    again_sent = client.post(f"/jobs/{order.number}/parts/take/", given)
    assert again_sent.status_code == 303

    assert "已领用：灯管。" in said
    assert "￥20.00" in said
    assert [one.out for one in taken_for(order.number)] == [2]


@pytest.mark.parametrize("words", ["灯管", "dg", "dengguan"])
def test_names_and_pinyin_find_it(order: WorkOrder, lamp: Item, chen: User, words: str) -> None:
    client = signed_in(chen, english=False)
    assert lamp.code in page(client, order, words)


def test_what_is_missing_is_waited_for(order: WorkOrder, store: Warehouse, lamp: Item, chen: User) -> None:
    client = signed_in(chen, english=False)

    said = send(client, order, "plan", item=lamp.pk, warehouse=store.pk, qty="7")

    assert "库存不够，到货后通知您。" in said
    assert "缺 2 个" in said
    assert again(order).hold_reason == "parts"
    assert reserved_for(order.number) == {(lamp.pk, store.pk): Decimal(5)}

    send(client, order, "drop", part=OrderPart.objects.get().pk)
    assert reserved_for(order.number) == {}


def test_what_was_not_used_comes_back(order: WorkOrder, store: Warehouse, lamp: Item, chen: User) -> None:
    client = signed_in(chen, english=False)
    send(client, order, "take", item=lamp.pk, warehouse=store.pk, qty="3")
    move = taken_for(order.number)[0].move

    assert "已退回：灯管。" in send(client, order, "return", move=move.pk, qty="1")

    assert [one.out for one in taken_for(order.number)] == [2]
    refused = send(client, order, "return", move=move.pk, qty="9")
    assert "2" in refused
    assert [one.out for one in taken_for(order.number)] == [2]


@pytest.mark.parametrize("qty", ["", "0", "-1", "0.5", "6", "abc", "1e9"])
def test_a_quantity_that_cannot_be_is_answered_in_a_sentence(
    order: WorkOrder, store: Warehouse, lamp: Item, chen: User, qty: str
) -> None:
    client = signed_in(chen, english=False)
    before = StockDocument.objects.count()

    said = send(client, order, "take", item=lamp.pk, warehouse=store.pk, qty=qty)

    assert "toast" in said
    assert StockDocument.objects.count() == before
    assert not taken_for(order.number)


def test_somebody_elses_job_gives_no_parts(order: WorkOrder, store: Warehouse, lamp: Item, liu: User) -> None:
    client = signed_in(liu, english=False)
    given = {"item": lamp.pk, "warehouse": store.pk, "qty": "1"}
    assert client.post(f"/jobs/{order.number}/parts/take/", given).status_code == 404
    assert client.get(f"/jobs/{order.number}/parts/").status_code == 404
    assert not taken_for(order.number)


def test_a_movement_of_another_order_does_not_come_back_here(
    client: Client,
    leak: Service,
    wang: User,
    xu: User,
    order: WorkOrder,
    store: Warehouse,
    lamp: Item,
    chen: User,
) -> None:
    client = signed_in(chen, english=False)
    send(client, order, "take", item=lamp.pk, warehouse=store.pk, qty="1")
    move = taken_for(order.number)[0].move
    assert client.post(f"/jobs/{order.number}/hold/", {"reason": "access"}).status_code == 303
    other = under_way(chen, reported(leak, wang), xu)

    answer = client.post(f"/jobs/{other.number}/parts/return/", {"move": move.pk, "qty": "1"})

    assert answer.status_code == 404
    assert [one.back for one in taken_for(order.number)] == [0]
