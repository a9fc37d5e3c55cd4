"""The hard rules of dispatch hold in every door; a refusal names the rule and leaves the order alone."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.staffing.models import Crew, Hours, LicenceKind, Terms, WorkPlace
from houqin.work.actions import coworkers, orders, progress
from houqin.work.models import WorkOrder
from tests.makers import (
    knows,
    make_absence,
    make_crew,
    make_job_type,
    make_licence,
    make_licence_kind,
    make_order,
    make_place,
    make_shift,
    make_terms,
    make_trade,
)
from tests.work import stories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
Door = Callable[[WorkOrder, User, User], object]


def by_hand(order: WorkOrder, worker: User, dispatcher: User) -> object:
    return orders.assign(order_id=order.pk, worker_id=worker.pk, by=dispatcher)


def by_claim(order: WorkOrder, worker: User, _dispatcher: User) -> object:
    return progress.claim(order_id=order.pk, by=worker)


def by_crew(order: WorkOrder, worker: User, _dispatcher: User) -> object:
    crew = worker.memberships.get().crew
    orders.assign(order_id=order.pk, crew_id=crew.pk, by=None)
    return progress.accept(order_id=order.pk, by=worker)


def as_helper(order: WorkOrder, worker: User, dispatcher: User) -> object:
    return coworkers.add_helper(order_id=order.pk, user_id=worker.pk, by=dispatcher)


DOORS: list[Door] = [by_hand, by_claim, by_crew]


def refuses(door: Door, order: WorkOrder, worker: User, dispatcher: User, sentence: str) -> None:
    """The door stays shut with the sentence, and nothing is written that was not there before it."""
    if door is by_crew:
        crew = worker.memberships.get().crew
        orders.assign(order_id=order.pk, crew_id=crew.pk, by=None)
        door = lambda order, worker, _by: progress.accept(order_id=order.pk, by=worker)  # noqa: E731
    before = stories.trace(order)
    with pytest.raises(Refused, match=sentence):
        door(order, worker, dispatcher)
    assert stories.trace(order) == before


@pytest.fixture
def paper() -> LicenceKind:
    return make_licence_kind(name_en="Low voltage")


@pytest.mark.parametrize("door", DOORS)
def test_a_licence_that_ended_yesterday_refuses(
    door: Door, xu: User, chen: User, crew: Crew, paper: LicenceKind
) -> None:
    make_licence(chen, paper, clock.today() - DAY)
    order = make_order(crew=crew, job_type=make_job_type(licences=(paper,)))

    day = (clock.today() - DAY).isoformat()
    refuses(door, order, chen, xu, f"Low voltage” of 陈师傅 ended on {day}")


@pytest.mark.parametrize("door", DOORS)
def test_a_licence_that_ends_today_still_holds(
    door: Door, xu: User, chen: User, crew: Crew, paper: LicenceKind
) -> None:
    make_licence(chen, paper, clock.today())
    order = make_order(crew=crew, job_type=make_job_type(licences=(paper,)))

    door(order, chen, xu)

    order.refresh_from_db()
    assert order.worker == chen


@pytest.mark.parametrize("door", [*DOORS, as_helper])
def test_nobody_who_is_away_gets_work(door: Door, xu: User, chen: User, liu: User, crew: Crew) -> None:
    order = stories.accepted(liu) if door is as_helper else make_order(crew=crew)
    make_absence(chen, clock.now() - DAY, clock.now() + DAY)

    refuses(door, order, chen, xu, "陈师傅 is away until")


@pytest.mark.parametrize("door", [*DOORS, as_helper])
def test_nobody_off_shift_gets_work_and_hears_when_the_next_shift_begins(
    door: Door, xu: User, chen: User, liu: User, crew: Crew
) -> None:
    order = stories.accepted(liu) if door is as_helper else make_order(crew=crew)
    make_terms(chen, hours=Hours.ROSTER)
    make_shift(chen, clock.now() + 2 * HOUR, clock.now() + 10 * HOUR)

    refuses(door, order, chen, xu, "next shift begins at")


@pytest.mark.parametrize("door", [*DOORS, as_helper])
def test_nobody_off_duty_gets_work(door: Door, xu: User, chen: User, liu: User, crew: Crew) -> None:
    order = stories.accepted(liu) if door is as_helper else make_order(crew=crew)
    make_terms(chen, on_duty=False)

    refuses(door, order, chen, xu, "陈师傅 is off duty")


@pytest.mark.parametrize("door", [*DOORS, as_helper])
def test_nobody_is_sent_where_they_may_not_work(
    door: Door, xu: User, chen: User, liu: User, crew: Crew
) -> None:
    here, elsewhere = make_place("东区", type="site"), make_place("西区", type="site")
    WorkPlace.objects.create(user=chen, place=elsewhere)
    place = make_place(parent=here)
    order = stories.accepted(liu, place=place) if door is as_helper else make_order(crew=crew, place=place)

    refuses(door, order, chen, xu, "陈师傅 works only at 西区")


@pytest.mark.parametrize("door", DOORS)
def test_nobody_gets_more_than_they_may_have_open(door: Door, xu: User, chen: User, crew: Crew) -> None:
    make_terms(chen, open_limit=2)
    for _ in range(2):
        stories.accepted(chen)

    refuses(door, make_order(crew=crew), chen, xu, "陈师傅 already has 2 open work orders")


def test_who_helps_needs_no_room_of_their_own(xu: User, chen: User, liu: User, crew: Crew) -> None:
    make_terms(chen, open_limit=1)
    stories.accepted(chen, crew=crew)

    coworkers.add_helper(order_id=stories.accepted(liu).pk, user_id=chen.pk, by=xu)


def test_what_waits_for_parts_takes_no_room(xu: User, chen: User) -> None:
    make_terms(chen, open_limit=1)
    stories.on_hold(chen)

    assert orders.assign(order_id=make_order().pk, worker_id=chen.pk, by=xu).worker == chen


def test_whoever_has_the_order_already_needs_no_second_place_for_it(xu: User, chen: User, crew: Crew) -> None:
    other = make_crew("空调班", chen)
    make_terms(chen, open_limit=1)
    order = stories.accepted(chen)

    again = orders.assign(order_id=order.pk, worker_id=chen.pk, crew_id=other.pk, by=xu, reason="换班组")
    assert (again.worker, again.crew) == (chen, other)


def test_an_appointment_counts_not_the_present(xu: User, chen: User) -> None:
    tomorrow = clock.now() + DAY
    make_absence(chen, clock.now() - HOUR, clock.now() + HOUR)
    given = partial(orders.assign, worker_id=chen.pk, by=xu)

    with pytest.raises(Refused, match="away until"):
        given(order_id=make_order().pk)
    order = given(order_id=make_order().pk, scheduled_from=tomorrow, scheduled_until=tomorrow + HOUR)
    assert order.worker == chen

    make_absence(chen, tomorrow + 2 * HOUR, tomorrow + 3 * HOUR)
    with pytest.raises(Refused, match="away until"):
        given(
            order_id=make_order().pk,
            scheduled_from=tomorrow + HOUR,
            scheduled_until=tomorrow + 3 * HOUR,
        )


def test_reassigning_asks_the_same_rules(xu: User, chen: User, liu: User, crew: Crew) -> None:
    order = stories.accepted(liu)
    make_absence(chen, clock.now() - DAY, clock.now() + DAY)
    before = stories.trace(order)

    with pytest.raises(Refused, match="away until"):
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu, reason="换人")
    assert stories.trace(order) == before


def test_a_licence_that_ended_since_the_order_was_given_refuses_to_accept_it(
    chen: User, crew: Crew, paper: LicenceKind
) -> None:
    held = make_licence(chen, paper, clock.today())
    order = stories.dispatched(chen, job_type=make_job_type(licences=(paper,)))
    held.valid_until = clock.today() - DAY
    held.save()

    with pytest.raises(Refused, match="Low voltage"):
        progress.accept(order_id=order.pk, by=chen)


def test_who_was_named_may_accept_before_the_shift_begins(chen: User) -> None:
    make_terms(chen, hours=Hours.ROSTER)
    begins = clock.now() + 2 * HOUR
    make_shift(chen, begins, begins + 8 * HOUR)
    order = orders.assign(
        order_id=make_order().pk,
        worker_id=chen.pk,
        by=None,
        scheduled_from=begins + HOUR,
        scheduled_until=begins + 2 * HOUR,
    )

    assert progress.accept(order_id=order.pk, by=chen).status == "accepted"


def test_the_trade_is_a_matter_of_claims_and_a_warning_for_a_dispatcher(
    xu: User, chen: User, crew: Crew
) -> None:
    knows(chen, make_trade("水"))
    order = make_order(job_type=make_job_type(trade=make_trade("电")), crew=crew)

    with pytest.raises(Refused):
        progress.claim(order_id=order.pk, by=chen)
    assert orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu).worker == chen


def test_every_rule_that_is_hurt_is_named(xu: User, chen: User, paper: LicenceKind) -> None:
    make_absence(chen, clock.now() - DAY, clock.now() + DAY)
    order = make_order(job_type=make_job_type(licences=(paper,)))

    with pytest.raises(Refused) as refusal:
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu)

    assert refusal.value.facts["rules"] == ["licence", "leave"]
    assert "Low voltage" in str(refusal.value)
    assert "away until" in str(refusal.value)


def test_the_usual_room_is_that_of_somebody_without_terms(xu: User, chen: User) -> None:
    for _ in range(Terms.OPEN_LIMIT):
        orders.assign(order_id=make_order().pk, worker_id=chen.pk, by=xu)

    with pytest.raises(Refused, match="already has 5"):
        orders.assign(order_id=make_order().pk, worker_id=chen.pk, by=xu)
