"""Codes that a scanner sends together: none is lost, and a wrong one takes no other along."""

import pytest
from django.test import Client

from houqin.inventory.actions import counting
from houqin.inventory.models import CountLine, Item, StockDocument, Warehouse
from houqin.web.stores.batches import MOST_AT_ONCE
from tests.makers_stock import make_item, received, shelf, stock
from tests.web.stores.scanner import Scanner


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Ten lamps at A1, at 12.00 each."""
    item = make_item("灯管", code="ZM-1")
    received(item, 10, "12.00", to=shelf(store))
    return item


def test_a_wrong_code_among_others_is_told_and_the_others_count(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1\nZM-1\nNIX\nZM-1\n5")

    page = scanner.page.content.decode()
    assert "“NIX”" in page
    assert scanner.form()["qty"] == ["5"]


def test_what_ends_the_work_is_not_obeyed_after_a_wrong_code_of_the_same_batch(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    before = StockDocument.objects.count()
    scanner = Scanner(sun, "/stores/receive/").scan("A1\nZM-1\nNIX\nA1")

    assert StockDocument.objects.count() == before
    assert "“NIX”" in scanner.page.content.decode()
    scanner.scan("A1")
    assert stock(lamp, store)[0] == 11


def test_a_quantity_after_a_wrong_code_does_not_go_to_the_item_before(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1", "NIX", "40")

    assert scanner.said[0] == "danger"
    assert scanner.form()["qty"] == ["1"]
    scanner.scan("ZM-1", "40")
    assert scanner.form()["qty"] == ["40"]


def test_all_codes_of_a_document_may_come_at_once(sun: Client, lamp: Item, store: Warehouse) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1\nZM-1\nZM-1\nZM-1\nA1\nB2\nZM-1")

    assert stock(lamp, store)[0] == 13
    assert "left=2" in scanner.answer.headers["Location"]


def test_the_next_document_begins_on_the_same_page_and_a_second_click_posts_nothing(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1\nZM-1")
    form = {**scanner.form(), "scan": "A1\nB2\nZM-1", "do": "scan"}

    answers = [sun.post("/stores/receive/", form, headers={"HX-Request": "true"}) for _click in range(2)]

    assert stock(lamp, store)[0] == 11
    for answer in answers:
        assert answer.headers["Scan-Left"] == "2"
        page = answer.content.decode()
        assert 'id="done" hx-swap-oob' in page
        assert StockDocument.objects.filter(kind="receipt").latest("pk").number in page
        assert 'name="item"' not in page
        assert form["form_key"][0] not in page


def test_codes_behind_a_refused_end_are_named(sun: Client, lamp: Item) -> None:
    before = StockDocument.objects.count()
    scanner = Scanner(sun, "/stores/receive/").scan("A1\nZM-1")

    scanner.send(reason="", at="2031-01-01T08:00", scan="A1\nZM-9", do="scan")

    assert StockDocument.objects.count() == before
    assert "ZM-9" in scanner.page.content.decode()
    assert scanner.form()["item"] == [str(lamp.pk)]


def test_a_location_scanned_twice_at_the_beginning_is_taken_once(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    Scanner(sun, "/stores/receive/").scan("A1\nA1\nA1\nZM-1\nA1")

    assert stock(lamp, store)[0] == 11


def test_what_is_no_quantity_is_named_and_loses_no_line(sun: Client, lamp: Item, store: Warehouse) -> None:
    before = StockDocument.objects.count()
    scanner = Scanner(sun, "/stores/receive/").scan("A1", "ZM-1")

    scanner.send(qty="zwei", scan="A1", do="scan")

    assert StockDocument.objects.count() == before
    assert "“zwei”" in scanner.page.content.decode()
    assert scanner.form()["qty"] == ["zwei"]
    scanner.send(qty="2", scan="A1", do="scan")
    assert stock(lamp, store)[0] == 12


def test_more_codes_than_are_taken_at_once_are_named(sun: Client, lamp: Item) -> None:
    scanner = Scanner(sun, "/stores/receive/").scan("A1\n" + "ZM-1\n" * (MOST_AT_ONCE - 1) + "BJ-7")

    assert scanner.form()["qty"] == [str(MOST_AT_ONCE - 1)]
    assert "BJ-7" in scanner.page.content.decode()


def test_a_location_is_counted_by_one_batch(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = counting.plan(warehouse=store, by=None)

    Scanner(sun, f"/stores/counts/{session.number}/count/").scan("A1\nZM-1\n9\nA1")

    assert CountLine.objects.get().counted_qty == 9


def test_the_count_goes_on_with_the_next_location_on_the_same_page(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    session = counting.plan(warehouse=store, by=None)
    scanner = Scanner(sun, f"/stores/counts/{session.number}/count/").scan("A1\nZM-1\n9")
    form = {**scanner.form(), "scan": f"A1\n{session.number}", "do": "scan"}

    answer = sun.post(scanner.path, form, headers={"HX-Request": "true"})

    assert CountLine.objects.get().counted_qty == 9
    assert answer.headers["Scan-Left"] == "1"
    assert session.number in answer.content.decode()
    ended = sun.post(scanner.path, {**form, "form_key": "", "head": "", "scan": session.number, "item": []})
    assert ended.status_code == 303
