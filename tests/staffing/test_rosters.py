"""Planning shifts: by kind, by times, by a pattern, as the week before; and who may."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.staffing.actions import absences, crews, rosters
from houqin.staffing.actions.rosters import Planned
from houqin.staffing.models import Crew, Shift, ShiftKind
from tests.makers import make_crew, make_person, make_shift_kind
from tests.times import SHANGHAI, at

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture
def early(db: None) -> ShiftKind:
    return make_shift_kind("早班", "08:00-16:00")


@pytest.fixture
def late(db: None) -> ShiftKind:
    return make_shift_kind("中班", "16:00-00:00")


@pytest.fixture
def night(db: None) -> ShiftKind:
    return make_shift_kind("夜班", "22:00-06:00")


def planned(user: User) -> list[str]:
    """The shifts of a person: day, kind and hours."""
    rows = Shift.objects.filter(user=user).select_related("kind").order_by("starts_at")
    return [
        f"{row.day:%d} {row.kind.name if row.kind else '-'} "
        f"{row.starts_at.astimezone(SHANGHAI):%d.%H}-{row.ends_at.astimezone(SHANGHAI):%d.%H}"
        for row in rows
    ]


def days_of(user: User) -> list[int]:
    return list(Shift.objects.filter(user=user).order_by("day").values_list("day__day", flat=True))


def test_a_night_shift_belongs_to_the_day_it_begins_on(chen: User, night: ShiftKind) -> None:
    shift = rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=night.pk, by=None)

    assert (shift.day, shift.kind) == (MONDAY, night)
    assert (shift.starts_at, shift.ends_at) == (at("2026-11-23 22:00"), at("2026-11-24 06:00"))


def test_a_shift_may_be_planned_by_its_times(chen: User) -> None:
    shift = rosters.plan_shift(user_id=chen.pk, day=MONDAY, begins=dt.time(19), ends=dt.time(1, 30), by=None)

    assert (shift.kind, shift.ends_at) == (None, at("2026-11-24 01:30"))
    with pytest.raises(Invalid, match="Choose a shift"):
        rosters.plan_shift(user_id=chen.pk, day=MONDAY, begins=dt.time(19), by=None)


def test_planned_again_it_is_the_same_shift(chen: User, early: ShiftKind) -> None:
    first = rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=early.pk, by=None)
    again = rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=early.pk, by=None, instead=True)

    assert first == again
    assert Shift.objects.count() == 1


def test_two_shifts_at_once_are_refused_naming_both_and_the_person(
    chen: User, early: ShiftKind, night: ShiftKind
) -> None:
    rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=night.pk, by=None)

    with pytest.raises(Refused) as refusal:
        rosters.plan_shift(
            user_id=chen.pk, day=MONDAY + DAY, begins=dt.time(5), ends=dt.time(9), by=None, instead=True
        )

    assert str(refusal.value) == (
        "陈师傅 would have two shifts at once: 2026-11-23 夜班 22:00–06:00 and 2026-11-24 05:00–09:00."
    )
    assert days_of(chen) == [23]
    rosters.plan_shift(user_id=chen.pk, day=MONDAY + DAY, begins=dt.time(6), ends=dt.time(9), by=None)
    assert days_of(chen) == [23, 24]


def test_instead_takes_away_what_else_begins_on_the_day(
    chen: User, early: ShiftKind, night: ShiftKind
) -> None:
    rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=early.pk, by=None)
    rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=night.pk, by=None)
    rosters.plan_shift(
        user_id=chen.pk, day=MONDAY, begins=dt.time(9), ends=dt.time(17), by=None, instead=True
    )

    assert planned(chen) == ["23 - 23.09-23.17"]


def test_a_shift_during_leave_is_refused_and_left_out_of_a_pattern(chen: User, early: ShiftKind) -> None:
    away = absences.whole_days(MONDAY + DAY, MONDAY + 2 * DAY)
    absences.enter(user_id=chen.pk, starts_at=away.start, ends_at=away.end, by=None)

    with pytest.raises(Refused, match="away 2026-11-24 – 2026-11-25"):
        rosters.plan_shift(user_id=chen.pk, day=MONDAY + DAY, kind_id=early.pk, by=None)
    found = rosters.plan_pattern(
        user_ids=[chen.pk], first=MONDAY, last=MONDAY + 4 * DAY, cycle=[early.pk], by=None
    )

    assert found == Planned(new=3, away=2)
    assert days_of(chen) == [23, 26, 27]


def test_a_usual_week_is_one_kind_and_some_weekdays(chen: User, liu: User, early: ShiftKind) -> None:
    wanted: dict[str, Any] = {
        "user_ids": [chen.pk, liu.pk],
        "first": MONDAY,
        "last": MONDAY + 13 * DAY,
        "cycle": [early.pk],
        "weekdays": range(5),
        "by": None,
    }
    assert rosters.plan_pattern(**wanted) == Planned(new=20)
    assert rosters.plan_pattern(**wanted) == Planned(same=20)
    assert rosters.plan_pattern(**wanted, instead=True) == Planned(same=20)

    assert days_of(chen) == [*range(23, 28), 30, 1, 2, 3, 4]


def test_in_a_rotation_each_next_person_begins_further_into_the_cycle(
    chen: User, liu: User, early: ShiftKind, late: ShiftKind, night: ShiftKind
) -> None:
    found = rosters.plan_pattern(
        user_ids=[chen.pk, liu.pk],
        first=MONDAY,
        last=MONDAY + 3 * DAY,
        cycle=[early.pk, late.pk, night.pk, None],
        stagger=1,
        by=None,
    )

    assert found == Planned(new=6)
    kinds = [
        [row.kind.name[0] if row.kind else "" for row in Shift.objects.filter(user=person).order_by("day")]
        for person in (chen, liu)
    ]
    assert kinds == [["早", "中", "夜"], ["中", "夜", "早"]]
    assert days_of(liu) == [23, 24, 26]


def test_a_pattern_that_clashes_with_itself_or_what_is_planned_writes_nothing(
    chen: User, liu: User, early: ShiftKind, night: ShiftKind
) -> None:
    with pytest.raises(Refused, match="夜班 22:00–06:00 and 2026-11-24 晨班 05:00"):
        rosters.plan_pattern(
            user_ids=[chen.pk],
            first=MONDAY,
            last=MONDAY + 6 * DAY,
            cycle=[night.pk, make_shift_kind("晨班", "05:00-09:00").pk],
            by=None,
        )
    rosters.plan_shift(user_id=liu.pk, day=MONDAY, begins=dt.time(15), ends=dt.time(17), by=None)
    with pytest.raises(Refused, match="刘师傅"):
        rosters.plan_pattern(user_ids=[chen.pk, liu.pk], first=MONDAY, last=MONDAY, cycle=[early.pk], by=None)

    assert Shift.objects.count() == 1
    found = rosters.plan_pattern(
        user_ids=[chen.pk, liu.pk], first=MONDAY, last=MONDAY, cycle=[early.pk], by=None, instead=True
    )
    assert found == Planned(new=2, gone=1)


def test_a_wrong_range_or_cycle_is_refused(chen: User, early: ShiftKind) -> None:
    good: dict[str, Any] = {
        "user_ids": [chen.pk], "first": MONDAY, "last": MONDAY, "cycle": [early.pk], "by": None
    }  # fmt: skip
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"last": MONDAY - DAY}, "last"),
        ({"last": MONDAY + 366 * DAY}, "last"),
        ({"cycle": []}, "cycle"),
        ({"cycle": [None]}, "cycle"),
        ({"user_ids": []}, "people"),
    ]
    for facts, field in wrong:
        with pytest.raises(Invalid) as refusal:
            rosters.plan_pattern(**{**good, **facts})
        assert refusal.value.field == field
    for unknown in ({"user_ids": [0]}, {"cycle": [0]}):
        with pytest.raises(Missing):
            rosters.plan_pattern(**{**good, **unknown})
    ShiftKind.objects.update(active=False)
    with pytest.raises(Refused, match="not in use"):
        rosters.plan_pattern(**good)
    assert not Shift.objects.exists()


def test_a_week_is_copied_by_the_clock_on_the_wall(
    chen: User, liu: User, early: ShiftKind, night: ShiftKind
) -> None:
    rosters.plan_shift(user_id=chen.pk, day=MONDAY, kind_id=early.pk, by=None)
    rosters.plan_shift(user_id=chen.pk, day=MONDAY + 6 * DAY, kind_id=night.pk, by=None)
    rosters.plan_shift(user_id=liu.pk, day=MONDAY + 8 * DAY, kind_id=early.pk, by=None)
    early.begins = dt.time(9)
    early.save()
    both = [chen.pk, liu.pk]

    assert rosters.copy_week(user_ids=both, monday=MONDAY, to=MONDAY + 7 * DAY, by=None) == Planned(new=2)
    again = rosters.copy_week(user_ids=both, monday=MONDAY, to=MONDAY + 7 * DAY, by=None, instead=True)

    assert again == Planned(same=2)
    first, last = Shift.objects.filter(user=chen, day__gt=MONDAY + 6 * DAY).order_by("day")
    assert (first.kind, first.starts_at) == (early, at("2026-11-30 08:00"))
    assert last.ends_at == at("2026-12-07 06:00")
    assert days_of(liu) == [1]
    with pytest.raises(Invalid):
        rosters.copy_week(user_ids=both, monday=MONDAY, to=MONDAY + DAY, by=None)
    with pytest.raises(Refused, match="No shift is planned"):
        rosters.copy_week(user_ids=both, monday=MONDAY - 70 * DAY, to=MONDAY, by=None)


def test_shifts_are_taken_back_one_by_one_or_for_a_range(chen: User, early: ShiftKind) -> None:
    rosters.plan_pattern(user_ids=[chen.pk], first=MONDAY, last=MONDAY + 4 * DAY, cycle=[early.pk], by=None)
    first = Shift.objects.get(day=MONDAY)
    rosters.remove_shift(shift_id=first.pk, by=None)
    with pytest.raises(Missing):
        rosters.remove_shift(shift_id=first.pk, by=None)

    assert rosters.clear_shifts(user_ids=[chen.pk], first=MONDAY, last=MONDAY + 2 * DAY, by=None) == 2
    assert days_of(chen) == [26, 27]
    with pytest.raises(Invalid):
        rosters.clear_shifts(user_ids=[chen.pk], first=MONDAY, last=MONDAY - DAY, by=None)


def test_a_crew_leader_plans_own_people_and_nobody_else(
    admin: User, banzhang: User, xu: User, lin: User, chen: User, liu: User, crew: Crew, early: ShiftKind
) -> None:
    for who in (chen, banzhang):
        rosters.plan_shift(user_id=who.pk, day=MONDAY, kind_id=early.pk, by=banzhang)
    kept = Shift.objects.get(user=chen)

    for by, person in ((banzhang, liu), (xu, chen), (lin, chen), (chen, chen), (make_person(), chen)):
        for refused in (
            lambda by=by, person=person: rosters.plan_shift(
                user_id=person.pk, day=MONDAY + DAY, kind_id=early.pk, by=by
            ),
            lambda by=by, person=person: rosters.clear_shifts(
                user_ids=[person.pk], first=MONDAY, last=MONDAY, by=by
            ),
        ):
            with pytest.raises(NotPermitted):
                refused()
    with pytest.raises(NotPermitted):
        rosters.remove_shift(shift_id=kept.pk, by=xu)
    assert Shift.objects.count() == 2

    make_crew("空调班", liu)
    rosters.plan_shift(user_id=liu.pk, day=MONDAY, kind_id=early.pk, by=admin)
    crews.leave(crew_id=crew.pk, user_id=chen.pk, by=admin, until=clock.today() - DAY)
    with pytest.raises(NotPermitted):
        rosters.remove_shift(shift_id=kept.pk, by=banzhang)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["08-16", "16-24", "22-06", "05-09", ""]), min_size=1, max_size=5),
    st.integers(0, 9),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["08-16", "22-06"])), max_size=3),
    st.booleans(),
)
def test_a_pattern_comes_out_as_its_twin_plans_it_day_by_day(
    cycle: list[str], length: int, before: list[tuple[int, str]], instead: bool
) -> None:
    person = make_person()
    known = {hours: _kind(hours) for hours in {*cycle, *(hours for _day, hours in before)} if hours}
    stored: dict[tuple[int, int], str] = {}
    for day, hours in before:
        span = _span(day, hours)
        if not any(_meet(span, other) for other in stored):
            rosters.plan_shift(user_id=person.pk, day=MONDAY + day * DAY, kind_id=known[hours].pk, by=None)
            stored[span] = hours
    wanted = {_span(n, hours): hours for n in range(length + 1) if (hours := cycle[n % len(cycle)])}
    stay = {span: hours for span, hours in stored.items() if not (instead and span[0] // 24 <= length)}
    final = {**stay, **wanted}
    spans = sorted(final)
    possible = not any(_meet(a, b) for i, a in enumerate(spans) for b in spans[i + 1 :])

    pattern: dict[str, Any] = {
        "user_ids": [person.pk],
        "first": MONDAY,
        "last": MONDAY + length * DAY,
        "cycle": [known[hours].pk if hours else None for hours in cycle],
        "instead": instead,
        "by": None,
    }
    if not any(cycle):
        with pytest.raises(Invalid):
            rosters.plan_pattern(**pattern)
        final = stored
    elif possible:
        came = rosters.plan_pattern(**pattern)
        assert came == Planned(
            new=len(wanted.keys() - stored.keys()),
            same=len(wanted.keys() & stored.keys()),
            gone=len(stored.keys() - final.keys()),
        )
    else:
        with pytest.raises(Refused):
            rosters.plan_pattern(**pattern)
        final = stored
    midnight = at("2026-11-23 00:00")
    hour = dt.timedelta(hours=1)
    rows = Shift.objects.filter(user=person)
    assert {((row.starts_at - midnight) // hour, (row.ends_at - midnight) // hour) for row in rows} == set(
        final
    )


def _kind(hours: str) -> ShiftKind:
    begins, ends = hours.split("-")
    return make_shift_kind(hours, f"{begins}:00-{int(ends) % 24:02d}:00")


def _span(day: int, hours: str) -> tuple[int, int]:
    begins, ends = (int(part) for part in hours.split("-"))
    return (24 * day + begins, 24 * day + ends + (24 if ends <= begins else 0))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return bool(set(range(*one)) & set(range(*other)))
