"""Working calendars: their hours, the statutory days of a year, and the days closed or opened by hand."""

import datetime as dt
import json
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from houqin.kernel.reading import plain
from houqin.org.models import Calendar, CalendarDay, CalendarYear
from houqin.org.models.calendars import DayKind, DaySource, parsed_windows

COUNTRY = "CN"
STATUTORY = "holidays"
"""Who confirmed a year that was filled in with its make-up workdays: the package they come from."""
YEARS = range(1990, 2201)
_MADE = {DaySource.STATUTORY, DaySource.IMPORTED}


@transaction.atomic
def set_hours(
    *,
    calendar: Calendar,
    weekly: dict[str, list[list[str]]],
    time_zone: str | None = None,
    follows_holidays: bool | None = None,
) -> Calendar:
    """Change a calendar's weekly hours; due times follow when they are next worked out.

    `weekly` maps "0" (Monday) … "6" to `["08:00", "12:00"]` windows. Raises `Invalid` for windows
    that cannot be read, for a week without any and for an unknown time zone.
    """
    calendar = Calendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
    _require_hours(weekly)
    calendar.weekly = weekly
    if time_zone is not None:
        if time_zone not in zoneinfo.available_timezones():
            raise Invalid(_("There is no such time zone."), field="time_zone")
        calendar.time_zone = time_zone
    if follows_holidays is not None:
        calendar.follows_holidays = follows_holidays
    calendar.save(update_fields=["weekly", "time_zone", "follows_holidays"])
    calendar.refresh_from_db()
    return calendar


@transaction.atomic
def fill_year(*, year: int) -> int:
    """Fill in the statutory holidays and make-up workdays of a year; return how many days it has.

    They come from the `holidays` package, named in Chinese and English; what was filled in or
    imported for the year before is replaced, days entered by hand stay. The year is confirmed when
    make-up workdays are among them: only an announced year has any.
    """
    import holidays  # noqa: PLC0415 - five megabytes that an idle web process does not need

    _require_year(year)
    zh = holidays.country_holidays(COUNTRY, years=year, language="zh_CN")
    en = holidays.country_holidays(COUNTRY, years=year, language="en_US")
    make_up = sorted(day for day in zh.weekend_workdays if day.year == year)
    days = [
        CalendarDay(
            date=day, kind=DayKind.HOLIDAY, source=DaySource.STATUTORY, name=name[:60], name_en=en[day][:80]
        )
        for day, name in sorted(zh.items())
    ]
    days += [
        CalendarDay(
            date=day,
            kind=DayKind.MAKE_UP,
            source=DaySource.STATUTORY,
            name="调休上班",
            name_en="Make-up workday",
        )
        for day in make_up
    ]
    return _replace(year, days, by=STATUTORY if make_up else "")


@transaction.atomic
def import_year(*, content: bytes | str, by: str = "") -> int:
    """Take the days of a year from a holiday-cn JSON file, which confirms it; return how many days.

    The file replaces what was filled in for the year; days entered by hand stay. A file without
    days (a year not announced yet) leaves the year as it was. Raises `Invalid` for anything else.
    """
    try:
        data = json.loads(content)
        year = int(data["year"])
        found = [
            (dt.date.fromisoformat(day["date"]), str(day["name"]), day["isOffDay"]) for day in data["days"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_("This is not a holiday file: it needs “year” and “days”."), field="file") from error
    _require_year(year)
    if not found:
        return 0
    # The days of a break around New Year may lie in the year before or after.
    if any(abs(day.year - year) > 1 or not isinstance(off, bool) for day, _name, off in found):
        raise Invalid(_("This is not a holiday file: it needs “year” and “days”."), field="file")
    kinds = {True: DayKind.HOLIDAY, False: DayKind.MAKE_UP}
    days = {
        day: CalendarDay(date=day, kind=kinds[off], source=DaySource.IMPORTED, name=plain(name)[:60])
        for day, name, off in found
    }
    return _replace(year, list(days.values()), by=by or "holiday-cn")


def export_year(*, year: int) -> str:
    """Return the shared days of a year as a holiday-cn JSON file."""
    days = CalendarDay.objects.filter(calendar__isnull=True, date__year=year).order_by("date")
    off = {DayKind.HOLIDAY, DayKind.CLOSURE}
    shape: dict[str, Any] = {
        "year": year,
        "papers": [],
        "days": [
            {"name": day.name, "date": day.date.isoformat(), "isOffDay": day.kind in off} for day in days
        ],
    }
    return json.dumps(shape, ensure_ascii=False, indent=4)


@transaction.atomic
def confirm_year(*, year: int, by: str) -> CalendarYear:
    """Say that a year's days are settled, so that due times in it are no longer provisional."""
    _require_year(year)
    confirmed, _made = CalendarYear.objects.update_or_create(
        year=year, defaults={"confirmed_at": clock.now(), "confirmed_by": by}
    )
    return confirmed


@transaction.atomic
def set_day(
    *,
    date: dt.date,
    kind: str,
    calendar: Calendar | None = None,
    name: str = "",
    name_en: str = "",
    windows: Sequence[Sequence[str]] | None = None,
) -> CalendarDay:
    """Close or open a day by hand, for one calendar or, for None, for all that follow public holidays.

    `windows` gives the hours of that day; without them a closed day has none and an open one those
    of the longest weekday. It replaces what the calendar had for that day. Raises `Invalid`.
    """
    if kind not in DayKind.values:
        raise Invalid(_("Choose whether the day is closed or open."), field="kind")
    hours = [list(window) for window in windows] if windows is not None else None
    if hours is not None:
        _require_windows(hours, field="windows")
    day, _made = CalendarDay.objects.update_or_create(
        calendar=calendar,
        date=date,
        defaults={
            "kind": kind,
            "source": DaySource.ENTERED,
            "name": plain(name)[:60],
            "name_en": plain(name_en)[:80],
            "windows": hours,
        },
    )
    return day


@transaction.atomic
def clear_day(*, day: CalendarDay) -> None:
    """Forget that a day differs."""
    day.delete()


def _replace(year: int, days: list[CalendarDay], *, by: str) -> int:
    shared = CalendarDay.objects.filter(calendar__isnull=True)
    shared.filter(date__year=year, source__in=_MADE).delete()
    shared.filter(date__in=[day.date for day in days], source__in=_MADE).delete()
    by_hand = set(shared.filter(date__in=[day.date for day in days]).values_list("date", flat=True))
    CalendarDay.objects.bulk_create(day for day in days if day.date not in by_hand)
    if by:
        confirm_year(year=year, by=by)
    else:
        CalendarYear.objects.get_or_create(year=year)
    return len(days)


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise Invalid(_("The year must lie between 1990 and 2200."), field="year")


def _require_hours(weekly: dict[str, list[list[str]]]) -> None:
    if set(weekly) - {str(day) for day in range(7)}:
        raise Invalid(_("Weekdays run from 0 (Monday) to 6."), field="weekly")
    for windows in weekly.values():
        _require_windows(windows, field="weekly")
    if not any(weekly.values()):
        raise Invalid(_("A calendar needs opening hours on at least one weekday."), field="weekly")


def _require_windows(windows: list[list[str]], *, field: str) -> None:
    try:
        parsed_windows(windows)
    except (ValueError, TypeError) as error:
        raise Invalid(_("Write hours as 08:00–12:00."), field=field) from error
