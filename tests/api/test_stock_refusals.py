"""What the stores refuse over JSON: a sentence that says what is wrong, and nothing is posted."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.accounts.models import User
from houqin.inventory.actions import counting, periods
from houqin.inventory.models import CountLine, Item, StockDocument, StockMove, Warehouse
from tests import cast
from tests.api.calling import Calls
from tests.makers import make_department
from tests.makers_stock import make_item, make_store, make_unit, received, shelf, stock

MAY = dt.date(2026, 5, 1)
IN_MAY = dt.datetime(2026, 5, 3, 4, tzinfo=dt.UTC)


@pytest.fixture
def store() -> Warehouse:
    """The central store, and a department to charge."""
    make_department(code="D1")
    return make_store("总库", code="W1")


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Ten lamps, received in May."""
    item = make_item("灯管", code="ZM-1")
    received(item, 10, "12.00", to=shelf(store), at=IN_MAY)
    return item


@pytest.fixture
def sun(store: Warehouse) -> User:
    return cast.storekeeper_sun()


def counted() -> tuple[int, int, int]:
    return (
        StockDocument.objects.count(),
        StockMove.objects.count(),
        CountLine.objects.filter(counted_qty__isnull=False).count(),
    )


def test_a_document_of_a_closed_month_is_not_reversed(calls: Calls, sun: User, lamp: Item) -> None:
    periods.close(month=MAY, by=cast.accountant_zhao())
    receipt, before = StockDocument.objects.get(), counted()

    answer = calls(sun).post(f"/stock-documents/{receipt.number}/reverse", {"reason": "wrong"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "The stores' books of 2026-05 are closed."
    assert counted() == before


def test_what_happened_in_a_closed_month_counts_in_the_next(calls: Calls, sun: User, lamp: Item) -> None:
    closed = periods.close(month=MAY, by=cast.accountant_zhao())
    asked = {"warehouse": "W1", "charged_to": "D1", "at": "2026-05-20T08:00:00+08:00"}

    answer = calls(sun).post(
        "/stock-documents/issues", {**asked, "lines": [{"item": lamp.pk, "quantity": "3"}]}
    )

    assert answer.status_code == 201, answer.content
    assert answer.json()["effective_at"].startswith("2026-06-01T00:00:00+08:00")
    closed.refresh_from_db()
    assert closed.totals["W1"]["end"] == "120.00"


def test_into_a_month_that_is_closing_a_storekeeper_posts_nothing(
    calls: Calls, sun: User, lamp: Item
) -> None:
    periods.begin_closing(month=MAY, by=cast.accountant_zhao())
    before = counted()
    asked = {"warehouse": "W1", "charged_to": "D1", "at": "2026-05-20T08:00:00+08:00"}

    answer = calls(sun).post(
        "/stock-documents/issues", {**asked, "lines": [{"item": lamp.pk, "quantity": "3"}]}
    )

    assert (answer.status_code, counted()) == (409, before)
    assert "books of 2026-05 are being closed: only an accountant posts" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"quantity": "11"}, "灯管: 11 个 needed, 10 usable."),
        ({"quantity": "0.1"}, "灯管 is handled in steps of 1 个; 0.1 is not possible."),
        ({"quantity": "1", "unit": "卷"}, "灯管 is not handled in 卷, but in 个."),
    ],
)
def test_an_issue_that_cannot_be_says_why(
    calls: Calls, sun: User, lamp: Item, line: dict[str, object], told: str
) -> None:
    if "unit" in line:
        line = {**line, "unit": make_unit("卷").pk}
    before = counted()

    answer = calls(sun).post(
        "/stock-documents/issues",
        {"warehouse": "W1", "charged_to": "D1", "lines": [{"item": lamp.pk, **line}]},
    )

    assert answer.status_code in {409, 422}
    assert told in answer.content.decode()
    assert (counted(), stock(lamp)) == (before, (10, Decimal(120)))


def test_what_was_reversed_is_not_reversed_again(calls: Calls, sun: User, lamp: Item) -> None:
    receipt, caller = StockDocument.objects.get(), calls(sun)
    assert caller.post(f"/stock-documents/{receipt.number}/reverse", {"reason": "wrong"}).status_code == 201
    before = counted()

    answer = caller.post(f"/stock-documents/{receipt.number}/reverse", {"reason": "wrong again"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"{receipt.number} has been reversed already."
    assert (counted(), stock(lamp)) == (before, (0, 0))


def test_a_price_of_seven_decimals_is_refused(calls: Calls, sun: User, lamp: Item, store: Warehouse) -> None:
    before = counted()
    line = {"item": lamp.pk, "quantity": "1", "price": "1.2345678"}

    answer = calls(sun).post("/stock-documents/receipts", {"location": shelf(store).pk, "lines": [line]})

    assert (answer.status_code, counted()) == (422, before)
    assert "six decimals" in answer.content.decode(), answer.content


def test_an_item_nobody_knows_is_not_counted(calls: Calls, sun: User, lamp: Item, store: Warehouse) -> None:
    session = counting.plan(warehouse=store, by=sun)
    before = counted()
    figure = {"location": shelf(store).pk, "item": lamp.pk + 1_000, "quantity": "9"}

    answer = calls(sun).post(f"/counts/{session.number}/figures", figure)

    assert (answer.status_code, answer.json()["detail"]) == (422, "There is no such item.")
    assert counted() == before


def test_what_lies_in_another_store_is_not_taken_from_this_one(
    calls: Calls, sun: User, lamp: Item, store: Warehouse
) -> None:
    other = make_store("二号库", code="W2")
    session = counting.plan(warehouse=store, by=sun)
    before = counted()
    figure = {"location": shelf(other).pk, "item": lamp.pk, "quantity": "9"}

    answer = calls(sun).post(f"/counts/{session.number}/figures", figure)

    assert answer.status_code in {404, 409, 422}, answer.content
    assert "二号库" in answer.content.decode() or "A1" in answer.content.decode(), answer.content
    assert counted() == before


def test_the_same_scan_twice_is_one_document(calls: Calls, sun: User, lamp: Item) -> None:
    asked = {"warehouse": "W1", "charged_to": "D1", "lines": [{"item": lamp.pk, "quantity": "3"}]}
    caller = calls(sun)

    answers = [caller.post("/stock-documents/issues", asked, Idempotency_Key="scan-1") for _ in range(2)]

    assert answers[0].json()["number"] == answers[1].json()["number"]
    assert stock(lamp)[0] == 7
