"""Due times follow from what happened; doing it again changes nothing."""

import datetime as dt

from houqin.accounts.models import User
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.flows.accept_result import accept_result
from houqin.flows.add_message import write_as_requester, write_to_requester
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import claim_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.refresh_clocks import refresh_clocks, refresh_open, refresh_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.triage_request import answer_question, ask_requester, correct_request
from houqin.kernel.service_clock import ClockState
from houqin.org.queries.calendars import calendar_for
from houqin.work.models import ServiceStandard, StandardTarget, WorkOrder
from tests.flows.story import again, done, fresh, reported, under_way
from tests.makers import make_job_type, make_order, make_standard
from tests.makers_desk import make_service
from tests.times import at, when


def hours(text: str, number: float) -> dt.datetime:
    """So many office hours after a time."""
    return calendar_for(None, None).add(at(text), dt.timedelta(hours=number)).astimezone(dt.UTC)


def test_waiting_for_the_requester_moves_the_restoration_and_not_the_response(
    leak: Service, wang: User, xu: User
) -> None:
    request = reported(leak, wang)
    with when("10:00"):
        ask_requester(request_id=request.pk, by=xu, question="几楼？")
    assert fresh(request).paused
    with when("11:00"):
        answer_question(request_id=request.pk, by=wang, text="三楼")

    request = fresh(request)
    assert request.due_at == at("2026-11-26 10:00")
    assert request.response_due_at == at("2026-11-23 09:30")
    assert not request.paused


def test_of_two_orders_both_must_wait(leak: Service, xu: User, chen: User, banzhang: User) -> None:
    request = reported(leak)
    first = under_way(chen, request, xu)
    second = raise_work_order(request_id=request.pk, by=xu)
    claim_work(order_id=second.pk, by=banzhang)
    with when("10:00"):
        hold_work(order_id=first.pk, by=chen, reason="parts")
    assert not fresh(request).paused
    with when("10:30"):
        hold_work(order_id=second.pk, by=banzhang, reason="access")
    assert fresh(request).paused
    with when("11:30"):
        resume_work(order_id=second.pk, by=banzhang)

    assert fresh(request).due_at == at("2026-11-26 10:00")
    assert again(first).due_at == again(second).due_at == at("2026-11-26 10:00")


def test_what_the_standard_does_not_name_pauses_nothing(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = under_way(chen, request, xu)
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="contractor")

    assert not fresh(request).paused
    assert fresh(request).due_at == at("2026-11-26 09:00")


def test_arrival_is_met_by_the_first_one_on_the_spot(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    with when("10:00"):
        under_way(chen, request, xu)

    reading = clocks_of(fresh(request), at("2026-11-23 10:30")).arrival
    assert (reading.state, reading.met_at) == (ClockState.MET, at("2026-11-23 10:00"))


def test_an_arrival_is_a_first_response_only_where_the_standard_says_so(
    leak: Service, xu: User, chen: User
) -> None:
    with when("09:20"):
        silent = reported(leak)
        first = under_way(chen, silent, xu)
        complete_work(order_id=first.pk, by=chen, result="fixed")
    assert fresh(silent).responded_at is None

    ServiceStandard.objects.update(arrival_answers=True)
    with when("09:30"):
        request = reported(leak)
        under_way(chen, request, xu)

    assert fresh(request).responded_at == at("2026-11-23 09:30")


def test_the_update_clock_waits_for_our_answer_once(wang: User, xu: User) -> None:
    standard = make_standard(
        {"priority": "normal", "kind": "update", "minutes": 60},
        {"priority": "normal", "kind": "response", "minutes": 30},
    )
    service = make_service(job_type=make_job_type(standard=standard))
    request = reported(service, wang)
    write_to_requester(request_id=request.pk, by=xu, text="收到")
    assert fresh(request).next_due_at is None
    for time in ("10:00", "10:30"):
        with when(time):
            write_as_requester(request_id=request.pk, by=wang, text="有进展吗？")
    assert fresh(request).next_due_at == at("2026-11-23 11:00")

    with when("10:45"):
        write_to_requester(request_id=request.pk, by=xu, text="在等配件")

    assert fresh(request).next_due_at is None


def through_two_changes(leak: Service, wang: User, xu: User, chen: User) -> ServiceRequest:
    """The standard changes twice across two holds and a reopening."""
    request = reported(leak, wang)  # normal: three working days, from Monday 09:00
    order = under_way(chen, request, xu)
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")
    with when("11:00"):
        correct_request(request_id=request.pk, by=xu, reason="整栋", urgency="high")  # urgent: 24 h
    with when("12:00"):
        resume_work(order_id=order.pk, by=chen)
    with when("15:00"):
        complete_work(order_id=order.pk, by=chen, result="temporary", result_note="临时堵住")
    with when("16:00"):
        accept_result(request_id=request.pk, by=wang)
    with when("2026-11-24 10:00"):
        reopen_request(request_id=request.pk, by=wang, reason="又漏了")
    rework = WorkOrder.objects.get(rework_of=order)
    with when("2026-11-24 11:00"):
        claim_work(order_id=rework.pk, by=chen)
        start_work(order_id=rework.pk, by=chen)
    with when("2026-11-24 14:00"):
        hold_work(order_id=rework.pk, by=chen, reason="access")
    with when("2026-11-24 15:00"):
        correct_request(request_id=request.pk, by=xu, reason="不急了", urgency="normal", priority="")
    with when("2026-11-24 16:00"):
        resume_work(order_id=rework.pk, by=chen)
    return fresh(request)


def test_two_changes_two_holds_and_a_reopening_give_what_a_recomputation_gives(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = through_two_changes(leak, wang, xu, chen)

    # Three working days from Monday 09:00 are Thursday 09:00. Moved by the office hours of the
    # first hold (2), of the time between resolution and reopening (3 + 2), and of the second hold (2).
    assert request.due_at == hours("2026-11-26 09:00", 2 + 5 + 2)
    stored = ServiceRequest.objects.filter(pk=request.pk).values().get()
    for moment in (at("2026-11-24 16:00"), at("2026-11-25 09:00")):
        assert clocks_of(request, moment).resolution.due_at == request.due_at
    ServiceRequest.objects.filter(pk=request.pk).update(
        due_at=None, next_due_at=None, warn_at=None, paused=True
    )
    refresh_clocks(request_id=request.pk, now=at("2026-11-24 16:00"))
    assert ServiceRequest.objects.filter(pk=request.pk).values().get() == stored


def test_a_pause_taken_under_the_old_standard_stays_counted(leak: Service, xu: User, chen: User) -> None:
    StandardTarget.objects.filter(standard__is_default=True, priority="urgent").update(pausing_reasons=[])
    request = reported(leak)
    order = under_way(chen, request, xu)
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")
    with when("11:00"):
        correct_request(request_id=request.pk, by=xu, reason="急", urgency="high")
    with when("12:00"):
        resume_work(order_id=order.pk, by=chen)

    assert fresh(request).due_at == hours("2026-11-23 09:00", 24 + 1)


def test_refreshing_twice_changes_nothing_and_overtakes_nobody(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    done(chen, request, xu)
    before = ServiceRequest.objects.filter(pk=request.pk).values().get()

    for _ in range(2):
        refresh_clocks(request_id=request.pk, now=at("2026-11-23 11:00"))

    assert ServiceRequest.objects.filter(pk=request.pk).values().get() == before


def test_a_changed_standard_reaches_open_requests_and_their_orders(leak: Service, xu: User) -> None:
    request = reported(leak)
    order = raise_work_order(request_id=request.pk, by=xu)
    standard = request.standard
    assert standard is not None
    StandardTarget.objects.filter(standard=standard, priority="normal", kind="resolution").update(
        working_days=5
    )

    assert refresh_open(standard_id=standard.pk) == 1
    assert refresh_open(standard_id=standard.pk) == 0

    assert fresh(request).due_at == again(order).due_at == at("2026-11-30 09:00")


def test_an_order_without_a_request_has_clocks_of_its_own(leak: Service, chen: User, xu: User) -> None:
    from houqin.flows.assign_work import assign_work
    from houqin.flows.progress_work import accept_work

    order = make_order(job_type=leak.job_type)
    refresh_order(order_id=order.pk)
    assert again(order).due_at == at("2026-11-26 09:00")
    assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")
    assert again(order).paused
    with when("12:00"):
        resume_work(order_id=order.pk, by=chen)

    assert (again(order).due_at, again(order).paused) == (at("2026-11-26 11:00"), False)
