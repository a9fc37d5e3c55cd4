"""The desk's hour, and a year of requests with everything that a report may have to tell apart."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.models import Service, ServiceRequest
from houqin.flows.accept_result import accept_result, rate_request
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import hold_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.staffing.models import Crew
from tests.fixtures_desk import *  # noqa: F403 - one fixture each
from tests.flows.story import reported, under_way
from tests.makers import make_calendar, make_crew, make_department, make_place
from tests.makers_desk import closed_request, make_category, make_request, make_service, resolved_request
from tests.times import MONDAY_9

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


def put(request: ServiceRequest, **values: Any) -> ServiceRequest:
    """Change the row as no action does."""
    ServiceRequest.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()
    return request


@pytest.fixture
def campus(db: None) -> dict[str, Place]:
    """A site with a building and a room, a building that stands alone, and one in New York."""
    site = make_place("本部", type="site")
    building = make_place("教学楼", type="building", parent=site)
    far = make_place("分校", type="site", calendar=make_calendar(time_zone="America/New_York"))
    return {
        "site": site,
        "building": building,
        "room": make_place("302", parent=building),
        "alone": make_place("车库", type="building"),
        "far": make_place("一号楼", type="building", parent=far),
    }


@pytest.fixture
def rich(
    leak: Service, campus: dict[str, Place], xu: User, chen: User, wang: User, crew: Crew
) -> list[ServiceRequest]:
    """Requests of every state, place, crew, door and target, at the ends of the days and of the period."""
    _of_places_and_doors(leak, campus)
    _of_targets(leak, campus["room"])
    _of_crews(leak, xu, chen)
    _paused(leak, xu, chen)
    _rated(leak, xu, chen, wang)
    _ended(leak, xu)
    return list(ServiceRequest.objects.all())


def _of_places_and_doors(leak: Service, campus: dict[str, Place]) -> None:
    home = make_department()
    for days_before, place in enumerate([*campus.values(), None]):
        for hour in (0.0, 7.5, 15.0):  # 09:00, 16:30 and midnight in Shanghai
            with clock.stopped_at(MONDAY_9 - days_before * 40 * DAY + hour * HOUR - DAY):
                make_request(service=leak, place=place, department=home if hour else None, channel="phone")
    with clock.stopped_at(MONDAY_9 - 400 * DAY):
        make_request(service=leak)
    make_request(category=make_category("其他"), channel="email")
    for name in ("Citizens Connect App", "web", "电话/微信"):
        put(make_request(service=leak, channel="imported"), channel_name=name)


def _of_targets(leak: Service, room: Place) -> None:
    for hours in (-1, 0, 1):
        put(closed_request(service=leak, place=room), due_at=MONDAY_9 + hours * HOUR)
        put(resolved_request(service=leak), target_at=MONDAY_9 + hours * HOUR, due_at=MONDAY_9)
        put(make_request(service=leak, place=room), due_at=MONDAY_9 + hours * HOUR)
        put(make_request(service=leak), target_at=MONDAY_9 + hours * HOUR, next_due_at=MONDAY_9 - HOUR)
        put(make_request(service=leak), imported=True, due_at=MONDAY_9 + hours * HOUR)
        late = {"target_at": MONDAY_9 + hours * HOUR, "due_at": MONDAY_9}
        put(closed_request(service=leak), imported=True, **late)
    put(closed_request(service=leak), due_at=None, target_at=None)
    with clock.stopped_at(MONDAY_9 - HOUR):
        again = resolved_request(service=leak)
    progress.refuse_result(request_id=again.pk, by=None, reason="还在漏")


def _of_crews(leak: Service, xu: User, chen: User) -> None:
    other = make_crew("木工班", chen)
    first = reported(make_service("门坏了"))
    raise_work_order(request_id=first.pk, by=xu, crew_id=other.pk)
    second = reported(leak)
    raise_work_order(request_id=second.pk, by=xu, crew_id=other.pk)
    put(reported(leak), crew=other)
    given = reported(leak)
    raise_work_order(request_id=given.pk, by=xu, crew_id=other.pk)
    put(given, crew=None)


def _paused(leak: Service, xu: User, chen: User) -> None:
    """Held and asked at eight, with the target before, since and to come; one is promised."""
    for due in (-90, -30, 30):
        with clock.stopped_at(MONDAY_9 - HOUR):
            held, asked = reported(leak), reported(leak)
            order = under_way(chen, held, xu)
            hold_work(order_id=order.pk, by=chen, reason="parts")
            triage.accept(request_id=asked.pk, by=xu)
            triage.ask_information(request_id=asked.pk, question="几楼？", by=xu)
        for one in (held, asked):
            put(one, paused=True, due_at=MONDAY_9 + due * MINUTE)
    put(make_request(service=leak), paused=True, due_at=MONDAY_9 - HOUR)
    put(make_request(service=leak), paused=True, due_at=MONDAY_9 - HOUR, target_at=MONDAY_9 - HOUR)


def _rated(leak: Service, xu: User, chen: User, wang: User) -> None:
    for number in range(6):
        request = reported(leak, wang)
        complete_work(order_id=under_way(chen, request, xu).pk, by=chen, result="fixed")
        accept_result(request_id=request.pk, by=wang)
        rate_request(request_id=request.pk, by=wang, speed=5, attitude=4, quality=5 if number else 1)


def _ended(leak: Service, xu: User) -> None:
    triage.reject(request_id=make_request(service=leak).pk, reason="不归我们", by=xu)
    into, merged = make_request(service=leak), make_request(service=leak)
    triage.merge(request_id=merged.pk, into_id=into.pk, by=xu)
