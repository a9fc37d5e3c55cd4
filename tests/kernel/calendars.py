"""Calendars and dates the clock tests share, and how hypothesis draws others."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from houqin.kernel.working_time import WorkingCalendar

Windows = Sequence[tuple[dt.time, dt.time]]

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = {
    "Asia/Shanghai": ("2025-09-24 00:00", "2026-02-11 00:00"),
    "Europe/Berlin": ("2026-03-25 00:00", "2026-10-21 00:00"),
    "America/New_York": ("2026-03-05 00:00", "2026-10-29 00:00"),
    "Australia/Lord_Howe": ("2026-04-01 00:00", "2026-09-30 00:00"),
}
"""Weeks in which something happens: clocks are set, or China has holidays and make-up days."""


def hours(*windows: str) -> list[tuple[dt.time, dt.time]]:
    """Windows written as "08:30-12:00"."""
    pairs = (window.split("-") for window in windows)
    return [(dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in pairs]


def local(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    """A local time written as "2025-09-30 17:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def days(first: str, last: str) -> list[dt.date]:
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [begin + dt.timedelta(days=number) for number in range((end - begin).days + 1)]


OFFICE = hours("08:00-12:00", "14:00-18:00")
OFF_2025 = days("2025-10-01", "2025-10-08")
MADE_UP_2025 = [dt.date(2025, 9, 28), dt.date(2025, 10, 11)]

OFF_2026 = [
    *days("2026-01-01", "2026-01-03"),
    *days("2026-02-15", "2026-02-23"),
    *days("2026-04-04", "2026-04-06"),
    *days("2026-05-01", "2026-05-05"),
    *days("2026-06-19", "2026-06-21"),
    *days("2026-09-25", "2026-09-27"),
    *days("2026-10-01", "2026-10-07"),
]
MADE_UP_2026 = [
    dt.date(2026, 1, 4),
    dt.date(2026, 2, 14),
    dt.date(2026, 2, 28),
    dt.date(2026, 5, 9),
    dt.date(2026, 9, 20),
    dt.date(2026, 10, 10),
]
LONG_DAY = hours("08:30-12:00", "13:30-17:30")


def chinese(windows: Windows, off: Sequence[dt.date], made_up: Sequence[dt.date]) -> WorkingCalendar:
    """Monday to Friday with days off and make-up workdays, in Shanghai."""
    return WorkingCalendar(
        weekly=dict.fromkeys(range(5), windows),
        overrides=dict.fromkeys(off, ()) | dict.fromkeys(made_up, windows),
        tz="Asia/Shanghai",
    )


@dataclass(frozen=True)
class Drawn:
    """A calendar as it was drawn, so that the twin can be built from the same facts."""

    weekly: dict[int, list[tuple[dt.time, dt.time]]]
    overrides: dict[dt.date, list[tuple[dt.time, dt.time]]]
    tz: str
    first: dt.datetime

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(weekly=self.weekly, overrides=self.overrides, tz=self.tz)


quarter_hours = st.integers(0, 95).map(lambda quarter: dt.time(quarter // 4, quarter % 4 * 15))
any_minutes = st.builds(dt.time, st.integers(0, 23), st.integers(0, 59))
clock_times = quarter_hours | any_minutes
free_windows = st.lists(st.tuples(clock_times, clock_times), max_size=3)
usual_windows = st.sampled_from(
    [
        OFFICE,
        LONG_DAY,
        hours("22:00-06:00"),
        hours("00:00-00:00"),
        hours("01:30-02:30"),
        hours("02:15-02:45", "03:00-09:00"),
        hours("09:00-17:00", "16:00-02:10"),
    ]
)
day_windows = usual_windows | free_windows


@st.composite
def calendars(draw: st.DrawFn) -> Drawn:
    tz = draw(st.sampled_from(sorted(ZONES)))
    first = local(draw(st.sampled_from(ZONES[tz])), ZoneInfo(tz))
    if draw(st.booleans()):
        windows = draw(day_windows)
        weekly = dict.fromkeys(range(draw(st.integers(1, 7))), windows)
    else:
        weekly = draw(st.dictionaries(st.integers(0, 6), day_windows, max_size=7))
    dates = st.integers(0, 12).map(lambda day: first.date() + dt.timedelta(days=day))
    overrides = draw(st.dictionaries(dates, st.just([]) | day_windows, max_size=6))
    if tz == "Asia/Shanghai" and draw(st.booleans()):
        overrides |= {date: [] for date in OFF_2025 + OFF_2026}
        overrides |= dict.fromkeys(MADE_UP_2025 + MADE_UP_2026, OFFICE)
    return Drawn(weekly, overrides, tz, first)
