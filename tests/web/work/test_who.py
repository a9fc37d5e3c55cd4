"""The list of people an order could go to: who is in it, in which words, and what choosing does."""

import datetime as dt

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.kernel import clock
from houqin.work.actions.orders import assign
from houqin.work.models import DispatchDecision, DispatchMode, JobType, Offer, OrderEvent, WorkOrder
from houqin.work.queries.candidates import pool
from tests.makers import grant, knows, make_absence, make_crew, make_licence, make_licence_kind, make_person
from tests.makers_desk import make_request, make_service

DAY = dt.timedelta(days=1)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def dialog(desk: Client, order: WorkOrder, step: str = "assign") -> str:
    answer = desk.get(f"/work/orders/{order.number}/{step}/", headers={"hx-request": "true"})
    assert answer.status_code == 200
    return text(answer)


def send(desk: Client, order: WorkOrder, **facts: object) -> str:
    return text(desk.post(f"/work/orders/{order.number}/assign/", {"version": order.version, **facts}))


def technician(name: str, order: WorkOrder) -> User:
    made = make_person(name)
    grant(made, Role.TECHNICIAN)
    assert order.job_type.trade is not None
    make_crew(f"{name}的班", made, trades=(order.job_type.trade,))
    knows(made, order.job_type.trade)
    return made


def test_the_best_come_with_their_reasons_and_who_is_away_with_the_sentence(
    desk: Client, order: WorkOrder, chen: User
) -> None:
    paper = make_licence_kind("低压电工证")
    order.job_type.licences.add(paper)
    make_licence(chen, paper, dt.date(2099, 8, 1))
    gone = technician("吴师傅", order)
    make_licence(gone, paper, clock.today() - DAY)
    make_absence(gone, clock.now() - DAY, clock.now() + DAY)

    page = dialog(desk, order)

    assert f'name="worker" value="{chen.pk}"' in page
    assert 'data-key="1"' in page
    assert "csf" in page  # 陈师傅 by initials
    assert "on duty, not on leave" in page
    assert "低压电工证 until" in page
    assert f'value="{gone.pk}"' not in page
    assert "The licence “低压电工证” of 吴师傅 ended on" in page
    assert "吴师傅 is away until" in page


def test_three_are_the_best_and_the_rest_follow(desk: Client, order: WorkOrder) -> None:
    for name in ("甲", "乙", "丙", "丁", "戊"):
        technician(name, order)

    page = dialog(desk, order)

    assert 'data-key="3"' in page
    assert 'data-key="4"' not in page
    assert page.count("data-who") >= 5


def test_whoever_is_chosen_gets_it_once_however_often_it_is_sent(
    desk: Client, order: WorkOrder, chen: User
) -> None:
    facts = {"worker": chen.pk, "form_key": "one-key"}
    for _time in range(2):
        send(desk, order, **facts)

    order.refresh_from_db()
    assert (order.worker, order.status) == (chen, "dispatched")
    assert OrderEvent.objects.filter(order=order, kind="dispatched").count() == 1
    assert Offer.objects.count() == 1


def test_the_second_of_two_dispatchers_reads_who_has_it(
    desk: Client, order: WorkOrder, chen: User, liu: User
) -> None:
    shown = order.version
    assign(order_id=order.pk, worker_id=chen.pk, by=None)

    answer = desk.post(f"/work/orders/{order.number}/assign/", {"version": shown, "worker": liu.pk})

    order.refresh_from_db()
    assert order.worker == chen
    assert answer.status_code == 422
    assert "Reload the page" in text(answer) or "already has" in text(answer)
    assert DispatchDecision.objects.filter(order=order).count() == 1


def test_somebody_who_left_meanwhile_is_refused_with_the_sentence(
    desk: Client, order: WorkOrder, chen: User
) -> None:
    make_absence(chen, clock.now() - DAY, clock.now() + DAY)

    answer = desk.post(f"/work/orders/{order.number}/assign/", {"version": order.version, "worker": chen.pk})

    assert answer.status_code == 422
    assert "陈师傅 is away until" in text(answer)
    assert not Offer.objects.exists()
    assert not DispatchDecision.objects.exists()


@pytest.mark.parametrize(
    ("mode", "used"), [("rotation", "rotation"), ("load", "load"), ("hand", "best"), ("claim", "best")]
)
def test_the_rule_names_somebody_when_it_is_asked(
    desk: Client, order: WorkOrder, chen: User, xu: User, mode: str, used: str
) -> None:
    JobType.objects.filter(pk=order.job_type.pk).update(dispatch_mode=mode)

    send(desk, order, rule="1")

    order.refresh_from_db()
    assert order.worker is not None
    decision = DispatchDecision.objects.get(order=order)
    assert (decision.mode, decision.outcome, decision.by) == (used, "given", xu)
    assert Offer.objects.get().user == order.worker


def test_a_rule_that_finds_nobody_says_so_and_writes_nothing(desk: Client, order: WorkOrder) -> None:
    for person in pool(order):
        make_absence(person, clock.now() - DAY, clock.now() + DAY)

    page = send(desk, order, rule="1")

    order.refresh_from_db()
    assert "The rule finds nobody" in page
    assert (order.status, order.worker, order.unassignable_since) == ("to_dispatch", None, None)
    assert not DispatchDecision.objects.exists()


def test_no_rule_is_offered_for_what_somebody_has(desk: Client, order: WorkOrder, chen: User) -> None:
    assert "Let the rule decide" in dialog(desk, order)

    assign(order_id=order.pk, worker_id=chen.pk, by=None)

    page = dialog(desk, order, "reassign")
    assert "Let the rule decide" not in page
    assert 'name="reason"' in page


def test_a_request_is_raised_and_the_rule_names_somebody_at_once(
    desk: Client, order: WorkOrder, chen: User
) -> None:
    order.job_type.dispatch_mode = DispatchMode.BEST
    order.job_type.save()
    asked = make_request(service=make_service("漏水", job_type=order.job_type), place=order.place)
    facts = {"rule": "1", "job_type": order.job_type.pk, "title": "漏水", "version": asked.version}

    desk.post(f"/desk/requests/{asked.number}/raise_order/", facts)

    raised = WorkOrder.objects.get(source=asked.number)
    assert (raised.status, raised.worker is not None) == ("dispatched", True)


def test_what_nobody_can_take_has_a_tab_with_its_count(desk: Client, order: WorkOrder) -> None:
    WorkOrder.objects.filter(pk=order.pk).update(unassignable_since=clock.now())
    page = text(desk.get("/desk/?tab=unassignable"))

    assert "Nobody can go" in page
