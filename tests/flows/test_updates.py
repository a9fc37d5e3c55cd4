"""Keep in the loop: a requester who asks is answered in time, and again the next time."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Message, Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.flows.add_message import add_note, write_as_requester, write_to_requester
from houqin.flows.chase_request import chase_request
from houqin.flows.progress_work import hold_work, resume_work
from houqin.flows.refresh_clocks import refresh_clocks, refresh_open
from houqin.flows.sweep import sweep
from houqin.kernel.service_clock import ClockState
from houqin.org.models import CalendarYear
from houqin.work.models import ServiceStandard, StandardTarget
from tests.flows.story import fresh, reported, told, under_way
from tests.times import at, when


@pytest.fixture(autouse=True)
def settled(monday: dt.datetime) -> None:
    """The holidays of the year are settled."""
    CalendarYear.objects.create(year=2026, confirmed_at=monday)


@pytest.fixture
def request_(leak: Service, xu: User) -> ServiceRequest:
    """A normal request that was answered; whoever asks again is answered within an hour."""
    standard = ServiceStandard.objects.get(is_default=True)
    StandardTarget.objects.create(standard=standard, priority="normal", kind="update", minutes=60)
    request = reported(leak)
    with when("09:05"):
        write_to_requester(request_id=request.pk, by=xu, text="收到")
    return fresh(request)


def asks(request: ServiceRequest, time: str, text: str = "什么时候来?") -> None:
    with when(time):
        write_as_requester(request_id=request.pk, by=None, text=text)


def answers(request: ServiceRequest, by: User, time: str) -> None:
    with when(time):
        write_to_requester(request_id=request.pk, by=by, text="在路上")


def updates(request: ServiceRequest) -> tuple[dt.datetime | None, int, int]:
    found = fresh(request)
    return found.update_due_at, found.updates_kept, found.updates_missed


def test_the_report_itself_asks_for_no_update(request_: ServiceRequest) -> None:
    assert updates(request_) == (None, 0, 0)
    assert clocks_of(request_).update.state == ClockState.NONE


def test_a_message_arms_it_and_the_second_unanswered_one_does_not_again(request_: ServiceRequest) -> None:
    asks(request_, "10:00")
    asks(request_, "10:40", "还没来?")

    assert updates(request_) == (at("2026-11-23 11:00"), 0, 0)
    assert fresh(request_).next_due_at == at("2026-11-23 11:00")  # so that the queue has it on top


def test_an_answer_satisfies_it_and_the_next_message_arms_it_again(
    request_: ServiceRequest, xu: User
) -> None:
    asks(request_, "10:00")
    answers(request_, xu, "10:30")
    assert updates(request_) == (None, 1, 0)
    assert fresh(request_).next_due_at == fresh(request_).arrival_due_at

    asks(request_, "14:00")
    answers(request_, xu, "15:01")
    assert updates(request_) == (None, 1, 1)


def test_only_what_a_person_writes_to_the_requester_satisfies_it(request_: ServiceRequest, xu: User) -> None:
    asks(request_, "10:00")
    with when("10:10"):
        add_note(request_id=request_.pk, by=xu, text="已催")
        Message.objects.create(
            request=request_, side=Message.Side.STAFF, author=None, text="自动回复", at=at("2026-11-23 10:10")
        )
        refresh_clocks(request_id=request_.pk)

    assert clocks_of(request_, at("2026-11-23 10:20")).update.state == ClockState.RUNNING


def test_to_chase_is_not_to_ask(request_: ServiceRequest) -> None:
    with when("10:00"):
        chase_request(request_id=request_.pk, by=None)
        refresh_clocks(request_id=request_.pk)

    assert updates(request_) == (None, 0, 0)


def test_what_pauses_the_work_pauses_it(request_: ServiceRequest, xu: User, chen: User) -> None:
    with when("09:30"):
        order = under_way(chen, request_, xu)
    asks(request_, "10:00")
    with when("10:20"):
        hold_work(order_id=order.pk, by=chen, reason="parts")
    with when("11:20"):
        resume_work(order_id=order.pk, by=chen)

    assert fresh(request_).update_due_at == at("2026-11-23 12:00")


def test_it_is_warned_of_and_told_when_it_is_late(request_: ServiceRequest, xu: User) -> None:
    asks(request_, "10:00")
    for time in ("10:44", "10:45", "11:00", "11:01", "11:02"):
        with when(time):
            sweep()

    assert [kind for kind in told(xu) if kind in {"due_soon", "overdue"}] == ["due_soon", "overdue"]


def test_a_changed_target_moves_what_is_due(request_: ServiceRequest) -> None:
    asks(request_, "10:00")
    StandardTarget.objects.filter(kind="update").update(minutes=90)
    with when("10:10"):
        refresh_open(standard_id=request_.standard_id)

    assert fresh(request_).update_due_at == at("2026-11-23 11:30")


def test_after_the_end_nobody_owes_an_answer(request_: ServiceRequest, xu: User) -> None:
    from houqin.flows.triage_request import reject_request

    asks(request_, "10:00")
    with when("10:30"):
        reject_request(request_id=request_.pk, by=xu, reason="不归我们")

    assert (updates(request_), fresh(request_).next_due_at) == ((None, 0, 0), None)
