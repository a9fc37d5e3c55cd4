"""A standard tried on the past, on the manager's page."""

import html
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.insight.proposals import proposal
from houqin.insight.replay import replay
from houqin.web.insight import counting, tasks
from houqin.work.models import ServiceStandard, StandardTarget
from tests.makers import make_standard
from tests.web.signed_in import signed_in

PAGE = "/insight/replay/"
WEEKS = "start=2026-09-02&last=2026-11-23"
STRICT = "&".join(
    f"v-{priority}-resolution=30&u-{priority}-resolution=M"
    for priority in ("critical", "urgent", "normal", "planned")
)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def listed(browser: Client, address: str) -> int:
    page = text(browser.get(address))
    said = re.search(r"([\d,]+) requests? in all", page)
    assert page.count("<tr data-row") == (min(int(said[1]), 50) if said else 0)
    return int(said[1]) if said else 0


def figures(context: Any) -> Iterator[tuple[str, int, str]]:
    """Each count of the page with the address of its list."""
    rows = [("kinds", row) for row in context["kinds"]]
    rows += [(table.title, row) for table, _whole in context["tables"] for row in table.rows]
    for title, row in rows:
        for at, side in enumerate(row.sides):
            for what in (
                "measured",
                "met",
                "missed",
                "undecided",
                "met_then",
                "missed_then",
                "gained",
                "lost",
            ):
                number = getattr(side.tally, what)
                yield f"{title} {row.name} {at} {what}", number, side.urls.get(what, "")


def test_the_form_begins_with_the_targets_of_the_default_standard(lin: User, leak: object) -> None:
    page = signed_in(lin).get(PAGE)

    form = page.context["trial"]
    assert form["v-critical-resolution"].value() == "240"
    assert form["u-critical-resolution"].value() == "M"
    assert (form["v-normal-resolution"].value(), form["u-normal-resolution"].value()) == ("3", "d")
    assert "sides" not in page.context


def test_every_count_opens_the_list_of_as_many(rich: list[ServiceRequest], lin: User) -> None:
    other = make_standard(
        {"priority": "normal", "kind": "resolution", "minutes": 6_000}, name="宽松", is_default=False
    )
    browser = signed_in(lin)
    found = list(figures(browser.get(f"{PAGE}?{WEEKS}&{STRICT}&against={other.pk}&run=1").context))

    assert sum(number for _what, number, _url in found) > 40
    wrong = [one for one in found if one[1] != (listed(browser, one[2]) if one[2] else 0)]
    assert wrong == []


def test_the_page_says_what_the_command_says_of_the_saved_file(rich: list[ServiceRequest], lin: User) -> None:
    browser = signed_in(lin)
    before = list(StandardTarget.objects.order_by("pk").values())
    address = f"?{WEEKS}&{STRICT}&name=半小时&run=1"
    page = browser.get(PAGE + address).context

    file = browser.get(f"{PAGE}standard/{address}")

    facts = tomllib.loads(file.content.decode())
    period = page["period"]
    found = replay(proposal=proposal(facts), start=period.start, end=period.end)
    tally = next(iter(page["kinds"])).sides[0].tally
    assert facts["name"] == "半小时"
    assert tally == found.total["resolution"]
    assert tally.gained > 0
    assert list(StandardTarget.objects.order_by("pk").values()) == before


def test_a_standard_fills_the_cells_whatever_they_held(lin: User, leak: object) -> None:
    standard = ServiceStandard.objects.get()

    form = signed_in(lin).get(f"{PAGE}?{STRICT}&standard={standard.pk}&load=1").context["trial"]

    assert (form["v-normal-resolution"].value(), form["u-normal-resolution"].value()) == ("3", "d")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("v-normal-resolution=&run=1", "Write at least one target."),
        ("v-normal-resolution=0&run=1", "greater than or equal to 1"),
        ("v-normal-resolution=soon&run=1", "Enter a whole number"),
        ("v-normal-resolution=5&u-normal-resolution=x&run=1", "Select a valid choice"),
        (f"{STRICT}&against=99999&run=1", "Select a valid choice"),
        (f"{STRICT}&start=2026-12-01&last=2026-11-01&run=1", "The period ends before it begins"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(lin: User, leak: object, query: str, sentence: str) -> None:
    page = signed_in(lin).get(f"{PAGE}?{query}")

    assert sentence in text(page)
    assert "sides" not in page.context


def test_a_long_period_is_tried_in_the_background(
    rich: list[ServiceRequest], lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 0)
    browser = signed_in(lin)
    address = f"?{WEEKS}&{STRICT}&run=1"
    assert "kinds" not in browser.get(PAGE + address).context

    assert browser.post(f"/insight/count/replay/{address}").headers["Location"] == PAGE + address
    tasks.count(**ProcrastinateJob.objects.filter(task_name=counting.TASK).latest("pk").args)

    found = list(figures(browser.get(PAGE + address).context))
    assert sum(number for _what, number, _url in found) > 20
    assert all(number == listed(browser, url) for _what, number, url in found if url)


def test_who_sees_no_requests_gets_no_lists(rich: list[ServiceRequest], zhao: User) -> None:
    browser = signed_in(zhao)
    page = browser.get(f"{PAGE}?{WEEKS}&{STRICT}&run=1")

    assert all(not url for _what, _number, url in figures(page.context))
    assert browser.get(f"{PAGE}requests/?kind=resolution&what=met&{STRICT}").status_code == 404


@pytest.mark.parametrize("query", ["", "kind=resolution", "kind=money&what=met", "kind=resolution&what=all"])
def test_a_list_of_nothing_known_is_not_found(lin: User, leak: object, query: str) -> None:
    assert signed_in(lin).get(f"{PAGE}requests/?{query}").status_code == 404
