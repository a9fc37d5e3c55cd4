"""Each promise on the manager's page opens the rows behind it, and all of it goes out as a workbook."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.utils.translation import override

from houqin.accounts.models import User
from houqin.desk.actions import triage
from houqin.desk.models import Service, ServiceRequest
from houqin.org.models import Partner
from houqin.work.models import PartnerClock, WorkOrder
from tests.makers import make_order, make_partner, make_standard
from tests.makers_desk import make_request, resolved_request
from tests.times import MONDAY_9
from tests.web.insight.conftest import put
from tests.web.insight.test_figures import listed, text
from tests.web.signed_in import signed_in

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def kept_and_not(leak: Service) -> None:
    """Answers, arrivals and repairs that were kept, broken, late, still running, and not counted at all."""
    for hours in (-1, 0, 1):
        done, due = MONDAY_9 + hours * HOUR, MONDAY_9
        put(make_request(service=leak), responded_at=done, response_due_at=due)
        put(make_request(service=leak), response_due_at=done)
        put(resolved_request(service=leak), responded_at=None, response_due_at=done, due_at=done)
        put(make_request(service=leak), arrival_due_at=done)
        refused = triage.reject(request_id=make_request(service=leak).pk, reason="不归我们", by=None)
        put(refused, responded_at=done, response_due_at=due)
    put(make_request(service=leak), updates_kept=1)
    put(make_request(service=leak), updates_missed=1)
    put(make_request(service=leak), update_due_at=MONDAY_9 - HOUR)
    put(make_request(service=leak), update_due_at=MONDAY_9 - HOUR, paused=True)


@pytest.fixture
def lifts(db: None) -> Partner:
    """A contractor that came in time once, late once, and repaired neither."""
    partner, standard = make_partner(name="云梯公司"), make_standard()
    for hours in (-1, 1):
        order = make_order(title="电梯异响")
        for kind, done in (("arrival", MONDAY_9 + hours * HOUR), ("resolution", None)):
            PartnerClock.objects.create(
                order=order, partner=partner, standard=standard, kind=kind, started_at=MONDAY_9 - 3 * HOUR,
                due_at=MONDAY_9, met_at=done, stopped_at=None if done else MONDAY_9 + HOUR,
            )  # fmt: skip
    return partner


def lines(user: User) -> dict[str, Any]:
    return {one.name: one for one in signed_in(user).get("/insight/").context["promises"]}


def test_each_kind_opens_the_requests_whose_promise_was_kept_and_those_where_it_was_not(
    rich: list[ServiceRequest], kept_and_not: None, lin: User
) -> None:
    browser, found = signed_in(lin), lines(lin)

    assert len(found) == 4
    for line in found.values():
        assert line.kept.met or line.kept.missed
        assert (listed(browser, line.kept_url) if line.kept_url else 0) == line.kept.met, line.name
        assert (listed(browser, line.missed_url) if line.missed_url else 0) == line.kept.missed, line.name


def test_the_list_says_which_promise_it_is_of(kept_and_not: None, lin: User) -> None:
    with override("en"):
        page = text(signed_in(lin).get("/desk/?promise=response-missed&tab=all"))

    assert "Response, not kept" in page


def test_an_unknown_promise_narrows_nothing(kept_and_not: None, lin: User) -> None:
    browser = signed_in(lin)

    assert listed(browser, "/desk/?tab=all&promise=wishes-kept") == listed(browser, "/desk/?tab=all")


def test_a_contractors_promises_open_its_orders(lifts: Partner, lin: User) -> None:
    browser = signed_in(lin)

    [row] = browser.get("/insight/").context["contractors"]

    assert (row.orders, row.late) == (2, 2)
    arrival = row.promises[1]
    assert (arrival.kept.met, arrival.kept.missed) == (1, 1)
    for url, number in ((arrival.kept_url, 1), (arrival.missed_url, 1), (row.all_url, 2), (row.late_url, 2)):
        assert listed(browser, url) == number
    assert WorkOrder.objects.count() == 2


def test_who_may_not_open_lists_is_offered_none(kept_and_not: None, zhao: User) -> None:
    assert lines(zhao)
    assert not [one for one in lines(zhao).values() if one.kept_url or one.missed_url]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ("Promises by kind", "Promises of contractors", "Answer", "Arrival, not kept")),
        ("zh-hans", ("各类时限达成情况", "外协单位时限达成情况", "到场")),
    ],
)
def test_the_workbook_has_both_tables(
    kept_and_not: None, lifts: Partner, lin: User, language: str, titles: tuple[str, ...]
) -> None:
    browser = signed_in(lin)
    browser.cookies["django_language"] = language

    answer = browser.get("/insight/export/")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as book:  # type: ignore[arg-type]
        said = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for title in (*titles, "云梯公司"):
        assert title in said
