"""Offers: how long they stand, how they end, and who is asked next."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.work.actions import dispatching, orders, progress
from tests.makers import make_crew, make_job_type, make_order
from tests.work.test_rules_of_dispatch import decision, ruled, technicians

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def three() -> list[User]:
    return technicians(3)


@pytest.fixture
def team(three: list[User]) -> Crew:
    return make_crew("空调班", *three)


def test_who_sends_it_back_is_not_asked_again(three: list[User], team: Crew) -> None:
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="rotation")))
    order = progress.send_back(order_id=order.pk, reason="不会修", by=three[0])
    assert order.offers.get().outcome == "declined"

    order = ruled(order)
    assert order.worker == three[1]
    order = progress.accept(order_id=order.pk, by=three[1])
    order = progress.send_back(order_id=order.pk, reason="缺工具", by=three[1])

    assert ruled(order).worker == three[2]


def test_an_offer_that_is_not_accepted_goes_to_the_next_and_after_the_last_to_nobody(
    three: list[User], team: Crew
) -> None:
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="rotation")))
    asked = []
    for turn in range(1, 4):
        assert order.worker is not None
        asked.append(order.worker)
        offer = order.offers.get(outcome="open")
        assert dispatching.pass_on(offer_id=offer.pk, at=offer.until - MINUTE) is None
        with clock.stopped_at(clock.now() + turn * 11 * MINUTE):
            assert dispatching.pass_on(offer_id=offer.pk) is not None
            order = ruled(order)

    assert asked == three
    assert (order.status, order.worker, order.crew) == ("to_dispatch", None, team)
    assert order.unassignable_since is not None
    assert {one.outcome for one in order.offers.all()} == {"expired"}
    assert [event.kind for event in order.events.all()][-2:] == ["offered", "offer_expired"]
    assert [one["hurdles"][0]["rule"] for one in decision(order).people] == ["asked"] * 3


def test_what_a_dispatcher_gave_stays_with_its_technician(xu: User, chen: User) -> None:
    order = orders.assign(order_id=make_order().pk, worker_id=chen.pk, by=xu)
    offer = order.offers.get()

    with clock.stopped_at(offer.until):
        assert dispatching.pass_on(offer_id=offer.pk) is not None
        assert dispatching.pass_on(offer_id=offer.pk) is None

    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.status, order.worker, offer.outcome) == ("dispatched", chen, "expired")


def test_an_appointment_next_week_needs_no_answer_in_ten_minutes(xu: User, chen: User) -> None:
    start = clock.now() + 7 * DAY
    order = orders.assign(
        order_id=make_order().pk,
        worker_id=chen.pk,
        by=xu,
        scheduled_from=start,
        scheduled_until=start + 60 * MINUTE,
    )

    assert not order.offers.exists()


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("accept", "accepted"),
        ("send_back", "declined"),
        ("reassign", "withdrawn"),
        ("by_leader", "withdrawn"),
    ],
)
def test_an_offer_ends_with_what_becomes_of_the_order(
    step: str, outcome: str, xu: User, chen: User, liu: User, crew: Crew
) -> None:
    order = orders.assign(order_id=make_order(crew=crew).pk, worker_id=chen.pk, by=xu)
    if step == "accept":
        progress.accept(order_id=order.pk, by=chen)
    elif step == "reassign":
        orders.assign(order_id=order.pk, worker_id=liu.pk, by=xu, reason="换人")
    else:
        progress.send_back(order_id=order.pk, reason="不会", by=chen if step == "send_back" else xu)

    offer = order.offers.first()
    assert offer is not None
    assert (offer.outcome, offer.ended_at) == (outcome, clock.now())
