"""Dispatch over JSON: the hard rules, the modes of job types, candidates and decisions."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.work.models import JobType, WorkOrder
from tests.api.calling import Calls
from tests.makers import (
    make_absence,
    make_crew,
    make_job_type,
    make_licence,
    make_licence_kind,
    make_order,
)
from tests.work import stories

DAY = dt.timedelta(days=1)


def test_a_licence_that_ended_yesterday_refuses_to_assign_to_claim_and_to_raise(
    calls: Calls, xu: User, chen: User, crew: Crew
) -> None:
    kind = make_licence_kind("低压电工证", name_en="Low voltage")
    make_licence(chen, kind, clock.today() - DAY)
    job = make_job_type("路灯", crew=crew, licences=(kind,))
    order = make_order(job_type=job, crew=crew)
    before = stories.trace(order)

    for answer in (
        calls(xu).post(f"/work-orders/{order.number}/assign", {"worker": chen.pk}),
        calls(chen).post(f"/work-orders/{order.number}/claim"),
        calls(xu).post("/work-orders", {"job_type": job.pk, "title": "路灯不亮", "worker": chen.pk}),
    ):
        assert answer.status_code == 409, answer.content
        assert "“Low voltage” of 陈师傅 ended on 2026-11-22" in answer.json()["detail"]
    assert stories.trace(order) == before
    assert WorkOrder.objects.count() == 1


def test_a_job_type_says_how_it_is_dispatched_and_which_licences_it_needs(calls: Calls, admin: User) -> None:
    kind = make_licence_kind("低压电工证", name_en="Low voltage")
    made = calls(admin).post(
        "/job-types", {"code": "LAMP", "name": "路灯", "dispatch_mode": "rotation", "licences": [kind.pk]}
    )
    assert made.status_code == 201, made.content
    assert made.json()["dispatch_mode"] == "rotation"
    assert [one["id"] for one in made.json()["licences"]] == [kind.pk]

    path = f"/job-types/{made.json()['id']}"
    changed = calls(admin).patch(path, {"offer_minutes": 20, "licences": []}).json()
    assert (changed["offer_minutes"], changed["licences"], changed["dispatch_mode"]) == (20, [], "rotation")


@pytest.mark.parametrize("wrong", [{"licences": [0]}, {"licences": [99_999]}, {"dispatch_mode": "lottery"}])
def test_a_wrong_mode_and_a_licence_that_does_not_exist_make_no_job_type(
    calls: Calls, admin: User, wrong: dict[str, object]
) -> None:
    answer = calls(admin).post("/job-types", {"code": "LAMP", "name": "路灯", **wrong})

    assert answer.status_code == 422
    assert not JobType.objects.exists()


def test_candidates_and_decisions_tell_points_and_what_stands_in_the_way(
    calls: Calls, xu: User, chen: User, liu: User, crew: Crew
) -> None:
    make_absence(chen, clock.now() - DAY, clock.now() + DAY)
    make_crew("空调班", liu)
    order = make_order(crew=crew)

    items = calls(xu).get(f"/work-orders/{order.number}/candidates").json()["items"]
    by_name = {item["person"]["name"]: item for item in items}
    assert items[-1]["person"]["name"] == "陈师傅"
    assert by_name["陈师傅"]["points"] is None
    assert [one["rule"] for one in by_name["陈师傅"]["hurdles"]] == ["leave"]
    assert by_name["刘师傅"]["parts"]["travel"] == 60

    calls(xu).post(f"/work-orders/{order.number}/assign", {"worker": liu.pk})
    (kept,) = calls(xu).get(f"/work-orders/{order.number}/decisions").json()["items"]
    assert (kept["mode"], kept["chosen"]["name"], kept["by"]["name"]) == ("hand", "刘师傅", "许晓")


def test_who_does_not_dispatch_reads_no_decisions(calls: Calls, chen: User, crew: Crew, wang: User) -> None:
    order = make_order(crew=crew)

    for path in ("candidates", "decisions"):
        assert calls(chen).get(f"/work-orders/{order.number}/{path}").status_code == 403
        assert calls(wang).get(f"/work-orders/{order.number}/{path}").status_code in {403, 404}


def test_orders_that_nobody_can_take_are_listed(calls: Calls, xu: User, crew: Crew) -> None:
    make_order(crew=crew)
    order = make_order(crew=crew)
    WorkOrder.objects.filter(pk=order.pk).update(unassignable_since=clock.now())

    items = calls(xu).get("/work-orders?unassignable=true").json()["items"]
    assert [item["number"] for item in items] == [order.number]
