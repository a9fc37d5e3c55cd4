"""What is open in the demonstration can be worked on, as in a house of one's own."""

import pytest

from houqin.accounts.models import User
from houqin.demo.loading import Loaded
from houqin.desk.models import ServiceRequest
from houqin.flows.accept_result import accept_result, finish_follow_up, rate_request
from houqin.flows.assign_work import approve_work, assign_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, arrive_at_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel.errors import Refused
from houqin.work.actions import steps
from houqin.work.models import FailureCode, WorkOrder, WorkOrderStatus
from houqin.work.policies import visible_orders

pytestmark = pytest.mark.usefixtures("undone")
S = WorkOrderStatus


def person(username: str) -> User:
    return User.objects.get(username=username)


def of_chen(status: str) -> WorkOrder:
    order = WorkOrder.objects.filter(worker__username="chen", status=status).order_by("pk").last()
    assert order is not None
    return order


def test_the_technician_goes_through_the_day() -> None:
    chen = person("chen")

    with pytest.raises(Refused):
        start_work(order_id=of_chen(S.ON_SITE).pk, by=chen)

    running = of_chen(S.IN_PROGRESS)
    steps.answer(order_id=running.pk, answers={1: "yes", 2: "yes"}, by=chen)
    complete_work(
        order_id=running.pk,
        result="fixed",
        by=chen,
        cause_id=FailureCode.objects.get(code="QH-C-SEAL").pk,
        remedy_id=FailureCode.objects.get(code="QH-R-SEAL").pk,
    )
    start_work(order_id=of_chen(S.ON_SITE).pk, by=chen)
    hold_work(order_id=of_chen(S.IN_PROGRESS).pk, reason="parts", by=chen)
    resume_work(order_id=of_chen(S.ON_HOLD).pk, by=chen)
    offered = of_chen(S.DISPATCHED)
    accept_work(order_id=offered.pk, by=chen)
    assert arrive_at_work(order_id=offered.pk, by=chen).status == S.ON_SITE


def test_the_desk_sends_somebody(undone: Loaded) -> None:
    new = ServiceRequest.objects.filter(status="new", service__job_type__needs_approval=False).first()
    assert new is not None
    desk = person("xuxiao")

    order = raise_work_order(request_id=new.pk, by=desk)
    assert order.crew is not None
    assert order.crew.leader is not None
    assigned = assign_work(order_id=order.pk, by=desk, crew_id=order.crew.pk)

    assert assigned.status == S.DISPATCHED
    assert visible_orders(order.crew.leader).filter(pk=order.pk).exists()


def test_the_manager_approves() -> None:
    waiting = WorkOrder.objects.filter(status=S.AWAITING_APPROVAL).first()
    assert waiting is not None

    assert approve_work(order_id=waiting.pk, by=person("lin")).status == S.TO_DISPATCH


def test_the_requester_accepts_and_rates() -> None:
    wang = person("wang")
    done = ServiceRequest.objects.get(requester=wang, status="resolved", title="角阀漏水")

    accept_result(request_id=done.pk, by=wang)
    rating = rate_request(request_id=done.pk, speed=5, attitude=5, quality=5, by=wang)

    assert rating.rater == f"user:{wang.pk}"


def test_the_call_after_a_bad_rating_is_made() -> None:
    request = ServiceRequest.objects.get(title="课桌晃动", status="closed", ratings__quality=2)
    follow_up = request.follow_ups.get()

    finished = finish_follow_up(follow_up_id=follow_up.pk, outcome="已重新加固。", by=person("xuxiao"))

    assert finished.done_by == person("xuxiao")
