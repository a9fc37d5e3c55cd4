"""Whatever people try in whatever order: the events give the state, the clocks are true, and a
refusal writes nothing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from houqin.accounts.models import User
from houqin.desk.models import Message, RequestEvent, RequestOrder, Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.desk.queries.replay import BrokenHistoryError, replayed
from houqin.flows.accept_result import accept_by_silence, accept_result, rate_request, refuse_result
from houqin.flows.add_message import write_as_requester, write_to_requester
from houqin.flows.assign_work import assign_work
from houqin.flows.chase_request import chase_request
from houqin.flows.finish_work import cancel_work, complete_work
from houqin.flows.progress_work import (
    accept_work,
    claim_work,
    hold_work,
    resume_work,
    send_back_work,
    start_work,
)
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.triage_request import (
    accept_request,
    ask_requester,
    correct_request,
    reject_request,
    settle_request,
)
from houqin.flows.withdraw_request import withdraw_request
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.work.models import OrderEvent, WorkOrder
from tests.flows.story import fresh, reported
from tests.times import MONDAY_9


@dataclass
class Day:
    """One request and everybody around it; `last` is the newest order."""

    request: ServiceRequest
    xu: User
    chen: User
    wang: User

    @property
    def last(self) -> int:
        return self.request.order_links.values_list("order_id", flat=True).last() or 0


STEPS: dict[str, Callable[[Day], object]] = {
    "accept": lambda day: accept_request(request_id=day.request.pk, by=day.xu),
    "ask": lambda day: ask_requester(request_id=day.request.pk, by=day.xu, question="几楼？"),
    "write": lambda day: write_as_requester(request_id=day.request.pk, by=day.wang, text="三楼"),
    "reply": lambda day: write_to_requester(request_id=day.request.pk, by=day.xu, text="马上来"),
    "urgent": lambda day: correct_request(request_id=day.request.pk, by=day.xu, reason="急", urgency="high"),
    "later": lambda day: correct_request(request_id=day.request.pk, by=day.xu, reason="缓", urgency="normal"),
    "reject": lambda day: reject_request(request_id=day.request.pk, by=day.xu, reason="不归后勤"),
    "settle": lambda day: settle_request(request_id=day.request.pk, by=day.xu, result="好了"),
    "raise": lambda day: raise_work_order(request_id=day.request.pk, by=day.xu),
    "assign": lambda day: assign_work(order_id=day.last, by=day.xu, worker_id=day.chen.pk, reason="换人"),
    "take": lambda day: accept_work(order_id=day.last, by=day.chen),
    "claim": lambda day: claim_work(order_id=day.last, by=day.chen),
    "start": lambda day: start_work(order_id=day.last, by=day.chen),
    "hold": lambda day: hold_work(order_id=day.last, by=day.chen, reason="parts"),
    "wait": lambda day: hold_work(order_id=day.last, by=day.chen, reason="contractor"),
    "resume": lambda day: resume_work(order_id=day.last, by=day.chen),
    "back": lambda day: send_back_work(order_id=day.last, by=day.chen, reason="缺工具"),
    "complete": lambda day: complete_work(order_id=day.last, by=day.chen, result="fixed"),
    "void": lambda day: cancel_work(order_id=day.last, by=day.xu, reason="重复"),
    "agree": lambda day: accept_result(request_id=day.request.pk, by=day.wang),
    "refuse": lambda day: refuse_result(request_id=day.request.pk, by=day.wang, reason="还漏"),
    "silence": lambda day: accept_by_silence(request_id=day.request.pk),
    "rate": lambda day: rate_request(request_id=day.request.pk, by=None, speed=1, attitude=2, quality=3),
    "reopen": lambda day: reopen_request(request_id=day.request.pk, by=None, reason="又漏"),
    "chase": lambda day: chase_request(request_id=day.request.pk, by=day.wang),
    "withdraw": lambda day: withdraw_request(request_id=day.request.pk, by=day.wang),
}
# Often enough along the usual way that long histories come about.
WAY = ["accept", "raise", "claim", "start", "hold", "resume", "complete", "agree", "reopen"]


def snapshot(day: Day) -> list[object]:
    rows: list[object] = [ServiceRequest.objects.filter(pk=day.request.pk).values().get()]
    rows += list(WorkOrder.objects.order_by("pk").values())
    return [*rows, *(model.objects.count() for model in (RequestEvent, OrderEvent, Message, RequestOrder))]


def agrees(day: Day) -> None:
    """What is stored follows from the events."""
    request = fresh(day.request)
    assert replayed(request.events.order_by("pk")) == request.status
    clocks = clocks_of(request)
    stored = (request.response_due_at, request.arrival_due_at, request.responded_at, request.paused)
    assert stored == (
        clocks.response.due_at,
        clocks.arrival.due_at,
        clocks.response.met_at,
        clocks.paused,
    )
    if not clocks.paused:  # while it is paused the due time moves on with every second
        assert request.due_at == clocks.resolution.due_at
        for order in WorkOrder.objects.filter(request_link__request=request):
            assert order.is_finished or order.due_at == request.due_at


def live_through(day: Day, steps: list[tuple[str, int]]) -> None:
    """Try each step some minutes after the one before; what is refused leaves no trace."""
    now = MONDAY_9
    for step, minutes in steps:
        now += dt.timedelta(minutes=minutes)
        with clock.stopped_at(now):
            before, refused = snapshot(day), False
            try:
                STEPS[step](day)
            except Refused:
                refused = True
            assert not refused or snapshot(day) == before
            agrees(day)


a_history = st.lists(
    st.tuples(st.one_of(st.sampled_from(WAY), st.sampled_from(sorted(STEPS))), st.integers(1, 400)),
    min_size=8,
    max_size=24,
)
# A failing day is readable as it is, and shrinking takes minutes.
as_drawn = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(as_drawn, max_examples=8, derandomize=True)
@given(steps=a_history)
def test_any_history_replays_to_what_is_stored(
    leak: Service, wang: User, xu: User, chen: User, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        live_through(Day(reported(leak, wang), xu, chen, wang), steps)
        transaction.set_rollback(True)


@pytest.mark.long
@settings(as_drawn, max_examples=300)
@given(steps=a_history)
def test_three_hundred_histories_replay(
    leak: Service, wang: User, xu: User, chen: User, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        live_through(Day(reported(leak, wang), xu, chen, wang), steps)
        transaction.set_rollback(True)


def test_a_broken_history_is_noticed(leak: Service, xu: User) -> None:
    request = accept_request(request_id=reported(leak).pk, by=xu)
    events = list(request.events.order_by("pk"))
    jump = RequestEvent(from_status="accepted", to_status="closed")

    with pytest.raises(BrokenHistoryError):
        replayed([*events, jump])
    with pytest.raises(BrokenHistoryError):
        replayed([*events, *events])
    jump.imported = True
    assert replayed([*events, jump]) == "closed"
