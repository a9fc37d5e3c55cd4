"""Every working minute of a request has one owner, and the owners add up to the elapsed time."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_and_owners, clocks_and_owners_of_order
from houqin.flows.assign_work import approve_work, assign_work
from houqin.flows.finish_work import cancel_work, complete_work
from houqin.flows.progress_work import accept_work, hold_work, resume_work, send_back_work, start_work
from houqin.flows.raise_work_order import raise_order_alone, raise_work_order
from houqin.flows.triage_request import answer_question, ask_requester, reject_request
from houqin.kernel.time_owners import Owner
from houqin.org.queries.calendars import calendar_for
from houqin.staffing.models import Crew
from houqin.work.models import StandardTarget, WorkOrder
from tests.flows.story import fresh, reported, under_way
from tests.flows.test_clocks import through_two_changes
from tests.makers import grant, make_crew, make_job_type, make_partner, make_person
from tests.times import MONDAY_9, at, when

HOUR = dt.timedelta(hours=1)
Times = dict[Owner, dt.timedelta]


def had(request: ServiceRequest, now: str) -> Times:
    """The owners at an instant, once they add up to what the restoration clock says."""
    clocks, times = clocks_and_owners(fresh(request), at(now if "-" in now else f"2026-11-23 {now}"))
    reading = clocks.resolution
    assert sum(times.values(), dt.timedelta(0)) == reading.elapsed + reading.paused + reading.excluded
    return times


@pytest.fixture
def lifts(db: None) -> Crew:
    """The crew of a company that looks after the lifts."""
    fitter = make_person("梁师傅", username="liang")
    grant(fitter, "technician")
    return make_crew("电梯维保", fitter, partner=make_partner())


def test_two_holds_and_a_reopening_add_up(leak: Service, wang: User, xu: User, chen: User) -> None:
    request = through_two_changes(leak, wang, xu, chen)

    times = had(request, "2026-11-25 09:00")

    assert times == {
        Owner.US: calendar_for(None, None).between(MONDAY_9, at("2026-11-25 09:00")) - 9 * HOUR,
        Owner.PARTS: 2 * HOUR,
        Owner.ACCESS: 2 * HOUR,
        Owner.RESOLVED: 5 * HOUR,
    }


def test_a_question_is_the_requesters_time(leak: Service, wang: User, xu: User) -> None:
    request = reported(leak, wang)
    with when("10:00"):
        ask_requester(request_id=request.pk, by=xu, question="几楼？")
    assert had(request, "10:30") == {Owner.US: HOUR, Owner.REQUESTER: HOUR / 2}
    with when("11:00"):
        answer_question(request_id=request.pk, by=wang, text="三楼")

    assert had(request, "12:00") == {Owner.US: 2 * HOUR, Owner.REQUESTER: HOUR}


def test_an_order_that_waits_for_approval_is_the_approvers(
    leak: Service, xu: User, chen: User, lin: User
) -> None:
    costly = make_job_type("换泵", needs_approval=True, standard=leak.job_type.standard)  # type: ignore[union-attr]
    request = reported(leak)
    with when("10:00"):
        order = raise_work_order(request_id=request.pk, by=xu, job_type_id=costly.pk)
    with when("11:30"):
        approve_work(order_id=order.pk, by=lin)

    assert had(request, "12:00") == {Owner.US: HOUR * 1.5, Owner.APPROVAL: HOUR * 1.5}


def test_the_contractor_has_it_from_the_dispatch_until_it_comes_back(
    leak: Service, xu: User, lifts: Crew
) -> None:
    request = reported(leak)
    fitter = lifts.members.get().user
    order = raise_work_order(request_id=request.pk, by=xu, crew_id=lifts.pk)
    assert order.status == WorkOrder.Status.DISPATCHED
    with when("10:00"):
        accept_work(order_id=order.pk, by=fitter)
        hold_work(order_id=order.pk, by=fitter, reason="parts")
    with when("11:00"):
        resume_work(order_id=order.pk, by=fitter)
    assert had(request, "11:30") == {Owner.CONTRACTOR: 1.5 * HOUR, Owner.PARTS: HOUR}
    with when("12:00"):
        send_back_work(order_id=order.pk, by=fitter, reason="不归我们修")

    assert had(request, "15:00") == {Owner.CONTRACTOR: 2 * HOUR, Owner.PARTS: HOUR, Owner.US: HOUR}


def test_two_orders_at_once_are_never_counted_twice(leak: Service, xu: User, chen: User, lifts: Crew) -> None:
    request = reported(leak)
    first = under_way(chen, request, xu)
    second = raise_work_order(request_id=request.pk, by=xu, crew_id=lifts.pk)
    with when("10:00"):
        hold_work(order_id=first.pk, by=chen, reason="parts")
    with when("11:00"):
        cancel_work(order_id=second.pk, by=xu, reason="自己修")
    with when("15:00"):
        resume_work(order_id=first.pk, by=chen)
    with when("16:00"):
        complete_work(order_id=first.pk, by=chen, result="fixed")

    assert had(request, "2026-11-27 10:00") == {
        Owner.US: 2 * HOUR,
        Owner.CONTRACTOR: HOUR,
        Owner.PARTS: 2 * HOUR,
    }


def test_a_rejected_request_ends_there(leak: Service, xu: User) -> None:
    request = reported(leak)
    with when("11:00"):
        reject_request(request_id=request.pk, by=xu, reason="不归后勤管")

    assert had(request, "17:00") == {Owner.US: 2 * HOUR}


def test_what_is_promised_day_and_night_counts_day_and_night(leak: Service, xu: User, chen: User) -> None:
    StandardTarget.objects.filter(priority="normal", kind="resolution").update(
        around_the_clock=True, minutes=60, working_days=None
    )
    request = reported(leak)
    order = under_way(chen, request, xu)
    with when("17:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")

    assert had(request, "2026-11-24 03:00") == {Owner.US: 8 * HOUR, Owner.PARTS: 10 * HOUR}


def test_an_order_without_a_request_has_owners_too(leak: Service, xu: User, chen: User, lifts: Crew) -> None:
    fitter = lifts.members.get().user
    with when("09:00"):
        order = raise_order_alone(by=xu, job_type_id=leak.job_type_id, title="换灯")
        assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    with when("10:00"):
        accept_work(order_id=order.pk, by=chen)
        hold_work(order_id=order.pk, by=chen, reason="access")
    with when("11:00"):
        assign_work(order_id=order.pk, by=xu, worker_id=fitter.pk, reason="换人")
    with when("12:00"):
        accept_work(order_id=order.pk, by=fitter)
        start_work(order_id=order.pk, by=fitter)
    with when("15:00"):
        complete_work(order_id=order.pk, by=fitter, result="fixed")
    order = WorkOrder.objects.get(pk=order.pk)

    clocks, times = clocks_and_owners_of_order(order, at("2026-11-24 10:00"))

    assert times == {Owner.US: HOUR, Owner.ACCESS: HOUR, Owner.CONTRACTOR: 2 * HOUR}
    reading = clocks.resolution
    assert sum(times.values(), dt.timedelta(0)) == reading.elapsed + reading.paused + reading.excluded
