"""Crews: who sets them up, who belongs to them, and who could do a job."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.staffing.actions import crews
from houqin.staffing.models import Crew, CrewMember, PersonTrade, Trade
from houqin.staffing.policies import visible_crews
from houqin.staffing.queries.crews import (
    crew_ids_of,
    crews_of,
    eligible_workers,
    led_crew_ids_of,
    trade_ids_of,
    workers_of,
)
from tests.makers import forget, grant, knows, make_crew, make_partner, make_person, make_place, make_trade
from tests.threads import together

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_the_administrator_sets_up_a_crew_with_all_its_facts(admin: User, banzhang: User) -> None:
    trade, partner, site = make_trade(), make_partner(), make_place("东区", type="site")

    crew = crews.create_crew(
        code=" SD ",
        name="水电班",
        name_en="Plumbing and power",
        trade_ids=[trade.pk],
        leader_id=banzhang.pk,
        partner_id=partner.pk,
        place_id=site.pk,
        phone="8001",
        by=admin,
    )

    crew = Crew.objects.get(pk=crew.pk)
    assert (crew.code, crew.leader, crew.partner, crew.place) == ("SD", banzhang, partner, site)
    assert (list(crew.trades.all()), crew.active) == ([trade], True)

    crew = crews.change_crew(crew_id=crew.pk, name="水电一班", active=False, by=admin)
    assert (crew.name, crew.leader, crew.place, crew.active) == ("水电一班", None, None, False)
    assert not crew.trades.exists()


def test_nobody_else_sets_up_anything(xu: User, banzhang: User, wang: User, crew: Crew) -> None:
    for by in (xu, banzhang, wang):
        for refused in (
            lambda by=by: crews.create_trade(code="X", name="X", by=by),
            lambda by=by: crews.create_crew(code="X", name="X", by=by),
            lambda by=by: crews.change_crew(crew_id=crew.pk, name="X", by=by),
            lambda by=by: crews.join(crew_id=crew.pk, user_id=wang.pk, by=by),
            lambda by=by: crews.set_trades(user_id=wang.pk, trade_ids=[], by=by),
        ):
            with pytest.raises(NotPermitted):
                refused()

    assert Crew.objects.get().name == "水电班"
    assert not Trade.objects.exists()


def test_a_wrong_input_names_its_field_and_writes_nothing(admin: User, crew: Crew) -> None:
    for code, name, field in ((crew.code, "X", "code"), (" ", "X", "code"), ("X", " ", "name")):
        with pytest.raises(Invalid) as refusal:
            crews.create_crew(by=admin, code=code, name=name)
        assert refusal.value.field == field
    missing: list[dict[str, Any]] = [
        {"leader_id": 0},
        {"partner_id": 0},
        {"place_id": 0},
        {"trade_ids": [0]},
    ]
    for unknown in missing:
        with pytest.raises(Missing):
            crews.change_crew(crew_id=crew.pk, name="X", by=admin, **unknown)
    with pytest.raises(Missing):
        crews.change_crew(crew_id=0, name="X", by=admin)
    with pytest.raises(Invalid):
        crews.create_trade(code=crews.create_trade(code="dg", name="电工", by=admin).code, name="X", by=admin)

    assert Crew.objects.get().name == "水电班"


def test_people_join_leave_and_come_back(admin: User, liu: User, crew: Crew) -> None:
    monday = dt.date(2026, 11, 23)
    crews.join(crew_id=crew.pk, user_id=liu.pk, since=monday, by=admin)
    with pytest.raises(Refused, match="刘师傅"):
        crews.join(crew_id=crew.pk, user_id=liu.pk, by=admin)
    with pytest.raises(Invalid):
        crews.leave(crew_id=crew.pk, user_id=liu.pk, until=monday - DAY, by=admin)

    crews.leave(crew_id=crew.pk, user_id=liu.pk, until=monday + DAY, by=admin)

    on = [bool(crews_of(liu, on=monday + n * DAY)) for n in range(-1, 4)]
    assert on == [False, True, True, False, False]
    with pytest.raises(Refused):
        crews.join(crew_id=crew.pk, user_id=liu.pk, since=monday + DAY, by=admin)
    with pytest.raises(Refused):
        crews.leave(crew_id=crew.pk, user_id=liu.pk, by=admin)
    crews.join(crew_id=crew.pk, user_id=liu.pk, since=monday + 2 * DAY, by=admin)
    assert CrewMember.objects.filter(user=liu).count() == 2


def test_leaving_ends_the_membership_now(admin: User, chen: User, liu: User, crew: Crew) -> None:
    crews.leave(crew_id=crew.pk, user_id=chen.pk, by=admin)
    crews.join(crew_id=crew.pk, user_id=liu.pk, by=admin)
    crews.leave(crew_id=crew.pk, user_id=liu.pk, by=admin)

    assert CrewMember.objects.get().until == clock.today() - DAY
    assert not crews_of(chen).exists()


def test_somebody_whose_account_ended_joins_no_crew(admin: User, crew: Crew) -> None:
    with pytest.raises(Refused):
        crews.join(crew_id=crew.pk, user_id=make_person(is_active=False).pk, by=admin)
    with pytest.raises(Missing):
        crews.join(crew_id=crew.pk, user_id=0, by=admin)


@pytest.mark.django_db(transaction=True)
def test_somebody_who_is_added_twice_at_once_belongs_once() -> None:
    person, crew = make_person(), make_crew()

    answers = together([lambda: crews.join(crew_id=crew.pk, user_id=person.pk, by=None)] * 8)

    assert sum(isinstance(answer, Refused) for answer in answers) == 7
    assert CrewMember.objects.count() == 1


def test_a_person_knows_exactly_the_trades_that_were_set(admin: User, chen: User) -> None:
    electric, plumbing = make_trade("电工"), make_trade("管工")
    crews.set_trades(user_id=chen.pk, trade_ids=[electric.pk], by=admin)
    kept = PersonTrade.objects.get()

    crews.set_trades(user_id=chen.pk, trade_ids=[electric.pk, plumbing.pk], by=admin)

    assert set(PersonTrade.objects.filter(user=chen).values_list("trade", flat=True)) == {
        electric.pk,
        plumbing.pk,
    }
    assert PersonTrade.objects.filter(pk=kept.pk).exists()
    with pytest.raises(Missing):
        crews.set_trades(user_id=chen.pk, trade_ids=[0], by=admin)
    with pytest.raises(Missing):
        crews.set_trades(user_id=0, trade_ids=[], by=admin)


def test_without_trades_of_their_own_people_know_those_of_their_crews(chen: User) -> None:
    electric, plumbing = make_trade("电工"), make_trade("管工")
    make_crew("电工班", chen, trades=(electric,))
    assert trade_ids_of(chen) == {electric.pk}

    knows(chen, plumbing)

    assert trade_ids_of(chen) == {plumbing.pk}
    assert trade_ids_of(AnonymousUser()) == frozenset()


def test_a_leader_belongs_to_the_crew_and_an_idle_crew_to_nobody(
    banzhang: User, chen: User, crew: Crew
) -> None:
    assert set(crews_of(banzhang)) == set(crews_of(chen)) == {crew}
    assert led_crew_ids_of(banzhang) == {crew.pk}
    assert led_crew_ids_of(chen) == frozenset()
    assert crew_ids_of(AnonymousUser()) == frozenset()
    assert not crews_of(AnonymousUser()).exists()

    Crew.objects.update(active=False)
    forget(chen)
    assert crew_ids_of(chen) == frozenset()


def test_workers_are_those_who_may_carry_out_work(
    banzhang: User, chen: User, liu: User, wang: User, crew: Crew
) -> None:
    CrewMember.objects.create(crew=crew, user=wang, since=clock.today())
    CrewMember.objects.create(crew=crew, user=liu, since=clock.today() + DAY)
    assert set(workers_of(crew)) == {banzhang, chen}
    assert set(workers_of(crew, on=clock.today() + DAY)) == {banzhang, chen, liu}

    chen.is_active = False
    chen.save()
    assert set(workers_of(crew)) == {banzhang}


def test_eligible_are_those_whose_crew_comes_and_who_know_the_trade(chen: User, liu: User) -> None:
    electric, plumbing = make_trade("电工"), make_trade("管工")
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    room, far_room = make_place("101", parent=site), make_place("901", parent=other)
    local = make_crew("东区班", chen, trades=(electric,), place=site)
    make_crew("综合班", liu, trades=(electric, plumbing))
    knows(liu, plumbing)
    idle = make_person()
    grant(idle, "technician")

    assert set(eligible_workers()) == {chen, liu}
    assert set(eligible_workers(crew=local)) == {chen}
    assert set(eligible_workers(place=room)) == {chen, liu}
    assert set(eligible_workers(place=far_room)) == {liu}
    assert set(eligible_workers(trade=electric)) == {chen}
    assert set(eligible_workers(trade=plumbing, place=room)) == {liu}


@pytest.mark.usefixtures("lin", "liu", "wang")
def test_who_sees_which_crews(admin: User, chen: User, stranger: User) -> None:
    lin, liu, wang = (User.objects.get(username=name) for name in ("lin", "liu", "wang"))
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    own = make_crew("水电班", chen)
    east, west = make_crew("东区班", place=make_place("主楼", parent=site)), make_crew("西区班", place=other)
    grant(stranger, "dispatcher", place=site)

    for user in (lin, admin):
        assert set(visible_crews(user)) == {own, east, west}
    assert set(visible_crews(stranger)) == {own, east}
    assert set(visible_crews(chen)) == {own}
    for user in (liu, wang):
        assert not visible_crews(user).exists()
    assert not visible_crews(AnonymousUser()).exists()
