"""What stands in the way of giving somebody work: licences, hours, shifts, leave, places."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Absence, Hours, Licence, LicenceKind, Shift, Terms, WorkPlace
from houqin.staffing.queries.availability import Hindrance, Rule, Slot, hindrances, said
from tests.makers import make_place

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


def slot(start: str, until: str | None = None) -> Slot:
    return Slot(at(start), at(until or start))


def against(person: User, **asked: object) -> list[Hindrance]:
    return list(hindrances([person], **asked)[person.pk])  # type: ignore[arg-type]


def height() -> LicenceKind:
    return LicenceKind.objects.create(code="height", name="高处作业证", name_en="Work at height")


def rostered(person: User, *spans: tuple[str, str]) -> None:
    Terms.objects.create(user=person, hours=Hours.ROSTER)
    for start, until in spans:
        Shift.objects.create(user=person, day=at(start).date(), starts_at=at(start), ends_at=at(until))


def test_somebody_of_whom_nothing_is_said_is_free(wang: User) -> None:
    assert against(wang, slot=slot("2026-11-23T03:00")) == []


def test_a_licence_holds_up_to_and_including_its_last_day(wang: User) -> None:
    kind = height()
    Licence.objects.create(
        user=wang, kind=kind, valid_from=dt.date(2025, 1, 1), valid_until=dt.date(2026, 11, 22)
    )

    assert against(wang, slot=slot("2026-11-22T23:59"), licences=[kind]) == []
    (ended,) = against(wang, slot=slot("2026-11-23T00:00"), licences=[kind])
    assert ended.rule == Rule.LICENCE
    assert said("Wang", ended) == "The licence “Work at height” of Wang ended on 2026-11-22."


def test_a_renewal_carries_on_and_a_gap_does_not(wang: User) -> None:
    kind = height()
    for first, last in (
        ("2026-01-01", "2026-11-23"),
        ("2026-11-24", "2027-11-23"),
        ("2027-11-25", "2028-01-01"),
    ):
        Licence.objects.create(
            user=wang,
            kind=kind,
            valid_from=dt.date.fromisoformat(first),
            valid_until=dt.date.fromisoformat(last),
        )

    assert against(wang, slot=slot("2026-11-23T22:00", "2026-11-24T06:00"), licences=[kind]) == []
    assert against(wang, slot=slot("2027-11-23T22:00", "2027-11-24T06:00"), licences=[kind])


def test_who_never_had_a_licence_and_whose_begins_later_hear_that(wang: User) -> None:
    kind = height()
    (none,) = against(wang, slot=slot("2026-11-23T09:00"), licences=[kind])
    assert said("Wang", none) == "Wang does not hold the licence “Work at height”."

    Licence.objects.create(
        user=wang, kind=kind, valid_from=dt.date(2026, 12, 1), valid_until=dt.date(2027, 12, 1)
    )
    (later,) = against(wang, slot=slot("2026-11-23T09:00"), licences=[kind])
    assert "begins only on 2026-12-01" in said("Wang", later)


def test_a_night_shift_goes_on_after_midnight(wang: User) -> None:
    rostered(wang, ("2026-11-23T22:00", "2026-11-24T06:00"))

    assert against(wang, slot=slot("2026-11-24T05:59")) == []
    (off,) = against(wang, slot=slot("2026-11-24T06:00"))
    assert said("Wang", off) == "Wang is not on shift then, and no later shift is planned."
    (before,) = against(wang, slot=slot("2026-11-23T21:59"))
    assert "the next shift begins at 2026-11-23 22:00" in said("Wang", before)


def test_an_appointment_begins_and_ends_inside_shifts_and_may_span_the_break(wang: User) -> None:
    rostered(wang, ("2026-11-23T08:00", "2026-11-23T12:00"), ("2026-11-23T14:00", "2026-11-23T18:00"))

    assert against(wang, slot=slot("2026-11-23T11:00", "2026-11-23T15:00")) == []
    assert against(wang, slot=slot("2026-11-23T17:00", "2026-11-23T18:00")) == []
    assert against(wang, slot=slot("2026-11-23T17:00", "2026-11-23T18:30"))
    assert against(wang, slot=slot("2026-11-23T13:00", "2026-11-23T15:00"))


def test_office_hours_are_those_of_the_organisation(wang: User) -> None:
    Terms.objects.create(user=wang, hours=Hours.CALENDAR)

    assert against(wang, slot=slot("2026-11-23T09:00", "2026-11-23T10:00")) == []
    (closed,) = against(wang, slot=slot("2026-11-22T09:00"))
    assert closed.rule == Rule.SHIFT
    assert "2026-11-23" in said("Wang", closed)


def test_leave_of_any_kind_reads_the_same(wang: User) -> None:
    Absence.objects.create(
        user=wang, kind="sick", starts_at=at("2026-11-23T00:00"), ends_at=at("2026-11-25T00:00")
    )

    (away,) = against(wang, slot=slot("2026-11-24T09:00"))
    assert said("Wang", away) == "Wang is away until 2026-11-25 00:00."
    assert against(wang, slot=slot("2026-11-25T00:00")) == []
    assert against(wang, slot=slot("2026-11-22T22:00", "2026-11-23T01:00"))


def test_the_switch_counts_for_now_and_not_for_an_appointment(wang: User) -> None:
    Terms.objects.create(user=wang, on_duty=False)

    (off,) = against(wang, slot=Slot.of(None, None))
    assert (off.rule, said("Wang", off)) == (Rule.OFF_DUTY, "Wang is off duty.")
    later = clock.now() + DAY
    assert against(wang, slot=Slot.of(later, later + dt.timedelta(hours=1))) == []


def test_somebody_bound_to_places_works_below_them_only(wang: User) -> None:
    east, west = make_place("东区", type="site"), make_place("西区", type="site")
    room = make_place("101", parent=east)
    WorkPlace.objects.create(user=wang, place=east)

    assert against(wang, slot=slot("2026-11-23T09:00"), place=room) == []
    (elsewhere,) = against(wang, slot=slot("2026-11-23T09:00"), place=west)
    assert said("Wang", elsewhere) == "Wang works only at 东区."
    assert against(wang, slot=slot("2026-11-23T09:00"), place=None)


def test_two_shifts_of_one_person_never_overlap_and_may_touch(wang: User) -> None:
    rostered(wang, ("2026-11-23T22:00", "2026-11-24T06:00"))
    Shift.objects.create(
        user=wang, day=dt.date(2026, 11, 24), starts_at=at("2026-11-24T06:00"), ends_at=at("2026-11-24T14:00")
    )

    with pytest.raises(IntegrityError, match="shift_one_at_a_time"), transaction.atomic():
        Shift.objects.create(
            user=wang,
            day=dt.date(2026, 11, 24),
            starts_at=at("2026-11-24T13:59"),
            ends_at=at("2026-11-24T20:00"),
        )

    assert wang.shifts.count() == 2


def test_however_many_people_it_takes_few_statements(
    wang: User, chen: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    kind, place = height(), make_place()
    for person in (wang, chen):
        Terms.objects.create(user=person, hours=Hours.ROSTER)

    with django_assert_max_num_queries(5):  # type: ignore[operator]
        found = hindrances([wang, chen], slot=slot("2026-11-23T09:00"), place=place, licences=[kind])

    assert {pk: [one.rule for one in each] for pk, each in found.items()} == {
        wang.pk: [Rule.LICENCE, Rule.SHIFT],
        chen.pk: [Rule.LICENCE, Rule.SHIFT],
    }
