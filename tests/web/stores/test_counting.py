"""A count by scanner, and the page on which its differences are decided."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from houqin.approvals.models import Approval
from houqin.flows.decide_approval import decide_approval
from houqin.inventory.actions import counting
from houqin.inventory.models import CountLine, CountSession, Item, StockDocument, StockLimit, Warehouse
from houqin.kernel import clock
from tests import cast
from tests.makers_approvals import make_approval_rule
from tests.makers_stock import issued, make_item, make_lot, make_store, received, shelf, stock
from tests.web.signed_in import signed_in
from tests.web.stores.scanner import Scanner


@pytest.fixture
def lamp(store: Warehouse) -> Item:
    """Twenty lamps at A1, at 12.00 each."""
    item = make_item("灯管", code="ZM-1")
    received(item, 20, "12.00", to=shelf(store))
    return item


@pytest.fixture
def zhao(store: Warehouse) -> Client:
    """赵会计's browser: the second counter."""
    return signed_in(cast.accountant_zhao())


def planned(store: Warehouse, **facts: object) -> CountSession:
    return counting.plan(warehouse=store, by=None, **facts)  # type: ignore[arg-type]


class Counter(Scanner):
    """A scanner whose browser goes where it is sent."""

    def send(self, **changes: Any) -> "Counter":
        super().send(**changes)
        if self.answer.status_code == 303:
            self.page = self.client.get(self.answer.headers["Location"])
        return self


def scanner_of(client: Client, session: CountSession) -> Counter:
    return Counter(client, f"/stores/counts/{session.number}/count/")


def test_n_lines_are_counted_with_n_and_three_scans(sun: Client, lamp: Item, store: Warehouse) -> None:
    rope = make_item("绳子", code="SZ-1")
    received(rope, 1, "3.00", to=shelf(store))
    session = planned(store, items=[rope])

    scanner_of(sun, session).scan("A1", "SZ-1", "A1", session.number)

    session.refresh_from_db()
    assert session.status == "done"
    assert session.lines.get().counted_qty == 1


def test_a_number_is_the_quantity_and_the_last_scan_is_said(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    scanner = scanner_of(sun, planned(store)).scan("A1", "ZM-1", "19")

    assert scanner.said[0] == "ok"
    assert "灯管 19 个" in scanner.said[1]
    assert CountLine.objects.get().counted_qty is None


def test_the_same_shelf_sent_twice_is_written_once(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    scanner = scanner_of(sun, session).scan("A1", "ZM-1", "20")
    form = {**scanner.form(), "scan": "A1", "do": "scan"}

    first, second = (sun.post(scanner.path, form) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert session.lines.get().counted_qty == 20


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("ZM-1",), "comes later"),
        (("A1", "NIX-9"), "“NIX-9” is no item"),
        (("W9/A1",), "this count is of 总库"),
        (("A1", "12"), "is a quantity: scan the item first"),
        (("A1", "ZM-1", "0.1"), "灯管 is handled in steps of 1 个; 0.1 is not possible"),
        (("A1", "ZM-1", "B2"), "Scan A1 again first"),
        (("A1", "A1"), "灯管 (ZM-1). Scan A1 once more if nothing of this is there."),
    ],
)
def test_a_wrong_code_is_said_and_nothing_is_written(
    sun: Client, lamp: Item, store: Warehouse, codes: tuple[str, ...], words: str
) -> None:
    make_store("别的库", code="W9")
    session = planned(store)

    scanner = scanner_of(sun, session).scan(*codes)

    assert scanner.said[0] == "danger"
    assert words in scanner.said[1]
    assert session.lines.get().counted_qty is None


def test_an_item_nobody_planned_is_added_and_one_of_another_count_is_refused(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    rope = make_item("绳子", code="SZ-1")
    session = planned(store, items=[lamp])
    scanner_of(sun, session).scan("B2", "SZ-1", "4", "B2")
    assert session.lines.get(item=rope).counted_qty == 4

    received(rope, 2, "3.00", to=shelf(store, "A1"))
    other = planned(store, items=[rope])
    scanner = scanner_of(sun, session).scan("A1", "ZM-1", "20", "SZ-1", "2", "A1")

    assert f"is being counted here already: {other.number}" in scanner.said[1]
    assert session.lines.get(item=lamp).counted_qty is None


def test_a_second_sign_says_that_nothing_is_there(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)

    scanner_of(sun, session).scan("A1", "A1", "A1")

    assert session.lines.get().counted_qty == 0


def test_the_only_lot_is_taken_and_several_are_asked_for(sun: Client, store: Warehouse) -> None:
    tablets = make_item("消毒片", code="BJ-1", tracking="lot")
    for number in ("L7", "L8"):
        received(tablets, 5, "1.00", to=shelf(store), lot=make_lot(tablets, number))
    session = planned(store)

    scanner = scanner_of(sun, session).scan("A1", "BJ-1")
    assert "scan or type the lot" in scanner.said[1]
    scanner.scan("L9")
    assert "消毒片 has no lot L9." in scanner.said[1]
    scanner.scan("L7", "5", "A1", "A1")

    assert {line.lot.number: line.counted_qty for line in session.lines.all() if line.lot} == {
        "L7": 5,
        "L8": 0,
    }


def test_goods_may_move_while_they_are_counted(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    issued(lamp, 5, out_of=store)

    scanner_of(sun, session).scan("A1", "ZM-1", "15", "A1", session.number)

    session.refresh_from_db()
    assert session.status == "done"
    assert session.document is None


def test_over_the_limit_a_second_person_counts_without_seeing_the_first_figure(
    sun: Client, zhao: Client, lamp: Item, store: Warehouse
) -> None:
    session = planned(store)
    page = f"/stores/counts/{session.number}/"
    scanner_of(sun, session).scan("A1", "ZM-1", "14", "A1", session.number)

    refused = scanner_of(sun, session).scan("A1", "ZM-1")
    assert "The recount is for somebody else" in refused.said[1]
    seen = zhao.get(page).content.decode()
    assert "for a second person" in seen
    assert ">14<" not in seen
    assert "孙仓管" not in seen

    StockLimit.objects.create(kind="count", percent=100, value=1000)
    scanner_of(zhao, session).scan("A1", "ZM-1", "14", "A1", session.number)

    session.refresh_from_db()
    assert session.status == "done"
    assert stock(lamp, store) == (14, Decimal("168.00"))
    told = sun.get(page).content.decode()
    assert "孙仓管" in told
    assert "-6" in told or "−6" in told


def test_a_difference_is_posted_when_it_is_approved(
    sun: Client, zhao: Client, lamp: Item, store: Warehouse
) -> None:
    lin = cast.director_lin()
    make_approval_rule(lin, kind="stock_count")
    session = planned(store)
    for counter in (sun, zhao):
        scanner_of(counter, session).scan("A1", "ZM-1", "18", "A1", session.number)

    session.refresh_from_db()
    approval = Approval.objects.get()
    assert session.status == "deciding"
    assert approval.path == f"/stores/counts/{session.number}/"
    assert signed_in(lin).get(approval.path).status_code == 200
    assert stock(lamp, store)[0] == 20

    decide_approval(approval_id=approval.pk, by=lin, verb="agree")
    assert stock(lamp, store)[0] == 18
    assert StockDocument.objects.get(kind="count").source == session.number


def test_reasons_are_given_on_the_page_and_stay(sun: Client, lamp: Item, store: Warehouse) -> None:
    StockLimit.objects.create(kind="count", percent=100, value=1000)
    session = planned(store)
    scanner_of(sun, session).scan("A1", "ZM-1", "19", "A1", session.number)
    line = session.lines.get()

    address = f"/stores/counts/{session.number}/lines/{line.pk}/"
    assert sun.post(address, {"reason": "nonsense"}, follow=True).status_code == 200
    line.refresh_from_db()
    assert line.reason == "unknown"
    sun.post(address, {"reason": "damage", "note": "灯头碎了"})

    line.refresh_from_db()
    assert (line.reason, line.note) == ("damage", "灯头碎了")


def test_a_line_without_difference_stays_as_evidence(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    scanner_of(sun, session).scan("A1", "ZM-1", "20", "A1", session.number)

    line = session.lines.get()
    assert (line.decision, line.counter.username if line.counter else "") == ("unchanged", "sun")
    assert "as booked" in sun.get(f"/stores/counts/{session.number}/").content.decode()
    assert "Count sheet" in sun.get(f"/stores/counts/{session.number}/print/").content.decode()


def test_a_blind_count_shows_counters_nothing_and_an_open_one_does(
    sun: Client, lamp: Item, store: Warehouse
) -> None:
    blind = planned(store)
    page = f"/stores/counts/{blind.number}/"
    assert ">20<" not in sun.get(page).content.decode()
    assert "20 个" not in scanner_of(sun, blind).scan("A1").page.content.decode()

    counting.cancel(session_id=blind.pk, reason="重新安排")
    told = planned(store, blind=False)
    assert "20 个" in scanner_of(sun, told).scan("A1").page.content.decode()


def test_a_count_is_planned_once_by_the_form(sun: Client, lamp: Item, store: Warehouse) -> None:
    asked = {
        "warehouse": store.pk,
        "kind": "full",
        "planned_for": clock.today().isoformat(),
        "blind": "on",
        "form_key": "k1",
    }
    first, second = (sun.post("/stores/counts/new/", asked) for _ in range(2))

    session = CountSession.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/stores/counts/{session.number}/"
    again = sun.post("/stores/counts/new/", {**asked, "form_key": "k2"})
    assert again.status_code == 422
    assert f"All of this is being counted already: {session.number}." in again.content.decode()


def test_locations_of_another_store_are_refused_by_name(sun: Client, lamp: Item, store: Warehouse) -> None:
    other = shelf(make_store("别的库", code="W9"), "C7")
    answer = sun.post(
        "/stores/counts/new/",
        {"warehouse": store.pk, "kind": "spot", "locations": other.pk, "planned_for": "2026-11-23"},
    )

    assert answer.status_code == 422
    assert "C7 is not a location of 总库." in answer.content.decode()
    assert not CountSession.objects.exists()


def test_giving_up_wants_a_reason_and_ends_the_scanning(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    address = f"/stores/counts/{session.number}/cancel/"
    assert sun.post(address, {"reason": " "}).status_code == 422
    assert sun.post(address, {"reason": "改期"}).status_code == 303

    answer = sun.get(f"/stores/counts/{session.number}/count/", follow=True)
    assert "is no longer being counted" in answer.content.decode()


def test_ending_too_early_says_how_much_is_missing(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    answer = sun.post(f"/stores/counts/{session.number}/finish/", follow=True)

    assert "1 of 1 lines are not counted yet." in answer.content.decode()
    session.refresh_from_db()
    assert session.status == "planned"


def test_the_list_tells_how_far_each_count_is(sun: Client, lamp: Item, store: Warehouse) -> None:
    session = planned(store)
    assert "0 / 1" in sun.get("/stores/counts/").content.decode()

    scanner_of(sun, session).scan("A1", "ZM-1", "19", "A1")

    assert "1 / 1" in sun.get("/stores/counts/?status=counting").content.decode()
    assert session.number not in sun.get("/stores/counts/?status=done").content.decode()
