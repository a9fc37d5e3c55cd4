"""How people work: hours, limits, places, the switch; and what that leaves of a day."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted
from houqin.staffing.actions import absences, rosters, terms
from houqin.staffing.models import Crew, Hours, Terms, WorkPlace
from houqin.staffing.policies import planned_people, visible_staff
from houqin.staffing.queries.capacity import capacity
from tests.makers import grant, make_crew, make_place
from tests.times import at

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def test_terms_are_set_one_by_one_and_what_is_not_said_stays(admin: User, chen: User) -> None:
    terms.set_terms(user_id=chen.pk, hours="roster", by=admin)
    made = terms.set_terms(user_id=chen.pk, open_limit=3, by=admin)

    assert (made.hours, made.day_minutes, made.open_limit) == ("roster", Terms.DAY_MINUTES, 3)


def test_terms_nobody_can_work_by_are_refused(chen: User) -> None:
    wrong: list[dict[str, Any]] = [
        {"hours": "nights"},
        {"day_minutes": 0},
        {"day_minutes": 1441},
        {"open_limit": 0},
    ]
    for facts in wrong:
        with pytest.raises(Invalid) as refusal:
            terms.set_terms(user_id=chen.pk, by=None, **facts)
        assert refusal.value.field in facts
    with pytest.raises(Missing):
        terms.set_terms(user_id=0, hours="any", by=None)
    assert not Terms.objects.exists()


def test_the_switch_is_the_persons_own_and_the_leaders(
    chen: User, liu: User, banzhang: User, xu: User, admin: User, crew: Crew
) -> None:
    off = terms.set_duty(user_id=chen.pk, on_duty=False, by=chen)
    assert (off.on_duty, off.on_duty_changed_at) == (False, clock.now())
    for by in (liu, xu):
        with pytest.raises(NotPermitted):
            terms.set_duty(user_id=chen.pk, on_duty=True, by=by)
    assert not Terms.objects.get().on_duty

    for by in (banzhang, admin):
        assert terms.set_duty(user_id=chen.pk, on_duty=True, by=by).on_duty


def test_a_person_is_bound_to_exactly_the_places_that_were_set(admin: User, xu: User, chen: User) -> None:
    east, west = make_place("东区", type="site"), make_place("西区", type="site")
    terms.set_places(user_id=chen.pk, place_ids=[east.pk], by=admin)
    kept = WorkPlace.objects.get()
    terms.set_places(user_id=chen.pk, place_ids=[east.pk, west.pk], by=admin)

    assert WorkPlace.objects.filter(pk=kept.pk).exists()
    assert WorkPlace.objects.count() == 2
    with pytest.raises(Missing):
        terms.set_places(user_id=chen.pk, place_ids=[0], by=admin)
    with pytest.raises(NotPermitted):
        terms.set_places(user_id=chen.pk, place_ids=[], by=xu)
    terms.set_places(user_id=chen.pk, place_ids=[], by=admin)
    assert not WorkPlace.objects.exists()


def test_a_day_has_the_minutes_of_the_hours_less_leave(chen: User, liu: User, banzhang: User) -> None:
    Terms.objects.create(user=liu, hours=Hours.ROSTER, day_minutes=450)
    Terms.objects.create(user=banzhang, hours=Hours.CALENDAR, day_minutes=600)
    rosters.plan_shift(user_id=liu.pk, day=MONDAY, begins=dt.time(22), ends=dt.time(6), by=None)
    for person in (chen, liu, banzhang):
        absences.enter(
            user_id=person.pk, starts_at=at("2026-11-24 02:00"), ends_at=at("2026-11-24 09:00"), by=None
        )

    found = capacity([chen.pk, liu.pk, banzhang.pk], MONDAY, MONDAY + DAY)

    assert found[chen.pk] == {MONDAY: 420, MONDAY + DAY: 0}
    assert found[liu.pk] == {MONDAY: 240, MONDAY + DAY: 0}
    assert found[banzhang.pk] == {MONDAY: 480, MONDAY + DAY: 420}
    with CaptureQueriesContext(connection) as asked:
        capacity([chen.pk, liu.pk, banzhang.pk], MONDAY, MONDAY + 30 * DAY)
    assert len(asked) <= 6  # three of its own; the rest are the office hours


def test_who_plans_for_whom_and_reads_whose_papers(
    chen: User, liu: User, banzhang: User, xu: User, admin: User, lin: User, stranger: User, crew: Crew
) -> None:
    west = make_crew("西区班", liu, place=make_place("西区", type="site"))
    east = make_place("东区", type="site")
    grant(stranger, "dispatcher", place=east)

    assert set(planned_people(banzhang)) == {banzhang, chen}
    assert set(planned_people(admin)) == set(User.objects.all())
    for nobody in (xu, lin, chen, stranger):
        assert not planned_people(nobody).exists()
    assert set(visible_staff(banzhang)) == {banzhang, chen}
    assert set(visible_staff(chen)) == {chen}
    assert set(visible_staff(stranger)) == {stranger, chen, banzhang}
    for everywhere in (xu, lin, admin):
        assert set(visible_staff(everywhere)) == set(User.objects.all())
    assert west.place is not None
