"""Leave: entered, made shorter or longer, taken back; and who may."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.staffing.actions import absences
from houqin.staffing.models import Absence, Crew
from houqin.staffing.queries.availability import Slot, hindrances
from tests.times import at

pytestmark = pytest.mark.django_db

MONDAY, FRIDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 27)


def enter(user: User, first: dt.date, last: dt.date, by: User | None = None) -> Absence:
    days = absences.whole_days(first, last)
    return absences.enter(user_id=user.pk, starts_at=days.start, ends_at=days.end, by=by)


def test_a_leader_enters_leave_and_nobody_is_given_work_in_it(chen: User, banzhang: User, crew: Crew) -> None:
    made = absences.enter(
        user_id=chen.pk,
        kind="sick",
        starts_at=at("2026-11-23 00:00"),
        ends_at=at("2026-11-26 00:00"),
        note=" 发烧 ",
        by=banzhang,
    )

    assert (made.kind, made.note) == ("sick", "发烧")
    inside = Slot(at("2026-11-25 23:59"), at("2026-11-25 23:59"))
    assert hindrances([chen], slot=inside)[chen.pk]


def test_leave_that_ends_before_it_begins_or_of_no_kind_is_refused(chen: User) -> None:
    for ends, kind, field in (
        ("2026-11-23 08:00", "leave", "ends_at"),
        ("2026-11-24 08:00", "party", "kind"),
    ):
        with pytest.raises(Invalid) as refusal:
            absences.enter(
                user_id=chen.pk, starts_at=at("2026-11-23 08:00"), ends_at=at(ends), kind=kind, by=None
            )
        assert refusal.value.field == field
    assert not Absence.objects.exists()


def test_leave_that_overlaps_is_refused_naming_both(chen: User) -> None:
    enter(chen, MONDAY, FRIDAY)

    with pytest.raises(Refused) as refusal:
        absences.enter(
            user_id=chen.pk,
            starts_at=at("2026-11-27 12:00"),
            ends_at=at("2026-11-28 12:00"),
            by=None,
        )

    assert str(refusal.value) == (
        "陈师傅 is already away 2026-11-23 – 2026-11-27;"
        " 2026-11-27 12:00 – 2026-11-28 12:00 would overlap with it."
    )
    enter(chen, FRIDAY + dt.timedelta(days=1), FRIDAY + dt.timedelta(days=1))
    assert Absence.objects.count() == 2


def test_leave_is_made_shorter_longer_and_taken_back(chen: User) -> None:
    first = enter(chen, MONDAY, FRIDAY)
    absences.change(absence_id=first.pk, ends_at=at("2026-11-25 00:00"), by=None)
    second = enter(chen, FRIDAY, FRIDAY)

    with pytest.raises(Refused, match="already away 2026-11-27"):
        absences.change(absence_id=first.pk, ends_at=at("2026-11-28 00:00"), by=None)
    with pytest.raises(Invalid):
        absences.change(absence_id=first.pk, ends_at=at("2026-11-22 00:00"), by=None)
    changed = absences.change(
        absence_id=first.pk, ends_at=at("2026-11-27 00:00"), kind="training", note="", by=None
    )

    assert (changed.kind, changed.ends_at) == ("training", at("2026-11-27 00:00"))
    absences.cancel(absence_id=second.pk, by=None)
    assert list(Absence.objects.all()) == [first]
    for again in (
        lambda: absences.cancel(absence_id=second.pk, by=None),
        lambda: absences.change(absence_id=second.pk, by=None),
    ):
        with pytest.raises(Missing):
            again()


def test_nobody_enters_leave_for_people_of_another_crew(
    chen: User, liu: User, banzhang: User, xu: User, crew: Crew
) -> None:
    held = enter(chen, MONDAY, MONDAY)

    for by, person in ((banzhang, liu), (xu, chen), (chen, chen)):
        with pytest.raises(NotPermitted):
            enter(person, FRIDAY, FRIDAY, by)
    for refused in (absences.cancel, absences.change):
        with pytest.raises(NotPermitted):
            refused(absence_id=held.pk, by=xu)

    assert list(Absence.objects.all()) == [held]
