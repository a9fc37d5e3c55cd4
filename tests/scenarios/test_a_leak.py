"""A leak, from the report to the rating: one request in chapters, each as it is lived at the desk."""

from dataclasses import dataclass

import pytest

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import FollowUp, Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.desk.queries.replay import replayed
from houqin.flows.accept_result import accept_result, rate_request
from houqin.flows.add_message import write_to_requester
from houqin.flows.assign_work import assign_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, arrive_at_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import accept_request
from houqin.kernel.service_clock import ClockState
from houqin.work.models import WorkOrder
from tests.flows.story import again, fresh, reported, told
from tests.makers import make_place
from tests.times import at, when


@dataclass
class Leak:
    """The request and its order as they stand, and who has to do with them."""

    request: ServiceRequest
    order: WorkOrder
    wang: User
    xu: User
    chen: User

    def now(self) -> tuple[ServiceRequest, WorkOrder]:
        return fresh(self.request), again(self.order)


def on_the_way(leak: Service, wang: User, xu: User, chen: User) -> Leak:
    """小王 reports at nine, the desk answers, and 陈师傅 gets the order at a quarter past."""
    request = reported(leak, wang, place_id=make_place().pk)
    with when("09:10"):
        accept_request(request_id=request.pk, by=xu)
    with when("09:12"):
        write_to_requester(request_id=request.pk, text="师傅上午过去。", by=xu)
    with when("09:15"):
        order = raise_work_order(request_id=request.pk, by=xu)
        assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    with when("09:20"):
        accept_work(order_id=order.pk, by=chen)
    return Leak(request, order, wang, xu, chen)


def waiting_for_parts(story: Leak) -> Leak:
    """陈师傅 comes at ten and needs a part from half past ten on."""
    with when("10:00"):
        arrive_at_work(order_id=story.order.pk, by=story.chen)
        start_work(order_id=story.order.pk, by=story.chen)
    with when("10:30"):
        until = at("2026-11-24 09:00")
        hold_work(order_id=story.order.pk, by=story.chen, reason="parts", promised_until=until)
    return story


def repaired(story: Leak) -> Leak:
    """The part comes on Tuesday; the leak is closed at ten."""
    with when("2026-11-24 09:30"):
        resume_work(order_id=story.order.pk, by=story.chen)
    with when("2026-11-24 10:00"):
        complete_work(order_id=story.order.pk, by=story.chen, result="fixed", result_note="换了接头")
    return story


@pytest.fixture
def story(leak: Service, wang: User, xu: User, chen: User) -> Leak:
    return on_the_way(leak, wang, xu, chen)


def test_the_desk_answers_in_time(story: Leak) -> None:
    request, order = story.now()

    assert (request.status, order.status) == ("accepted", "accepted")
    assert request.response_due_at == at("2026-11-23 09:30")
    assert request.responded_at == at("2026-11-23 09:12")
    assert request.due_at == order.due_at == at("2026-11-26 09:00")
    assert told(story.wang) == ["request_received", "request_accepted", "message", "worker_assigned"]
    assert told(story.chen) == ["assigned_to_you"]


def test_waiting_for_a_part_stops_the_clock_and_says_so(story: Leak) -> None:
    request, order = waiting_for_parts(story).now()

    assert (request.status, order.status) == ("in_progress", "on_hold")
    assert request.paused
    assert order.paused
    assert request.next_due_at is None
    assert told(story.wang)[-1] == "on_hold"


def test_the_wait_is_added_in_working_hours(story: Leak) -> None:
    waiting_for_parts(story)
    with when("2026-11-24 09:30"):
        resume_work(order_id=story.order.pk, by=story.chen)
    request, order = story.now()

    # Monday 10:30–12:00 and 14:00–18:00, Tuesday 8:00–9:30: seven working hours later than 09:00.
    assert request.due_at == order.due_at == at("2026-11-26 18:00")
    assert not request.paused


def test_the_last_word_is_the_requesters(story: Leak) -> None:
    repaired(waiting_for_parts(story))
    request, order = story.now()
    assert (request.status, request.result, order.status) == ("resolved", "换了接头", "completed")

    with when("2026-11-24 11:00"):
        accept_result(request_id=request.pk, by=None)
        rate_request(request_id=request.pk, by=None, speed=5, attitude=5, quality=4)

    request, order = story.now()
    assert (request.status, order.status) == ("closed", "closed")
    assert not request.accepted_by_silence
    assert not FollowUp.objects.exists()
    assert told(story.xu) == ["new_request", "completed", "rated"]


def test_in_the_end_every_clock_was_met_and_the_history_is_whole(story: Leak) -> None:
    repaired(waiting_for_parts(story))
    with when("2026-11-24 11:00"):
        accept_result(request_id=story.request.pk, by=story.wang)
    request, _order = story.now()

    clocks = clocks_of(request, at("2026-11-30 09:00"))
    assert {reading.state for reading in clocks} == {ClockState.MET, ClockState.NONE}
    assert replayed(request.events.order_by("pk")) == "closed"
    assert links.request_of(links.token_of(request)) == request
    assert told(story.wang).count("worker_assigned") == 1
    assert told(story.wang)[-3:] == ["on_hold", "resumed", "resolved"]
