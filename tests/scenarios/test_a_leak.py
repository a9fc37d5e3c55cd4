"""A leak is reported, repaired, accepted and rated."""

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.requests import Report
from houqin.desk.models import FollowUp, Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.desk.queries.replay import replayed
from houqin.flows.accept_result import accept_result, rate_request
from houqin.flows.add_message import write_to_requester
from houqin.flows.assign_work import assign_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, arrive_at_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.submit_request import submit_request
from houqin.flows.triage_request import accept_request
from houqin.kernel.service_clock import ClockState
from houqin.notify.models import Notice
from houqin.work.models import OrderEvent
from tests.makers import make_place
from tests.times import at, when


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def test_from_the_report_to_the_rating(leak: Service, wang: User, xu: User, chen: User, lin: User) -> None:
    report = Report(
        channel="qr",
        service_id=leak.pk,
        description="洗手池下面漏水",
        place_id=make_place().pk,
        requester_id=wang.pk,
    )
    request = submit_request(report=report, by=wang)
    assert request.response_due_at == at("2026-11-23 09:30")
    assert request.due_at == at("2026-11-26 09:00")
    assert request.next_due_at == at("2026-11-23 09:30")

    with when("09:10"):
        accept_request(request_id=request.pk, by=xu)
    with when("09:12"):
        write_to_requester(request_id=request.pk, text="师傅上午过去。", by=xu)
    with when("09:15"):
        order = raise_work_order(request_id=request.pk, by=xu)
        assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    with when("09:20"):
        accept_work(order_id=order.pk, by=chen)
    with when("10:00"):
        arrive_at_work(order_id=order.pk, by=chen)
        start_work(order_id=order.pk, by=chen)
    request.refresh_from_db()
    assert request.status == "in_progress"
    assert request.responded_at == at("2026-11-23 09:12")

    with when("10:30"):
        hold_work(order_id=order.pk, by=chen, reason="parts", promised_until=at("2026-11-24 09:00"))
    request.refresh_from_db()
    order.refresh_from_db()
    assert request.paused
    assert order.paused
    assert request.next_due_at is None

    with when("2026-11-24 09:30"):
        resume_work(order_id=order.pk, by=chen)
    request.refresh_from_db()
    order.refresh_from_db()
    # Monday 10:30–12:00 and 14:00–18:00, Tuesday 8:00–9:30: seven working hours later than 09:00.
    assert request.due_at == order.due_at == at("2026-11-26 18:00")
    assert not request.paused

    with when("2026-11-24 10:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed", result_note="换了接头")
    request.refresh_from_db()
    assert (request.status, request.result) == ("resolved", "换了接头")

    with when("2026-11-24 11:00"):
        accept_result(request_id=request.pk, by=None)
        rate_request(request_id=request.pk, by=None, speed=5, attitude=5, quality=4)
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.status, order.status) == ("closed", "closed")
    assert not request.accepted_by_silence
    assert not FollowUp.objects.exists()

    clocks = clocks_of(request, at("2026-11-30 09:00"))
    assert {reading.state for reading in clocks} == {ClockState.MET, ClockState.NONE}
    assert replayed(request.events.order_by("pk")) == "closed"
    assert links.request_of(links.token_of(request)) == request
    assert told(wang) == [
        "request_received",
        "request_accepted",
        "message",
        "worker_assigned",
        "on_hold",
        "resumed",
        "resolved",
    ]
    assert told(chen) == ["assigned_to_you"]
    assert told(xu) == ["new_request", "completed", "rated"]
    assert OrderEvent.objects.filter(order=order, to_status="closed").get().actor is None
    assert ServiceRequest.objects.count() == 1
