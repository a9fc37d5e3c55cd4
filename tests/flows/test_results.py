"""What was done is accepted, refused, passed over in silence, rated or done again."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.models import FollowUp, Rating, Service, ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.flows.accept_result import (
    accept_by_silence,
    accept_result,
    finish_follow_up,
    rate_request,
    refuse_result,
)
from houqin.flows.finish_work import complete_work, verify_work
from houqin.flows.progress_work import accept_work, claim_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.triage_request import accept_request, merge_request, settle_request
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.work.models import WorkOrder
from tests.flows.story import again, done, fresh, given_to, reported, told, under_way
from tests.makers import make_job_type, make_organisation, make_person
from tests.makers_desk import make_service
from tests.times import at, when

GOOD: dict[str, Any] = {"speed": 5, "attitude": 5, "quality": 5}


def finished(leak: Service, wang: User, xu: User, chen: User) -> tuple[ServiceRequest, WorkOrder]:
    """A request of 小王 that 陈师傅 finished at 11:00."""
    request = reported(leak, wang)
    order = done(chen, request, xu)
    return fresh(request), again(order)


def test_accepting_closes_the_request_and_its_orders(leak: Service, wang: User, xu: User, chen: User) -> None:
    request, order = finished(leak, wang, xu, chen)

    with when("12:00"):
        accept_result(request_id=request.pk, by=wang)

    request, order = fresh(request), again(order)
    assert (request.status, request.closed_at, request.resolved_at) == (
        "closed",
        at("2026-11-23 12:00"),
        at("2026-11-23 11:00"),
    )
    assert [event.to_status for event in order.events.order_by("pk")][-2:] == ["verified", "closed"]
    assert not request.accepted_by_silence
    assert request.next_due_at is None
    with pytest.raises(StaleState):
        accept_result(request_id=request.pk, by=wang)


def test_the_desk_may_note_what_the_requester_said_on_the_phone(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request, _order = finished(leak, wang, xu, chen)
    with when("12:00"):
        accept_result(request_id=request.pk, by=xu)

    assert fresh(request).events.get(kind="closed").actor == xu
    assert told(wang)[-1] == "closed"


def test_nobody_else_accepts(leak: Service, wang: User, xu: User, chen: User, lin: User) -> None:
    request, order = finished(leak, wang, xu, chen)

    for person in (chen, lin):
        with pytest.raises(NotPermitted):
            accept_result(request_id=request.pk, by=person)
    assert (fresh(request).status, again(order).status) == ("resolved", "completed")


def test_a_refused_result_sends_the_technician_back(leak: Service, wang: User, xu: User, chen: User) -> None:
    request, order = finished(leak, wang, xu, chen)
    with pytest.raises(Invalid):
        refuse_result(request_id=request.pk, by=None, reason=" ")
    assert (fresh(request).status, again(order).status) == ("resolved", "completed")

    with when("12:00"):
        refuse_result(request_id=request.pk, by=None, reason="还在漏")

    request, order = fresh(request), again(order)
    assert (request.status, request.reopen_count, order.status) == ("in_progress", 1, "in_progress")
    assert order.events.get(kind="not_accepted").reason == "还在漏"
    assert told(chen)[-1] == told(xu)[-1] == "not_accepted"
    assert orders_of(request).count() == 1
    with when("12:30"):
        complete_work(order_id=order.pk, by=chen, result="fixed")
    assert fresh(request).status == "resolved"
    assert told(wang).count("resolved") == 2


def test_where_the_leader_has_closed_the_order_a_new_one_is_raised(
    wang: User, xu: User, chen: User, banzhang: User, crew: object
) -> None:
    service = make_service(job_type=make_job_type(crew=crew, leader_verifies=True))
    request, order = finished(service, wang, xu, chen)
    with when("11:10"):
        verify_work(order_id=order.pk, by=banzhang)
    with when("12:00"):
        refuse_result(request_id=request.pk, by=wang, reason="还在漏")

    rework = orders_of(request).last()
    assert rework is not None
    assert (rework.rework_of, rework.status, fresh(request).status) == (order, "to_dispatch", "in_progress")


def test_silence_closes_says_so_and_is_told(leak: Service, wang: User, xu: User, chen: User) -> None:
    request, order = finished(leak, wang, xu, chen)
    with when("2026-11-26 11:00"):
        accept_by_silence(request_id=request.pk)

    request = fresh(request)
    assert (request.status, request.accepted_by_silence, again(order).status) == ("closed", True, "closed")
    assert request.events.get(kind="closed").actor is None
    assert told(wang)[-1] == "closed"
    assert not Rating.objects.exists()


def test_a_bad_rating_is_followed_up_at_once(
    leak: Service, wang: User, xu: User, chen: User, lin: User
) -> None:
    request, _order = finished(leak, wang, xu, chen)
    with when("12:00"):
        accept_result(request_id=request.pk, by=wang)
        rating = rate_request(request_id=request.pk, by=wang, speed=2, attitude=5, quality=5)
        follow_up = FollowUp.objects.get(rating=rating)
        assert follow_up.opened_at - rating.rated_at < dt.timedelta(minutes=1)
    assert told(xu)[-1] == told(lin)[-1] == "follow_up_opened"

    with pytest.raises(NotPermitted):
        finish_follow_up(follow_up_id=follow_up.pk, outcome="没事", by=chen)
    with when("15:00"):
        finish_follow_up(follow_up_id=follow_up.pk, outcome="已致歉", by=xu)
    assert FollowUp.objects.get().done_by == xu


def test_a_rating_by_link_and_one_of_somebody_else(leak: Service, wang: User, xu: User, chen: User) -> None:
    request, _order = finished(leak, wang, xu, chen)

    rate_request(request_id=request.pk, by=None, **GOOD)
    for person in (xu, chen):
        with pytest.raises(NotPermitted):
            rate_request(request_id=request.pk, by=person, **GOOD)

    assert Rating.objects.count() == 1
    assert told(xu)[-1] == "rated"


def test_who_did_the_work_does_not_rate_it_by_link_either(leak: Service, xu: User, chen: User) -> None:
    request, _order = finished(leak, chen, xu, chen)

    with pytest.raises(Refused):
        rate_request(request_id=request.pk, by=None, **GOOD)
    assert not Rating.objects.exists()


def test_reopening_raises_a_new_order_and_leaves_the_old_one_closed(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request, order = finished(leak, wang, xu, chen)
    with when("12:00"):
        accept_result(request_id=request.pk, by=wang)
    with when("2026-11-25 09:00"):
        back = reopen_request(request_id=request.pk, by=None, reason="又漏了")

    assert (back.pk, back.number, back.status, back.reopen_count) == (
        request.pk,
        request.number,
        "in_progress",
        1,
    )
    rework = orders_of(request).last()
    assert rework is not None
    assert again(order).status == "closed"
    assert (rework.rework_of, rework.status, rework.crew, rework.worker) == (
        order,
        "to_dispatch",
        order.crew,
        None,
    )
    assert rework.description.startswith("又漏了")
    assert rework.due_at == back.due_at
    assert told(xu)[-1] == "reopened"

    with when("2026-11-25 10:00"):
        claim_work(order_id=rework.pk, by=chen)
        start_work(order_id=rework.pk, by=chen)
        complete_work(order_id=rework.pk, by=chen, result="fixed")
    assert fresh(request).status == "resolved"


def test_after_a_week_a_new_request_follows_on(leak: Service, wang: User, xu: User, chen: User) -> None:
    make_organisation(reopen_days=7)
    request, order = finished(leak, wang, xu, chen)
    with when("12:00"):
        accept_result(request_id=request.pk, by=wang)
    with when("2026-12-01 09:00"):
        later = reopen_request(request_id=request.pk, by=wang, reason="又漏了")

    assert later.pk != request.pk
    assert (later.previous, later.status, later.requester, later.service) == (request, "new", wang, leak)
    assert later.description.startswith("又漏了")
    assert (fresh(request).status, fresh(request).reopen_count, again(order).status) == (
        "closed",
        0,
        "closed",
    )
    assert fresh(request).events.get(kind="followed_on").data == {"number": later.number}
    assert later.due_at is not None
    assert told(xu)[-1] == "new_request"


def test_what_was_settled_without_work_comes_back_to_the_desk(leak: Service, wang: User, xu: User) -> None:
    other = reported(leak, wang)
    accept_request(request_id=other.pk, by=xu)
    settle_request(request_id=other.pk, by=xu, result="电话解决")
    accept_result(request_id=other.pk, by=wang)
    reopen_request(request_id=other.pk, by=wang, reason="还是不行")

    assert fresh(other).status == "in_progress"
    assert not orders_of(other).exists()
    assert raise_work_order(request_id=other.pk, by=xu).source == other.number


def test_only_the_requester_or_the_desk_reopens(leak: Service, wang: User, xu: User, chen: User) -> None:
    request, _order = finished(leak, wang, xu, chen)
    with when("12:00"):
        accept_result(request_id=request.pk, by=wang)
        with pytest.raises(NotPermitted):
            reopen_request(request_id=request.pk, by=chen, reason="又漏了")
        with pytest.raises(Invalid):
            reopen_request(request_id=request.pk, by=wang, reason=" ")

    assert (fresh(request).status, orders_of(request).count()) == ("closed", 1)


def test_two_technicians_both_have_to_finish(
    leak: Service, wang: User, xu: User, chen: User, banzhang: User
) -> None:
    request = reported(leak, wang)
    first = under_way(chen, request, xu)
    second = given_to(banzhang, request, xu)
    complete_work(order_id=first.pk, by=chen, result="fixed")
    assert fresh(request).status == "in_progress"

    accept_work(order_id=second.pk, by=banzhang)
    start_work(order_id=second.pk, by=banzhang)
    complete_work(order_id=second.pk, by=banzhang, result="fixed")

    assert fresh(request).status == "resolved"
    accept_result(request_id=request.pk, by=wang)
    assert {order.status for order in orders_of(request)} == {"closed"}


def test_the_requesters_of_merged_requests_rate_nothing(leak: Service, wang: User, xu: User) -> None:
    other = make_person("小李")
    first, second = reported(leak, wang), reported(leak, other)
    merge_request(request_id=second.pk, into_id=first.pk, by=xu)

    with pytest.raises(StaleState):
        rate_request(request_id=second.pk, by=other, **GOOD)
