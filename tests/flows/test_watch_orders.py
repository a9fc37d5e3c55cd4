"""Orders that no request stands behind: warned of and told once, to those who can do something."""

import datetime as dt

import pytest

from houqin.accounts.models import Role, User
from houqin.flows.assign_work import assign_work, refuse_approval, submit_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, hold_work, start_work
from houqin.flows.raise_work_order import raise_order_alone, raise_work_order
from houqin.flows.sweep import Swept, sweep
from houqin.notify.models import Notice
from houqin.org.models import CalendarYear
from houqin.staffing.models import Crew
from houqin.work.models import Alarm, WorkOrder
from tests.flows.story import again, mailed, reported, told
from tests.makers import grant, make_job_type, make_person
from tests.makers_desk import make_example_standard, make_service
from tests.times import at, when

NOTHING = Swept(alarms=0, closed=0, recomputed=0)


@pytest.fixture(autouse=True)
def settled(monday: dt.datetime) -> None:
    """The holidays of the year are settled."""
    CalendarYear.objects.create(year=2026, confirmed_at=monday)


@pytest.fixture
def order(xu: User, crew: Crew) -> WorkOrder:
    """An urgent order of the crew, raised at nine: there by 11:00, done by 9:00 on Thursday."""
    job = make_job_type("阀门检修", crew=crew, standard=make_example_standard())
    return raise_order_alone(by=xu, job_type_id=job.pk, title="检修阀门", priority="urgent")


def swept(time: str) -> Swept:
    with when(time):
        return sweep()


def test_warned_once_and_overdue_once(order: WorkOrder, xu: User, banzhang: User, chen: User) -> None:
    assert again(order).arrival_due_at == at("2026-11-23 11:00")

    assert swept("10:44") == NOTHING
    assert swept("10:45").alarms == 1
    assert swept("10:46") == NOTHING
    assert swept("11:00") == NOTHING  # due at this very second is on time
    assert swept("11:01").alarms == 1
    assert swept("11:02") == NOTHING

    assert [(a.subject, a.target, a.kind) for a in Alarm.objects.order_by("pk")] == [
        (order.number, "arrival", "warning"),
        (order.number, "arrival", "breach"),
    ]
    for person in (xu, banzhang, chen):
        assert told(person) == ["due_soon", "overdue"]
    assert Notice.objects.filter(recipient=xu)[0].path == f"/work/orders/{order.number}/"


def test_after_hours_without_a_sweep_only_the_breach_is_told(order: WorkOrder, xu: User) -> None:
    assert swept("13:00") == NOTHING  # lunch: who is told has a break
    assert swept("14:00").alarms == 1
    assert told(xu) == ["overdue"]


def test_who_has_it_is_told_and_who_is_there_is_not(
    order: WorkOrder, xu: User, chen: User, liu: User
) -> None:
    assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    with when("10:00"):
        start_work(order_id=order.pk, by=chen)

    assert swept("12:00") == NOTHING  # work has begun: the arrival is met
    assert told(liu) == []


def test_a_finished_order_is_not_looked_at_any_more(order: WorkOrder, xu: User, chen: User) -> None:
    assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    complete_work(order_id=order.pk, by=chen, result="fixed")

    assert again(order).warn_at is None
    assert swept("2026-12-23 12:00") == NOTHING


def test_on_hold_nothing_is_due(order: WorkOrder, xu: User, chen: User) -> None:
    assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    hold_work(order_id=order.pk, reason="parts", by=chen)

    assert swept("2026-12-02 12:00").alarms == 0


def test_it_is_looked_at_again_when_the_next_alarm_is_due(order: WorkOrder) -> None:
    swept("09:01")
    assert again(order).warn_at == at("2026-11-23 10:45")


def test_orders_of_requests_are_left_to_their_requests(xu: User, crew: Crew) -> None:
    job = make_job_type("水管漏水", crew=crew, standard=make_example_standard())
    request = reported(make_service("漏水", job_type=job))
    order = raise_work_order(request_id=request.pk, by=xu)

    swept("2026-11-27 12:00")

    assert again(order).warn_at is None
    assert not Alarm.objects.filter(subject=order.number).exists()


class TestApproval:
    def test_is_asked_of_those_who_give_it_but_not_of_who_raised_it(
        self, xu: User, lin: User, crew: Crew
    ) -> None:
        other = make_person("副主任", email="fu@example.com")
        grant(other, Role.MANAGER)
        grant(other, Role.DISPATCHER)
        job = make_job_type("搬运", crew=crew, needs_approval=True)

        order = raise_order_alone(by=other, job_type_id=job.pk, title="搬钢琴")

        assert order.status == "awaiting_approval"
        assert (told(lin), told(other), told(xu)) == (["approval_wanted"], [], [])
        assert mailed("lin@example.com") == ["approval_wanted"]

    def test_is_asked_again_when_a_draft_is_submitted_again(self, xu: User, lin: User, crew: Crew) -> None:
        job = make_job_type("搬运", crew=crew, needs_approval=True)
        request = reported(make_service("搬家具", job_type=job))
        order = raise_work_order(request_id=request.pk, by=xu)
        refuse_approval(order_id=order.pk, reason="太贵", by=lin)

        submit_work(order_id=order.pk, by=xu)

        assert told(lin).count("approval_wanted") == 2

    def test_is_asked_of_nobody_where_none_is_needed(self, xu: User, lin: User, crew: Crew) -> None:
        raise_order_alone(by=xu, job_type_id=make_job_type("检修", crew=crew).pk, title="检修")

        assert told(lin) == []
