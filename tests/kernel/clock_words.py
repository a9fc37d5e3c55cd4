"""How the tests of the service clock write events, targets and readings."""

import datetime as dt

from houqin.kernel.clock_events import ClockEvent, EventKind
from houqin.kernel.service_clock import (
    ClockReading,
    ClockState,
    Target,
    TargetKind,
    evaluate,
)
from houqin.kernel.working_time import WorkingCalendar
from tests.kernel.calendars import (
    LONG_DAY,
    MADE_UP_2025,
    MADE_UP_2026,
    OFF_2025,
    OFF_2026,
    OFFICE,
    chinese,
    hours,
    local,
)

K = EventKind
S = ClockState
WEEK_2034 = WorkingCalendar(
    weekly={0: hours("10:30-19:00"), **dict.fromkeys(range(1, 5), hours("08:30-19:00"))},
    overrides={},
    tz="Asia/Shanghai",
)
TEN_TO_SIX = chinese(hours("10:00-18:00"), [], [])
GOLDEN_WEEK = chinese(OFFICE, OFF_2025, MADE_UP_2025)
YEAR_2026 = chinese(LONG_DAY, OFF_2026, MADE_UP_2026)
PARTS = frozenset({"parts"})


def at(text: str, kind: EventKind, reason: str = "", source: str = "") -> ClockEvent:
    return ClockEvent(at=local(text), kind=kind, reason=reason, source=source)


def held(since: str, until: str, reason: str = "parts", source: str = "") -> list[ClockEvent]:
    return [at(since, K.HELD, reason, source), at(until, K.RESUMED, source=source)]


def resolution(minutes: int | None = 240, **facts: object) -> Target:
    return Target(kind=TargetKind.RESOLUTION, minutes=minutes, pausing_reasons=PARTS, **facts)  # type: ignore[arg-type]


def promise(kind: TargetKind, minutes: int = 60) -> Target:
    return Target(kind=kind, minutes=minutes, pausing_reasons=PARTS)


def read(
    target: Target, events: list[ClockEvent], now: str, calendar: WorkingCalendar = TEN_TO_SIX
) -> ClockReading:
    return evaluate(target, events, calendar, local(now))


def span(**parts: float) -> dt.timedelta:
    return dt.timedelta(**parts)


STARTED = at("2034-06-05 10:00", K.STARTED)
