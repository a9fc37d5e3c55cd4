"""Each step of work moves order and request together, tells whom it concerns, and needs its right."""

from collections.abc import Callable

import pytest

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.requests import Report
from houqin.desk.models import RequestEvent, Service, ServiceRequest
from houqin.flows.add_message import add_note, write_as_requester, write_to_requester
from houqin.flows.assign_work import assign_work, schedule_work
from houqin.flows.chase_request import chase_request
from houqin.flows.finish_work import cancel_work, complete_work, reject_work, verify_work
from houqin.flows.progress_work import accept_work, claim_work, hold_work, send_back_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.submit_request import submit_request
from houqin.flows.triage_request import (
    accept_request,
    answer_question,
    ask_requester,
    correct_request,
    merge_request,
    promise_time,
    reject_request,
    renew_link,
    settle_request,
)
from houqin.flows.withdraw_request import withdraw_request
from houqin.kernel.errors import NotPermitted, Refused, StaleState
from houqin.notify.models import Notice, OutMail
from houqin.work.models import OrderEvent
from tests.flows.story import again, done, fresh, given_to, mailed, reported, told, under_way
from tests.makers import make_job_type, make_person
from tests.makers_desk import make_service
from tests.times import at, when


def test_a_report_is_confirmed_with_its_tracking_link(leak: Service, wang: User, xu: User) -> None:
    request = reported(leak, wang)

    notice = Notice.objects.get(recipient=wang)
    assert (notice.kind, notice.subject, notice.path) == (
        "request_received",
        request.number,
        links.path_of(request),
    )
    assert mailed("wang@example.com") == ["request_received"]
    assert links.token_of(request) in OutMail.objects.get(to="wang@example.com").text
    assert told(xu) == ["new_request"]


def test_a_stranger_with_an_address_is_written_to(leak: Service) -> None:
    reported(leak, contact_email="guest@example.com", contact_name="访客", language="en")

    mail = OutMail.objects.get(to="guest@example.com")
    assert (mail.kind, mail.recipient) == ("request_received", None)


def test_a_critical_report_does_not_wait_for_quiet_hours_to_end(leak: Service, xu: User) -> None:
    reported(leak, safety=True)

    assert Notice.objects.get(recipient=xu).urgent


def test_nobody_reports_for_somebody_else_without_the_right(leak: Service, wang: User, chen: User) -> None:
    with pytest.raises(NotPermitted):
        submit_request(
            report=Report(channel="web", service_id=leak.pk, title="漏", requester_id=wang.pk), by=chen
        )
    assert not ServiceRequest.objects.exists()

    mine = submit_request(report=Report(channel="web", service_id=leak.pk, title="漏"), by=chen)
    assert mine.requester == chen


def test_the_desk_registers_for_a_caller(leak: Service, xu: User, wang: User) -> None:
    report = Report(channel="phone", service_id=leak.pk, title="漏", requester_id=wang.pk)
    unknown = Report(
        channel="phone", service_id=leak.pk, title="漏", contact_name="保安", contact_phone="6110"
    )

    assert submit_request(report=report, by=xu).requester == wang
    assert submit_request(report=unknown, by=xu).requester is None
    assert told(xu) == []


DESK_STEPS: dict[str, Callable[[ServiceRequest, User], object]] = {
    "accept": lambda request, by: accept_request(request_id=request.pk, by=by),
    "correct": lambda request, by: correct_request(request_id=request.pk, by=by, reason="急", urgency="high"),
    "promise": lambda request, by: promise_time(
        request_id=request.pk, by=by, reason="约好", target_at=at("2026-11-25 12:00")
    ),
    "ask": lambda request, by: ask_requester(request_id=request.pk, by=by, question="几楼？"),
    "reject": lambda request, by: reject_request(request_id=request.pk, by=by, reason="不归后勤"),
    "settle": lambda request, by: settle_request(request_id=request.pk, by=by, result="已电话解决"),
    "link": lambda request, by: renew_link(request_id=request.pk, by=by),
    "raise": lambda request, by: raise_work_order(request_id=request.pk, by=by),
    "reply": lambda request, by: write_to_requester(request_id=request.pk, by=by, text="马上来"),
    "note": lambda request, by: add_note(request_id=request.pk, by=by, text="常客"),
}


@pytest.mark.parametrize("step", DESK_STEPS)
def test_a_step_of_the_desk_needs_its_right(step: str, leak: Service, wang: User, stranger: User) -> None:
    request = reported(leak, wang)
    written = RequestEvent.objects.count(), Notice.objects.count(), OutMail.objects.count()

    for person in (wang, stranger):
        with pytest.raises(NotPermitted):
            DESK_STEPS[step](request, person)

    assert (RequestEvent.objects.count(), Notice.objects.count(), OutMail.objects.count()) == written
    assert fresh(request).version == request.version


REQUESTER_STEPS: dict[str, Callable[[ServiceRequest, User], object]] = {
    "write": lambda request, by: write_as_requester(request_id=request.pk, by=by, text="快一点"),
    "chase": lambda request, by: chase_request(request_id=request.pk, by=by),
    "withdraw": lambda request, by: withdraw_request(request_id=request.pk, by=by),
}


@pytest.mark.parametrize("step", REQUESTER_STEPS)
def test_nobody_speaks_for_another_requester(step: str, leak: Service, wang: User, stranger: User) -> None:
    request = reported(leak, wang)

    with pytest.raises(NotPermitted):
        REQUESTER_STEPS[step](request, stranger)

    assert fresh(request).version == request.version


def test_the_requester_is_told_at_every_step_of_the_desk(leak: Service, wang: User, xu: User) -> None:
    request = reported(leak, wang)
    accept_request(request_id=request.pk, by=xu)
    ask_requester(request_id=request.pk, question="几楼？", by=xu)
    answer_question(request_id=request.pk, text="三楼", by=wang)
    write_to_requester(request_id=request.pk, text="师傅马上来", by=xu)
    settle_request(request_id=request.pk, result="阀门已关", by=xu)

    assert told(wang) == ["request_received", "request_accepted", "information_asked", "message", "resolved"]
    assert told(xu) == ["new_request", "message"]


def test_a_message_of_the_desk_is_the_first_response_and_a_note_is_not(leak: Service, xu: User) -> None:
    request = reported(leak)
    with when("09:05"):
        accept_request(request_id=request.pk, by=xu)
        add_note(request_id=request.pk, text="老问题", by=xu)
    assert fresh(request).responded_at is None

    with when("09:20"):
        write_to_requester(request_id=request.pk, text="师傅马上来", by=xu)

    assert fresh(request).responded_at == at("2026-11-23 09:20")


def test_followers_of_a_merged_request_are_told_what_comes_of_the_other(
    leak: Service, wang: User, xu: User
) -> None:
    other = make_person("小李", email="li@example.com")
    first, second = reported(leak, wang), reported(leak, other)
    merge_request(request_id=second.pk, into_id=first.pk, by=xu)

    settle_request(request_id=accept_request(request_id=first.pk, by=xu).pk, result="好了", by=xu)

    assert told(other) == ["request_received", "merged", "request_accepted", "rating_wanted"]
    notices = Notice.objects.filter(recipient=other)
    assert {notice.subject for notice in notices} == {second.number}
    assert {notice.path for notice in notices} == {links.path_of(second)}
    assert not Notice.objects.filter(recipient=wang, subject=second.number).exists()


def test_followers_of_followers_are_told_too(leak: Service, wang: User, xu: User) -> None:
    other = make_person("小李", email="li@example.com")
    first, second, third = reported(leak), reported(leak, wang), reported(leak, other)
    merge_request(request_id=third.pk, into_id=second.pk, by=xu)
    merge_request(request_id=second.pk, into_id=first.pk, by=xu)

    settle_request(request_id=accept_request(request_id=first.pk, by=xu).pk, result="好了", by=xu)

    assert told(wang) == ["request_received", "merged", "request_accepted", "rating_wanted"]
    assert told(other) == ["request_received", "merged", "merged", "request_accepted", "rating_wanted"]


def test_the_technician_and_the_requester_are_told_of_an_assignment(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    order = given_to(chen, request, xu)
    accept_work(order_id=order.pk, by=chen)

    assert told(chen) == ["assigned_to_you"]
    assert told(wang).count("worker_assigned") == 1
    assert Notice.objects.get(recipient=chen).path == f"/jobs/{order.number}/"


def test_an_order_for_a_crew_is_told_to_everybody_in_it(
    leak: Service, wang: User, xu: User, chen: User, banzhang: User
) -> None:
    request = reported(leak, wang)
    order = raise_work_order(request_id=request.pk, by=xu)
    assign_work(order_id=order.pk, by=xu, crew_id=order.crew_id)
    assert (told(chen), told(banzhang)) == (["assigned_to_you"], ["assigned_to_you"])

    accept_work(order_id=order.pk, by=chen)

    assert told(wang).count("worker_assigned") == 2  # first the crew, then the person


def test_claiming_tells_the_requester_who_comes(leak: Service, wang: User, xu: User, chen: User) -> None:
    order = raise_work_order(request_id=reported(leak, wang).pk, by=xu)

    claim_work(order_id=order.pk, by=chen)

    assert again(order).worker == chen
    assert told(wang)[-1] == "worker_assigned"


def test_an_appointment_is_told_to_both_sides(leak: Service, wang: User, xu: User, chen: User) -> None:
    order = given_to(chen, reported(leak, wang), xu)

    schedule_work(
        order_id=order.pk,
        by=xu,
        scheduled_from=at("2026-11-24 09:00"),
        scheduled_until=at("2026-11-24 10:00"),
    )

    assert told(wang)[-1] == told(chen)[-1] == "appointment"


def test_work_that_starts_takes_the_request_along(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = given_to(chen, request, xu)
    accept_work(order_id=order.pk, by=chen)
    assert fresh(request).status == "accepted"

    start_work(order_id=order.pk, by=chen)

    assert fresh(request).status == "in_progress"
    with pytest.raises(Refused):
        withdraw_request(request_id=request.pk, by=None)


def test_an_answer_leads_back_to_where_the_work_is(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = given_to(chen, request, xu)
    accept_work(order_id=order.pk, by=chen)
    ask_requester(request_id=request.pk, question="几楼？", by=xu)
    start_work(order_id=order.pk, by=chen)
    assert fresh(request).status == "need_info"

    write_as_requester(request_id=request.pk, text="三楼", by=None)

    assert fresh(request).status == "in_progress"


def test_the_last_order_resolves_the_request_and_an_open_question_falls_away(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    first = under_way(chen, request, xu)
    second = raise_work_order(request_id=request.pk, by=xu)
    ask_requester(request_id=request.pk, question="还有别处漏吗？", by=xu)
    complete_work(order_id=first.pk, by=chen, result="fixed")
    assert fresh(request).status == "need_info"

    cancel_work(order_id=second.pk, by=xu, reason="多开了一张")

    assert fresh(request).status == "resolved"
    assert told(wang)[-1] == "resolved"


def test_void_orders_alone_resolve_nothing(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = given_to(chen, request, xu)

    cancel_work(order_id=order.pk, by=xu, reason="改由物业处理")

    assert fresh(request).status == "accepted"
    assert told(chen) == ["assigned_to_you", "cancelled"]


def test_sending_back_tells_the_desk_why(leak: Service, xu: User, chen: User) -> None:
    order = given_to(chen, reported(leak), xu)

    send_back_work(order_id=order.pk, by=chen, reason="不是水电活")

    notice = Notice.objects.filter(recipient=xu).latest("pk")
    assert (notice.kind, notice.data["reason"]) == ("sent_back", "不是水电活")


def test_a_hold_is_told_in_plain_words_with_its_promise(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    order = under_way(chen, reported(leak, wang), xu)

    hold_work(order_id=order.pk, by=chen, reason="parts", promised_until=at("2026-11-25 10:00"))

    notice = Notice.objects.filter(recipient=wang).latest("pk")
    assert (notice.kind, notice.data["reason"]) == ("on_hold", "parts")
    assert notice.data["promised_until"] == at("2026-11-25 10:00").isoformat()


def test_a_refused_step_of_work_leaves_the_request_as_it_was(
    leak: Service, xu: User, chen: User, wang: User
) -> None:
    request = reported(leak, wang)
    order = given_to(chen, request, xu)
    before = fresh(request).version, OrderEvent.objects.count(), Notice.objects.count()

    with pytest.raises(Refused):
        start_work(order_id=order.pk, by=chen)  # not accepted yet
    with pytest.raises(NotPermitted):
        accept_work(order_id=order.pk, by=wang)

    assert (fresh(request).version, OrderEvent.objects.count(), Notice.objects.count()) == before


def test_a_leader_verifies_where_the_job_says_so_and_may_send_it_back(
    crew: object, banzhang: User, xu: User, chen: User
) -> None:
    service = make_service(job_type=make_job_type(crew=crew, leader_verifies=True))
    request = reported(service)
    order = done(chen, request, xu)
    with when("11:30"):
        reject_work(order_id=order.pk, by=banzhang, reason="没擦干净")
    assert (again(order).status, fresh(request).status) == ("in_progress", "in_progress")
    assert told(chen)[-1] == "not_accepted"

    with when("12:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed")
        verify_work(order_id=order.pk, by=banzhang)

    assert (again(order).status, fresh(request).status) == ("closed", "resolved")
    assert fresh(request).reopen_count == 0


def test_withdrawing_voids_the_order_and_tells_who_had_it(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    order = given_to(chen, request, xu)
    accept_work(order_id=order.pk, by=chen)

    withdraw_request(request_id=request.pk, by=wang, reason="自己修好了")

    assert (fresh(request).status, again(order).status) == ("withdrawn", "cancelled")
    assert told(chen)[-1] == "cancelled"
    assert told(xu)[-1] == "withdrawn"
    with pytest.raises(StaleState):
        withdraw_request(request_id=request.pk, by=wang)


def test_chasing_reaches_the_desk_and_who_works_on_it(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    given_to(chen, request, xu)

    chase_request(request_id=request.pk, by=wang, note="水漫出来了")
    with pytest.raises(Refused):
        chase_request(request_id=request.pk, by=None)

    assert told(xu)[-1] == told(chen)[-1] == "chased"
    assert told(xu).count("chased") == 1


def test_a_correction_reaches_the_orders(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = given_to(chen, request, xu)

    correct_request(request_id=request.pk, by=xu, reason="整栋停水", urgency="high", impact="building")

    assert again(order).priority == fresh(request).priority == "critical"
    assert again(order).due_at == fresh(request).due_at == at("2026-11-23 13:00")


def test_a_promise_replaces_the_computed_time_and_no_pause_moves_it(
    leak: Service, xu: User, chen: User
) -> None:
    request = reported(leak)
    order = under_way(chen, request, xu)
    promise_time(request_id=request.pk, by=xu, reason="电话约定", target_at=at("2026-11-25 12:00"))
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")

    assert fresh(request).due_at == again(order).due_at == at("2026-11-25 12:00")
    with pytest.raises(Refused), when("2026-11-26 09:00"):
        promise_time(request_id=request.pk, by=xu, reason="晚了", target_at=at("2026-11-25 12:00"))
    with when("10:05"):
        promise_time(request_id=request.pk, by=xu, reason="按标准", target_at=None)
    assert fresh(request).due_at != at("2026-11-25 12:00")
