"""What a technician does with an order."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.staffing.models import Crew, Terms
from houqin.work.actions import orders, progress
from houqin.work.models import TimeEntry, WorkOrder
from tests.makers import (
    grant,
    knows,
    make_crew,
    make_job_type,
    make_order,
    make_partner,
    make_place,
    make_trade,
)
from tests.work import stories

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def minutes(count: int) -> dt.datetime:
    return MORNING + dt.timedelta(minutes=count)


def test_an_order_is_taken_from_dispatch_to_work_with_every_time_kept(chen: User) -> None:
    with clock.stopped_at(MORNING):
        order = make_order(job_type=make_job_type(asks_arrival=True))
    with clock.stopped_at(minutes(1)):
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=None)
    with clock.stopped_at(minutes(2)):
        progress.accept(order_id=order.pk, by=chen)
    with clock.stopped_at(minutes(3)):
        progress.arrive(order_id=order.pk, by=chen)
    with clock.stopped_at(minutes(4)):
        progress.start(order_id=order.pk, by=chen)

    order = WorkOrder.objects.get(pk=order.pk)
    times = (order.raised_at, order.dispatched_at, order.accepted_at, order.arrived_at, order.started_at)
    assert times == tuple(minutes(n) for n in range(5))
    assert [e.kind for e in order.events.all()] == ["raised", "dispatched", "accepted", "arrived", "started"]
    assert order.version == 5


def test_somebody_elses_order_is_not_accepted_and_its_holder_is_named(chen: User, liu: User) -> None:
    order = stories.dispatched(chen)
    before = stories.trace(order)

    with pytest.raises(NotPermitted, match="陈师傅"):
        progress.accept(order_id=order.pk, by=liu)

    assert stories.trace(order) == before


def test_a_technician_who_lost_the_right_takes_no_step(chen: User) -> None:
    order = stories.accepted(chen)
    chen.grants.all().delete()

    with pytest.raises(NotPermitted):
        progress.start(order_id=order.pk, by=User.objects.get(pk=chen.pk))


def test_a_dispatcher_records_the_steps_of_a_technician_without_a_phone(xu: User, chen: User) -> None:
    order = stories.dispatched(chen)

    progress.accept(order_id=order.pk, by=xu)
    order = progress.start(order_id=order.pk, by=xu)

    assert order.worker == chen
    assert TimeEntry.objects.get().user == chen
    assert order.events.filter(kind="started").get().actor == xu


def test_an_arrival_that_is_asked_for_comes_before_the_work(chen: User) -> None:
    order = stories.accepted(chen, job_type=make_job_type(asks_arrival=True))
    before = stories.trace(order)

    with pytest.raises(Refused, match="arrival"):
        progress.start(order_id=order.pk, by=chen)
    assert stories.trace(order) == before

    progress.arrive(order_id=order.pk, by=chen)
    assert progress.start(order_id=order.pk, by=chen).status == "in_progress"


def test_the_first_arrival_and_the_first_start_count(chen: User, liu: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.accepted(chen, job_type=make_job_type(asks_arrival=True))
        progress.arrive(order_id=order.pk, by=chen)
    with clock.stopped_at(minutes(10)):
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=None, reason="陈师傅请假")
        progress.accept(order_id=order.pk, by=liu)
        order = progress.arrive(order_id=order.pk, by=liu)

    assert order.arrived_at == MORNING
    assert order.accepted_at == minutes(10)


def test_a_second_job_waits_for_the_first_which_is_named(chen: User) -> None:
    first = stories.in_progress(chen, title="换灯管")
    second = stories.accepted(chen)
    before = stories.trace(second)

    with pytest.raises(Refused, match=f"{first.number} .换灯管.*hold or complete"):
        progress.start(order_id=second.pk, by=chen)
    assert stories.trace(second) == before

    progress.hold(order_id=first.pk, reason="parts", by=chen)
    assert progress.start(order_id=second.pk, by=chen).status == "in_progress"
    with pytest.raises(Refused, match=second.number):
        progress.resume(order_id=first.pk, by=chen)
    assert WorkOrder.objects.get(pk=first.pk).status == "on_hold"


def test_a_hold_keeps_why_what_and_until_when(chen: User) -> None:
    order = stories.in_progress(chen)
    until = clock.now() + dt.timedelta(days=2)

    order = progress.hold(
        order_id=order.pk, reason="parts", note="等 32 的阀门", promised_until=until, by=chen
    )

    assert (order.status, order.held_from, order.hold_reason) == ("on_hold", "in_progress", "parts")
    assert (order.hold_note, order.promised_until, order.held_at) == ("等 32 的阀门", until, clock.now())
    assert not TimeEntry.objects.filter(ended_at__isnull=True).exists()
    event = order.events.last()
    assert event is not None
    assert event.data == {"hold_reason": "parts", "note": "等 32 的阀门", "promised_until": until.isoformat()}


def test_a_hold_without_sense_is_refused(chen: User) -> None:
    order = stories.in_progress(chen)
    before = stories.trace(order)

    senseless: list[tuple[dict[str, Any], str]] = [
        ({"reason": "lunch"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "other", "note": " "}, "note"),
        ({"reason": "parts", "promised_until": clock.now() - dt.timedelta(hours=1)}, "promised_until"),
    ]
    for facts, field in senseless:
        with pytest.raises(Invalid) as refusal:
            progress.hold(order_id=order.pk, by=chen, **facts)
        assert refusal.value.field == field

    assert stories.trace(order) == before


@pytest.mark.parametrize("state", ["accepted", "on_site", "in_progress"])
def test_work_resumes_where_it_was_held(chen: User, state: str) -> None:
    order = stories.accepted(chen)
    if state == "on_site":
        progress.arrive(order_id=order.pk, by=chen)
    if state == "in_progress":
        progress.start(order_id=order.pk, by=chen)
    progress.hold(order_id=order.pk, reason="access", by=chen)

    order = progress.resume(order_id=order.pk, by=chen)

    assert (order.status, order.held_from, order.hold_reason, order.held_at) == (state, "", "", None)
    running = TimeEntry.objects.filter(ended_at__isnull=True).count()
    assert running == (1 if state == "in_progress" else 0)


def test_a_hold_that_changes_its_reason_goes_on_from_where_it_began(chen: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.on_hold(chen, "access")
    with clock.stopped_at(minutes(30)):
        order = progress.hold(order_id=order.pk, reason="parts", note="等阀门", by=chen)

    assert (order.hold_reason, order.held_at, order.held_from) == ("parts", MORNING, "in_progress")
    assert [e.data["hold_reason"] for e in order.events.filter(kind="held")] == ["access", "parts"]


def test_a_claim_takes_dispatch_and_acceptance_in_one_step(chen: User, crew: Crew) -> None:
    order = make_order(crew=crew)

    order = progress.claim(order_id=order.pk, by=chen)

    assert (order.status, order.worker, order.crew) == ("accepted", chen, crew)
    assert [(e.kind, e.from_status) for e in order.events.all()] == [
        ("raised", ""),
        ("claimed", "to_dispatch"),
    ]


@pytest.mark.usefixtures("crew")
def test_only_the_crew_it_is_offered_to_claims_it(chen: User, liu: User, wang: User) -> None:
    elsewhere = make_crew("空调班", liu)
    order = make_order(crew=elsewhere)
    before = stories.trace(order)

    for by in (chen, wang):
        with pytest.raises(NotPermitted):
            progress.claim(order_id=order.pk, by=by)

    assert stories.trace(order) == before


def test_only_the_trade_claims_it(chen: User, liu: User) -> None:
    electric, plumbing = make_trade("电工"), make_trade("管工")
    make_crew("电工班", chen, trades=(electric,))
    make_crew("水工班", liu, trades=(plumbing,))
    job_type = make_job_type(trade=plumbing)

    with pytest.raises(NotPermitted):
        progress.claim(order_id=make_order(job_type=job_type).pk, by=chen)
    assert progress.claim(order_id=make_order(job_type=job_type).pk, by=liu).worker == liu

    knows(liu, electric)
    with pytest.raises(NotPermitted):
        progress.claim(order_id=make_order(job_type=job_type).pk, by=liu)


def test_what_is_only_assigned_is_not_claimed(chen: User, crew: Crew) -> None:
    order = make_order(crew=crew, job_type=make_job_type(dispatch_mode="hand"))

    with pytest.raises(NotPermitted):
        progress.claim(order_id=order.pk, by=chen)


def test_a_contractor_claims_only_what_is_offered_to_its_crew(chen: User) -> None:
    chen.partner = make_partner()
    chen.save()
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    crew = make_crew("外协电梯班", chen, place=site, partner=chen.partner)

    for place in (site, other, None):
        with pytest.raises(NotPermitted):
            progress.claim(order_id=make_order(place=place).pk, by=chen)
    assert progress.claim(order_id=make_order(crew=crew, place=site).pk, by=chen).worker == chen


def test_nobody_hoards_orders(chen: User, crew: Crew) -> None:
    for _ in range(Terms.OPEN_LIMIT):
        progress.claim(order_id=make_order(crew=crew).pk, by=chen)
    one_more = make_order(crew=crew)
    before = stories.trace(one_more)

    with pytest.raises(Refused, match=f"陈师傅 already has {Terms.OPEN_LIMIT} open work orders"):
        progress.claim(order_id=one_more.pk, by=chen)

    assert stories.trace(one_more) == before


@pytest.mark.usefixtures("crew")
def test_who_comes_too_late_hears_who_was_quicker(chen: User, liu: User) -> None:
    order = make_order()
    make_crew("空调班", liu)
    progress.claim(order_id=order.pk, by=liu)

    with pytest.raises(StaleState, match="刘师傅"):
        progress.claim(order_id=order.pk, by=chen)


def test_a_step_that_the_state_does_not_allow_names_the_state(chen: User) -> None:
    order = stories.in_progress(chen)

    for step in (progress.accept, progress.arrive, progress.start, progress.resume):
        with pytest.raises(StaleState, match="in progress"):
            step(order_id=order.pk, by=chen)


def test_nothing_is_recorded_before_the_last_step_nor_ahead_of_time(chen: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.dispatched(chen)
        for at in (minutes(-1), minutes(5)):
            with pytest.raises(Refused):
                progress.accept(order_id=order.pk, by=chen, at=at)


def test_the_database_itself_keeps_the_machine(chen: User) -> None:
    order = stories.on_hold(chen)
    jumps: list[dict[str, Any]] = [
        {"status": "closed"},
        {"status": "accepted", "held_from": "", "hold_reason": "", "held_at": None},
        {"hold_reason": ""},
        {"hold_reason": "lunch"},
        {"result": "great"},
        {"kind": "hobby"},
        {"worker": None},
    ]
    for jump in jumps:
        with pytest.raises(DatabaseError), transaction.atomic():
            WorkOrder.objects.filter(pk=order.pk).update(**jump)


def test_an_event_is_never_rewritten(chen: User) -> None:
    order = stories.dispatched(chen)

    with pytest.raises(DatabaseError), transaction.atomic():
        order.events.update(kind="claimed")


@pytest.mark.usefixtures("crew")
def test_a_role_given_later_counts_from_the_next_request_on(stranger: User) -> None:
    order = make_order()
    with pytest.raises(NotPermitted):
        progress.claim(order_id=order.pk, by=stranger)

    grant(stranger, "technician")
    make_crew("新班组", stranger)

    assert progress.claim(order_id=order.pk, by=stranger).worker == stranger
