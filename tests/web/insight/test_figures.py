"""Every figure of the manager's page opens the list of exactly what it counts."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk.models import ServiceRequest
from houqin.org.models import Place
from houqin.web.insight import tables
from tests.makers import grant, make_organisation, make_person
from tests.makers_desk import make_request, make_service
from tests.times import MONDAY_9
from tests.web.signed_in import signed_in

FIGURES = ("opened", "closed", "on_time", "late", "open", "open_overdue")
WEEKS = "?start=2026-09-02&last=2026-11-23"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def listed(browser: Client, address: str) -> int:
    """How many rows a list says it has, after counting those of its first page."""
    page = text(browser.get(address))
    said = re.search(r"([\d,]+) in all", page)
    rows = page.count("<tr data-row")
    total = int(said[1].replace(",", "")) if said else 0
    assert rows == min(total, 50), address
    return total


def figures_of(context: Any) -> Iterator[tuple[str, int, str]]:
    """Each figure with what it is of and the address of its list."""
    for title, row in [("total", context["total"])] + [
        (f"{table.title} {row.name}", row) for table, _whole in context["tables"] for row in table.rows
    ]:
        for figure in FIGURES if not row.rest else ():
            yield f"{title}: {figure}", getattr(row.figures, figure), row.urls[figure]
    for line in context["promises"]:
        if line.kept_url:
            yield f"{line.name}: kept", line.kept.met, line.kept_url
        if line.missed_url:
            yield f"{line.name}: not kept", line.kept.missed, line.missed_url
    scores = context["report"].satisfaction.scores
    yield "ratings", scores.n, context["ratings_url"]
    for crew in context["crews"]:
        yield f"{crew['name']}: ratings", crew["scores"].n, crew["all"]
        yield f"{crew['name']}: low", crew["scores"].low, crew["low"]


def differences(browser: Client, address: str) -> list[tuple[str, int, int]]:
    page = browser.get(address)
    found = [(what, number, listed(browser, url)) for what, number, url in figures_of(page.context)]
    return [one for one in found if one[1] != one[2]]


@pytest.mark.parametrize("period", ["", WEEKS])
def test_every_figure_opens_a_list_of_as_many(rich: list[ServiceRequest], lin: User, period: str) -> None:
    assert differences(signed_in(lin), f"/insight/{period}") == []


def test_the_figures_are_worth_the_comparison(rich: list[ServiceRequest], lin: User) -> None:
    report = signed_in(lin).get("/insight/").context["report"]

    for figure in FIGURES:
        assert getattr(report.total, figure) >= 3, figure
    for name, _title in tables.TABLES:
        assert len(getattr(report, f"by_{name}")) >= 3 - (name == "department"), name
    assert len(rich) > report.total.opened


def test_every_link_of_the_page_is_one_of_them(rich: list[ServiceRequest], lin: User) -> None:
    page = signed_in(lin).get(f"/insight/{WEEKS}")
    known = {url for _what, _number, url in figures_of(page.context)}

    body = text(page).partition("<main")[2]
    linked = set(re.findall(r'href="(/desk/\?[^"]*|/insight/ratings/[^"]*)"', body))
    drawn = set(
        re.findall(r'"(/desk/\?[^"]*)"', "".join(re.findall(r"application/json\">(.*?)</script>", body)))
    )

    assert linked
    assert drawn
    assert (linked | drawn) - known == set()


def test_the_export_has_the_rows_of_the_list(rich: list[ServiceRequest], lin: User) -> None:
    browser = signed_in(lin)
    total = browser.get("/insight/").context["total"]

    query = total.urls["open_overdue"].partition("?")[2]

    assert total.figures.open_overdue == listed(browser, total.urls["open_overdue"])
    assert browser.get(f"/exports/requests/?{query}").status_code == 200


def test_a_manager_of_one_building_counts_and_lists_the_same(
    rich: list[ServiceRequest], campus: dict[str, Place]
) -> None:
    """Own requests elsewhere, which everybody sees, are in no figure of the building."""
    mine = make_person("楼长")
    grant(mine, Role.MANAGER, place=campus["building"])
    make_request(service=make_service(), requester=mine, place=campus["alone"])
    browser = signed_in(mine)

    total = browser.get("/insight/").context["report"].total.opened

    assert 0 < total < len(rich)
    assert differences(browser, "/insight/") == []


def test_who_may_not_open_lists_is_offered_none(rich: list[ServiceRequest], zhao: User) -> None:
    browser = signed_in(zhao)

    page = browser.get("/insight/")
    body = text(page).partition("<main")[2]

    assert page.context["report"].total.opened > 0
    assert "/desk/" not in body
    assert "/insight/ratings/" not in body
    assert browser.get("/insight/ratings/").status_code == 404


def test_what_is_left_out_of_a_table_is_added_up_and_can_be_opened(lin: User) -> None:
    for at in range(tables.SHOWN + 3):
        make_request(service=make_service(f"服务{at:02}"))
    browser = signed_in(lin)

    page = browser.get("/insight/")
    table = next(table for table, _whole in page.context["tables"] if table.name == "service")
    address = re.search(r'href="([^"]+)#by-service">3 others<', text(page))

    assert [len(table.rows), table.rows[-1].rest, table.rows[-1].figures.opened] == [13, True, 3]
    assert sum(row.figures.opened for row in table.rows) == page.context["report"].total.opened
    assert address is not None
    assert "服务14" in text(browser.get(address[1]))


def test_ratings_are_listed_with_their_marks(rich: list[ServiceRequest], lin: User) -> None:
    browser = signed_in(lin)

    everything, low = text(browser.get("/insight/ratings/")), text(browser.get("/insight/ratings/?low=1"))

    assert everything.count("<tr data-row") == 6
    assert low.count("<tr data-row") == 1
    assert '<td class="n">5</td><td class="n">4</td><td class="n">1</td>' in low
    assert browser.get("/insight/ratings/?crew=²&after=x").status_code == 200
    assert "Nobody rated" in text(browser.get("/insight/ratings/?start=2020-01-01&last=2020-01-02"))


def test_a_hold_hides_no_lateness_and_makes_none(rich: list[ServiceRequest], lin: User) -> None:
    page = text(signed_in(lin).get("/desk/?tab=all&on_time=no&open=1&paused=1"))

    late = ServiceRequest.objects.filter(number__in=re.findall(r'data-number="([^"]+)"', page))

    assert sorted(one.due_at for one in late if one.due_at) == [
        MONDAY_9 - dt.timedelta(minutes=90),
        MONDAY_9 - dt.timedelta(minutes=90),
        MONDAY_9 - dt.timedelta(minutes=60),
    ]
    assert [one.target_at for one in late if one.target_at] == [MONDAY_9 - dt.timedelta(minutes=60)]


def test_the_chart_shows_the_goal_and_begins_below_the_lowest_share(
    rich: list[ServiceRequest], lin: User
) -> None:
    make_organisation(on_time_goal=92)

    chart = signed_in(lin).get("/insight/").context["months"]
    shares = [share for share in chart["series"][0]["values"] if share is not None]

    assert set(chart["series"][1]["values"]) == {92}
    assert chart["max"] == 100
    assert 0 <= chart["min"] <= min(shares)
