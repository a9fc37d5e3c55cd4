"""Months are closed and lots are blocked, released and written off by pages; refusals change nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from houqin.inventory.actions import periods
from houqin.inventory.models import Item, Lot, StockDocument, StockLimit, StockPeriod, Warehouse
from houqin.kernel import clock
from houqin.org.models import Department
from tests import cast
from tests.makers_approvals import make_approval_rule
from tests.makers_stock import make_item, make_lot, received, shelf, stock
from tests.web.signed_in import signed_in
from tests.web.stores.scanner import Scanner


@pytest.fixture
def zhao(store: Warehouse) -> Client:
    """赵会计's browser."""
    return signed_in(cast.accountant_zhao())


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Ten lamps at A1 since two months, at 12.00 each."""
    item = make_item("灯管", code="ZM-1")
    received(item, 10, "12.00", to=shelf(store), at=clock.now() - dt.timedelta(days=62))
    return item


def first_month() -> str:
    return f"{periods.month_of(clock.now() - dt.timedelta(days=62)):%Y-%m}"


def test_a_month_is_previewed_closed_and_kept(zhao: Client, sun: Client, lamp: Item) -> None:
    month = first_month()
    page = f"/stores/months/{month}/"
    assert "120.00" in zhao.get(page).content.decode()
    assert zhao.post(f"{page}step/", {"do": "begin", "form_key": "a"}).status_code == 303
    assert "Only accountants post" in zhao.get(page).content.decode()

    first, second = (zhao.post(f"{page}step/", {"do": "close", "form_key": "b"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == page
    period = StockPeriod.objects.get()
    assert period.status == "closed"
    told = sun.get(page).content.decode()
    assert period.digest[:8] in told
    assert "step/" not in told
    assert "120.00" in sun.get("/stores/months/").content.decode()


def test_what_blocks_closing_is_said(zhao: Client, lamp: Item) -> None:
    this = f"{clock.today():%Y-%m}"
    page = f"/stores/months/{this}/"
    told = zhao.get(page).content.decode()
    assert "A month is closed when it is over." in told
    assert "comes first: it is not closed yet." in told

    answer = zhao.post(f"{page}step/", {"do": "close"}, follow=True)

    assert "A month is closed when it is over." in answer.content.decode()
    assert not StockPeriod.objects.filter(status="closed").exists()


def test_a_closed_month_is_not_opened_again_and_odd_months_are_not_there(zhao: Client, lamp: Item) -> None:
    month = first_month()
    zhao.post(f"/stores/months/{month}/step/", {"do": "close"})

    zhao.post(f"/stores/months/{month}/step/", {"do": "reopen"}, follow=True)

    assert StockPeriod.objects.get().status == "closed"
    for odd in ("2099-01", "2026-13", "abc"):
        assert zhao.get(f"/stores/months/{odd}/").status_code == 404
    assert zhao.post(f"/stores/months/{month}/step/", {"do": "burn"}).status_code == 303


def test_only_an_accountant_closes(sun: Client, lamp: Item) -> None:
    assert sun.post(f"/stores/months/{first_month()}/step/", {"do": "close"}).status_code == 404
    assert not StockPeriod.objects.exists()


def test_a_storekeeper_does_not_post_into_a_month_that_is_closing(
    zhao: Client, sun: Client, lamp: Item, offices: Department
) -> None:
    this = f"{clock.today():%Y-%m}"
    zhao.post(f"/stores/months/{this}/step/", {"do": "begin"})

    scanner = Scanner(sun, "/stores/issue/").scan("D1", "ZM-1", "D1")

    assert "are being closed: only an accountant posts" in scanner.said[1]
    assert stock(lamp)[0] == 10


@pytest.fixture
def paint(store: Warehouse) -> Lot:
    """Paint, five of them at A1, at 20.00 each, usable for ten more days."""
    item = make_item("涂料", code="TL-1", tracking="lot")
    lot = make_lot(item, "L7", expires_on=clock.today() + dt.timedelta(days=10))
    received(item, 5, "20.00", to=shelf(store), lot=lot)
    return lot


def test_a_lot_is_blocked_with_a_reason_and_released(sun: Client, paint: Lot, offices: Department) -> None:
    page = f"/stores/lots/{paint.pk}/"
    answer = sun.post(f"{page}step/", {"do": "block", "reason": " "}, follow=True)
    assert "Please give a reason." in answer.content.decode()
    paint.refresh_from_db()
    assert paint.status == "available"

    sun.post(f"{page}step/", {"do": "block", "reason": "色差"})
    scanner = Scanner(sun, "/stores/issue/").scan("D1", "TL-1")
    assert "涂料: 1 个 needed, 0 usable, 5 blocked." in scanner.said[1]

    answer = sun.post(f"{page}step/", {"do": "block", "reason": "又一次"}, follow=True)
    assert "Lot L7: blocked." in answer.content.decode()
    sun.post(f"{page}step/", {"do": "release", "reason": "复检合格"})
    paint.refresh_from_db()
    assert (paint.status, paint.reason) == ("available", "复检合格")


def test_an_expired_lot_is_refused_for_use_with_its_day_and_written_off(
    sun: Client, paint: Lot, offices: Department, store: Warehouse
) -> None:
    StockLimit.objects.create(kind="scrap", value=500)
    Lot.objects.filter(pk=paint.pk).update(expires_on=clock.today() - dt.timedelta(days=1))
    scanner = Scanner(sun, "/stores/issue/").scan("D1", "TL-1")
    assert "1 个 needed, 0 usable, 5 expired on" in scanner.said[1]
    assert "Expired: it was usable until" in sun.get(f"/stores/lots/{paint.pk}/").content.decode()

    address = f"/stores/items/{paint.item_id}/write-off/"
    asked = {"balance": paint.balances.get().pk, "qty": "5", "reason": "过期", "form_key": "k"}
    first, second = (sun.post(address, asked) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert StockDocument.objects.filter(kind="scrap", status="posted").count() == 1
    assert stock(paint.item, store) == (0, Decimal(0))


def test_beyond_the_limit_a_write_off_awaits_approval(sun: Client, paint: Lot) -> None:
    make_approval_rule(cast.director_lin(), kind="stock_scrap")
    asked = {"balance": paint.balances.get().pk, "qty": "2", "reason": "结块"}

    answer = sun.post(f"/stores/items/{paint.item_id}/write-off/", asked, follow=True)

    assert "awaits approval; the goods stay in the books until then" in answer.content.decode()
    assert stock(paint.item)[0] == 5


@pytest.mark.parametrize(
    ("qty", "words"),
    [("7", "涂料: 7 个 needed, 5 there."), ("0.1", "涂料 is handled in steps of 1 个; 0.1 is not possible.")],
)
def test_too_much_or_a_part_of_a_piece_is_not_written_off(
    sun: Client, paint: Lot, qty: str, words: str
) -> None:
    StockLimit.objects.create(kind="scrap", value=500)
    asked = {"balance": paint.balances.get().pk, "qty": qty, "reason": "结块"}

    answer = sun.post(f"/stores/items/{paint.item_id}/write-off/", asked)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stock(paint.item)[0] == 5
    assert not StockDocument.objects.filter(kind="scrap").exists()
