"""The working hours that count at a place, and which years of them are settled."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from houqin.kernel import clock
from houqin.kernel.working_time import Window, WorkingCalendar, always_open
from houqin.org.models import Calendar, CalendarDay, CalendarYear, Place
from houqin.org.models.calendars import DayKind, parsed_windows
from houqin.org.queries.organisation import office_calendar, organisation

CALENDARS_KEPT = 64
"""Built calendars a process keeps; each also remembers the days it has worked out."""

_WARNED_FROM = 11
_built: dict[tuple[int, UUID], WorkingCalendar] = {}
_lock = Lock()


def calendar_for(place: Place | None, standard_calendar: Calendar | None) -> WorkingCalendar:
    """Return the hours that count: the standard's, else the nearest place's, else the organisation's.

    The nearest place is `place` itself or the first above it that has a calendar. One or two
    small queries; what is built from them is kept for as long as nobody changes the calendar or
    one of its days (each change, also a bulk update, gives the calendar a new stamp).
    """
    calendar = standard_calendar or _calendar_of_place(place) or organisation().calendar
    return working_calendar(calendar or office_calendar())


def calendars_for(places: Iterable[Place | None]) -> dict[int | None, WorkingCalendar]:
    """The hours that count at each of many places, by its key; None stands for no place.

    Two statements, whatever the number of places, and one for each calendar not built yet.
    """
    known = {place.pk: place.lineage for place in places if place is not None}
    above = {pk for lineage in known.values() for pk in lineage}
    own = {
        at.pk: at.calendar
        for at in Place.objects.filter(pk__in=above, calendar__isnull=False)
        .select_related("calendar")
        .only("calendar")
        if at.calendar
    }
    house = working_calendar(organisation().calendar or office_calendar())
    found: dict[int | None, WorkingCalendar] = {None: house}
    for pk, lineage in known.items():
        nearest = next((own[one] for one in reversed(lineage) if one in own), None)
        found[pk] = working_calendar(nearest) if nearest else house
    return found


def working_calendar(calendar: Calendar) -> WorkingCalendar:
    """Return the hours of one calendar with the days that differ; `calendar` is read as it was loaded."""
    key = (calendar.pk, calendar.stamp)
    kept = _built.get(key)
    if kept is None:
        kept = _build(calendar)
        with _lock:
            if len(_built) >= CALENDARS_KEPT:
                _built.clear()
            _built[key] = kept
    return kept


def around_the_clock(tz: str | None = None) -> WorkingCalendar:
    """Return the calendar that never closes; its days change at midnight in `tz`."""
    return always_open(tz or settings.TIME_ZONE)


def confirmed_years() -> frozenset[int]:
    """Return the years whose public holidays are settled."""
    return frozenset(CalendarYear.objects.filter(confirmed_at__isnull=False).values_list("year", flat=True))


def is_provisional(at: dt.datetime, *, confirmed: frozenset[int] | None = None) -> bool:
    """Tell whether `at` lies in a year whose holidays are not settled yet, so that it may still move.

    The year is that of the organisation's time zone; past years are never provisional. Lists
    read `confirmed_years()` once and pass it.
    """
    year = timezone.localtime(at).year
    if year < clock.today().year:
        return False
    return year not in (confirmed_years() if confirmed is None else confirmed)


def usual_hours(weekly: Mapping[str, Any]) -> list[Window]:
    """Return the hours of the weekday that is open longest: those of a make-up workday."""
    days = [parsed_windows(weekly.get(str(weekday), [])) for weekday in range(7)]
    return max(days, key=_minutes)


def _calendar_of_place(place: Place | None) -> Calendar | None:
    if place is None:
        return None
    above = place.lineage or Place.objects.values_list("lineage", flat=True).get(pk=place.pk)
    found = {
        at.pk: at.calendar
        for at in Place.objects.filter(pk__in=above, calendar__isnull=False)
        .select_related("calendar")
        .only("calendar")
    }
    return next((found[pk] for pk in reversed(above) if pk in found), None)


def _build(calendar: Calendar) -> WorkingCalendar:
    weekly = {weekday: parsed_windows(calendar.weekly.get(str(weekday), [])) for weekday in range(7)}
    mine = Q(calendar=calendar)
    shared = Q(calendar__isnull=True) if calendar.follows_holidays else Q(pk__in=[])
    overrides: dict[dt.date, Sequence[Window]] = {}
    days = CalendarDay.objects.filter(shared | mine)
    for day in sorted(days, key=lambda day: day.calendar_id is not None):  # own days replace shared ones
        overrides[day.date] = _hours_of(day, calendar)
    return WorkingCalendar(weekly=weekly, overrides=overrides, tz=calendar.time_zone)


def _hours_of(day: CalendarDay, calendar: Calendar) -> Sequence[Window]:
    if day.windows is not None:
        return parsed_windows(day.windows)
    if day.kind in {DayKind.HOLIDAY, DayKind.CLOSURE}:
        return ()
    return usual_hours(calendar.weekly)


def _minutes(windows: list[Window]) -> int:
    return sum((_minute(end) - _minute(start)) % (24 * 60) or 24 * 60 for start, end in windows)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def unconfirmed_year(today: dt.date) -> int | None:
    """Return the year administrators must be warned about, or None.

    That is this year while its holidays are not settled, and from 1 November the next one.
    """
    settled = confirmed_years()
    if today.year not in settled:
        return today.year
    return today.year + 1 if today.month >= _WARNED_FROM and today.year + 1 not in settled else None
