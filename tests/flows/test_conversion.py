"""A request becomes a work order and loses nothing."""

import datetime as dt

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.orders import orders_of, request_of_order
from houqin.flows.add_message import add_note, write_as_requester
from houqin.flows.assign_work import approve_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.submit_request import submit_request
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.work.models import WorkOrder
from tests.flows.story import again, fresh, given_to, reported
from tests.makers import grant, make_attachment, make_job_type, make_person, make_place
from tests.makers_desk import make_service
from tests.times import at, when


def everything(service: Service, wang: User) -> ServiceRequest:
    """A report in which every field says something."""
    service.questions = [{"key": "since", "label": "从何时起", "kind": "text", "required": True}]
    service.save()
    photos = [make_attachment(uploaded_by=wang).pk for _ in range(2)]
    report = Report(
        channel="web",
        service_id=service.pk,
        title="洗手池漏水",
        description="接头处滴水，\n已垫毛巾",
        answers={"since": "昨晚"},
        place_id=make_place("302").pk,
        place_note="靠窗的一侧",
        requester_id=wang.pk,
        contact_name="小王",
        contact_phone="6021",
        urgency="high",
        attachment_ids=photos,
    )
    return submit_request(report=report, by=wang)


def test_everything_is_on_the_order_field_by_field(leak: Service, wang: User, xu: User) -> None:
    request = everything(leak, wang)

    order = raise_work_order(request_id=request.pk, by=xu)

    request = fresh(request)
    assert order.title == request.title == "洗手池漏水"
    assert order.description == request.description == "接头处滴水，\n已垫毛巾"
    assert order.answers == request.answers
    assert order.answers[0]["text"] == "昨晚"
    assert order.place == request.place
    assert order.place_note == request.place_note == "靠窗的一侧"
    assert order.contact_name == request.contact_name == "小王"
    assert order.contact_phone == request.contact_phone == "6021"
    assert order.priority == request.priority == "urgent"
    assert order.standard == request.standard is not None
    assert order.job_type == leak.job_type
    assert order.crew is not None
    assert order.crew == request.crew == order.job_type.crew
    assert order.due_at == request.due_at is not None
    assert order.arrival_due_at == request.arrival_due_at is not None
    assert [row.attachment_id for row in order.attachments.all()] == [
        row.attachment_id for row in request.attachments.all()
    ]
    assert {(row.stage, row.public) for row in order.attachments.all()} == {("report", True)}


def test_request_and_order_lead_to_each_other(leak: Service, wang: User, xu: User) -> None:
    request = everything(leak, wang)

    order = raise_work_order(request_id=request.pk, by=xu)

    assert order.source == request.number
    assert list(orders_of(request)) == [order]
    assert request_of_order(order.pk) == request
    assert request.events.get(kind="order_raised").data == {"order": order.number}


def test_a_later_photo_of_the_requester_counts_too_and_that_of_a_note_does_not(
    leak: Service, wang: User, xu: User
) -> None:
    request = reported(leak, wang)
    photo, internal = make_attachment(uploaded_by=wang), make_attachment(uploaded_by=xu)
    write_as_requester(request_id=request.pk, text="又拍了一张", by=wang, attachment_ids=(photo.pk,))
    add_note(request_id=request.pk, text="见图", by=xu, attachment_ids=(internal.pk,))

    order = raise_work_order(request_id=request.pk, by=xu)

    assert [row.attachment for row in order.attachments.all()] == [photo]


def test_raising_accepts_a_new_request(leak: Service, wang: User, xu: User) -> None:
    request = reported(leak, wang)

    raise_work_order(request_id=request.pk, by=xu)

    assert fresh(request).status == "accepted"


def test_an_order_goes_to_its_technician_in_one_step(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    start, end = at("2026-11-23 14:00"), at("2026-11-23 15:00")

    order = raise_work_order(
        request_id=request.pk, by=xu, worker_id=chen.pk, scheduled_from=start, scheduled_until=end
    )

    assert (order.status, order.worker, order.scheduled_from, order.scheduled_until) == (
        "dispatched",
        chen,
        start,
        end,
    )


def test_work_that_needs_approval_waits_for_it(xu: User, lin: User, chen: User) -> None:
    service = make_service(job_type=make_job_type(needs_approval=True))
    order = raise_work_order(request_id=reported(service).pk, by=xu, worker_id=chen.pk)
    assert (order.status, order.worker) == ("awaiting_approval", None)

    with pytest.raises(NotPermitted):
        approve_work(order_id=order.pk, by=xu)
    assert again(order).status == "awaiting_approval"
    assert approve_work(order_id=order.pk, by=lin).status == "to_dispatch"


def nothing_was_raised(request: ServiceRequest) -> bool:
    return not WorkOrder.objects.exists() and fresh(request).status == "new"


def test_without_a_job_type_somebody_chooses_one(xu: User) -> None:
    service = make_service()
    Service.objects.update(job_type=None)
    request = reported(service)

    with pytest.raises(Invalid) as refusal:
        raise_work_order(request_id=request.pk, by=xu)

    assert refusal.value.field == "job_type"
    assert nothing_was_raised(request)
    assert raise_work_order(request_id=request.pk, by=xu, job_type_id=make_job_type("杂项").pk).title


def test_whoever_may_not_raise_orders_changes_nothing(leak: Service, wang: User, chen: User) -> None:
    request = reported(leak, wang)

    for person in (wang, chen):
        with pytest.raises(NotPermitted):
            raise_work_order(request_id=request.pk, by=person)
    assert nothing_was_raised(request)


def test_a_technician_who_cannot_do_it_leaves_no_half_order(leak: Service, xu: User) -> None:
    request, outsider = reported(leak), make_person("外人")
    grant(outsider, Role.REQUESTER)

    with pytest.raises(Refused):
        raise_work_order(request_id=request.pk, by=xu, worker_id=outsider.pk)

    assert nothing_was_raised(request)


def test_the_second_dispatcher_with_an_old_page_is_told(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    given_to(chen, request, xu)

    with pytest.raises(StaleState):
        raise_work_order(request_id=request.pk, by=xu, version=request.version)

    assert WorkOrder.objects.count() == 1


def test_the_clock_starts_with_the_report_not_with_the_order(leak: Service, xu: User) -> None:
    request = reported(leak)
    with when("11:00"):
        order = raise_work_order(request_id=request.pk, by=xu)

    assert order.due_at == at("2026-11-26 09:00")
    assert order.raised_at - request.opened_at == dt.timedelta(hours=2)
