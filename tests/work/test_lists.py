"""Lists of orders, a technician's day, one order with its records, and the load of people."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.work.actions import coworkers
from houqin.work.actions import orders as dispatching
from houqin.work.models import WorkOrder
from houqin.work.queries.candidates import anybody, candidates
from houqin.work.queries.load import Load, load_of
from houqin.work.queries.orders import OrderFilter, detailed, my_day, order_detail, orders
from tests.makers import knows, make_crew, make_job_type, make_order, make_place, make_trade
from tests.work import stories

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


def due(order: WorkOrder, at: dt.datetime | None) -> WorkOrder:
    WorkOrder.objects.filter(pk=order.pk).update(due_at=at)
    return order


def found(user: User, **chosen: Any) -> list[WorkOrder]:
    return list(orders(OrderFilter(**chosen), user))


def test_every_filter_narrows_to_what_it_says(xu: User, chen: User, crew: Crew) -> None:
    site = make_place("东区", type="site")
    job_type = make_job_type("换灯管")
    plain = make_order(title="漏水")
    chosen = {
        "q": (make_order(title="空调不制冷"), "空调"),
        "statuses": (stories.on_hold(chen, "weather", crew=None), frozenset({"on_hold"})),
        "hold_reason": (None, "weather"),
        "priorities": (make_order(priority="critical"), frozenset({"critical"})),
        "job_type_id": (make_order(job_type=job_type), job_type.pk),
        "kind": (make_order(kind="move"), "move"),
        "place_id": (make_order(place=make_place("101", parent=site)), site.pk),
        "source": (make_order(source="FW20261123-0009"), "FW20261123-0009"),
        "rework": (make_order(rework_of=stories.closed(chen)), True),
    }
    for name, (order, value) in chosen.items():
        expected = order or chosen["statuses"][0]
        assert found(xu, **{name: value}) == [expected], name

    assert plain in found(xu)
    assert found(xu, crew_id=crew.pk, worker_id=chen.pk, statuses=frozenset({"closed"})) == [
        WorkOrder.objects.get(status="closed")
    ]
    assert not {"closed"} & {o.status for o in found(xu, open_only=True)}
    assert {o.worker for o in found(xu, unassigned=True)} == {None}


def test_days_are_local_and_both_included(xu: User) -> None:
    with clock.stopped_at(dt.datetime(2026, 11, 22, 15, 59, 59, tzinfo=dt.UTC)):
        before = make_order()
    with clock.stopped_at(dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)):
        first = make_order()
    with clock.stopped_at(dt.datetime(2026, 11, 23, 15, 59, 59, tzinfo=dt.UTC)):
        last = make_order()

    day = dt.date(2026, 11, 23)
    assert found(xu, raised_from=day, raised_until=day) == [last, first]
    assert found(xu, raised_until=day - dt.timedelta(days=1)) == [before]


def test_overdue_means_open_running_and_past(xu: User, chen: User) -> None:
    past = clock.now() - dt.timedelta(minutes=1)
    late = due(make_order(), past)
    due(make_order(), clock.now() + dt.timedelta(minutes=5))
    done = stories.completed(chen)
    due(done, past)
    paused = due(make_order(), past)
    WorkOrder.objects.filter(pk=paused.pk).update(paused=True)

    assert found(xu, overdue=True) == [late]


def test_a_list_by_due_time_puts_those_without_one_last(xu: User) -> None:
    none, second, first = due(make_order(), None), due(make_order(), NOON), due(make_order(), None)
    due(first, NOON - dt.timedelta(hours=1))

    assert list(orders(OrderFilter(), xu, ordering="due")) == [first, second, none]


def test_an_empty_filter_knows_that_it_is_empty() -> None:
    assert OrderFilter().is_empty
    assert not OrderFilter(open_only=True).is_empty


def test_a_list_takes_one_statement_whatever_its_length(
    xu: User, chen: User, crew: Crew, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        stories.accepted(chen, place=make_place(), crew=crew)
    orders(OrderFilter(), xu)  # the grants of the person are read once

    with django_assert_num_queries(1):
        rows = [(str(o.place), str(o.job_type), str(o.crew), str(o.worker)) for o in found(xu)]
    assert len(rows) == 5


def test_my_day_is_ordered_by_the_clock(chen: User, crew: Crew, liu: User) -> None:
    later = due(stories.accepted(chen), NOON + dt.timedelta(hours=2))
    none = stories.dispatched(chen)
    held = due(stories.on_hold(chen), NOON - dt.timedelta(hours=9))
    soon = due(stories.in_progress(chen), NOON)
    stories.completed(liu)
    helped = stories.in_progress(liu)
    coworkers.add_helper(order_id=helped.pk, user_id=chen.pk, by=liu)
    offered = make_order(crew=crew)
    due(offered, NOON)
    free = make_order()
    make_order(crew=make_crew("空调班", liu))

    day = my_day(chen)

    assert day.own == [soon, later, none, held]
    assert day.running == [soon]
    assert day.helping == [helped]
    assert day.claimable == [offered, free]
    assert day.finished_today == 0
    assert my_day(liu).finished_today == 1


def test_my_day_shows_what_the_crew_was_given_and_nobody_took(chen: User, crew: Crew) -> None:
    given = dispatching.assign(order_id=make_order().pk, crew_id=crew.pk, by=None)

    assert my_day(chen).own == [given]


def test_my_day_takes_few_statements_whatever_its_length(
    chen: User, crew: Crew, django_assert_max_num_queries: Any
) -> None:
    trade = make_trade()
    knows(chen, trade)
    for _ in range(4):
        stories.accepted(chen, place=make_place())
        make_order(crew=crew, place=make_place(), job_type=make_job_type(trade=trade))
    fresh = User.objects.get(pk=chen.pk)

    with django_assert_max_num_queries(17):
        day = my_day(fresh)
        assert [str(o.place) for o in day.own + day.claimable]
    assert (len(day.own), len(day.claimable)) == (4, 4)


@pytest.mark.usefixtures("crew")
def test_one_order_is_read_with_all_that_is_recorded(chen: User, django_assert_max_num_queries: Any) -> None:
    job_type = make_job_type(steps=[{"text": "关阀", "required": True}, {"text": "备注", "kind": "text"}])
    order = stories.in_progress(chen, job_type=job_type, place=make_place())
    fresh = User.objects.get(pk=chen.pk)

    with django_assert_max_num_queries(11):
        detail = order_detail(detailed(fresh).get(number=order.number))
        assert [str(e.actor_name) for e in detail.events] == ["", "", "陈师傅", "陈师傅"]
        assert detail.worked.running == ("陈师傅",)

    assert [step.text for step in detail.open_steps] == ["关阀"]
    assert (detail.attachments, detail.helpers, detail.reworks) == ([], [], [])


def test_candidates_come_by_trade_and_load(chen: User, liu: User, wang: User) -> None:
    electric = make_trade("电工")
    make_crew("综合班", chen, liu, wang)
    knows(liu, electric)
    job_type = make_job_type(trade=electric, estimated_minutes=30)
    order = make_order(job_type=job_type)
    stories.accepted(liu, job_type=job_type)
    stories.accepted(liu)

    found = candidates(order, anybody(order))

    assert [(one.worker, one.in_trade) for one in found] == [(liu, True), (chen, False)]
    assert found[0].load == Load(orders=2, minutes=90, working=0)
    assert load_of([chen.pk]) == {}


def test_a_load_leaves_out_what_is_on_hold(chen: User) -> None:
    stories.on_hold(chen)
    stories.in_progress(chen)

    assert load_of() == {chen.pk: Load(orders=1, minutes=60, working=1)}
