"""Raising an order: what it keeps, where it starts, and its number."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.staffing.models import Crew
from houqin.work.actions import orders
from houqin.work.models import OrderEvent, WorkOrder
from tests.makers import (
    grant,
    make_attachment,
    make_crew,
    make_department,
    make_job_type,
    make_order,
    make_person,
    make_place,
    make_standard,
)

pytestmark = pytest.mark.django_db


def test_nothing_told_is_lost(xu: User, crew: Crew) -> None:
    place = make_place("302")
    photo = make_attachment(uploaded_by=xu)
    standard = make_standard()
    answers = [{"question": "水还在流吗", "answer": "是"}]

    order = orders.raise_order(
        job_type_id=make_job_type().pk,
        title="  卫生间   漏水 ",
        description="门口已经积水",
        answers=answers,
        place_id=place.pk,
        place_note="靠窗",
        contact_name="小王",
        contact_phone="13800000002",
        priority="urgent",
        standard_id=standard.pk,
        crew_id=crew.pk,
        source="FW20261123-0001",
        estimated_minutes=40,
        attachment_ids=[photo.pk],
        by=xu,
    )

    order = WorkOrder.objects.get(pk=order.pk)
    assert (order.title, order.description, order.answers) == ("卫生间 漏水", "门口已经积水", answers)
    assert (order.place, order.place_note) == (place, "靠窗")
    assert (order.contact_name, order.contact_phone) == ("小王", "13800000002")
    assert (order.priority, order.standard, order.crew, order.source) == (
        "urgent",
        standard,
        crew,
        "FW20261123-0001",
    )
    assert order.status == "to_dispatch"
    assert order.estimated_minutes == 40
    shown = order.attachments.get()
    assert (shown.attachment, shown.stage, shown.public) == (photo, "report", True)


def test_what_is_not_told_comes_from_the_job_type(crew: Crew) -> None:
    standard = make_standard()
    job_type = make_job_type(crew=crew, standard=standard, estimated_minutes=25, kind="inspection")

    order = make_order(job_type=job_type)

    assert (order.crew, order.standard, order.estimated_minutes) == (crew, standard, 25)
    assert order.kind == "inspection"


def test_the_default_standard_holds_where_none_is_named() -> None:
    default = make_standard(is_default=True)

    assert make_order().standard == default


def test_the_checklist_is_copied_and_stays_when_the_job_type_changes() -> None:
    job_type = make_job_type(
        steps=[
            {"text": "关阀", "kind": "check", "required": True},
            {"text": "压力", "kind": "number"},
            {"text": "材质", "kind": "choice", "choices": ["铜", "PPR"]},
        ]
    )
    order = make_order(job_type=job_type)
    job_type.steps = []
    job_type.save()

    lines = [(s.position, s.text, s.kind, s.choices, s.required) for s in order.steps.all()]
    assert lines == [
        (1, "关阀", "check", [], True),
        (2, "压力", "number", [], False),
        (3, "材质", "choice", ["铜", "PPR"], False),
    ]


def test_numbers_count_up_within_the_local_day_of_raising() -> None:
    late = dt.datetime(2026, 11, 23, 15, 59, 59, tzinfo=dt.UTC)
    with clock.stopped_at(late):
        first, second = make_order(), make_order()
    with clock.stopped_at(late + dt.timedelta(seconds=1)):
        third = make_order()

    assert [o.number for o in (first, second, third)] == [
        "GD20261123-0001",
        "GD20261123-0002",
        "GD20261124-0001",
    ]


def test_an_order_is_found_by_title_place_pinyin_and_phone() -> None:
    from houqin.work.queries.orders import OrderFilter

    order = make_order(
        title="卫生间漏水", place=make_place("行政楼"), contact_phone="13800000002", contact_name="小王"
    )
    make_order(title="换灯管")

    for q in ("漏水", "ls", "xzl", "13800000002", order.number, "xiaowang", "漏水 行政"):
        assert list(WorkOrder.objects.filter(OrderFilter(q=q).condition())) == [order], q


def test_an_order_that_needs_approval_waits_for_somebody_else(xu: User, lin: User) -> None:
    order = make_order(job_type=make_job_type(needs_approval=True), by=xu)
    assert order.status == "awaiting_approval"

    with pytest.raises(NotPermitted):
        orders.approve(order_id=order.pk, by=xu)
    grant(xu, "manager")
    with pytest.raises(NotPermitted):
        orders.approve(order_id=order.pk, by=xu)
    orders.refuse_approval(order_id=order.pk, by=lin, reason="先报预算")
    orders.submit(order_id=order.pk, by=xu)
    order = orders.approve(order_id=order.pk, by=lin)

    assert order.status == "to_dispatch"
    assert [e.kind for e in order.events.all()] == [
        "raised",
        "approval_refused",
        "submitted_for_approval",
        "released",
    ]


def test_a_draft_goes_straight_to_dispatch_where_nobody_approves(xu: User) -> None:
    order = make_order(draft=True, by=xu)
    assert order.status == "draft"

    assert orders.submit(order_id=order.pk, by=xu).status == "to_dispatch"


def test_a_dispatcher_of_one_site_raises_nothing_elsewhere(stranger: User) -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    room = make_place("101", parent=site)
    grant(stranger, "dispatcher", place=site)

    assert make_order(place=room, by=stranger).place == room
    for place in (other, None):
        with pytest.raises(NotPermitted):
            make_order(place=place, by=stranger)
    assert WorkOrder.objects.count() == 1


def test_a_dispatcher_of_a_department_raises_in_its_places(stranger: User) -> None:
    ours = make_department()
    grant(stranger, "dispatcher", department=ours)

    make_order(place=make_place(department=ours), by=stranger)
    with pytest.raises(NotPermitted):
        make_order(place=make_place(), by=stranger)


def test_a_technician_raises_no_orders_but_a_requester_reopens_through_the_house(
    chen: User, wang: User
) -> None:
    with pytest.raises(NotPermitted):
        make_order(by=chen)

    order = make_order(by=wang, granted=True)

    assert order.events.get().actor == wang


def test_a_wrong_input_names_its_field_and_writes_nothing() -> None:
    for facts, field in (({"title": "  "}, "title"), ({"priority": "asap"}, "priority")):
        with pytest.raises(Invalid) as refusal:
            make_order(**facts)
        assert refusal.value.field == field
    with pytest.raises(Missing):
        orders.raise_order(job_type_id=0, title="x", by=None)
    with pytest.raises(Missing):
        make_order(place_id=0)
    with pytest.raises(Missing):
        make_order(attachment_ids=[0])
    with pytest.raises(Missing):
        make_order(job_type=make_job_type(active=False))

    assert not WorkOrder.objects.exists()
    assert not OrderEvent.objects.exists()


def test_the_usual_crew_is_left_out_where_it_does_not_come() -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    crew = make_crew("东区水电班", make_person(), place=site)
    job_type = make_job_type(crew=crew)

    assert make_order(job_type=job_type, place=make_place(parent=site)).crew == crew
    assert make_order(job_type=job_type, place=make_place(parent=other)).crew is None
    with pytest.raises(Refused, match="东区"):
        make_order(crew=crew, place=make_place(parent=other))


def test_only_finished_work_is_done_again() -> None:
    order = make_order()

    with pytest.raises(Refused, match=order.number):
        make_order(rework_of=order)


def test_the_event_says_what_it_came_from(xu: User) -> None:
    order = make_order(by=xu, source="FW20261123-0007")

    event = order.events.get()
    assert (event.kind, event.from_status, event.to_status) == ("raised", "", "to_dispatch")
    assert (event.actor, event.actor_name, event.data["source"]) == (xu, "许晓", "FW20261123-0007")
