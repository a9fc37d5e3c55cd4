"""What happens over weeks: bad ratings, silence, leaks that come back, one lift and thirty people."""

import pytest

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import FollowUp, Rating, Service, ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.flows.accept_result import accept_result, finish_follow_up, rate_request
from houqin.flows.add_message import write_as_requester, write_to_requester
from houqin.flows.chase_request import chase_request
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, claim_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.sweep import sweep
from houqin.flows.triage_request import ask_requester, merge_request
from houqin.flows.withdraw_request import withdraw_request
from houqin.notify.models import OutMail
from houqin.work.models import WorkOrder
from tests.flows.story import done, fresh, mailed, reported, told, under_way
from tests.makers_desk import make_service
from tests.times import at, when


def test_a_bad_rating_is_called_back_the_next_working_day(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    done(chen, request, xu)
    with when("2026-11-27 17:00"):  # Friday
        accept_result(request_id=request.pk, by=wang)
        rate_request(request_id=request.pk, by=wang, speed=1, attitude=3, quality=2, comment="等了四天")
    call = FollowUp.objects.get()
    assert (call.opened_at, call.due_at) == (at("2026-11-27 17:00"), at("2026-11-30 17:00"))
    assert told(xu)[-1] == "follow_up_opened"

    with when("2026-11-30 10:00"):
        finish_follow_up(follow_up_id=call.pk, by=xu, outcome="已致歉，请班长复查")
        rate_request(request_id=request.pk, by=wang, speed=3, attitude=4, quality=4)

    assert Rating.objects.get().speed == 3
    assert fresh(request).events.get(kind="follow_up_done").reason == "已致歉，请班长复查"


def test_nobody_answers_and_the_leak_comes_back_twice(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    request = reported(leak, wang)
    first = done(chen, request, xu)
    with when("2026-11-26 11:00"):
        assert sweep().closed == 1
    assert fresh(request).accepted_by_silence

    with when("2026-11-30 09:00"):  # within a week: the same number and a rework order
        assert reopen_request(request_id=request.pk, by=None, reason="又漏了").number == request.number
        rework = WorkOrder.objects.get(rework_of=first)
        claim_work(order_id=rework.pk, by=chen)
        start_work(order_id=rework.pk, by=chen)
        complete_work(order_id=rework.pk, by=chen, result="fixed")
    with when("2026-11-30 15:00"):
        accept_result(request_id=request.pk, by=wang)
    assert (fresh(request).reopen_count, fresh(request).accepted_by_silence) == (1, False)

    with when("2026-12-10 09:00"):  # later: a new request that follows on
        later = reopen_request(request_id=request.pk, by=None, reason="第三次了")
    assert (later.previous, later.number[:10]) == (request, "FW20261210")
    assert {order.status for order in orders_of(request)} == {"closed"}


@pytest.mark.usefixtures("crew")
def test_thirty_people_report_one_lift(xu: User, chen: User) -> None:
    service = make_service("电梯停运")
    reports = []
    for number in range(30):
        with when(f"09:{number // 3:02d}"):
            reports.append(
                reported(service, contact_email=f"p{number}@example.com", contact_name=f"同事{number}")
            )
    first, others = reports[0], reports[1:]
    with when("09:15"):
        for other in others:
            merge_request(request_id=other.pk, into_id=first.pk, by=xu)
        order = raise_work_order(request_id=first.pk, by=xu, worker_id=chen.pk)
    with when("09:20"):
        accept_work(order_id=order.pk, by=chen)
        start_work(order_id=order.pk, by=chen)
    with when("10:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed")

    assert WorkOrder.objects.count() == 1
    assert len({links.token_of(request) for request in reports}) == 30
    assert mailed("p0@example.com")[-1] == "resolved"
    assert all(mailed(f"p{number}@example.com")[-1] == "rating_wanted" for number in range(1, 30))
    for number, request in enumerate(reports):
        texts = "".join(OutMail.objects.filter(to=f"p{number}@example.com").values_list("text", flat=True))
        assert links.token_of(request) in texts
        assert not any(links.token_of(other) in texts for other in reports if other != request)


def test_a_request_that_needs_a_word_more(leak: Service, wang: User, xu: User, chen: User) -> None:
    request = reported(leak, wang)
    with when("09:10"):
        ask_requester(request_id=request.pk, by=xu, question="是哪一间？")
    with when("11:10"):
        write_as_requester(request_id=request.pk, by=wang, text="302，靠窗")
    with when("11:30"):
        chase_request(request_id=request.pk, by=wang)
        write_to_requester(request_id=request.pk, by=xu, text="师傅下午两点到")
    with when("14:00"):
        under_way(chen, request, xu)

    request = fresh(request)
    assert request.status == "in_progress"
    assert request.responded_at == at("2026-11-23 09:10")
    assert request.due_at == at("2026-11-26 11:00")
    assert told(xu) == ["new_request", "message", "chased"]


def test_somebody_helps_himself(leak: Service, wang: User, xu: User, chen: User) -> None:
    request = reported(leak, wang)
    order = raise_work_order(request_id=request.pk, by=xu)
    with when("09:30"):
        claim_work(order_id=order.pk, by=chen)
    with when("09:40"):
        withdraw_request(request_id=request.pk, by=None, reason="拧紧就好了")

    assert (fresh(request).status, WorkOrder.objects.get().status) == ("withdrawn", "cancelled")
    with when("2026-12-30 09:00"):
        assert sweep().alarms == 0
    assert ServiceRequest.objects.get().closed_at == at("2026-11-23 09:40")
