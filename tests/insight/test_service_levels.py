"""The figures of a period, as they are and as they were known."""

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.flows.accept_result import accept_result, rate_request
from houqin.flows.finish_work import complete_work
from houqin.insight.service_levels import Figures, ServiceLevels, service_levels
from houqin.kernel import clock
from houqin.staffing.models import Crew
from tests.flows.story import reported, under_way
from tests.makers import make_calendar, make_department, make_place
from tests.makers_desk import closed_request, make_request, resolved_request
from tests.times import MONDAY_9

HOUR = dt.timedelta(hours=1)
MONDAY = dt.date(2026, 11, 23)


def report(**facts: Any) -> ServiceLevels:
    return service_levels(**{"start": MONDAY, "end": MONDAY + dt.timedelta(days=1), **facts})


def opened(hours: float, **facts: Any) -> ServiceRequest:
    """A request reported some hours after nine."""
    with clock.stopped_at(MONDAY_9 + hours * HOUR):
        return make_request(**facts)


def resolve(request: ServiceRequest, hours: float) -> None:
    with clock.stopped_at(MONDAY_9 + hours * HOUR):
        request = resolved(request)


def resolved(request: ServiceRequest) -> ServiceRequest:
    from houqin.desk.actions import triage

    triage.accept(request_id=request.pk, by=None)
    return progress.resolve(request_id=request.pk, by=None, result="已处理")


def test_nothing_gives_nothing() -> None:
    assert report().total == Figures()


def test_on_time_overdue_and_late_are_told_apart(leak: Service) -> None:
    due = MONDAY_9 + 4 * HOUR
    for done_after in (1.0, 4.0, 5.0):
        resolve(opened(0, service=leak, target_at=due), done_after)
    opened(0, service=leak, target_at=due)
    opened(0, service=leak, target_at=MONDAY_9 + 40 * HOUR)

    with clock.stopped_at(MONDAY_9 + 6 * HOUR):
        total = report().total

    assert total == Figures(
        opened=5,
        closed=3,
        closed_with_target=3,
        on_time=2,
        open=2,
        open_with_target=2,
        open_overdue=1,
        median_hours_to_close=4.0,
    )
    assert total.on_time_share == pytest.approx(2 / 3)


def test_what_is_computed_counts_as_a_target_where_nothing_was_promised(leak: Service) -> None:
    request = reported(leak)

    assert request.due_at is not None
    assert report().total.open_with_target == 1


def test_a_day_ends_at_midnight_of_the_place() -> None:
    site = make_place("分校", type="site", calendar=make_calendar(time_zone="America/New_York"))
    room = make_place("101", parent=site)
    opened(0, place=room)  # Sunday evening there
    opened(0)

    assert report().total.opened == 1
    assert report(start=MONDAY - dt.timedelta(days=1), end=MONDAY).total.opened == 1
    assert report(time_zone="Asia/Shanghai").total.opened == 2


def test_what_was_known_then_is_not_what_is_known_now() -> None:
    request = opened(0)
    opened(3)
    resolve(request, 2)
    with clock.stopped_at(MONDAY_9 + 4 * HOUR):
        progress.refuse_result(request_id=request.pk, by=None, reason="还在漏")
    with clock.stopped_at(MONDAY_9 + 9 * HOUR):
        known = [report(as_of=MONDAY_9 + hours * HOUR).total for hours in (1, 2.5, 5)]

    assert [(at.opened, at.closed, at.open) for at in known] == [(1, 0, 1), (1, 1, 0), (2, 0, 2)]


def test_replayed_figures_of_now_equal_those_of_the_rows(leak: Service) -> None:
    resolve(opened(0, service=leak, target_at=MONDAY_9 + HOUR), 2)
    closed_request(service=leak)
    opened(1)
    with clock.stopped_at(MONDAY_9 + 9 * HOUR):
        rows = report()
        replayed = report(as_of=MONDAY_9 + 8.99 * HOUR)

    assert replayed.total == rows.total
    assert replayed.by_service == rows.by_service


def test_each_group_adds_up_to_the_whole(leak: Service, xu: User, chen: User, crew: Crew) -> None:
    building = make_place("教学楼", type="building", parent=make_place("本部", type="site"))
    request = reported(leak, place_id=make_place("302", parent=building).pk)
    under_way(chen, request, xu)
    opened(0, department=make_department())

    with override("en"):
        found = report()

    for name in ("channel", "department", "service", "month", "place", "crew"):
        lines = getattr(found, f"by_{name}")
        assert sum(line.figures.opened for line in lines) == 2, name
    assert {line.name: line.figures.opened for line in found.by_place} == {"教学楼": 1, "none": 1}
    assert {line.name for line in found.by_crew} == {str(crew), "none"}
    assert [line.key for line in found.by_month] == ["2026-11"]
    assert {"QR code", "web form"} == {line.name for line in found.by_channel}


def test_a_manager_of_one_building_sees_its_figures_only(lin: User) -> None:
    here, there = make_place("甲楼"), make_place("乙楼")
    grant = lin.grants.get()
    grant.place = here
    grant.save()
    opened(0, place=here)
    opened(0, place=there)

    mine = report(among=visible_requests(User.objects.get(pk=lin.pk)))

    assert mine.total.opened == 1
    assert mine.satisfaction.asked == 0


def test_silence_is_asked_and_not_answered(leak: Service, xu: User, chen: User, wang: User) -> None:
    for number in range(6):
        request = reported(leak, wang)
        order = under_way(chen, request, xu)
        complete_work(order_id=order.pk, by=chen, result="fixed")
        if number == 5:
            progress.close(request_id=request.pk, by=None, silence=True)
        else:
            accept_result(request_id=request.pk, by=wang)
            rate_request(request_id=request.pk, by=wang, speed=5, attitude=4, quality=2 if number else 5)

    with clock.stopped_at(MONDAY_9 + 9 * HOUR):
        found = report().satisfaction

    assert (found.asked, found.answered, found.response_rate) == (6, 5, 0.8333)
    assert (found.scores.n, found.scores.low, found.scores.low_share) == (5, 4, 0.8)
    assert (found.scores.mean_speed, found.scores.mean_attitude, found.scores.mean_quality) == (5, 4, 2.6)
    assert [scores.n for scores in found.by_crew.values()] == [5]


def test_few_ratings_of_a_crew_are_not_shown(leak: Service, xu: User, chen: User, wang: User) -> None:
    request = reported(leak, wang)
    order = under_way(chen, request, xu)
    complete_work(order_id=order.pk, by=chen, result="fixed")
    accept_result(request_id=request.pk, by=wang)
    rate_request(request_id=request.pk, by=wang, speed=5, attitude=5, quality=5)

    assert report().satisfaction.scores.n == 1
    assert report().satisfaction.by_crew == {}


def test_json_maps_names_to_figures(leak: Service) -> None:
    resolved_request(service=leak)

    found = report().as_json()

    assert found["by_service"]["漏水"]["closed"] == 1
    assert (found["from"], found["to"]) == ("2026-11-23", "2026-11-24")
