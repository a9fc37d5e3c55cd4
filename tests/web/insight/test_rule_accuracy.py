"""How right the rules were: every number opens the list of exactly the requests it counts."""

import html
import re

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk.actions import triage
from houqin.desk.actions.requests import correct
from houqin.desk.models import Service
from houqin.insight.rule_accuracy import rule_accuracy
from houqin.org.models import Place
from tests.makers import grant, make_person, make_place
from tests.makers_desk import make_category, make_request, make_service
from tests.makers_triage import mailed, make_rule
from tests.times import MONDAY_9, when
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = MONDAY_9.date()


@pytest.fixture
def judged(leak: Service, xu: User) -> dict[str, Service]:
    """Six mails that a rule calls a leak: two confirmed, three corrected, one that nobody has looked at."""
    make_category("其他", position=99)
    make_rule("漏水", name="漏水", then_service=leak)
    tap, pipe = make_service("水龙头"), make_service("水管")
    requests = [mailed("漏水") for _number in range(6)]
    for request in requests[:2]:
        triage.accept(request_id=request.pk, by=xu)
    for request, service in zip(requests[2:5], (tap, tap, pipe), strict=True):
        correct(request_id=request.pk, service_id=service.pk, reason="看照片", by=xu)
    return {"tap": tap, "pipe": pipe}


def listed(browser: Client, url: str) -> int:
    return html.unescape(browser.get(html.unescape(url)).content.decode()).count("<tr data-row")


def test_counts_what_people_made_of_it(judged: dict[str, Service]) -> None:
    (line,) = rule_accuracy(start=TODAY, last=TODAY).lines

    tally = line.tally
    assert (tally.proposed, tally.accepted, tally.corrected, tally.passed, tally.open) == (6, 2, 3, 0, 1)
    assert (tally.judged, tally.percent) == (5, 40)
    assert [(name, count) for _code, name, count in line.instead] == [("水龙头", 2), ("水管", 1)]


def test_every_number_opens_its_list(judged: dict[str, Service], lin: User) -> None:
    browser = signed_in(lin)
    page = browser.get("/insight/triage/?start=2026-11-01&last=2026-11-30")

    (row,) = page.context["rows"]
    for number, url in row.counts:
        assert listed(browser, url) == number, url
    for name, number, url in row.instead:
        assert listed(browser, url) == number, name
    body = html.unescape(page.content.decode())
    assert re.search(r"40 %", body)
    assert "of 5" in body


def test_a_share_stands_only_beside_its_number(leak: Service, lin: User) -> None:
    make_category("其他", position=99)
    make_rule("漏水", then_service=leak)
    mailed("漏水")

    (row,) = signed_in(lin).get("/insight/triage/").context["rows"]

    assert (row.line.tally.percent, row.line.tally.proposed) == (None, 1)


def test_a_period_without_proposals_says_so(judged: dict[str, Service], lin: User) -> None:
    page = signed_in(lin).get("/insight/triage/?start=2025-01-01&last=2025-01-31")

    assert page.context["rows"] == []
    assert "proposed nothing" in page.content.decode()


def test_days_are_local_to_the_place(judged: dict[str, Service]) -> None:
    with when("2026-11-24 00:30"):
        mailed("漏水")

    found = rule_accuracy(start=TODAY, last=TODAY)
    assert found.whole.proposed == 6


def test_figures_keep_to_what_somebody_may_see(leak: Service) -> None:
    ours, theirs = make_place("甲楼", type="building"), make_place("乙楼", type="building")
    make_category("其他", position=99)
    make_rule("漏水", then_urgency="high")
    for place in (ours, theirs, theirs):
        make_request(service=leak, place=place, description="漏水")
    person = make_person("楼长")
    grant(person, Role.MANAGER, place=ours)

    page = signed_in(person).get("/insight/triage/")

    (row,) = page.context["rows"]
    assert row.line.tally.proposed == 1
    assert listed(signed_in(person), row.counts[0][1]) == 1
    assert Place.objects.count() == 2


def test_only_who_sees_figures_comes_in(request: pytest.FixtureRequest) -> None:
    for who, status in {"wang": 404, "xu": 404, "chen": 404, "lin": 200, "zhao": 200, "auditor": 200}.items():
        browser = signed_in(request.getfixturevalue(who))
        assert browser.get("/insight/triage/").status_code == status, who
