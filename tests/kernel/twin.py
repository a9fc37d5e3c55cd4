"""Working time counted minute by minute, as slowly and plainly as possible.

Written from the rules alone, as the opponent of `houqin.kernel.working_time` and
`houqin.kernel.service_clock`. It knows no instants of opening: it walks over the minutes of
UTC, reads the clock on the wall at each, and asks whether that minute is in a window. When
clocks are set back, the wall clock counts by the latest time it has ever shown.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

Windows = Sequence[tuple[dt.time, dt.time]]
MINUTE = dt.timedelta(minutes=1)
DAY_MINUTES = 1_440
BLOCK = 15
"""Minutes over which the zones tested here never change their offset."""


@lru_cache(maxsize=64)
def wall(first: dt.datetime, zero: dt.date, tz: ZoneInfo, days: int) -> tuple[int, ...]:
    """Local minutes since midnight of day zero, shown at each minute of UTC."""
    midnight = dt.datetime.combine(zero, dt.time())
    shown: list[int] = []
    latest = 0
    for block in range(0, days * DAY_MINUTES, BLOCK):
        local = (first + block * MINUTE).astimezone(tz).replace(tzinfo=None)
        for minute in range(BLOCK):
            latest = max(latest, (local - midnight) // MINUTE + minute)
            shown.append(latest)
    return tuple(shown)


class MinuteTwin:
    """Whether each minute from `first` on, for a number of days, is working time."""

    def __init__(
        self,
        weekly: Mapping[int, Windows],
        overrides: Mapping[dt.date, Windows],
        tz: str,
        first: dt.datetime,
        days: int,
    ) -> None:
        self.weekly, self.overrides, self.tz = weekly, overrides, ZoneInfo(tz)
        self.first = first.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
        self.zero = (self.first.astimezone(self.tz) - dt.timedelta(days=3)).date()
        local = self._local_minutes(days + 6)
        self.shown = wall(self.first, self.zero, self.tz, days)
        self.open = bytes(map(local.__getitem__, self.shown))

    def windows_of(self, date: dt.date) -> Windows:
        return self.overrides[date] if date in self.overrides else self.weekly.get(date.weekday(), ())

    def _local_minutes(self, days: int) -> bytearray:
        local = bytearray(DAY_MINUTES * (days + 2))
        for number in range(days):
            for start, end in self.windows_of(self.zero + dt.timedelta(days=number)):
                begin = number * DAY_MINUTES + start.hour * 60 + start.minute
                stop = number * DAY_MINUTES + end.hour * 60 + end.minute
                for minute in range(begin, stop if stop > begin else stop + DAY_MINUTES):
                    local[minute] = 1
        return local

    def minute(self, at: dt.datetime) -> int:
        return (at.astimezone(dt.UTC) - self.first) // MINUTE

    def at(self, minute: int) -> dt.datetime:
        return self.first + minute * MINUTE

    def between(self, start: dt.datetime, end: dt.datetime) -> int:
        return sum(self.open[self.minute(start) : max(self.minute(end), self.minute(start))])

    def add(self, start: dt.datetime, work: int) -> dt.datetime | None:
        """The end of `work` minutes; nothing when it lies beyond the minutes walked over."""
        minute = self.minute(start)
        while work:
            if minute >= len(self.open):
                return None
            work -= self.open[minute]
            minute += 1
        return self.at(minute)

    def subtract(self, end: dt.datetime, work: int) -> dt.datetime | None:
        minute = self.minute(end)
        while work:
            if minute <= 0:
                return None
            minute -= 1
            work -= self.open[minute]
        return self.at(minute)

    def first_showing(self, date: dt.date, minutes: int) -> dt.datetime | None:
        """The first minute at which the wall shows so many minutes after a midnight, or later."""
        wanted = (date - self.zero).days * DAY_MINUTES + minutes
        found = next((minute for minute, shown in enumerate(self.shown) if shown >= wanted), None)
        return None if found is None else self.at(found)

    def add_days(self, start: dt.datetime, days: int, *, end_of_day: bool) -> dt.datetime | None:
        """The start moved by working days; nothing when that lies beyond the minutes walked over."""
        local = start.astimezone(self.tz)
        if not days and not end_of_day:
            return start
        date = local.date()
        if not days:
            ends = self._end(date)
            if ends is not None and ends >= start:
                return ends
            days = 1
        while days:
            date += dt.timedelta(days=1)
            days -= bool(self.windows_of(date))
            if (date - self.zero).days > len(self.open) // DAY_MINUTES:
                return None
        return self._end(date) if end_of_day else self.first_showing(date, local.hour * 60 + local.minute)

    def _end(self, date: dt.date) -> dt.datetime | None:
        ends = []
        for opens, closes in self.windows_of(date):
            begin, stop = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
            ends.append(stop if stop > begin else stop + DAY_MINUTES)
        return self.first_showing(date, max(ends)) if ends else None
