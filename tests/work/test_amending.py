"""Closed orders are amended by few, with a reason, and what was and what is stays to be read."""

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction

from houqin.accounts.models import User
from houqin.journal.sentences import sentence
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.work.actions.amending import amend
from houqin.work.models import OrderEvent, WorkOrder
from houqin.work.queries.replay import replayed, stored
from tests.makers import make_code, make_job_type
from tests.work import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(chen: User) -> WorkOrder:
    """An order of 陈师傅 that is closed."""
    return stories.closed(chen)


def put_right(order: WorkOrder, by: User, **changes: Any) -> WorkOrder:
    return amend(order_id=order.pk, by=by, **{"reason": "记录有误", **changes})


def test_what_was_and_what_is_stays_with_the_reason(order: WorkOrder, lin: User) -> None:
    amended = put_right(order, lin, result="no_fault_found", result_note=" 未见异常 ")

    assert (amended.result, amended.result_note, amended.status) == ("no_fault_found", "未见异常", "closed")
    event = OrderEvent.objects.get(order=order, kind="amended")
    assert event.data["changes"]["result"] == ["fixed", "no_fault_found"]
    assert (event.actor, event.reason, event.public) == (lin, "记录有误", False)
    told = sentence(event)
    assert "fixed → no fault found" in told
    assert "记录有误" in told


def test_times_follow_one_another(order: WorkOrder, lin: User) -> None:
    assert order.closed_at
    for wrong in (
        {"completed_at": order.closed_at + dt.timedelta(minutes=1)},
        {"started_at": order.raised_at - dt.timedelta(minutes=1)},
        {"completed_at": None},
    ):
        with pytest.raises(Invalid) as refused:
            put_right(order, lin, **wrong)
        assert refused.value.field in wrong
    assert not OrderEvent.objects.filter(kind="amended").exists()


def test_the_events_still_amount_to_the_order(order: WorkOrder, lin: User) -> None:
    put_right(order, lin, arrived_at=order.started_at, result="temporary", result_note="临时处理")

    fresh = WorkOrder.objects.get(pk=order.pk)
    assert replayed(fresh.events.order_by("pk")) == stored(fresh)
    assert fresh.arrived_at == order.started_at


def test_codes_are_asked_for_as_in_completing(chen: User, lin: User) -> None:
    order = stories.closed(chen)
    cause = make_code("cause")
    amended = put_right(order, lin, cause_id=cause.pk)
    assert amended.cause == cause
    assert OrderEvent.objects.get(kind="amended").data["changes"] == {"cause": [None, str(cause)]}

    with pytest.raises(Invalid) as refused:
        put_right(order, lin, remedy_id=cause.pk)
    assert refused.value.field == "remedy"


def test_others_may_not_and_nothing_is_written(
    order: WorkOrder, chen: User, xu: User, banzhang: User, admin: User, auditor: User
) -> None:
    trace = stories.trace(order)
    for person in (chen, xu, banzhang, admin, auditor):
        with pytest.raises(NotPermitted):
            put_right(order, person, result_note="改")
    assert stories.trace(order) == trace


def test_nobody_amends_own_work(lin: User, order: WorkOrder) -> None:
    order.helpers.create(user=lin, since=order.raised_at)
    with pytest.raises(NotPermitted):
        put_right(order, lin, result_note="改")


def test_only_closed_orders_and_only_with_a_reason_and_a_difference(
    chen: User, lin: User, order: WorkOrder
) -> None:
    with pytest.raises(StaleState):
        put_right(stories.completed(chen), lin, result_note="改")
    with pytest.raises(Invalid, match="reason"):
        put_right(order, lin, reason=" ", result_note="改")
    with pytest.raises(Refused, match="different"):
        put_right(order, lin, result="fixed")


def test_beside_it_a_closed_order_stays_as_it_is(order: WorkOrder, lin: User) -> None:
    put_right(order, lin, result_note="改")

    with pytest.raises(Error), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(result_note="悄悄改")
    assert WorkOrder.objects.get(pk=order.pk).result_note == "改"


def test_job_types_that_need_codes_keep_them(chen: User, lin: User) -> None:
    order = stories.closed(chen, job_type=make_job_type("保洁", kind="cleaning"))

    assert put_right(order, lin, result_note="地面已干").result_note == "地面已干"
