"""Where the time of a period went: sums, their lines, and the requests behind them."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.desk.actions import triage
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.clocks import who_had_it
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, hold_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import ask_requester
from houqin.insight.time_owners import DIMENSIONS, TimeOwners, kept, read, those, time_owners
from houqin.kernel import clock
from houqin.kernel.time_owners import Owner
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.data import shared
from tests.flows.story import given_to, reported, under_way
from tests.flows.test_clocks import through_two_changes
from tests.flows.test_import_history_boston import SAMPLE, bring_in, the_year
from tests.makers import grant, make_crew, make_partner, make_person, make_place
from tests.makers_desk import make_request, make_service
from tests.times import at, when

MONDAY = dt.date(2026, 11, 23)
WEEK = dt.timedelta(days=7)
HOUR = 3_600


def counted(now: str = "2026-11-26 10:00", **facts: object) -> TimeOwners:
    with clock.stopped_at(at(now)):
        return time_owners(start=MONDAY, end=MONDAY + WEEK, **facts)  # type: ignore[arg-type]


@pytest.fixture
def building(db: None) -> Place:
    """302 in teaching building A of a site; the building counts."""
    site = make_place("本部", type="site")
    return make_place("教学楼A", type="building", parent=site)


@pytest.fixture
def week(
    leak: Service, building: Place, wang: User, xu: User, chen: User, crew: Crew
) -> list[ServiceRequest]:
    """Waiting of every kind, a contractor, several orders, one that came back, and one nobody began."""
    through_two_changes(leak, wang, xu, chen)
    with when("2026-11-24 17:00"):
        rework = WorkOrder.objects.get(rework_of__isnull=False)
        complete_work(order_id=rework.pk, by=chen, result="fixed")
    with when("2026-11-25 09:00"):
        held = reported(leak, place_id=make_place("302", parent=building).pk)
        order = under_way(chen, held, xu)
        hold_work(order_id=order.pk, by=chen, reason="parts")
    fitter = make_person("梁师傅", username="liang")
    grant(fitter, "technician")
    lifts = make_crew("电梯维保", fitter, partner=make_partner(name="云梯机电"))
    with when("2026-11-25 10:00"):
        stuck = reported(make_service("困人"), place_id=building.pk)
        lift = raise_work_order(request_id=stuck.pk, by=xu, job_type_id=leak.job_type_id, crew_id=lifts.pk)
        given_to(chen, stuck, xu)
    with when("2026-11-25 11:00"):
        accept_work(order_id=lift.pk, by=fitter)
    asked = reported(leak, wang)
    with when("2026-11-24 15:00"):
        ask_requester(request_id=asked.pk, by=xu, question="几楼？")
    reported(leak)
    return list(ServiceRequest.objects.order_by("pk"))


def test_the_sums_are_those_of_the_requests_one_by_one(week: list[ServiceRequest]) -> None:
    now = at("2026-11-26 10:00")

    report = counted()

    expected: Counter[Owner] = Counter()
    for request in week:
        for owner, time in who_had_it(request, now).items():
            expected[owner] += time // dt.timedelta(seconds=1)
    assert report.total.times == expected
    assert report.total.requests == len(week)
    assert {Owner.US, Owner.PARTS, Owner.ACCESS, Owner.REQUESTER, Owner.RESOLVED} <= expected.keys()
    assert report.total.waited == expected.total() - expected[Owner.RESOLVED]


def test_each_piece_of_time_is_in_one_line_of_each_dimension(week: list[ServiceRequest]) -> None:
    report = counted()

    for name in DIMENSIONS[:-1]:
        lines = report.by(name)
        assert sum((line.times for line in lines), Counter()) == report.total.times, name
        for line in lines:
            behind = those(report.cases, dimension=name, key=line.key)
            assert sum(seconds for _pk, seconds in behind) == line.waited
            for owner in line.times:
                found = those(report.cases, owners=[owner], dimension=name, key=line.key)
                assert sum(seconds for _pk, seconds in found) == line.times[owner]
    assert [line.key for line in report.by("month")] == ["2026-11"]
    assert {line.name for line in report.by("place")} == {"教学楼A", "none"}


def test_a_crew_has_the_time_from_its_dispatch_on_and_a_partner_that_of_its_crews(
    leak: Service, xu: User, crew: Crew
) -> None:
    lifts = make_crew("电梯维保", make_person("梁师傅"), partner=make_partner(name="云梯机电"))
    with when("10:00"):
        request = reported(leak)
    with when("11:00"):
        raise_work_order(request_id=request.pk, by=xu, crew_id=lifts.pk)

    report = counted("2026-11-23 12:00")

    by_crew = {line.key: line.times for line in report.by("crew")}
    assert by_crew == {"": {Owner.US: HOUR}, str(lifts.pk): {Owner.CONTRACTOR: HOUR}}
    (partner,) = report.by("partner")
    assert (partner.name, partner.requests, partner.times) == ("云梯机电", 1, {Owner.CONTRACTOR: HOUR})
    assert those(report.cases, dimension="partner", key=partner.key) == [(request.pk, HOUR)]


def test_a_past_request_of_another_system_counts_for_its_own_crew(leak: Service, crew: Crew) -> None:
    with when("10:00"):
        request = triage.accept(request_id=make_request(service=leak).pk, by=None)
    ServiceRequest.objects.filter(pk=request.pk).update(crew=crew)

    report = counted("2026-11-23 12:00")

    assert [(line.name, line.times) for line in report.by("crew")] == [("水电班", {Owner.US: 2 * HOUR})]


def test_the_period_is_that_of_the_report_and_the_instant_cuts_it_off(
    week: list[ServiceRequest],
) -> None:
    early = counted("2026-11-26 10:00", as_of=at("2026-11-25 09:30"))

    assert early.total.requests == sum(request.opened_at <= at("2026-11-25 09:30") for request in week)
    assert early.total.times == counted("2026-11-25 09:30").total.times
    with when("2026-11-27 10:00"):
        assert time_owners(start=MONDAY + WEEK, end=MONDAY + 2 * WEEK).total.requests == 0


def test_what_nobody_was_to_repair_is_left_out(leak: Service, xu: User) -> None:
    request = make_request(service=leak)
    triage.reject(request_id=request.pk, by=None, reason="不归后勤管")

    assert counted().cases == []


def test_among_narrows_it(week: list[ServiceRequest]) -> None:
    one = week[0]

    report = counted(among=ServiceRequest.objects.filter(pk=one.pk))

    assert [case.request_id for case in report.cases] == [one.pk]


def test_what_is_kept_is_read_as_it_was(week: list[ServiceRequest]) -> None:
    cases = counted().cases

    assert read(kept(cases)) == cases


def test_more_requests_take_no_more_statements(leak: Service, xu: User, chen: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            counted()
        return len(told)

    complete_work(order_id=under_way(chen, reported(leak), xu).pk, by=chen, result="fixed")
    few = statements()
    for _ in range(4):
        order = under_way(chen, reported(leak), xu)
        hold_work(order_id=order.pk, by=chen, reason="parts")

    assert statements() == few


@pytest.mark.long
def test_the_owners_of_a_year_of_boston_add_up_to_its_opening_hours() -> None:
    bring_in(shared(SAMPLE))
    now = dt.datetime(2016, 6, 1, tzinfo=dt.UTC)

    report = time_owners(start=dt.date(2015, 1, 1), end=dt.date(2016, 1, 1), as_of=now)

    assert report.total.requests == the_year()["opened"]
    assert set(report.total.times) == {Owner.US}
    assert sum(line.waited for line in report.by("service")) == report.total.waited > 0
