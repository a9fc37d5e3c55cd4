"""One filter for page, API, export and report."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.requests import (
    ON_TIME,
    RequestFilter,
    on_time,
    requests,
)
from houqin.work.models import WorkOrder
from tests.desk.test_ending import with_order
from tests.makers import make_crew, make_order, make_place
from tests.makers_desk import accepted_request, closed_request, make_request, make_service, resolved_request
from tests.times import MONDAY_9, when

pytestmark = pytest.mark.django_db


def found(user: User, **wanted: Any) -> set[ServiceRequest]:
    return set(requests(RequestFilter(**wanted), user))


def put(request: ServiceRequest, **values: Any) -> ServiceRequest:
    ServiceRequest.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()
    return request


def test_nothing_asked_for_is_everything_visible(xu: User, wang: User) -> None:
    mine, other = make_request(requester=wang), make_request()

    assert found(xu) == {mine, other}
    assert found(wang) == {mine}
    assert RequestFilter().is_empty()
    assert not RequestFilter(q="水").is_empty()


def test_each_field_narrows(xu: User, wang: User) -> None:
    building = make_place("一号楼", type="building")
    service, crew = make_service("灯不亮"), make_crew()
    wanted = make_request(
        service=service,
        place=make_place("302", parent=building),
        requester=wang,
        urgency="high",
        channel="phone",
        description="走廊灯不亮",
    )
    put(wanted, crew=crew, flags=["closed_before_opened"], imported=True, reopen_count=1)
    make_request()

    for narrowing in (
        {"q": "走廊"},
        {"category_id": service.category_id},
        {"service_id": service.pk},
        {"place_id": building.pk},
        {"requester_id": wang.pk},
        {"crew_id": crew.pk},
        {"priorities": frozenset({"urgent"})},
        {"channels": frozenset({"phone"})},
        {"flagged": True},
        {"imported": True},
        {"reopened": True},
        {"ids": frozenset({wanted.pk})},
    ):
        assert found(xu, **narrowing) == {wanted}, narrowing
    assert wanted not in found(xu, imported=False) | found(xu, flagged=False)


def test_a_crew_finds_what_it_has_an_order_of(xu: User) -> None:
    crew, request = make_crew(), accepted_request()
    progress.link_order(request_id=request.pk, order=make_order(crew=crew), by=None)

    assert found(xu, crew_id=crew.pk) == {request}


def test_days_are_local_and_both_included(xu: User) -> None:
    with when("2026-11-23 00:00"):
        first = make_request()
    with when("2026-11-23 23:59:59"):
        last = make_request()
    with when("2026-11-24 00:00"):
        make_request()
    day = dt.date(2026, 11, 23)

    assert found(xu, opened_from=day, opened_to=day) == {first, last}
    assert found(xu, closed_from=day) == set()


def test_the_tabs(xu: User, chen: User) -> None:
    new, asked, taken, given, done = (
        make_request(),
        accepted_request(),
        accepted_request(by=xu),
        accepted_request(),
        resolved_request(),
    )
    triage.ask_information(request_id=asked.pk, question="几楼？", by=xu)
    order = with_order(given, "in_progress")
    WorkOrder.objects.filter(pk=order.pk).update(worker=chen)

    assert found(xu, tab="pending") == {new, asked}
    assert found(xu, tab="to_assign") == {taken}
    assert found(xu, tab="mine") == {taken}
    assert found(chen, tab="mine") == {given}
    assert found(xu, tab="all") == {new, asked, taken, given, done}
    with_order(given, "to_dispatch")
    assert found(xu, tab="to_assign") == {taken, given}


def test_overdue_and_due_soon(xu: User) -> None:
    now = MONDAY_9
    late = put(make_request(), next_due_at=now - dt.timedelta(seconds=1))
    soon = put(make_request(), next_due_at=now + dt.timedelta(minutes=90))
    put(make_request(), next_due_at=now + dt.timedelta(hours=3))
    put(make_request(), next_due_at=None)

    assert found(xu, overdue=True) == {late}
    assert found(xu, due_soon=True) == {soon}
    assert late not in found(xu, overdue=False)


def test_on_time_is_yes_no_or_no_verdict_and_nothing_else(xu: User) -> None:
    now = MONDAY_9
    hour = dt.timedelta(hours=1)
    kept = put(closed_request(), due_at=now)
    missed = put(closed_request(), due_at=now - hour)
    late = put(make_request(), due_at=now - hour)
    paused = put(make_request(), due_at=now - hour, paused=True)
    running, unpromised = put(make_request(), due_at=now + hour), make_request()
    rejected = put(triage.reject(request_id=make_request().pk, reason="不归我们", by=xu), due_at=now - hour)

    assert found(xu, on_time="yes") == {kept}
    assert found(xu, on_time="no") == {missed, late}
    assert found(xu, on_time="none") == {paused, running, unpromised, rejected}
    counts = [ServiceRequest.objects.filter(on_time(verdict, now)).count() for verdict in ON_TIME]
    assert sum(counts) == ServiceRequest.objects.count()


@pytest.mark.parametrize("rows", [2, 12])
def test_a_list_is_one_statement_whatever_its_length(xu: User, rows: int) -> None:
    service, place = make_service(), make_place()
    for _ in range(rows):
        make_request(service=service, place=place)
    list(requests(RequestFilter(), xu))  # the person's grants are read once

    with CaptureQueriesContext(connection) as queries:
        for request in requests(RequestFilter(tab="pending", q="漏水"), xu):
            assert str(request.category)
            assert str(request.place)
            assert request.standard is None
            assert request.number
            assert request.service is not None

    assert len(queries) == 1
