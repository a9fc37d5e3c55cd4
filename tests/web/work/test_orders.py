"""The list of work orders and their pages."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import User
from houqin.files.actions.store import store
from houqin.flows.progress_work import accept_work, hold_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.work.actions import finishing
from houqin.work.actions.attachments import attach
from houqin.work.actions.orders import assign
from houqin.work.models import OrderEvent, OrderWorker, WorkOrder, WorkOrderStatus
from tests.files.hostile import picture
from tests.makers import grant, make_crew, make_job_type, make_order, make_person
from tests.makers_desk import make_request, make_service
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]
S = WorkOrderStatus


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def at(order: WorkOrder, step: str = "") -> str:
    return f"/work/orders/{order.number}/" + (f"{step}/" if step else "")


def under_way(order: WorkOrder, chen: User) -> WorkOrder:
    assign(order_id=order.pk, worker_id=chen.pk, by=None)
    accept_work(order_id=order.pk, by=chen)
    return start_work(order_id=order.pk, by=chen)


def test_the_list_divides_by_state(desk: Client, order: WorkOrder, chen: User) -> None:
    other = under_way(make_order(job_type=order.job_type, place=order.place), chen)

    waiting, going, all_ = (
        text(desk.get(f"/work/orders/?tab={tab}")) for tab in ("to_dispatch", "in_progress", "all")
    )

    assert f'data-number="{order.number}"' in waiting
    assert f'data-number="{other.number}"' not in waiting
    assert f'data-number="{other.number}"' in going
    assert all_.count("<tr data-row") == 2
    assert waiting.count('<span class="c">1</span>') == 2


def test_a_technician_sees_orders_of_the_own_crews_only(order: WorkOrder, chen: User) -> None:
    other = make_order(job_type=make_job_type(crew=make_crew("电工班"), dispatch_mode="hand"))

    page = text(signed_in(chen).get("/work/orders/?tab=all"))

    assert order.number in page
    assert other.number not in page
    assert signed_in(chen).get(at(other)).status_code == 404
    assert signed_in(chen).get(at(other, "slip")).status_code == 404


@pytest.mark.parametrize("who", ["wang", "stranger", "zhao"])
def test_others_find_nothing(who: str, request: pytest.FixtureRequest, order: WorkOrder) -> None:
    browser = signed_in(request.getfixturevalue(who))

    for address in ("/work/orders/", at(order), at(order, "slip"), at(order, "assign"), "/work/orders/new/"):
        assert browser.get(address).status_code == 404
    assert browser.post(at(order, "cancel"), {"reason": "x"}).status_code == 404


def test_an_address_nobody_gave_out_is_no_error(desk: Client, order: WorkOrder) -> None:
    assert (
        desk.get("/work/orders/?tab=x&crew=²&worker=99999999999999999999&after=x&status=no").status_code
        == 200
    )


def test_the_list_asks_for_itself_anew(desk: Client, order: WorkOrder, chen: User) -> None:
    poll = re.search(r"poll=(\w+)", text(desk.get("/work/orders/?tab=all")))[1]  # type: ignore[index]
    assert desk.get(f"/work/orders/?tab=all&poll={poll}")["HX-Reswap"] == "none"

    assign(order_id=order.pk, worker_id=chen.pk, by=None)

    assert desk.get(f"/work/orders/?tab=all&poll={poll}")["HX-Trigger"] == "list-changed"


def test_the_list_takes_few_statements(
    desk: Client, order: WorkOrder, django_assert_max_num_queries: AtMost
) -> None:
    for _n in range(10):
        make_order(job_type=order.job_type, place=order.place)

    with django_assert_max_num_queries(16):
        assert text(desk.get("/work/orders/?tab=all")).count("<tr data-row") == 11


def test_dispatching_to_a_technician(desk: Client, order: WorkOrder, chen: User, crew: Crew) -> None:
    facts = {"worker": chen.pk, "crew": crew.pk, "version": order.version, "form_key": "d"}
    for _n in range(2):
        assert desk.post(at(order, "assign"), facts)["Location"] == at(order)

    order.refresh_from_db()
    assert (order.status, order.worker, order.crew) == (S.DISPATCHED, chen, crew)
    assert order.events.filter(kind="dispatched").count() == 1


def test_another_technician_needs_a_reason(
    desk: Client, order: WorkOrder, chen: User, banzhang: User
) -> None:
    assign(order_id=order.pk, worker_id=chen.pk, by=None)
    order.refresh_from_db()

    refused = desk.post(at(order, "assign"), {"worker": banzhang.pk, "version": order.version})
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors

    desk.post(at(order, "assign"), {"worker": banzhang.pk, "version": order.version, "reason": "他更近"})
    order.refresh_from_db()
    assert order.worker == banzhang


def test_who_was_slower_is_told(desk: Client, order: WorkOrder, chen: User, banzhang: User) -> None:
    seen = order.version
    assign(order_id=order.pk, worker_id=chen.pk, by=None)

    answer = desk.post(at(order, "assign"), {"worker": banzhang.pk, "version": seen, "reason": "x"})

    assert answer.status_code == 422
    order.refresh_from_db()
    assert order.worker == chen


def test_an_appointment(desk: Client, order: WorkOrder) -> None:
    facts = {"scheduled_from": "2030-11-24T10:00", "scheduled_until": "2030-11-24T12:00"}
    desk.post(at(order, "schedule"), facts)

    order.refresh_from_db()
    assert order.scheduled_until is not None


def test_accepting_for_somebody_else_says_so(desk: Client, order: WorkOrder, chen: User) -> None:
    assign(order_id=order.pk, worker_id=chen.pk, by=None)

    assert "Accept for the technician" in text(desk.get(at(order)))
    assert "Accept for the technician" not in text(signed_in(chen).get(at(order)))


def test_voiding_needs_a_reason(desk: Client, order: WorkOrder) -> None:
    assert desk.post(at(order, "cancel"), {"reason": ""}).status_code == 422

    desk.post(at(order, "cancel"), {"reason": "重复"})

    order.refresh_from_db()
    assert order.status == S.CANCELLED


def test_the_desk_records_for_a_technician_without_a_phone(
    desk: Client, order: WorkOrder, chen: User
) -> None:
    assign(order_id=order.pk, worker_id=chen.pk, by=None)
    desk.post(at(order, "accept"))
    desk.post(at(order, "start"))
    desk.post(at(order, "hold"), {"reason": "parts", "note": "水泵"})
    order.refresh_from_db()
    assert (order.status, order.hold_note) == (S.ON_HOLD, "水泵")

    desk.post(at(order, "resume"))
    desk.post(at(order, "complete"), {"result": "fixed", "result_note": "换泵"})
    order.refresh_from_db()
    assert (order.status, order.result_note) == (S.COMPLETED, "换泵")

    desk.post(at(order, "reject_completion"), {"reason": "还在漏"})
    order.refresh_from_db()
    assert order.status == S.IN_PROGRESS


def test_completing_otherwise_needs_words(desk: Client, order: WorkOrder, chen: User) -> None:
    under_way(order, chen)

    answer = desk.post(at(order, "complete"), {"result": "no_fault_found"})

    assert answer.status_code == 422
    order.refresh_from_db()
    assert order.status == S.IN_PROGRESS


def test_helpers_come_and_go(desk: Client, order: WorkOrder, chen: User, banzhang: User) -> None:
    under_way(order, chen)

    desk.post(at(order, "add_helper"), {"user": banzhang.pk})
    assert OrderWorker.objects.get().user == banzhang
    assert "班长" in text(desk.get(at(order)))

    desk.post(at(order, "remove_helper"), {"user": banzhang.pk})
    assert not OrderWorker.objects.exists()


def test_the_manager_approves(lin: User, desk: Client, xu: User, crew: Crew) -> None:
    job = make_job_type(needs_approval=True, crew=crew)
    order = make_order(job_type=job, by=xu)
    manager = signed_in(lin)

    assert at(order, "approve") in text(manager.get(at(order)))
    assert at(order, "approve") not in text(desk.get(at(order)))
    manager.post(at(order, "approve"))

    order.refresh_from_db()
    assert order.status == S.TO_DISPATCH


def test_the_page_shows_what_there_is(desk: Client, order: WorkOrder, chen: User) -> None:
    under_way(order, chen)
    hold_work(order_id=order.pk, reason="parts", note="水泵", by=chen)

    page = text(desk.get(at(order)))

    assert "on hold · parts" in page
    assert "Power off" in page
    assert "13812346231" in page
    assert at(order, "resume") in page
    assert at(order, "cancel") not in page


def test_the_page_takes_few_statements(
    desk: Client, xu: User, chen: User, crew: Crew, place: Place, django_assert_max_num_queries: AtMost
) -> None:
    job = make_job_type("漏水维修", crew=crew)
    asked = make_request(service=make_service(job_type=job), place=place)
    order = under_way(raise_work_order(request_id=asked.pk, by=xu), chen)

    with django_assert_max_num_queries(28):
        assert asked.number in text(desk.get(at(order) + "?tab=all"))


def test_files_of_the_order_and_no_others(desk: Client, order: WorkOrder, xu: User) -> None:
    other = make_order(job_type=order.job_type)
    photo = store(upload=SimpleUploadedFile("a.jpg", picture()), by=xu)
    attach(order_id=order.pk, attachment_ids=[photo.pk], by=xu)

    found = desk.get(at(order, f"files/{photo.key}"))
    assert found["Content-Type"] == "image/jpeg"
    assert b"".join(found.streaming_content)  # type: ignore[attr-defined]
    assert desk.get(at(other, f"files/{photo.key}")).status_code == 404


def test_the_slip_is_for_paper(desk: Client, order: WorkOrder) -> None:
    page = text(desk.get(at(order, "slip")))

    assert order.number in page
    assert 'src="data:image/svg+xml' in page
    assert "Power off" in page
    assert "13812346231" in page


def test_phones_on_paper_are_masked_too(auditor: User, order: WorkOrder) -> None:
    assert "13812346231" not in text(signed_in(auditor).get(at(order, "slip")))


def test_an_order_without_a_request(desk: Client, place: Place, crew: Crew) -> None:
    job = make_job_type("巡检", crew=crew)
    facts = {
        "job_type": job.pk,
        "title": "检查水泵",
        "priority": "planned",
        "place": place.pk,
        "form_key": "n",
    }

    first, again = desk.post("/work/orders/new/", facts), desk.post("/work/orders/new/", facts)

    order = WorkOrder.objects.get()
    assert first["Location"] == again["Location"] == at(order)
    assert (order.place, order.priority, order.status) == (place, "planned", S.TO_DISPATCH)


def test_an_order_where_one_raises_none_is_refused(place: Place, crew: Crew) -> None:
    elsewhere = make_person("别处")
    grant(elsewhere, "dispatcher", place=place)
    facts = {
        "job_type": make_job_type(crew=crew).pk,
        "title": "检查",
        "priority": "normal",
        "place_text": "别的楼",
    }

    answer = signed_in(elsewhere).post("/work/orders/new/", facts)

    assert answer.status_code == 422
    assert not WorkOrder.objects.exists()


def test_a_closed_order_is_amended_with_a_reason(order: WorkOrder, chen: User, lin: User, xu: User) -> None:
    under_way(order, chen)
    finishing.complete(order_id=order.pk, result="fixed", result_note="换了阀芯\n已试水", by=chen)
    closed = finishing.verify(order_id=order.pk, by=lin)
    manager = signed_in(lin)
    assert at(closed, "amend") in text(manager.get(at(closed)))
    assert at(closed, "amend") not in text(signed_in(xu).get(at(closed)))
    form = manager.get(at(closed, "amend")).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    shown = {name: form[name].field.widget.format_value(value) or "" for name, value in shown.items()}
    shown["result_note"] = "换了阀芯\r\n已试水"

    same = manager.post(at(closed, "amend"), {**shown, "reason": "核对", "result": "fixed"})
    assert same.status_code == 422
    assert "Nothing is different" in text(same)
    done = manager.post(
        at(closed, "amend"), {**shown, "reason": "写错了", "result": "fixed", "result_note": "换了密封圈"}
    )

    assert done.status_code == 303
    event = OrderEvent.objects.get(order=closed, kind="amended")
    assert event.data["changes"] == {"result_note": ["换了阀芯\n已试水", "换了密封圈"]}
    page = text(manager.get(at(closed)))
    assert "换了阀芯" in page
    assert "写错了" in page
    assert signed_in(xu).post(at(closed, "amend"), {**shown, "reason": "改"}).status_code == 422
    assert OrderEvent.objects.filter(order=closed, kind="amended").count() == 1


def test_an_order_without_a_request_tells_who_had_the_time(
    order: WorkOrder, desk: Client, chen: User
) -> None:
    raised = order.raised_at
    with clock.stopped_at(raised + dt.timedelta(days=7)):
        under_way(order, chen)
        hold_work(order_id=order.pk, by=chen, reason="parts")

    with clock.stopped_at(raised + dt.timedelta(days=30)):
        page = text(desk.get(at(order)))

    assert "Who had the time" in page
    assert re.search(r'class="lg c-brand">us \d+ h', page)
    assert re.search(r'class="lg c-warn">parts \d+ h', page)
