"""Two who plan for one person at the same moment: one is first, the other is told."""

import datetime as dt
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from houqin.kernel.errors import Refused
from houqin.staffing.actions import absences, rosters, terms
from houqin.staffing.models import Absence, Shift, Terms
from tests.makers import make_person, make_shift_kind
from tests.threads import together
from tests.times import at

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def test_of_eight_overlapping_shifts_one_is_planned_and_seven_are_told() -> None:
    person = make_person("陈师傅")

    answers = together(
        [
            lambda hour=hour: rosters.plan_shift(  # type: ignore[misc]
                user_id=person.pk, day=MONDAY, begins=dt.time(hour), ends=dt.time(hour + 9), by=None
            )
            for hour in range(6, 14)
        ]
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert (len(refused), Shift.objects.count()) == (7, 1)
    assert all("陈师傅" in str(one) and str(one).count("–") == 2 for one in refused)  # both shifts


def test_two_patterns_over_the_same_people_in_another_order_end_without_a_deadlock() -> None:
    people = [make_person().pk for _ in range(6)]
    early, late = make_shift_kind("早班", "08:00-16:00"), make_shift_kind("中班", "12:00-20:00")

    answers = together(
        [
            lambda ids=ids, kind=kind: rosters.plan_pattern(  # type: ignore[misc]
                user_ids=ids, first=MONDAY, last=MONDAY + 29 * DAY, cycle=[kind.pk], by=None
            )
            for ids, kind in ((people, early), (people[::-1], late)) * 2
        ]
    )

    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    assert Shift.objects.count() == 180
    assert Shift.objects.values("kind").distinct().count() == 1


def test_of_two_leaves_at_once_one_is_entered() -> None:
    person = make_person()
    span = absences.whole_days(MONDAY, MONDAY)

    answers = together(
        [lambda: absences.enter(user_id=person.pk, starts_at=span.start, ends_at=span.end, by=None)] * 4
    )

    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert Absence.objects.count() == 1


def test_the_switch_turned_by_two_at_once_is_turned() -> None:
    person = make_person()

    answers = together([lambda: terms.set_duty(user_id=person.pk, on_duty=False, by=person)] * 4)

    assert all(isinstance(answer, Terms) for answer in answers)
    assert not Terms.objects.get().on_duty


def test_a_shift_that_came_past_the_locks_is_told_of_too() -> None:
    """The constraint has the last word; what another program wrote meanwhile is a sentence, no error."""
    person, kind, written = make_person(), make_shift_kind(), Event()

    def past_the_locks() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            Shift.objects.create(
                user=person, day=MONDAY, starts_at=at("2026-11-23 09:00"), ends_at=at("2026-11-23 10:00")
            )
            written.set()
            waiting = 0
            while not waiting:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                (waiting,) = cursor.fetchone()

    def plan() -> None:
        written.wait(timeout=60)
        rosters.plan_shift(user_id=person.pk, day=MONDAY, kind_id=kind.pk, by=None)

    _none, answer = together([past_the_locks, plan])

    assert isinstance(answer, Refused)
    assert isinstance(answer.__cause__, IntegrityError)
    assert Shift.objects.count() == 1
