"""How many minutes of work people have in a day: their hours, less leave, at most what their terms say."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.utils import timezone

from houqin.kernel.rosters import Span, days_between, minutes_left, span_on
from houqin.org.queries.calendars import calendar_for
from houqin.staffing.models import Hours, Terms
from houqin.staffing.queries.rosters import absences_meeting, shifts_on

MIDNIGHT = dt.time()
Minutes = dict[dt.date, int]


def capacity(user_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, Minutes]:
    """Minutes of work of each person on each day, by id; days are those of the organisation.

    A shift counts whole for the day it begins on, however far it reaches into the next. Who has no
    fixed hours has the minutes of a day less those of leave on it. The switch 在岗 is not asked: it
    tells of now. At most four statements, however many people.
    """
    terms = {one.user_id: one for one in Terms.objects.filter(user__in=user_ids)}
    days = {day: span_on(day, MIDNIGHT, MIDNIGHT, _zone()) for day in days_between(first, last)}
    away = absences_meeting(user_ids, Span(days[first].start, days[last].end + dt.timedelta(days=1)))
    shifts = shifts_on(user_ids, first, last)
    office: Mapping[dt.date, list[Span]] | None = None
    found: dict[int, Minutes] = {}
    for pk in user_ids:
        own = terms.get(pk)
        hours, most = (own.hours, own.day_minutes) if own else (Hours.ANY, Terms.DAY_MINUTES)
        if hours == Hours.ANY:
            found[pk] = {day: _free(whole, away[pk], most) for day, whole in days.items()}
            continue
        if hours == Hours.CALENDAR:
            office = office_hours(first, last) if office is None else office
            planned = office
        else:
            planned = {day: [] for day in days}
            for shift in shifts[pk]:
                planned[shift.day].append(Span(shift.starts_at, shift.ends_at))
        found[pk] = {day: min(most, minutes_left(planned[day], away[pk])) for day in days}
    return found


def _free(whole: Span, away: list[Span], most: int) -> int:
    """What is left of a day without fixed hours: half a day of leave is half a day less."""
    length = (whole.end - whole.start) // dt.timedelta(minutes=1)
    return max(0, most - (length - minutes_left([whole], away)))


def office_hours(first: dt.date, last: dt.date) -> dict[dt.date, list[Span]]:
    """The organisation's hours on each day; one that crosses midnight belongs to the day it begins on."""
    found: dict[dt.date, list[Span]] = {day: [] for day in days_between(first, last)}
    for start, end in calendar_for(None, None).windows(first, last):
        day = timezone.localtime(start).date()
        if day in found:
            found[day].append(Span(start, end))
    return found


def _zone() -> dt.tzinfo:
    return timezone.get_current_timezone()
