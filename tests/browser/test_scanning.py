"""The storekeeper's job by a scanner on a phone: typed codes and Enter, no tap in between."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from houqin.accounts.models import User
from houqin.inventory.actions import counting
from houqin.inventory.models import Item, StockDocument, Warehouse
from tests import cast
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.makers import make_department, make_organisation
from tests.makers_stock import make_item, make_store, received, shelf, stock

pytestmark = pytest.mark.browser


@pytest.fixture
def store(transactional_db: None) -> Warehouse:
    make_organisation()
    make_department(code="D1", name="教务处")
    store = make_store("维修中心库", code="W901")
    shelf(store, "B2")
    return store


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    lamp = make_item("灯管", code="ZM-3001")
    received(lamp, 10, "12.00", to=shelf(store))
    return lamp


@pytest.fixture
def sun(store: Warehouse) -> User:
    return cast.storekeeper_sun()


def scan(visitor: Visitor, *codes: str) -> None:
    """What a hand scanner does, without waiting for any answer."""
    for code in codes:
        visitor.page.keyboard.type(code)
        visitor.page.keyboard.press("Enter")


def begin(visitor: Visitor, person: User, path: str) -> None:
    visitor.sign_in(person)
    visitor.open(path)
    expect(visitor.find("[data-island=scan][data-ready]")).to_be_attached()


def test_goods_are_received_by_scans_that_do_not_wait(
    visit: Visit, sun: User, lamp: Item, store: Warehouse
) -> None:
    phone = visit()
    begin(phone, sun, "/stores/receive/")

    scan(phone, "B2", "ZM-3001", "ZM-3001", "ZM-3001")
    expect(phone.find(".scan-last .big.num")).to_contain_text("3")
    expect(phone.find("#scan-input")).to_be_focused()
    scan(phone, "B2")

    expect(phone.find(".note.c-ok")).to_contain_text("已过账")
    assert stock(lamp, store) == (13, Decimal("156.00"))


def test_codes_behind_the_last_one_go_on_with_the_next_document(
    visit: Visit, sun: User, lamp: Item, store: Warehouse
) -> None:
    phone = visit()
    begin(phone, sun, "/stores/receive/")

    scan(phone, "B2", "ZM-3001", "B2", "A1", "ZM-3001", "ZM-3001")

    expect(phone.find(".note.c-ok")).to_contain_text("已过账")
    expect(phone.find("#scan-input")).to_be_focused()
    expect(phone.find(".scan-last .big.num")).to_contain_text("2")
    assert stock(lamp, store)[0] == 11
    phone.page.reload()
    expect(phone.find("[data-island=scan][data-ready]")).to_be_attached()
    expect(phone.find(".scan-last")).to_have_count(0)


def test_documents_follow_one_another_without_a_pause(
    visit: Visit, sun: User, lamp: Item, store: Warehouse
) -> None:
    phone = visit()
    begin(phone, sun, "/stores/receive/")
    phone.find("h1").click()

    for _round in range(8):
        scan(phone, "B2", "ZM-3001", "ZM-3001", "B2")

    expect(phone.find(".note.c-ok")).to_contain_text("已过账")
    posted = StockDocument.objects.filter(kind="receipt", lines__item=lamp).distinct()
    for _wait in range(100):
        if posted.count() == 9:
            break
        phone.page.wait_for_timeout(100)
    assert posted.count() == 9
    assert stock(lamp, store) == (26, Decimal("312.00"))
    expect(phone.find(".scan-last")).to_have_count(0)


def test_a_wrong_code_is_red_stays_out_and_the_next_one_counts(
    visit: Visit, sun: User, lamp: Item, store: Warehouse
) -> None:
    phone = visit()
    begin(phone, sun, "/stores/issue/")

    scan(phone, "D1", "B2")
    expect(phone.find(".scan-last.c-danger")).to_contain_text("B2 是货位，这里要扫物料。")
    scan(phone, "ZM-3001")
    expect(phone.find(".scan-last.c-ok")).to_be_visible()
    scan(phone, "D1")

    expect(phone.find(".note.c-ok")).to_contain_text("已过账")
    assert stock(lamp, store)[0] == 9
    assert StockDocument.objects.filter(kind="issue", charged_to="D1").count() == 1


def test_a_shelf_is_counted_by_scans_that_do_not_wait(
    visit: Visit, sun: User, lamp: Item, store: Warehouse
) -> None:
    session = counting.plan(warehouse=store, by=sun)
    phone = visit()
    begin(phone, sun, f"/stores/counts/{session.number}/count/")

    scan(phone, "A1", "NIX", "ZM-3001", "10")
    expect(phone.find(".scan-last .big.num")).to_contain_text("10")
    expect(phone.find("#scan-input")).to_be_focused()
    scan(phone, "A1")
    scan(phone, session.number)

    expect(phone.find(".note.c-ok")).to_contain_text("实物与账面完全一致")
    line = session.lines.get()
    assert (line.counted_qty, line.decision) == (10, "unchanged")
