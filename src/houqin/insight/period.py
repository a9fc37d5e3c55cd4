"""Periods of whole local days as instants."""

import datetime as dt
from zoneinfo import ZoneInfo


def local_days(start: dt.date, end: dt.date, time_zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants at which the days `[start, end)` begin and end in a time zone."""
    zone = ZoneInfo(time_zone)
    return (
        dt.datetime.combine(start, dt.time(), zone).astimezone(dt.UTC),
        dt.datetime.combine(end, dt.time(), zone).astimezone(dt.UTC),
    )
