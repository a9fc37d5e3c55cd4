"""Levels of escalation: each is told once for a due time, to whom it names, in their hours."""

import datetime as dt

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.models import RequestEvent, Service, ServiceRequest
from houqin.flows.accept_result import accept_result
from houqin.flows.add_message import write_to_requester
from houqin.flows.progress_work import hold_work, resume_work
from houqin.flows.raise_work_order import raise_order_alone
from houqin.flows.refresh_clocks import refresh_open
from houqin.flows.sweep import Swept, sweep
from houqin.flows.triage_request import accept_request, promise_time, settle_request
from houqin.notify.models import Notice, OutMail
from houqin.org.models import CalendarYear
from houqin.staffing.models import Crew
from houqin.work.models import Alarm, OrderEvent, ServiceStandard
from tests.flows.story import fresh, mailed, reported, told, under_way
from tests.makers import grant, make_department, make_job_type, make_level, make_person, make_place
from tests.makers_desk import make_example_standard
from tests.times import at, when

NOTHING = Swept(alarms=0, closed=0, recomputed=0)


@pytest.fixture(autouse=True)
def settled(monday: dt.datetime) -> None:
    """The holidays of the year are settled."""
    CalendarYear.objects.create(year=2026, confirmed_at=monday)


@pytest.fixture
def standard(leak: Service) -> ServiceStandard:
    """The four-level standard: answered by 9:30, repaired by Thursday 9:00."""
    return ServiceStandard.objects.get(is_default=True)


def answered_request(leak: Service, xu: User) -> ServiceRequest:
    """A normal request that has had its answer; it is to be repaired by eleven."""
    request = reported(leak)
    with when("09:05"):
        write_to_requester(request_id=request.pk, by=xu, text="马上来")
        promise_time(request_id=request.pk, by=xu, reason="约好", target_at=at("2026-11-23 11:00"))
    return request


def swept(time: str) -> Swept:
    with when(time):
        return sweep()


def levels_told(request: ServiceRequest) -> list[tuple[int, list[str]]]:
    events = RequestEvent.objects.filter(request=request, kind="escalated").order_by("pk")
    return [(event.data["level"], event.data["told"]) for event in events]


def test_each_level_goes_to_whom_it_names_at_its_time(
    standard: ServiceStandard, banzhang: User, lin: User, xu: User, leak: Service
) -> None:
    make_level(standard, "leader", minutes=-30)
    make_level(standard, Role.MANAGER, number=2, minutes=120)
    request = answered_request(leak, xu)

    assert fresh(request).warn_at == at("2026-11-23 10:30")
    assert swept("10:29") == NOTHING
    assert swept("10:30").alarms == 1
    assert (told(banzhang), fresh(request).escalated) == (["escalated"], 1)
    swept("10:45")  # warned
    swept("11:01")  # overdue
    assert swept("14:59") == NOTHING  # two working hours after 11:00, with lunch from 12:00 to 14:00
    assert swept("15:00").alarms == 1
    assert swept("16:00") == NOTHING

    assert told(lin) == ["escalated"]
    assert mailed("lin@example.com") == ["escalated"]
    assert levels_told(request) == [(1, ["班长"]), (2, [lin.full_name])]
    assert fresh(request).escalated == 2


def test_after_hours_without_a_sweep_each_missed_level_is_told_once_in_order(
    standard: ServiceStandard, leak: Service, lin: User, xu: User
) -> None:
    make_level(standard, Role.DISPATCHER, minutes=-30)
    make_level(standard, Role.MANAGER, number=2)
    make_level(standard, Role.MANAGER, number=3, minutes=60)
    answered = answered_request(leak, xu)

    assert swept("23:00") == NOTHING  # the day is over for all of them
    assert swept("2026-11-24 08:00").alarms == 4  # the breach, and three levels
    assert swept("2026-11-24 08:01") == NOTHING

    assert [level for level, _told in levels_told(answered)] == [1, 2, 3]
    assert told(lin) == ["escalated", "escalated"]
    assert told(xu) == ["new_request", "escalated", "overdue"]


def test_a_level_for_any_hour_does_not_wait(
    standard: ServiceStandard, leak: Service, xu: User, lin: User
) -> None:
    make_level(standard, Role.MANAGER, working_days=1, around_the_clock=True)
    make_level(standard, Role.MANAGER, number=2, minutes=0)
    answered = answered_request(leak, xu)
    lin.quiet_from, lin.quiet_until = dt.time(0), dt.time(23, 59)
    lin.save()
    with when("09:06"):
        promise_time(request_id=answered.pk, by=xu, reason="改", target_at=at("2026-11-23 22:00"))

    assert swept("23:00") == NOTHING
    assert swept("2026-11-24 22:00").alarms == 1  # one working day later, at night
    assert [level for level, _told in levels_told(answered)] == [1]
    assert OutMail.objects.get(to=lin.email).not_before <= at("2026-11-24 22:01")


def test_a_due_time_that_moves_arms_again_and_takes_the_level_back(
    standard: ServiceStandard, leak: Service, lin: User, xu: User
) -> None:
    make_level(standard, Role.MANAGER, minutes=-30)
    answered = answered_request(leak, xu)
    assert swept("10:30").alarms == 1
    with when("10:40"):
        promise_time(request_id=answered.pk, by=xu, reason="改期", target_at=at("2026-11-23 16:00"))

    assert fresh(answered).escalated == 0
    assert swept("15:29") == NOTHING
    assert swept("15:30").alarms == 1
    assert [level for level, _told in levels_told(answered)] == [1, 1]


def test_what_is_met_is_not_escalated(standard: ServiceStandard, leak: Service, lin: User, xu: User) -> None:
    make_level(standard, Role.MANAGER, minutes=30)
    answered = answered_request(leak, xu)
    swept("11:01")
    with when("11:10"):
        accept_request(request_id=answered.pk, by=xu)
        settle_request(request_id=answered.pk, by=xu, result="好了")
        accept_result(request_id=answered.pk, by=None)

    assert swept("2026-11-24 09:00") == NOTHING
    assert (told(lin), fresh(answered).escalated) == ([], 0)


def test_a_pause_escalates_nothing_until_it_is_over(
    standard: ServiceStandard, leak: Service, xu: User, chen: User, lin: User
) -> None:
    make_level(standard, Role.MANAGER, minutes=-60)
    request = reported(leak)
    order = under_way(chen, request, xu)
    write_to_requester(request_id=request.pk, by=xu, text="在修")
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")
    assert swept("2026-12-10 10:00") == NOTHING
    with when("2026-12-10 10:00"):
        resume_work(order_id=order.pk, by=chen)

    due = fresh(request).due_at
    assert due is not None
    assert swept("2026-12-14 17:59").alarms == 0
    assert told(lin) == []
    assert [alarm.level for alarm in Alarm.objects.filter(kind="level", subject=request.number)] == []


def test_a_level_for_one_priority_stands_in_for_the_general_one(
    standard: ServiceStandard, leak: Service, xu: User, lin: User, admin: User
) -> None:
    make_level(standard, Role.ADMINISTRATOR, minutes=0)
    make_level(standard, Role.MANAGER, priority="normal", minutes=0)
    make_level(standard, Role.ADMINISTRATOR, priority="critical", number=2, minutes=0)
    answered_request(leak, xu)

    assert swept("11:01").alarms == 2  # the breach and one level
    assert (told(lin), told(admin)) == (["escalated"], [])


def test_roles_are_asked_where_they_hold(standard: ServiceStandard, leak: Service, xu: User) -> None:
    make_level(standard, Role.MANAGER, kind="response", minutes=0)
    here, there = make_person("本处主任"), make_person("别处主任")
    place, department = make_place(), make_department()
    grant(here, Role.MANAGER, place=place)
    grant(there, Role.MANAGER, department=department)

    reported(leak, place_id=place.pk)
    swept("10:00")

    assert (told(here), told(there)) == (["escalated"], [])


def test_a_level_that_finds_nobody_is_told_to_the_desk(
    standard: ServiceStandard, leak: Service, xu: User, lin: User
) -> None:
    User.objects.filter(leads__isnull=False).update(is_active=False)
    gone = make_person("外人")
    make_level(standard, "leader", minutes=0)
    make_level(standard, gone, number=2, minutes=0)  # may not see requests
    answered = answered_request(leak, xu)

    assert swept("11:01").alarms == 3
    assert told(xu)[-2:] == ["escalated", "escalated"]
    assert told(gone) == []
    missing = [event.data["missing"] for event in answered.events.filter(kind="escalated").order_by("pk")]
    assert missing == ["leader", "person"]


def test_a_person_is_told_in_the_hours_of_the_house(
    standard: ServiceStandard, leak: Service, xu: User, lin: User
) -> None:
    make_level(standard, lin, minutes=30)
    answered = answered_request(leak, xu)

    assert swept("11:31").alarms == 2
    assert Notice.objects.get(recipient=lin).path == f"/desk/requests/{answered.number}/"


def test_an_order_without_a_request_has_levels_too(xu: User, lin: User, crew: Crew, banzhang: User) -> None:
    standard = make_example_standard()
    make_level(standard, "leader", kind="arrival", minutes=-15)
    make_level(standard, Role.MANAGER, kind="arrival", number=2, minutes=15)
    job = make_job_type("阀门检修", crew=crew, standard=standard)
    order = raise_order_alone(by=xu, job_type_id=job.pk, title="检修阀门", priority="urgent")

    assert swept("10:45").alarms == 2  # the warning and level 1
    swept("11:01")
    assert swept("11:15").alarms == 1
    assert swept("11:16") == NOTHING

    events = OrderEvent.objects.filter(order=order, kind="escalated").order_by("pk")
    assert [(event.data["level"], event.data["told"]) for event in events] == [
        (1, [banzhang.full_name]),
        (2, [lin.full_name]),
    ]
    assert Notice.objects.get(recipient=lin).path == f"/work/orders/{order.number}/"


def test_a_level_that_is_added_later_holds_for_open_requests(
    standard: ServiceStandard, leak: Service, xu: User, lin: User
) -> None:
    answered = answered_request(leak, xu)
    before = fresh(answered).warn_at
    make_level(standard, Role.MANAGER, minutes=-60)
    with when("09:30"):
        refresh_open(standard_id=standard.pk)

    assert (before, fresh(answered).warn_at) == (at("2026-11-23 10:45"), at("2026-11-23 10:00"))
    assert swept("10:00").alarms == 1
    assert told(lin) == ["escalated"]
