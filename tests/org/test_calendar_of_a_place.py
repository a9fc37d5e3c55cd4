"""Which working hours count, and that nobody works by old ones."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from houqin.kernel import clock
from houqin.org.models import Calendar, CalendarDay, CalendarYear, Organisation, Place
from houqin.org.queries.calendars import around_the_clock, calendar_for, is_provisional, working_calendar
from houqin.org.queries.organisation import organisation

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 11, 23)


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), SHANGHAI)


def hours(code: str, start: str, end: str, **facts: object) -> Calendar:
    weekly = {str(day): [[start, end]] for day in range(5)}
    return Calendar.objects.create(code=code, name=code, weekly=weekly, **facts)


@pytest.fixture
def room() -> Place:
    site = Place.objects.create(code="S", name="东校区", type="site")
    building = Place.objects.create(code="B", name="图书馆", type="building", parent=site)
    return Place.objects.create(code="R", name="301", parent=building)


def test_the_organisation_is_there_from_the_first_reading() -> None:
    first = organisation()
    assert organisation() == first
    assert Organisation.objects.count() == 1
    assert first.calendar is not None
    assert calendar_for(None, None).is_open(at(MONDAY, 9))
    assert not calendar_for(None, None).is_open(at(MONDAY, 13))


def test_the_nearest_calendar_counts_and_the_standard_before_it(room: Place) -> None:
    early = hours("early", "06:00", "07:00")
    late = hours("late", "20:00", "21:00")
    noon = hours("noon", "12:00", "13:00")
    Place.objects.filter(code="S").update(calendar=early)
    assert calendar_for(room, None).is_open(at(MONDAY, 6))
    Place.objects.filter(code="B").update(calendar=late)
    assert calendar_for(room, None).is_open(at(MONDAY, 20))
    assert not calendar_for(room, None).is_open(at(MONDAY, 6))
    assert calendar_for(room, noon).is_open(at(MONDAY, 12))
    assert not calendar_for(room, noon).is_open(at(MONDAY, 20))


def test_a_loaded_place_answers_from_its_lineage(room: Place) -> None:
    Place.objects.filter(code="S").update(calendar=hours("early", "06:00", "07:00"))
    room.refresh_from_db()
    assert calendar_for(room, None).is_open(at(MONDAY, 6))


def test_every_change_is_seen_at_once() -> None:
    own = hours("own", "08:00", "12:00")

    def is_open(day: dt.date) -> bool:
        return working_calendar(Calendar.objects.get(pk=own.pk)).is_working_day(day)

    assert is_open(MONDAY)
    CalendarDay.objects.create(date=MONDAY, kind="holiday")
    assert not is_open(MONDAY)
    CalendarDay.objects.update(date=MONDAY + dt.timedelta(days=1))
    assert is_open(MONDAY)
    assert not is_open(MONDAY + dt.timedelta(days=1))
    CalendarDay.objects.all().delete()
    assert is_open(MONDAY + dt.timedelta(days=1))
    Calendar.objects.filter(pk=own.pk).update(weekly={})
    assert not is_open(MONDAY)
    assert (
        Calendar.objects.get(pk=own.pk).version == 6
    )  # a moved day is one change for where it was and one for where it is


def test_a_change_that_is_rolled_back_leaves_no_trace() -> None:
    own = hours("own", "08:00", "12:00")
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012 - the transaction is the point
        CalendarDay.objects.create(calendar=own, date=MONDAY, kind="closure")
        own.refresh_from_db()
        assert not working_calendar(own).is_working_day(MONDAY)
        CalendarDay.objects.create(calendar=own, date=MONDAY, kind="closure")
    CalendarDay.objects.create(calendar=own, date=MONDAY + dt.timedelta(days=1), kind="closure")
    own.refresh_from_db()
    assert working_calendar(own).is_working_day(MONDAY)
    assert not working_calendar(own).is_working_day(MONDAY + dt.timedelta(days=1))


def test_own_days_stand_over_shared_ones_and_some_calendars_ignore_holidays() -> None:
    CalendarDay.objects.create(date=MONDAY, kind="holiday")
    follows = hours("follows", "08:00", "12:00")
    ignores = hours("ignores", "08:00", "12:00", follows_holidays=False)
    opens = hours("opens", "08:00", "12:00")
    CalendarDay.objects.create(calendar=opens, date=MONDAY, kind="opening", windows=[["09:00", "10:00"]])
    opens.refresh_from_db()
    assert not working_calendar(follows).is_working_day(MONDAY)
    assert working_calendar(ignores).is_working_day(MONDAY)
    assert working_calendar(opens).is_open(at(MONDAY, 9))
    assert not working_calendar(opens).is_open(at(MONDAY, 10))


def test_a_make_up_workday_has_the_hours_of_the_longest_weekday() -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    CalendarDay.objects.create(date=saturday, kind="make_up")
    weekly = {"0": [["08:00", "12:00"], ["14:00", "18:00"]], "4": [["08:00", "12:00"]]}
    own = Calendar.objects.create(code="own", name="own", weekly=weekly)
    assert working_calendar(own).is_open(at(saturday, 17))
    night = Calendar.objects.create(code="night", name="night", weekly={"1": [["22:00", "06:00"]]})
    assert working_calendar(night).is_open(at(saturday, 23))


def test_a_year_is_provisional_until_confirmed() -> None:
    with clock.stopped_at(at(MONDAY, 9)):
        assert is_provisional(at(dt.date(2027, 1, 1), 0))
        CalendarYear.objects.create(year=2027, confirmed_at=clock.now())
        assert not is_provisional(at(dt.date(2027, 1, 1), 0))
        assert not is_provisional(at(dt.date(2020, 1, 1), 0))
        assert is_provisional(at(MONDAY, 9))
        assert is_provisional(at(dt.date(2028, 1, 1), 0), confirmed=frozenset({2027}))


def test_around_the_clock_never_closes() -> None:
    assert around_the_clock().is_open(at(dt.date(2026, 10, 1), 3))
