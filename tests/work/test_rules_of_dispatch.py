"""Rules give orders to people: in turn, by load, by points, or to whoever claims them first."""

import datetime as dt
from collections import Counter

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.staffing.models import Crew
from houqin.work.actions import dispatching, orders, progress
from houqin.work.models import DispatchDecision, DispatchRules, JobType, Offer, RotationTurn, WorkOrder
from tests.makers import (
    grant,
    knows,
    make_absence,
    make_crew,
    make_job_type,
    make_licence_kind,
    make_order,
    make_partner,
    make_person,
    make_place,
    make_terms,
    make_trade,
)
from tests.work import stories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def technicians(count: int) -> list[User]:
    people = [make_person(f"师傅{n:02d}") for n in range(count)]
    for person in people:
        grant(person, "technician")
    return people


def ruled(order: WorkOrder) -> WorkOrder:
    return dispatching.dispatch(order_id=order.pk).order


def away(person: User) -> None:
    make_absence(person, clock.now() - DAY, clock.now() + DAY)


def done(order: WorkOrder) -> None:
    """Take the order from the person's hands at once, so that everybody stays free."""
    WorkOrder.objects.filter(pk=order.pk).update(status="accepted")
    WorkOrder.objects.filter(pk=order.pk).update(status="to_dispatch", worker=None)
    Offer.objects.filter(order=order).update(outcome="withdrawn", ended_at=clock.now())


def decision(order: WorkOrder) -> DispatchDecision:
    found = order.decisions.last()
    assert found is not None
    return found


@pytest.fixture
def three() -> list[User]:
    return technicians(3)


@pytest.fixture
def team(three: list[User]) -> Crew:
    return make_crew("空调班", *three)


def test_a_rule_offers_to_one_person_for_as_long_as_the_house_says(three: list[User], team: Crew) -> None:
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="rotation")))

    assert (order.status, order.worker, order.crew) == ("dispatched", three[0], team)
    offer = Offer.objects.get()
    assert (offer.user, offer.outcome) == (three[0], "open")
    assert offer.until == clock.now() + 10 * MINUTE
    event = order.events.last()
    assert event is not None
    assert (event.kind, event.actor, event.public) == ("offered", None, False)


def test_a_critical_order_waits_three_minutes_and_a_job_type_may_say_otherwise(team: Crew) -> None:
    slow = make_job_type(dispatch_mode="load", offer_minutes=30)
    for facts, minutes in (
        ({"job_type": slow}, 30),
        ({"job_type": slow, "priority": "critical"}, 3),
        ({"job_type": make_job_type(dispatch_mode="load"), "priority": "critical"}, 3),
    ):
        order = ruled(make_order(crew=team, **facts))
        assert order.offers.get().until == clock.now() + minutes * MINUTE


def test_turns_are_fair_within_one_over_many_orders_and_survive_a_restart(
    three: list[User], team: Crew
) -> None:
    job = make_job_type(dispatch_mode="rotation")
    other = make_job_type(dispatch_mode="rotation")
    got: Counter[int] = Counter()
    for number in range(31):
        order = ruled(make_order(crew=team, job_type=job if number % 2 else other))
        assert order.worker is not None
        got[order.worker.pk] += 1
        done(order)

    assert max(got.values()) - min(got.values()) <= 1
    assert set(RotationTurn.objects.values_list("user_id", "turn")) == {
        (three[0].pk, 31),
        (three[1].pk, 29),
        (three[2].pk, 30),
    }


def test_each_crew_goes_round_by_itself_and_each_job_type_without_a_crew(three: list[User]) -> None:
    team, others = make_crew("空调班", *three), make_crew("电工班", *three)
    job = make_job_type(dispatch_mode="rotation")

    chosen = [ruled(make_order(crew=crew, job_type=job)).worker for crew in (team, others, None, None)]

    assert chosen == [three[0], three[0], three[0], three[1]]


def test_who_is_away_loses_no_turn_and_gets_none(three: list[User], team: Crew) -> None:
    away(three[1])
    job = make_job_type(dispatch_mode="rotation")

    chosen = [ruled(make_order(crew=team, job_type=job)).worker for _ in range(4)]

    assert chosen == [three[0], three[2], three[0], three[2]]


def test_the_load_of_the_day_is_shared_by_its_length(three: list[User], team: Crew) -> None:
    for person, minutes in zip(three, (420, 420, 210), strict=True):
        make_terms(person, day_minutes=minutes)
    job = make_job_type(dispatch_mode="load", estimated_minutes=60)

    chosen = [ruled(make_order(crew=team, job_type=job)).worker for _ in range(5)]

    assert Counter(chosen) == {three[0]: 2, three[1]: 2, three[2]: 1}


def test_the_best_is_near_knows_the_house_and_has_time(three: list[User], team: Crew) -> None:
    site = make_place("东区", type="site")
    house = make_place("教学楼A", type="building", parent=site)
    other = make_place("图书馆", type="building", parent=site)
    job = make_job_type(dispatch_mode="best")
    stories.closed(three[2], place=make_place(parent=house), job_type=job)
    stories.in_progress(three[0], place=make_place(parent=other))

    order = ruled(make_order(crew=team, job_type=job, place=make_place(parent=house)))

    assert order.worker == three[2]
    found = {one["name"]: one for one in decision(order).people}
    assert found["师傅02"]["facts"]["distance"] == "building"
    assert found["师傅02"]["facts"]["done_here"] == 1
    assert found["师傅00"]["facts"]["distance"] == "site"
    assert found["师傅00"]["parts"]["load"] > found["师傅01"]["parts"]["load"]
    assert [one["points"] for one in decision(order).people] == sorted(
        one["points"] for one in found.values()
    )


def test_the_weights_of_the_house_decide_what_counts(three: list[User], team: Crew) -> None:
    room = make_place()
    stories.in_progress(three[2], place=room)
    DispatchRules.objects.create(
        weight_load=0, weight_slack=0, weight_experience=0, weight_trade=0, weight_travel=1
    )
    job = make_job_type(dispatch_mode="best")

    assert ruled(make_order(crew=team, job_type=job, place=room)).worker == three[2]


def test_a_decision_tells_why_everybody_else_was_not_asked(three: list[User], team: Crew) -> None:
    away(three[0])
    make_terms(three[1], on_duty=False)
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="best")))

    kept = decision(order)
    assert (kept.mode, kept.outcome, kept.chosen, kept.crew, kept.by) == (
        "best",
        "given",
        three[2],
        team,
        None,
    )
    rules = {one["name"]: [hurdle["rule"] for hurdle in one.get("hurdles", [])] for one in kept.people}
    assert rules == {"师傅02": [], "师傅00": ["leave"], "师傅01": ["off_duty"]}
    assert kept.weights == {"load": 30, "slack": 25, "travel": 20, "experience": 15, "trade": 10}


def test_a_decision_by_hand_and_a_claim_are_kept_too(xu: User, chen: User, liu: User, crew: Crew) -> None:
    by_hand = orders.assign(order_id=make_order(crew=crew).pk, worker_id=liu.pk, by=xu)
    claimed = progress.claim(order_id=make_order(crew=crew).pk, by=chen)

    kept = decision(by_hand)
    assert (kept.mode, kept.chosen, kept.by) == ("hand", liu, xu)
    assert {one["name"] for one in kept.people} == {"陈师傅", "班长", "刘师傅"}
    kept = decision(claimed)
    assert (kept.mode, kept.chosen, kept.by) == ("claim", chen, chen)


def test_a_decision_is_never_rewritten(team: Crew) -> None:
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="load")))

    with pytest.raises(ProgrammingError, match="Cannot update"):
        DispatchDecision.objects.update(mode="hand")
    assert order.status == "dispatched"


def test_without_a_crew_those_of_the_trade_are_asked_but_no_contractor(three: list[User]) -> None:
    electric = make_trade("电")
    three[1].partner = make_partner()
    three[1].save()
    for person in three[1:]:
        knows(person, electric)
    make_crew("综合班", *three)
    order = ruled(make_order(job_type=make_job_type(dispatch_mode="rotation", trade=electric)))

    assert order.worker == three[2]
    assert [one["name"] for one in decision(order).people] == ["师傅02"]


def test_nobody_who_may_have_it_marks_the_order_once_and_looks_again(three: list[User], team: Crew) -> None:
    kind = make_licence_kind()
    job = make_job_type(dispatch_mode="rotation", licences=(kind,))
    away(three[0])
    order = make_order(crew=team, job_type=job)

    first = dispatching.dispatch(order_id=order.pk)
    assert (first.news, first.people, first.order.unassignable_since) == (True, [], clock.now())
    assert first.order.dispatch_at == clock.now() + MINUTE
    with clock.stopped_at(clock.now() + MINUTE):
        again = dispatching.dispatch(order_id=order.pk)
    assert again.news is False
    assert again.order.unassignable_since == first.order.unassignable_since
    kept = DispatchDecision.objects.get()
    assert (kept.outcome, kept.chosen, kept.crew) == ("nobody", None, None)
    assert sorted(len(one["hurdles"]) for one in kept.people) == [1, 1, 2]


def test_somebody_who_becomes_free_gets_what_nobody_could_take(three: list[User], team: Crew) -> None:
    for person in three:
        away(person)
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="load")))
    assert order.unassignable_since is not None

    with clock.stopped_at(clock.now() + 2 * DAY):
        order = ruled(order)

    assert (order.status, order.worker, order.unassignable_since, order.dispatch_at) == (
        "dispatched",
        three[0],
        None,
        None,
    )


def test_a_claim_is_offered_to_everybody_who_may_have_it(three: list[User], team: Crew) -> None:
    away(three[1])
    order = make_order(crew=team, job_type=make_job_type())

    ruling = dispatching.dispatch(order_id=order.pk)

    assert ruling.people == [three[0], three[2]]
    assert (ruling.order.status, ruling.order.dispatch_at) == ("to_dispatch", None)
    assert decision(order).outcome == "offered"


@pytest.mark.parametrize("mode", ["hand", "rotation"])
def test_by_hand_and_once_somebody_has_it_no_rule_is_asked(
    mode: str, xu: User, chen: User, crew: Crew
) -> None:
    order = make_order(crew=crew, job_type=make_job_type(dispatch_mode=mode))
    if mode != "hand":
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu)
    before = stories.trace(order)

    assert dispatching.dispatch(order_id=order.pk).ruled is False
    assert stories.trace(order) == before


def test_what_waits_for_approval_and_drafts_are_not_looked_at() -> None:
    needs = make_order(job_type=make_job_type(dispatch_mode="load", needs_approval=True))
    draft = make_order(job_type=make_job_type(dispatch_mode="load"), draft=True)
    assert (needs.dispatch_at, draft.dispatch_at) == (None, None)

    assert orders.submit(order_id=draft.pk, by=None).dispatch_at == clock.now()
    assert orders.approve(order_id=needs.pk, by=None).dispatch_at == clock.now()


def statements(job: JobType, crew: Crew) -> int:
    order = make_order(crew=crew, job_type=job, place=make_place())
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert ruled(order).status == "dispatched"
    return len(seen)


@pytest.mark.parametrize("mode", ["rotation", "load", "best"])
def test_a_decision_costs_the_same_however_many_people(mode: str) -> None:
    job = make_job_type(dispatch_mode=mode, trade=make_trade(), licences=())
    few, many = technicians(2), technicians(25)
    for person in [*few, *many]:
        assert job.trade is not None
        knows(person, job.trade)
        make_terms(person)
        stories.in_progress(person, place=make_place())

    assert statements(job, make_crew("小", *few)) == statements(job, make_crew("大", *many))


def test_a_person_who_was_filled_up_meanwhile_is_passed_over(
    three: list[User], team: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best was free when the rule looked and is not when it locks them: the next one gets it."""
    looked = dispatching.candidates

    def look_and_wait(*args: object, **facts: object) -> object:
        found = looked(*args, **facts)  # type: ignore[arg-type]
        make_terms(three[0], on_duty=False)
        return found

    monkeypatch.setattr(dispatching, "candidates", look_and_wait)
    order = ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode="rotation")))

    assert order.worker == three[1]


def test_an_absent_person_is_never_given_anything(three: list[User], team: Crew) -> None:
    for person in three:
        away(person)
    for mode in ("rotation", "load", "best"):
        assert ruled(make_order(crew=team, job_type=make_job_type(dispatch_mode=mode))).worker is None
    with pytest.raises(Refused):
        orders.assign(order_id=make_order().pk, worker_id=three[0].pk, by=None)
