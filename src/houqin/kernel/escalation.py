"""Escalation: when others are told of a service clock, level by level.

Pure functions of a reading. Who keeps what was told for which due time tells each level once for
it: a due time that moves makes new escalations, one that is met or paused makes none.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from houqin.kernel.clock_events import whole_second
from houqin.kernel.service_clock import SECOND, ClockReading, ClockState
from houqin.kernel.working_time import WorkingCalendar

TICKING = frozenset({ClockState.RUNNING, ClockState.OVERDUE})


@dataclass(frozen=True)
class Offset:
    """How far from the due time a level lies: before it when negative."""

    minutes: int = 0
    working_days: int = 0

    @property
    def is_before(self) -> bool:
        """Whether it lies before the due time."""
        return self.minutes < 0 or self.working_days < 0


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level by its name; `hours` are those of who is told, none for somebody told at any hour."""

    name: str
    offset: Offset
    hours: WorkingCalendar | None = None


@dataclass(frozen=True)
class Escalation:
    """A level of a clock: reached at `at`; told at `tell_at` at the earliest, which is never past."""

    name: str
    due_at: dt.datetime
    at: dt.datetime
    tell_at: dt.datetime


def escalations(
    reading: ClockReading, levels: Iterable[Level], calendar: WorkingCalendar, now: dt.datetime
) -> list[Escalation]:
    """Return the levels of a clock that runs or is overdue, the first reached first; else none.

    Offsets are counted in the `calendar` of the clock. A level before the due time is reached
    when the clock starts at the earliest; one at the due time a second after it, because the very
    second is on time. What is reached while its recipient is off is told when they open again,
    and so is what was missed while nobody looked.
    """
    if reading.due_at is None or reading.state not in TICKING:
        return []
    found = []
    for level in levels:
        at = reached_at(reading, level.offset, calendar)
        found.append(Escalation(level.name, reading.due_at, at, told_from(at, level.hours, now)))
    return sorted(found, key=lambda one: one.at)


def reached_at(reading: ClockReading, offset: Offset, calendar: WorkingCalendar) -> dt.datetime:
    """Return when a level of a clock with a due time is reached, in UTC.

    Raises `ValueError` for a clock that has no due time.
    """
    due, started = reading.due_at, reading.started_at
    if due is None or started is None:
        raise ValueError("a clock without a due time has no levels")
    at = calendar.add_days(due, offset.working_days) if offset.working_days else due
    at = whole_second(calendar.add(at, dt.timedelta(minutes=offset.minutes)))
    return max(at, started) if offset.is_before else max(at, due + SECOND)


def told_from(at: dt.datetime, hours: WorkingCalendar | None, now: dt.datetime) -> dt.datetime:
    """Return the first instant, not before `now`, at which somebody with these hours may be told."""
    earliest = max(at, whole_second(now))
    return whole_second(hours.next_opening(earliest)) if hours else earliest
