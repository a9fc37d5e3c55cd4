"""Giving an order to people, and taking it back."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused, StaleState
from houqin.staffing.models import Crew
from houqin.work.actions import orders, progress
from houqin.work.models import WorkOrder
from tests.makers import grant, make_crew, make_order, make_person, make_place
from tests.work import stories

pytestmark = pytest.mark.django_db


def test_a_technician_brings_the_own_crew_along(xu: User, chen: User, crew: Crew) -> None:
    order = orders.assign(order_id=make_order().pk, worker_id=chen.pk, by=xu)

    assert (order.status, order.worker, order.crew) == ("dispatched", chen, crew)
    assert order.dispatched_at == clock.now()
    event = order.events.last()
    assert event is not None
    assert (event.kind, event.data["worker"], event.data["crew"]) == ("dispatched", "陈师傅", "水电班")
    assert event.public


def test_a_crew_is_given_an_order_without_naming_anybody(xu: User, chen: User, crew: Crew) -> None:
    order = orders.assign(order_id=make_order().pk, crew_id=crew.pk, by=xu)
    assert (order.status, order.worker) == ("dispatched", None)

    order = progress.accept(order_id=order.pk, by=chen)

    assert (order.status, order.worker, order.accepted_at) == ("accepted", chen, clock.now())


def test_nobody_or_the_wrong_people_are_refused_and_nothing_is_written(
    xu: User, wang: User, chen: User, crew: Crew, liu: User
) -> None:
    order = make_order()
    before = stories.trace(order)
    ended = make_person("离职", is_active=False)
    idle = make_crew("旧班组", active=False)

    with pytest.raises(Invalid):
        orders.assign(order_id=order.pk, by=xu)
    choices: list[tuple[dict[str, Any], type[Refused]]] = [
        ({"worker_id": wang.pk}, Refused),
        ({"worker_id": ended.pk}, Refused),
        ({"worker_id": liu.pk, "crew_id": crew.pk}, Refused),
        ({"crew_id": idle.pk}, Refused),
        ({"crew_id": 0}, Missing),
        ({"worker_id": 0}, Missing),
    ]
    for whom, error in choices:
        with pytest.raises(error):
            orders.assign(order_id=order.pk, by=xu, **whom)
    for by in (wang, chen):
        with pytest.raises(NotPermitted):
            orders.assign(order_id=order.pk, worker_id=chen.pk, by=by)

    assert stories.trace(order) == before


def test_a_crew_of_one_site_is_sent_to_no_other(xu: User, liu: User) -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    crew = make_crew("东区班", liu, place=site)
    order = make_order(place=make_place(parent=other))

    with pytest.raises(Refused, match="东区"):
        orders.assign(order_id=order.pk, crew_id=crew.pk, by=xu)
    with pytest.raises(Refused, match="东区"):
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu)


@pytest.mark.usefixtures("crew")
def test_reassigning_needs_a_reason_and_names_who_has_it(xu: User, chen: User, liu: User) -> None:
    order = stories.accepted(chen)
    before = stories.trace(order)

    with pytest.raises(StaleState, match="陈师傅"):
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu)
    with pytest.raises(Refused, match="陈师傅"):
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu, reason="x")
    assert stories.trace(order) == before

    order = orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu, reason="陈师傅请假")

    assert (order.status, order.worker, order.crew) == ("dispatched", liu, None)
    event = order.events.last()
    assert event is not None
    assert (event.kind, event.from_status, event.reason) == ("reassigned", "accepted", "陈师傅请假")


def test_an_order_on_hold_is_taken_back_before_it_is_reassigned(xu: User, chen: User, liu: User) -> None:
    order = stories.on_hold(chen, "contractor")

    order = orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu, reason="转外修")

    assert (order.status, order.worker, order.hold_reason, order.held_at) == ("dispatched", liu, "", None)
    steps = [(e.kind, e.from_status, e.to_status) for e in order.events.all()][-2:]
    assert steps == [
        ("sent_back", "on_hold", "to_dispatch"),
        ("reassigned", "to_dispatch", "dispatched"),
    ]


def test_work_under_way_is_not_given_away(xu: User, chen: User, liu: User) -> None:
    order = stories.in_progress(chen)

    with pytest.raises(StaleState):
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu, reason="换人")


def test_a_seen_version_that_is_old_is_refused(xu: User, chen: User) -> None:
    order = make_order()
    orders.set_priority(order_id=order.pk, priority="urgent", reason="漏到楼下", by=xu)

    with pytest.raises(StaleState):
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu, version=order.version)


def test_a_leader_hands_out_the_own_crews_work_only(
    banzhang: User, chen: User, crew: Crew, liu: User
) -> None:
    elsewhere = make_crew("空调班", liu)
    order = make_order(crew=crew)

    with pytest.raises(NotPermitted):
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=banzhang)
    with pytest.raises(NotPermitted):
        orders.assign(order_id=make_order(crew=elsewhere).pk, worker_id=chen.pk, by=banzhang)

    assert orders.assign(order_id=order.pk, worker_id=chen.pk, by=banzhang).worker == chen


def test_an_appointment_has_two_ends_in_order(xu: User, chen: User) -> None:
    order = make_order()
    start = clock.now() + dt.timedelta(hours=2)
    for begin, finish in ((start, None), (None, start), (start, start)):
        with pytest.raises(Invalid):
            orders.assign(
                order_id=order.pk, worker_id=chen.pk, by=xu, scheduled_from=begin, scheduled_until=finish
            )

    end = start + dt.timedelta(hours=1)
    order = orders.assign(
        order_id=order.pk, worker_id=chen.pk, by=xu, scheduled_from=start, scheduled_until=end
    )
    assert (order.scheduled_from, order.scheduled_until) == (start, end)

    order = orders.schedule(order_id=order.pk, scheduled_from=None, scheduled_until=None, by=xu)
    assert (order.status, order.scheduled_from) == ("dispatched", None)


def test_only_the_appointment_there_is_may_lie_in_the_past(xu: User, chen: User, liu: User) -> None:
    order = make_order()
    start, end = clock.now() + dt.timedelta(hours=1), clock.now() + dt.timedelta(hours=2)
    given = {"order_id": order.pk, "by": xu, "scheduled_from": start, "scheduled_until": end}
    orders.assign(**given, worker_id=chen.pk)

    with clock.stopped_at(end + dt.timedelta(hours=1)):
        again = orders.assign(**given, worker_id=liu.pk, reason="换人")
        with pytest.raises(Invalid):
            orders.schedule(**given | {"scheduled_from": start + dt.timedelta(minutes=5)})

    assert (again.worker, again.scheduled_from) == (liu, start)


def test_a_new_priority_needs_a_reason_and_leaves_both_values(xu: User, chen: User) -> None:
    order = make_order()
    with pytest.raises(Invalid):
        orders.set_priority(order_id=order.pk, priority="urgent", reason=" ", by=xu)
    with pytest.raises(NotPermitted):
        orders.set_priority(order_id=order.pk, priority="urgent", reason="急", by=chen)

    order = orders.set_priority(order_id=order.pk, priority="urgent", reason="漏到楼下", by=xu)

    event = order.events.last()
    assert event is not None
    assert (order.priority, event.data, event.reason) == (
        "urgent",
        {"priority": ["normal", "urgent"]},
        "漏到楼下",
    )


def test_a_finished_order_keeps_its_priority(xu: User, chen: User) -> None:
    order = stories.closed(chen)

    with pytest.raises(Refused):
        orders.set_priority(order_id=order.pk, priority="urgent", reason="急", by=xu)


def test_sent_back_by_its_technician_it_stays_with_the_crew(chen: User, crew: Crew) -> None:
    order = stories.accepted(chen)
    with pytest.raises(Invalid):
        progress.send_back(order_id=order.pk, reason="", by=chen)

    order = progress.send_back(order_id=order.pk, reason="不会修", by=chen)

    assert (order.status, order.worker, order.crew) == ("to_dispatch", None, crew)
    assert (order.dispatched_at, order.accepted_at) == (None, None)


def test_sent_back_by_the_crew_it_returns_to_the_desk(banzhang: User, crew: Crew) -> None:
    order = orders.assign(order_id=make_order().pk, crew_id=crew.pk, by=None)

    order = progress.send_back(order_id=order.pk, reason="不是我们的活", by=banzhang)

    assert (order.status, order.crew) == ("to_dispatch", None)


def test_work_under_way_is_held_before_it_is_sent_back(chen: User) -> None:
    order = stories.in_progress(chen)
    with pytest.raises(StaleState):
        progress.send_back(order_id=order.pk, reason="不会修", by=chen)

    progress.hold(order_id=order.pk, reason="other", note="修不了", by=chen)
    order = progress.send_back(order_id=order.pk, reason="不会修", by=chen)

    assert order.status == "to_dispatch"
    assert order.started_at is not None


def test_a_missing_order_is_missing(xu: User) -> None:
    with pytest.raises(Missing):
        orders.assign(order_id=0, worker_id=xu.pk, by=xu)
    assert not WorkOrder.objects.exists()


def test_a_dispatcher_of_another_site_may_not_touch_it(stranger: User, chen: User) -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    grant(stranger, "dispatcher", place=site)
    order = make_order(place=make_place(parent=other))

    with pytest.raises(NotPermitted):
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=stranger)
