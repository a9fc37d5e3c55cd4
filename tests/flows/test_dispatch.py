"""Rules at work: who is told, what the requester hears, and what a worker that was down makes good."""

import datetime as dt
from functools import partial

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.flows.assign_work import assign_work
from houqin.flows.dispatch_due import Dispatched, dispatch_due
from houqin.flows.dispatch_order import dispatch_order
from houqin.flows.progress_work import accept_work, claim_work, send_back_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel import clock
from houqin.notify.models import Notice
from houqin.staffing.models import Crew
from houqin.work.models import DispatchDecision, Offer, WorkOrder
from tests.flows.story import again, given_to, reported, told
from tests.makers import make_absence, make_order, make_terms

MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR

pytestmark = pytest.mark.django_db


def by_rule(service: Service, mode: str) -> None:
    assert service.job_type is not None
    service.job_type.dispatch_mode = mode
    service.job_type.save()


def away(person: User) -> None:
    make_absence(person, clock.now() - DAY, clock.now() + DAY)


@pytest.fixture
def turns(leak: Service) -> Service:
    """漏水 goes to the plumbers in turn."""
    by_rule(leak, "rotation")
    return leak


def test_who_is_offered_an_order_hears_until_when_and_the_requester_when_it_is_accepted(
    turns: Service, wang: User, xu: User, chen: User, banzhang: User
) -> None:
    away(banzhang)
    order = raise_work_order(request_id=reported(turns, wang).pk, by=xu)

    assert dispatch_due() == Dispatched(offers=0, orders=1)

    notice = Notice.objects.get(kind="offered_to_you")
    assert (notice.recipient, notice.path) == (chen, f"/jobs/{order.number}/")
    assert notice.data["until"] == (clock.now() + 10 * MINUTE).isoformat()
    assert "worker_assigned" not in told(wang)

    accept_work(order_id=order.pk, by=chen)
    assert told(wang)[-1] == "worker_assigned"
    assert Offer.objects.get().outcome == "accepted"


def test_an_order_given_by_hand_in_time_is_left_alone(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    order = given_to(chen, reported(turns), xu)

    assert dispatch_due() == Dispatched(0, 0)
    assert again(order).worker == chen


def test_everybody_who_may_claim_is_told_once_and_the_dispatcher_gives_it_away_all_the_same(
    leak: Service, xu: User, chen: User, banzhang: User
) -> None:
    order = raise_work_order(request_id=reported(leak).pk, by=xu)
    dispatch_due()
    dispatch_due(now=clock.now() + HOUR)

    assert {notice.recipient for notice in Notice.objects.filter(kind="on_offer")} == {chen, banzhang}
    assert Notice.objects.filter(kind="on_offer").count() == 2
    assert assign_work(order_id=order.pk, worker_id=chen.pk, by=xu).worker == chen


def test_nobody_is_told_to_the_dispatchers_and_the_leader_once(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    away(chen)
    away(banzhang)
    order = raise_work_order(request_id=reported(turns).pk, by=xu)

    for minutes in range(0, 90, 30):
        dispatch_due(now=clock.now() + minutes * MINUTE)

    notices = Notice.objects.filter(kind="unassignable")
    assert {notice.recipient for notice in notices} == {xu, banzhang}
    assert notices.count() == 2
    assert all(notice.urgent for notice in notices)
    assert DispatchDecision.objects.filter(order=order).count() == 1

    with clock.stopped_at(clock.now() + 2 * DAY):
        dispatch_due()
    assert again(order).worker == banzhang


def test_a_worker_that_was_down_passes_on_what_ran_out_meanwhile(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    order = raise_work_order(request_id=reported(turns).pk, by=xu)
    dispatch_due()
    assert again(order).worker == banzhang

    with clock.stopped_at(clock.now() + 5 * HOUR):
        assert dispatch_due() == Dispatched(offers=1, orders=0)
        assert again(order).worker == chen
        assert dispatch_due() == Dispatched(0, 0)
        offer = Offer.objects.get(outcome="open")
        assert offer.until == clock.now() + 10 * MINUTE


def test_after_the_last_it_is_for_the_dispatchers(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    order = raise_work_order(request_id=reported(turns).pk, by=xu)
    dispatch_due()
    for minutes in (11, 22):
        with clock.stopped_at(clock.now() + minutes * MINUTE):
            dispatch_due()

    assert (again(order).status, again(order).unassignable_since is not None) == ("to_dispatch", True)
    assert "unassignable" in told(xu)
    assert assign_work(order_id=order.pk, worker_id=chen.pk, by=xu).unassignable_since is None


def test_what_is_sent_back_goes_to_the_next_and_the_desk_hears_why(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    order = raise_work_order(request_id=reported(turns).pk, by=xu)
    dispatch_due()

    send_back_work(order_id=order.pk, by=banzhang, reason="去开会")
    dispatch_due()

    assert again(order).worker == chen
    assert "sent_back" in told(xu)


def test_an_order_given_by_hand_that_nobody_accepts_is_told_and_stays(
    leak: Service, xu: User, chen: User
) -> None:
    order = given_to(chen, reported(leak), xu)

    with clock.stopped_at(clock.now() + 11 * MINUTE):
        dispatch_due()
        dispatch_due()

    assert (again(order).status, again(order).worker) == ("dispatched", chen)
    assert told(xu).count("not_answered") == 1
    assert accept_work(order_id=order.pk, by=chen).status == "accepted"


def test_a_shift_that_begins_brings_somebody_for_what_nobody_could_take(
    turns: Service, xu: User, chen: User, banzhang: User
) -> None:
    away(banzhang)
    terms = make_terms(chen, on_duty=False)
    order = raise_work_order(request_id=reported(turns).pk, by=xu)
    dispatch_due()
    assert again(order).unassignable_since is not None

    terms.on_duty = True
    terms.save()
    assert dispatch_due(now=clock.now() + 30 * dt.timedelta(seconds=1)) == Dispatched(0, 0)
    with clock.stopped_at(clock.now() + MINUTE):
        assert dispatch_due() == Dispatched(0, 1)
    assert again(order).worker == chen


def test_one_order_that_cannot_be_decided_does_not_hold_up_the_others(
    turns: Service, xu: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = (raise_work_order(request_id=reported(turns).pk, by=xu) for _ in range(2))

    def fail_on_one(*, order_id: int, at: dt.datetime | None = None) -> WorkOrder:
        if order_id == broken.pk:
            raise ValueError("broken row")
        return dispatch_order(order_id=order_id, at=at)

    monkeypatch.setattr("houqin.flows.dispatch_due.dispatch_order", fail_on_one)
    assert dispatch_due() == Dispatched(0, 1)

    assert again(fine).status == "dispatched"
    assert again(broken).dispatch_at == clock.now() + MINUTE


def test_a_refused_claim_writes_nothing_and_tells_nobody(leak: Service, chen: User, crew: Crew) -> None:
    order = make_order(crew=crew, job_type=leak.job_type)
    away(chen)
    claim = partial(claim_work, order_id=order.pk, by=chen)

    with pytest.raises(Exception, match="away until"):
        claim()

    assert again(order).status == "to_dispatch"
    assert not Notice.objects.exists()
