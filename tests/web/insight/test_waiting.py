"""Where the time went, on the manager's page: each figure opens the requests that it adds up."""

import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from houqin.accounts.models import Role, User
from houqin.desk.models import ServiceRequest
from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.web.insight import counting, tasks
from tests.makers import grant, make_person
from tests.times import MONDAY_9
from tests.web.signed_in import signed_in

PAGE = "/insight/waiting/"
WEEKS = "?start=2026-09-02&last=2026-11-23"


@pytest.fixture
def past(rich: list[ServiceRequest]) -> Iterator[list[ServiceRequest]]:
    """The requests of a year, when some working time has passed since the last of them."""
    with clock.stopped_at(MONDAY_9 + dt.timedelta(days=3, hours=2)):
        yield rich


@pytest.fixture
def long_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of requests is too many to be counted while somebody waits."""
    monkeypatch.setattr(counting, "AT_ONCE", -1)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def listed(browser: Client, address: str) -> tuple[int, str]:
    """How many requests a list says it has, and hours."""
    page = text(browser.get(address))
    said = re.search(r"([\d,]+) requests?, ([\d,.]+) hours in all", page)
    if said is None:
        return 0, "0.0"
    assert page.count("<tr data-row") == min(int(said[1]), 50)
    return int(said[1]), said[2]


def figures(context: Any) -> Iterator[tuple[str, int, str]]:
    """Each figure of the page in seconds, with what it is of and the address of its list."""
    yield "total", context["total"].waited, context["requests_url"]
    for cell in context["owners"]:
        yield cell.name, cell.seconds, cell.url
    for table, _whole in context["tables"]:
        for row in table.rows:
            yield f"{table.title} {row.name}", row.line.waited, row.url
            for cell in row.cells:
                yield f"{table.title} {row.name} {cell.name}", cell.seconds, cell.url


@pytest.mark.parametrize("period", ["", WEEKS])
def test_every_figure_opens_the_requests_that_it_adds_up(
    past: list[ServiceRequest], lin: User, period: str
) -> None:
    browser = signed_in(lin)
    found = list(figures(browser.get(PAGE + period).context))

    assert len(found) > 40
    for what, seconds, url in found:
        if seconds:
            hours = f"{seconds / 3600:,.{1 if seconds >= 3600 else 2}f}"
            assert listed(browser, url)[1] == hours, what
        else:
            assert not url


def test_the_owners_on_the_page_are_those_of_the_histories(past: list[ServiceRequest], lin: User) -> None:
    page = text(signed_in(lin).get(PAGE))

    for word in ("us", "requester", "parts"):
        assert re.search(rf'class="lg c-\w+">{word}<', page), word


def test_a_period_without_requests_says_so(past: list[ServiceRequest], lin: User) -> None:
    page = text(signed_in(lin).get(PAGE + "?start=2020-01-01&last=2020-01-31"))

    assert "Nothing was waited for in this period" in page


def test_rights_below_a_place_reach_what_is_there(
    past: list[ServiceRequest], campus: dict[str, Place]
) -> None:
    person = make_person("楼长")
    grant(person, Role.MANAGER, place=campus["building"])

    page = signed_in(person).get(PAGE + "?start=2026-01-01&last=2026-11-23")

    inside = ServiceRequest.objects.filter(place__lineage__contains=[campus["building"].pk])
    assert 0 < page.context["total"].requests <= inside.count() < len(past)
    shown = text(signed_in(person).get(page.context["requests_url"]))
    numbers = set(re.findall(r"/desk/requests/([\w-]+)/", shown))
    assert numbers <= set(inside.values_list("number", flat=True))


def test_who_sees_no_requests_sees_figures_without_lists(past: list[ServiceRequest], zhao: User) -> None:
    browser = signed_in(zhao)
    page = browser.get(PAGE)

    assert page.context["total"].waited > 0
    assert not any(url for _what, _seconds, url in figures(page.context))
    assert browser.get(PAGE + "requests/").status_code == 404


def test_the_workbook_holds_the_hours(past: list[ServiceRequest], lin: User) -> None:
    browser = signed_in(lin)
    total = browser.get(PAGE).context["total"]

    answer = browser.get(PAGE + "export/")

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    row = book.get_sheet_by_name("Total").to_python()[1]
    assert row[1:3] == [total.requests, pytest.approx(total.waited / 3600)]
    assert "By service" in book.sheet_names


def run_job() -> None:
    job = ProcrastinateJob.objects.filter(task_name=counting.TASK).latest("pk")
    tasks.count(**job.args)


def test_a_long_period_is_counted_in_the_background(
    past: list[ServiceRequest], lin: User, long_periods: None
) -> None:
    browser = signed_in(lin)
    page = text(browser.get(PAGE + WEEKS))
    assert "They are counted in the background" in page
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key

    for _ in range(2):
        answer = browser.post(f"/insight/count/waiting/{WEEKS}", {"form_key": key[1]})
        assert (answer.status_code, answer.headers["Location"]) == (303, PAGE + WEEKS)
    assert ProcrastinateJob.objects.filter(task_name=counting.TASK).count() == 1
    assert "The figures appear here by themselves" in text(browser.get(PAGE + WEEKS))
    run_job()

    page_now = browser.get(PAGE + WEEKS)
    assert page_now.context["total"].requests > 3
    total = page_now.context["total"].waited
    assert listed(browser, page_now.context["requests_url"])[1] == f"{total / 3600:,.1f}"
    asked = browser.get(PAGE + WEEKS, headers={"HX-Request": "true", "HX-Target": "counting"})
    assert asked.headers["HX-Refresh"] == "true"


def test_what_was_counted_is_for_one_person_one_reach_and_some_hours(
    past: list[ServiceRequest], lin: User, auditor: User, long_periods: None, campus: dict[str, Place]
) -> None:
    browser = signed_in(lin)
    browser.post(f"/insight/count/waiting/{WEEKS}")
    run_job()
    assert "total" in browser.get(PAGE + WEEKS).context

    assert "total" not in signed_in(auditor).get(PAGE + WEEKS).context
    lin.grants.update(place=campus["alone"])
    assert "total" not in signed_in(User.objects.get(pk=lin.pk)).get(PAGE + WEEKS).context
    lin.grants.update(place=None)
    with clock.stopped_at(clock.now() + counting.KEPT):
        assert "total" not in browser.get(PAGE + WEEKS).context


def test_counting_anew_forgets_what_was_counted(
    past: list[ServiceRequest], lin: User, long_periods: None
) -> None:
    browser = signed_in(lin)
    browser.post(f"/insight/count/waiting/{WEEKS}")
    run_job()
    before = browser.get(PAGE + WEEKS).context["total"].waited

    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        browser.post(f"/insight/count/waiting/{WEEKS}")
        assert not StoredAnswer.objects.filter(owner=counting.OWNER).exists()
        run_job()
        assert browser.get(PAGE + WEEKS).context["total"].waited > before


def test_a_job_for_somebody_who_lost_the_right_keeps_nothing(
    past: list[ServiceRequest], lin: User, long_periods: None
) -> None:
    signed_in(lin).post(f"/insight/count/waiting/{WEEKS}")
    lin.grants.all().delete()

    run_job()

    assert not StoredAnswer.objects.filter(owner=counting.OWNER).exists()


def test_there_is_nothing_else_to_count(lin: User) -> None:
    assert signed_in(lin).post("/insight/count/money/").status_code == 404
