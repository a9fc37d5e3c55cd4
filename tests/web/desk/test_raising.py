"""Raising an order from a request: for whom and when."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import (
    ServiceRequest,
)
from houqin.work.models import WorkOrder

AtMost = Callable[[int], AbstractContextManager[object]]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def at(request: ServiceRequest, step: str = "") -> str:
    return f"/desk/requests/{request.number}/" + (f"{step}/" if step else "")


def test_an_appointment_is_not_in_the_past_and_gets_its_end(
    desk: Client, leak: ServiceRequest, chen: User
) -> None:
    facts = {"job_type": leak.service and leak.service.job_type_id, "title": "修", "worker": chen.pk}
    page = text(desk.get(at(leak, "raise_order")))
    past = desk.post(at(leak, "raise_order"), {**facts, "scheduled_from": "2020-11-20T10:00"})
    assert 'data-ends="scheduled_until" data-minutes="60"' in page
    assert past.status_code == 422
    assert "This time is already over" in text(past)
    assert not WorkOrder.objects.exists()

    desk.post(at(leak, "raise_order"), {**facts, "scheduled_from": "2036-11-20T10:00"})

    order = WorkOrder.objects.get()
    assert order.scheduled_from is not None
    assert order.scheduled_until == order.scheduled_from + dt.timedelta(hours=1)


def test_raising_an_order_for_somebody_at_a_time(desk: Client, leak: ServiceRequest, chen: User) -> None:
    job = leak.service.job_type  # type: ignore[union-attr]
    facts = {
        "job_type": job.pk,  # type: ignore[union-attr]
        "worker": chen.pk,
        "title": "空调滴水",
        "description": "带水泵",
        "scheduled_from": "2030-11-24T10:00",
        "scheduled_until": "2030-11-24T12:00",
        "version": leak.version,
        "form_key": "raise-once",
    }
    desk.post(at(leak, "raise_order"), facts)
    desk.post(at(leak, "raise_order"), facts)

    order = WorkOrder.objects.get()
    assert (order.worker, order.job_type, order.description) == (chen, job, "带水泵")
    assert order.scheduled_from is not None
    assert order.scheduled_from.isoformat() == "2030-11-24T02:00:00+00:00"


def test_an_appointment_that_ends_first_is_refused_beside_its_field(
    desk: Client, leak: ServiceRequest, chen: User
) -> None:
    facts = {
        "job_type": leak.service.job_type_id,  # type: ignore[union-attr]
        "worker": chen.pk,
        "title": "漏",
        "scheduled_from": "2030-11-24T10:00",
        "scheduled_until": "2030-11-24T09:00",
    }

    answer = desk.post(at(leak, "raise_order"), facts)

    assert answer.status_code == 422
    assert answer.context["form"].errors["scheduled_until"] == ["The appointment ends before it begins."]
    assert not WorkOrder.objects.exists()
