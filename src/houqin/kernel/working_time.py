"""Working time: how long people were on duty between two instants, and when a span of it ends.

A calendar has windows for each weekday and windows for single dates, which replace those of
the weekday and so close a day or open one. A window whose end is not after its start runs
into the next day (00:00–00:00 is 24 hours); it belongs to the date it starts on, whatever
holds on the next. Overlapping windows unite.

Where a time zone sets its clocks, a local time means the first instant at which the clock on
the wall shows that time or a later one: a time that is skipped is the instant of the jump,
a time that comes twice is its first coming. Between two such instants real time is counted,
so a night shift is an hour longer or shorter when the clocks change.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from houqin.kernel.errors import Refused

Window = tuple[dt.time, dt.time]
Span = tuple[int, int]
"""Two instants in microseconds since 1970 UTC, or two local times in microseconds since midnight."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = dt.timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
TEN_YEARS = 3_653
"""Days without an opening after which a calendar counts as closed for good."""

DAYS_KEPT = 20_000
BLOCK = 64
"""Days whose working time is added up once, so that years are measured in steps of two months."""


class NoOpening(Refused):
    """The calendar does not open within ten years, so no due time can be told."""

    code = "no_opening"


class WorkingCalendar:
    """The working hours of one place or team, in one time zone; never changed once made.

    `weekly` maps a weekday (0 is Monday) to its windows, `overrides` a date to the windows
    that hold on it instead, none to close it; a weekday that is missing is closed. Instants
    given must carry a time zone, otherwise `ValueError`; instants returned are in the zone of
    the calendar. Subtract two of those only after turning them into UTC: within one zone
    Python subtracts what the clocks show.
    """

    def __init__(
        self,
        weekly: Mapping[int, Sequence[Window]],
        overrides: Mapping[dt.date, Sequence[Window]],
        tz: str,
    ) -> None:
        if not weekly.keys() <= set(range(7)):
            raise ValueError(f"weekdays run from 0 (Monday) to 6: {sorted(weekly)}")
        self.tz = ZoneInfo(tz)
        self._weekly = tuple(_united(weekly.get(weekday, ())) for weekday in range(7))
        self._overrides = {date.toordinal(): _united(windows) for date, windows in overrides.items()}
        self._instants: dict[int, tuple[Span, ...]] = {}
        self._offsets: dict[int, int] = {}
        self._blocks: dict[int, int] = {}

    def add(self, start: dt.datetime, work: dt.timedelta) -> dt.datetime:
        """Return the first instant from `start` on by which `work` of working time has passed.

        Work that is done exactly at closing time ends there, not at the next opening; no
        work ends at `start` itself. A negative `work` is counted backwards: the last instant
        from which that much working time passes until `start`.

        Raises `NoOpening` when the work cannot go on for ten years.
        """
        at = _micros(start)
        left = work // MICROSECOND
        if left < 0:
            return self._aware(self._back(at, -left))
        if left == 0:
            return self._aware(at)
        for opens, closes in self._from(self._date(at) - 1):
            begin = max(opens, at)
            if closes - begin >= left:
                return self._aware(begin + left)
            left -= max(closes - begin, 0)
        raise _closed_for_good()

    def add_days(self, start: dt.datetime, days: int, end_of_day: bool = False) -> dt.datetime:  # noqa: FBT001, FBT002 - agreed signature
        """Return `start` moved by a number of working days: dates on which a window starts.

        Counted are the working days after the date of `start`, so on a day off the next
        working day is day 1. The clock time stays as it is, also outside the windows; with
        `end_of_day` the result is the end of the day's last window instead. Negative days
        count backwards. 0 days is `start`, or with `end_of_day` the end of that date, of the
        next working day when that has passed or the date is a day off.

        Raises `NoOpening` when ten years hold no further working day.
        """
        at = _micros(start)
        date = self._date(at)
        if days == 0 and not end_of_day:
            return self._aware(at)
        if end_of_day:
            return self._aware(self._end_of_day(at, date, days))
        target = self._working_day(date, days)
        local = self._aware(at)
        clock = dt.timedelta(
            hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return self._aware(self._instant(target, clock // MICROSECOND))

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return the working time from `start` to `end`; none when `end` is not after `start`."""
        begin, stop = _micros(start), _micros(end)
        if stop <= begin:
            return dt.timedelta(0)
        first, last = self._date(begin), self._date(stop)
        # No window runs into the second day after its own: those between are worked as a whole.
        inside = range(first + 1, max(last - 1, first + 1))
        total = self._whole(inside)
        for ordinal in (*range(first - 1, inside.start), *range(inside.stop, last + 1)):
            for opens, closes in self._day(ordinal):
                if opens < stop and closes > begin:
                    total += min(closes, stop) - max(opens, begin)
        return dt.timedelta(microseconds=total)

    def is_open(self, at: dt.datetime) -> bool:
        """Tell whether `at` lies in a window; its closing instant does not."""
        instant = _micros(at)
        date = self._date(instant)
        days = (self._day(date - 1), self._day(date))
        return any(opens <= instant < closes for day in days for opens, closes in day)

    def is_working_day(self, date: dt.date) -> bool:
        """Tell whether a window starts on the date."""
        return bool(self._spans(date.toordinal()))

    def next_opening(self, at: dt.datetime) -> dt.datetime:
        """Return `at` itself when open then, else the next opening; raises `NoOpening`."""
        instant = _micros(at)
        for opens, closes in self._from(self._date(instant) - 1):
            if closes > instant:
                return self._aware(max(opens, instant))
        raise _closed_for_good()

    def windows(self, from_date: dt.date, to_date: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """Return the windows that start on the dates from the first to the last, both included.

        They are in order and never overlap; a part that a window of the day before covers
        belongs to that one.
        """
        return [
            (self._aware(opens), self._aware(closes))
            for ordinal in range(from_date.toordinal(), to_date.toordinal() + 1)
            for opens, closes in self._day(ordinal)
        ]

    def _from(self, ordinal: int) -> Iterator[Span]:
        """Yield the windows from a date on until ten years are empty or the calendar ends."""
        idle = 0
        while idle <= TEN_YEARS and ordinal < dt.date.max.toordinal() - 2:
            day = self._day(ordinal)
            idle = 0 if day else idle + 1
            yield from day
            ordinal += 1

    def _back(self, at: int, left: int) -> int:
        ordinal = self._date(at)
        idle = 0
        while idle <= TEN_YEARS and ordinal > 1:
            day = self._day(ordinal)
            idle = 0 if day else idle + 1
            for opens, closes in reversed(day):
                end = min(closes, at)
                if end - opens >= left:
                    return end - left
                left -= max(end - opens, 0)
            ordinal -= 1
        raise _closed_for_good()

    def _end_of_day(self, at: int, date: int, days: int) -> int:
        if days == 0 and (spans := self._spans(date)):
            end = self._instant(date, spans[-1][1])
            if end >= at:
                return end
        target = self._working_day(date, days or 1)
        return self._instant(target, self._spans(target)[-1][1])

    def _working_day(self, date: int, days: int) -> int:
        """Return the n-th working day after a date, or before it when `days` is negative."""
        step = -1 if days < 0 else 1
        left = abs(days)
        ordinal = date
        idle = 0
        while left:
            ordinal += step
            idle += 1
            if idle > TEN_YEARS or not 1 <= ordinal < dt.date.max.toordinal() - 2:
                raise _closed_for_good()
            if self._spans(ordinal):
                left -= 1
                idle = 0
        return ordinal

    def _spans(self, ordinal: int) -> tuple[Span, ...]:
        """Return the local windows that belong to a date, whatever the day before reaches over to."""
        spans = self._overrides.get(ordinal)
        return self._weekly[(ordinal - 1) % 7] if spans is None else spans

    def _day(self, ordinal: int) -> tuple[Span, ...]:
        """Return the windows that start on a date as instants, without what the day before covers."""
        day = self._instants.get(ordinal)
        if day is None:
            if len(self._instants) >= DAYS_KEPT:
                self._instants.clear()
            day = self._instants[ordinal] = self._resolve(ordinal)
        return day

    def _whole(self, ordinals: range) -> int:
        """Return the working time of all windows that start on the dates, in microseconds."""
        total, ordinal = 0, ordinals.start
        while ordinal < ordinals.stop:
            if ordinal % BLOCK == 0 and ordinal + BLOCK <= ordinals.stop:
                total += self._block(ordinal)
                ordinal += BLOCK
            else:
                total += sum(closes - opens for opens, closes in self._day(ordinal))
                ordinal += 1
        return total

    def _block(self, ordinal: int) -> int:
        known = self._blocks.get(ordinal)
        if known is None:
            days = range(ordinal, ordinal + BLOCK)
            known = sum(closes - opens for day in days for opens, closes in self._day(day))
            if len(self._blocks) >= DAYS_KEPT:
                self._blocks.clear()
            self._blocks[ordinal] = known
        return known

    def _resolve(self, ordinal: int) -> tuple[Span, ...]:
        spans = self._spans(ordinal)
        if not spans:
            return ()
        before = self._spans(ordinal - 1)
        covered = before[-1][1] - DAY if before else 0
        if covered > 0:
            spans = tuple((max(opens, covered), closes) for opens, closes in spans if closes > covered)
        offset = self._offset(ordinal)
        if offset == self._offset(ordinal + 2):
            midnight = (ordinal - EPOCH_DAY) * DAY - offset
            return tuple([(midnight + opens, midnight + closes) for opens, closes in spans])
        instants = ([self._instant(ordinal, clock) for clock in span] for span in spans)
        return tuple((opens, closes) for opens, closes in instants if opens < closes)

    def _offset(self, ordinal: int) -> int:
        """Return how far local time is ahead of UTC at a midnight, in microseconds."""
        offset = self._offsets.get(ordinal)
        if offset is None:
            if len(self._offsets) >= DAYS_KEPT:
                self._offsets.clear()
            midnight = dt.datetime.combine(dt.date.fromordinal(ordinal), dt.time(), self.tz)
            ahead = midnight.utcoffset() or dt.timedelta(0)
            offset = self._offsets[ordinal] = ahead.days * DAY + ahead.seconds * SECOND
        return offset

    def _instant(self, ordinal: int, clock: int) -> int:
        """Return the first instant at which the wall shows `clock` after a midnight, or later."""
        shown = dt.datetime.combine(dt.date.fromordinal(ordinal), dt.time()) + clock * MICROSECOND
        after = _micros(shown.replace(tzinfo=self.tz))
        if self._shown(after) == shown:
            return after
        before = _micros(shown.replace(tzinfo=self.tz, fold=1)) // SECOND
        after = -(-after // SECOND)
        while after - before > 1:
            middle = (before + after) // 2
            if self._shown(middle * SECOND) >= shown:
                after = middle
            else:
                before = middle
        return after * SECOND

    def _shown(self, instant: int) -> dt.datetime:
        return self._aware(instant).replace(tzinfo=None, fold=0)

    def _date(self, instant: int) -> int:
        return self._aware(instant).toordinal()

    def _aware(self, instant: int) -> dt.datetime:
        return (EPOCH + instant * MICROSECOND).astimezone(self.tz)


@lru_cache(maxsize=64)
def always_open(tz: str) -> WorkingCalendar:
    """Return the calendar of a service that never closes; its days change at midnight in `tz`."""
    around_the_clock = [(dt.time(0), dt.time(0))]
    return WorkingCalendar(weekly=dict.fromkeys(range(7), around_the_clock), overrides={}, tz=tz)


def _united(windows: Iterable[Window]) -> tuple[Span, ...]:
    """Return windows as local microseconds since midnight, in order, overlapping and touching ones as one."""
    united: list[Span] = []
    for opens, closes in sorted(_span(*window) for window in windows):
        if united and opens <= united[-1][1]:
            united[-1] = (united[-1][0], max(closes, united[-1][1]))
        else:
            united.append((opens, closes))
    return tuple(united)


def _span(start: dt.time, end: dt.time) -> Span:
    if start.tzinfo or end.tzinfo:
        raise ValueError("windows are local times; the calendar has the time zone")
    opens, closes = _since_midnight(start), _since_midnight(end)
    return opens, closes if closes > opens else closes + DAY


def _since_midnight(clock: dt.time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND + clock.microsecond


def _micros(instant: dt.datetime) -> int:
    if instant.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {instant!r}")
    return (instant - EPOCH) // MICROSECOND


def _closed_for_good() -> NoOpening:
    return NoOpening(_("The working calendar has no opening within ten years."))
