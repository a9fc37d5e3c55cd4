"""The reports over JSON: the figures of the pages and the commands."""

import datetime as dt

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.models import Service
from houqin.insight.service_levels import service_levels
from houqin.kernel import clock
from tests.api.calling import Calls
from tests.flows.story import reported
from tests.makers import grant, make_person, make_place
from tests.makers_desk import closed_request

NOVEMBER = {"from": "2026-11-01", "to": "2026-12-01"}


def test_the_figures_are_those_of_the_report(calls: Calls, lin: User, leak: Service) -> None:
    reported(leak)
    closed_request(service=leak)

    told = calls(lin).get("/reports/service-levels", **NOVEMBER).json()

    report = service_levels(start=dt.date(2026, 11, 1), end=dt.date(2026, 12, 1))
    assert told["opened"] == report.total.opened == 2
    assert told["closed"] == report.total.closed == 1
    assert told["from"] == "2026-11-01"
    assert told["by_service"].keys() == {line.name for line in report.by_service}


def test_rights_below_a_place_count_what_is_there(calls: Calls, leak: Service) -> None:
    here, there = make_place("东楼", type="building"), make_place("西楼", type="building")
    reported(leak, place_id=here.pk)
    reported(leak, place_id=there.pk)
    manager = make_person("楼长")
    grant(manager, Role.MANAGER, place=here)

    assert calls(manager).get("/reports/service-levels", **NOVEMBER).json()["opened"] == 1
    assert calls(manager).get("/reports/time-owners", **NOVEMBER).json()["requests"] == 1


def test_who_had_the_time_is_told_in_seconds(calls: Calls, lin: User, leak: Service) -> None:
    request = reported(leak)
    with clock.stopped_at(request.opened_at + dt.timedelta(hours=2)):
        told = calls(lin).get("/reports/time-owners", **NOVEMBER).json()

    assert (told["from"], told["requests"], told["seconds"]) == ("2026-11-01", 1, {"us": 7_200})
    assert told["waited_seconds"] == 7_200
    (line,) = told["by_service"]
    assert (line["key"], line["name"], line["seconds"]) == (str(leak.pk), "漏水", {"us": 7_200})
    assert told["by_partner"] == []


REPORTS = ("service-levels", "time-owners")


@pytest.mark.parametrize("report", REPORTS)
def test_who_may_not_see_figures_is_refused(calls: Calls, chen: User, report: str) -> None:
    assert calls(chen).get(f"/reports/{report}", **NOVEMBER).status_code == 403


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2026-11-01"},
        {"from": "2026-12-01", "to": "2026-11-01"},
        {"from": "1900-01-01", "to": "2199-01-01"},
        {"from": "x", "to": "y"},
        {**NOVEMBER, "as_of": "2026-11-05"},
        {**NOVEMBER, "by": "crew"},
    ],
)
def test_a_period_that_cannot_be_is_refused(
    calls: Calls, lin: User, query: dict[str, str], report: str
) -> None:
    assert calls(lin).get(f"/reports/{report}", **query).status_code == 422
