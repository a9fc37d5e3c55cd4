"""Goods are received, issued, taken back, put away and transferred by scans alone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.budget.models import CostEntry
from houqin.inventory.models import Barcode, Item, StockDocument, StockMove, Warehouse
from houqin.kernel import clock
from houqin.org.models import Department
from tests import cast
from tests.makers_stock import make_item, make_lot, make_store, make_unit, received, shelf, stock
from tests.web.signed_in import signed_in
from tests.web.stores.scanner import Scanner

GTIN = "06901234567892"


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Ten lamps at A1, at 12.00 each."""
    item = make_item("灯管", code="ZM-1")
    received(item, 10, "12.00", to=shelf(store))
    return item


def test_goods_are_received_with_as_many_scans_as_pieces_and_two(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("B2", "ZM-1", "ZM-1", "B2")

    posted = StockDocument.objects.get(number=scanner.number)
    assert (posted.kind, posted.by.username if posted.by else "") == ("receipt", "sun")
    assert stock(lamp, store) == (12, Decimal("144.00"))
    assert {move.target.code for move in StockMove.objects.filter(document=posted)} == {"B2"}


def test_the_last_scan_is_said_with_its_quantity(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1", "ZM-1", "ZM-1")

    assert scanner.said[0] == "ok"
    assert "灯管 3 个" in scanner.said[1]


def test_digits_are_a_quantity(sun: Client, lamp: Item, store: Warehouse) -> None:
    Scanner(sun, "/stores/receive/").scan("A1", "ZM-1", "25", "A1")

    assert stock(lamp, store)[0] == 35


def test_a_gs1_code_brings_lot_expiry_and_unit(sun: Client, store: Warehouse) -> None:
    box = make_unit("箱")
    item = make_item("消毒片", code="BJ-1", tracking="lot")
    item.units.create(unit=box, num=12)
    Barcode.objects.create(item=item, code=GTIN[1:], unit=box)

    scanner = Scanner(sun, "/stores/receive/").scan("A1", f"]C101{GTIN}17280131\x1d10AB12")
    scanner.send(price="24.00", do="post")

    lot = item.lots.get()
    assert (lot.number, lot.expires_on) == ("AB12", dt.date(2028, 1, 31))
    assert stock(item, store) == (12, Decimal("24.00"))


def test_an_item_kept_by_lots_asks_for_its_lot(sun: Client, store: Warehouse) -> None:
    item = make_item("胶水", code="J1", tracking="lot")
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "J1")
    assert "scan or type the lot" in scanner.said[1]

    scanner.scan("260918").send(price="3", do="post")

    assert item.lots.get().number == "260918"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["ZM-1"], "ZM-1 comes later. Scan the location the goods are put at."),
        (["A1", "B2"], "B2 is a location; an item is wanted."),
        (["A1", "D1"], "D1 is a work order or department; an item or location is wanted."),
        (["A1", "no-such"], "“no-such” is no item, location, work order or department here."),
        (["A1", f"01{GTIN}"], f"No item has the barcode {GTIN}."),
        (["W2/A1"], "A1 is in 二号库; you are working in 总库."),
        (["A1", "ZM-1", "0.1"], "灯管 is handled in steps of 1 个; 0.1 is not possible."),
    ],
)
def test_a_wrong_code_says_what_it_is_and_posts_nothing(
    sun: Client, lamp: Item, offices: Department, codes: list[str], words: str
) -> None:
    make_store("二号库", code="W2")
    before = StockDocument.objects.count()

    scanner = Scanner(sun, "/stores/receive/").scan(*codes)

    assert scanner.said[0] == "danger"
    assert words in scanner.said[1]
    assert StockDocument.objects.count() == before


def test_posting_nothing_is_refused(sun: Client, lamp: Item) -> None:
    before = StockDocument.objects.count()

    scanner = Scanner(sun, "/stores/receive/").scan("A1").send(do="post")

    assert scanner.said[0] == "danger"
    assert "Nothing has been scanned yet: scan an item." in scanner.said[1]
    assert StockDocument.objects.count() == before


def test_a_price_of_seven_decimals_is_refused(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1").send(price="0.1234567", do="post")

    assert "A price has at most six decimals" in scanner.said[1]
    assert StockDocument.objects.count() == 1


def test_what_was_never_bought_asks_for_its_price(sun: Client, store: Warehouse) -> None:
    make_item("新货", code="N1")

    scanner = Scanner(sun, "/stores/receive/").scan("A1", "N1", "A1")

    assert "新货 was never bought here: give its price." in scanner.said[1]
    assert not StockDocument.objects.exists()


def test_goods_are_issued_to_a_department_which_bears_them(
    sun: Client, lamp: Item, offices: Department, store: Warehouse
) -> None:
    scanner = Scanner(sun, "/stores/issue/").scan("D1", "ZM-1", "ZM-1", "D1")

    assert stock(lamp, store) == (8, Decimal("96.00"))
    entry = CostEntry.objects.get()
    assert (entry.cost_object, entry.amount, entry.source) == ("D1", Decimal("24.00"), scanner.number)


def test_more_than_there_is_names_what_is_usable_and_what_has_expired(
    sun: Client, offices: Department, store: Warehouse
) -> None:
    item = make_item("药片", code="Y1", tracking="lot")
    gone = clock.today() - dt.timedelta(days=3)
    received(item, 5, 1, to=shelf(store), lot=make_lot(item, "good"))
    received(item, 2, 1, to=shelf(store), lot=make_lot(item, "old", expires_on=gone))

    scanner = Scanner(sun, "/stores/issue/").scan("D1", "Y1", "7")

    assert "药片: 7 个 needed, 5 usable, 2 expired on" in scanner.said[1]
    assert not CostEntry.objects.exists()


def test_another_lot_than_the_first_wants_a_reason(
    sun: Client, offices: Department, store: Warehouse
) -> None:
    item = make_item("药片", code="Y1", tracking="lot")
    soon, late = (clock.today() + dt.timedelta(days=days) for days in (30, 300))
    received(item, 5, 1, to=shelf(store), lot=make_lot(item, "late", expires_on=late))
    received(item, 5, 1, to=shelf(store, "B2"), lot=make_lot(item, "soon", expires_on=soon))

    scanner = Scanner(sun, "/stores/issue/").scan("D1", "late")
    assert "This is lot late, but soon at B2 goes first." in scanner.said[1]
    scanner.send(scan="late", do="scan", reason="外箱破损").scan("D1")

    assert StockMove.objects.get(document__number=scanner.number).lot == item.lots.get(number="late")


def test_what_was_not_used_comes_back_at_its_value(
    sun: Client, lamp: Item, offices: Department, store: Warehouse
) -> None:
    Scanner(sun, "/stores/issue/").scan("D1", "ZM-1", "3", "D1")
    short = Scanner(sun, "/stores/return/").scan("D1", "ZM-1", "4")
    assert "灯管: 4 个 are to come back, only 3 are out for D1." in short.said[1]

    Scanner(sun, "/stores/return/").scan("D1", "ZM-1", "2", "D1")

    assert stock(lamp, store) == (9, Decimal("108.00"))
    assert sum(entry.amount for entry in CostEntry.objects.all()) == Decimal("12.00")


def test_goods_are_put_away_from_shelf_to_shelf(sun: Client, lamp: Item, store: Warehouse) -> None:
    scanner = Scanner(sun, "/stores/put-away/").scan("A1", "ZM-1", "4", "B2")
    assert "B2" in scanner.said[1]

    scanner.scan("B2")

    move = StockMove.objects.get(document__number=scanner.number)
    assert (move.source.code, move.target.code, move.qty) == ("A1", "B2", 4)


def test_what_does_not_lie_there_is_not_put_away(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/put-away/").scan("B2", "ZM-1")

    assert "There is no 灯管 at B2." in scanner.said[1]


def test_goods_go_to_another_store_with_their_value(sun: Client, lamp: Item, store: Warehouse) -> None:
    other = make_store("二号库", code="W2")

    Scanner(sun, f"/stores/transfer/?store={store.pk}").scan("W2/A1", "ZM-1", "4", "W2/A1")

    assert stock(lamp, store) == (6, Decimal("72.00"))
    assert stock(lamp, other) == (4, Decimal("48.00"))


def test_the_same_form_sent_twice_posts_once(sun: Client, lamp: Item, store: Warehouse) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1")
    sent = scanner.form()

    first = sun.post("/stores/receive/", {**sent, "scan": "A1", "do": "scan"})
    again = sun.post("/stores/receive/", {**sent, "scan": "A1", "do": "scan"})

    assert first.headers["Location"] == again.headers["Location"]
    assert stock(lamp, store)[0] == 11


def test_codes_that_came_while_the_page_was_answering_are_taken_in_order(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    Scanner(sun, "/stores/receive/").scan("A1\nZM-1\nZM-1", "A1")

    assert stock(lamp, store)[0] == 12


def test_a_line_is_counted_by_its_buttons_and_dropped_at_nothing(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1")
    scanner.send(do="more:0")
    assert scanner.form()["qty"] == ["2"]
    scanner.send(do="less:0").send(do="less:0")

    assert "qty" not in scanner.form()


def test_a_late_document_says_when_it_happened(sun: Client, lamp: Item, offices: Department) -> None:
    scanner = Scanner(sun, "/stores/issue/").scan("D1", "ZM-1").send(at="2999-01-01T10:00", do="post")
    assert "This time lies in the future." in scanner.said[1]

    scanner.send(at="nonsense", do="post")
    assert "“nonsense” is no date and time." in scanner.said[1]


def test_a_storekeeper_of_another_place_finds_no_store(lamp: Item) -> None:
    stranger: User = cast.stranger()

    assert signed_in(stranger).get("/stores/receive/").status_code == 404
