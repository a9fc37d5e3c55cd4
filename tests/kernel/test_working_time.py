"""Working time: the cases people quote, the edges of a calendar, and the minute-by-minute twin."""

import datetime as dt
import time
from collections.abc import Callable
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houqin.kernel.errors import Refused
from houqin.kernel.working_time import WorkingCalendar, always_open
from tests.kernel.calendars import (
    LONG_DAY,
    MADE_UP_2025,
    MADE_UP_2026,
    OFF_2025,
    OFF_2026,
    OFFICE,
    Drawn,
    calendars,
    chinese,
    hours,
    local,
)
from tests.kernel.twin import MinuteTwin

BERLIN = ZoneInfo("Europe/Berlin")
GOLDEN_WEEK = chinese(OFFICE, OFF_2025, MADE_UP_2025)
YEAR_2026 = chinese(LONG_DAY, OFF_2026, MADE_UP_2026)
TEN_TO_SIX = chinese(hours("10:00-18:00"), [], [])
HORIZON = 13
"""Days the twin walks over; instants are drawn from the second on, so that it sees a day before them."""


def h(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


@pytest.mark.parametrize(
    ("calendar", "start", "work", "end"),
    [
        (GOLDEN_WEEK, "2025-09-30 17:00", h(4), "2025-10-09 11:00"),
        (GOLDEN_WEEK, "2025-09-26 17:30", h(8), "2025-09-28 17:30"),
        (GOLDEN_WEEK, "2025-11-03 11:30", h(1), "2025-11-03 14:30"),
        (GOLDEN_WEEK, "2025-10-10 17:00", h(10), "2025-10-13 09:00"),
        (TEN_TO_SIX, "2034-06-05 20:00", h(2), "2034-06-06 12:00"),
        (TEN_TO_SIX, "2034-06-09 17:00", h(2), "2034-06-12 11:00"),
        (YEAR_2026, "2026-02-14 16:00", h(4), "2026-02-24 11:00"),
        (YEAR_2026, "2026-09-30 17:00", h(7.5), "2026-10-08 17:00"),
    ],
)
def test_a_span_of_work_ends_where_people_expect(
    calendar: WorkingCalendar, start: str, work: dt.timedelta, end: str
) -> None:
    assert calendar.add(local(start), work) == local(end)
    assert calendar.between(local(start), local(end)) == work


def test_three_working_days_after_the_eve_of_the_golden_week() -> None:
    assert YEAR_2026.add_days(local("2026-09-29 10:00"), 3) == local("2026-10-09 10:00")


def test_a_make_up_sunday_is_a_working_day_and_a_festival_friday_is_not() -> None:
    assert YEAR_2026.is_working_day(dt.date(2026, 9, 20))
    assert not YEAR_2026.is_working_day(dt.date(2026, 9, 25))


def test_work_done_at_closing_time_ends_there() -> None:
    assert GOLDEN_WEEK.add(local("2025-11-03 17:00"), h(1)) == local("2025-11-03 18:00")
    assert GOLDEN_WEEK.add(local("2025-11-03 18:00"), h(0)) == local("2025-11-03 18:00")


def test_no_work_ends_at_once_even_outside_the_hours() -> None:
    night = local("2025-11-02 03:00")

    assert GOLDEN_WEEK.add(night, h(0)) == night


def test_time_runs_backwards_to_the_last_instant_that_leaves_enough_work() -> None:
    assert GOLDEN_WEEK.add(local("2025-11-03 09:00"), h(-2)) == local("2025-10-31 17:00")
    assert GOLDEN_WEEK.add(local("2025-11-03 11:00"), h(-3)) == local("2025-11-03 08:00")


def test_nothing_lies_between_an_instant_and_an_earlier_one() -> None:
    assert GOLDEN_WEEK.between(local("2025-11-04 10:00"), local("2025-11-03 10:00")) == h(0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar, at: calendar.add(at, h(1)),
        lambda calendar, at: calendar.add_days(at, 1),
        lambda calendar, at: calendar.between(at, local("2025-11-03 10:00")),
        lambda calendar, at: calendar.between(local("2025-11-03 10:00"), at),
        lambda calendar, at: calendar.is_open(at),
        lambda calendar, at: calendar.next_opening(at),
    ],
)
def test_an_instant_without_a_time_zone_is_an_error(
    ask: Callable[[WorkingCalendar, dt.datetime], object],
) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(GOLDEN_WEEK, dt.datetime(2025, 11, 3, 10))  # noqa: DTZ001 - the naive time is the point


def test_a_calendar_that_never_opens_refuses() -> None:
    never = WorkingCalendar(weekly={}, overrides={}, tz="Asia/Shanghai")
    at = local("2026-01-01 10:00")

    asks: list[Callable[[], object]] = [
        lambda: never.add(at, h(1)),
        lambda: never.add(at, h(-1)),
        lambda: never.add_days(at, 1),
        lambda: never.add_days(at, -1),
        lambda: never.add_days(at, 0, end_of_day=True),
        lambda: never.next_opening(at),
    ]
    for ask in asks:
        with pytest.raises(Refused):
            ask()
    assert never.between(at, local("2030-01-01 00:00")) == h(0)


def test_an_opening_counts_within_ten_years_and_not_after() -> None:
    start = local("2026-01-01 10:00")
    soon = WorkingCalendar(weekly={}, overrides={dt.date(2035, 12, 31): OFFICE}, tz="Asia/Shanghai")
    late = WorkingCalendar(weekly={}, overrides={dt.date(2036, 1, 10): OFFICE}, tz="Asia/Shanghai")

    assert soon.add(start, h(1)) == local("2035-12-31 09:00")
    assert soon.add_days(start, 1) == local("2035-12-31 10:00")
    with pytest.raises(Refused):
        late.add(start, h(1))
    with pytest.raises(Refused):
        late.add_days(start, 1)


def test_a_night_window_belongs_to_the_date_it_starts_on() -> None:
    nights = WorkingCalendar(
        weekly=dict.fromkeys(range(5), hours("22:00-06:00")),
        overrides={dt.date(2026, 3, 4): [], dt.date(2026, 3, 7): hours("23:00-01:00")},
        tz="Asia/Shanghai",
    )

    assert nights.is_open(local("2026-03-04 05:59"))  # Tuesday's night, although Wednesday is closed
    assert not nights.is_open(local("2026-03-04 22:00"))
    assert nights.is_open(local("2026-03-08 00:59"))
    assert not nights.is_open(local("2026-03-08 01:00"))
    assert nights.add(local("2026-03-03 23:00"), h(8)) == local("2026-03-05 23:00")
    assert nights.add_days(local("2026-03-03 23:00"), 1, end_of_day=True) == local("2026-03-06 06:00")


def test_midnight_to_midnight_is_a_whole_day() -> None:
    calendar = always_open("Asia/Shanghai")
    start = local("2026-03-04 10:20")

    assert calendar.add(start, h(24)) == local("2026-03-05 10:20")
    assert calendar.add_days(start, 7) == local("2026-03-11 10:20")
    assert calendar.between(start, start + h(100)) == h(100)
    assert always_open("Asia/Shanghai") is calendar


def test_equal_start_and_end_run_round_the_clock() -> None:
    calendar = WorkingCalendar(weekly={0: hours("08:00-08:00")}, overrides={}, tz="Asia/Shanghai")

    assert calendar.windows(dt.date(2026, 3, 2), dt.date(2026, 3, 8)) == [
        (local("2026-03-02 08:00"), local("2026-03-03 08:00"))
    ]


def test_overlapping_windows_count_once_also_across_midnight() -> None:
    calendar = WorkingCalendar(
        weekly={0: hours("08:00-12:00", "10:00-03:00", "12:00-13:00"), 1: hours("01:00-04:00")},
        overrides={},
        tz="Asia/Shanghai",
    )

    assert calendar.windows(dt.date(2026, 3, 2), dt.date(2026, 3, 3)) == [
        (local("2026-03-02 08:00"), local("2026-03-03 03:00")),
        (local("2026-03-03 03:00"), local("2026-03-03 04:00")),
    ]


def test_next_opening_is_now_when_open() -> None:
    assert GOLDEN_WEEK.next_opening(local("2025-09-30 18:00")) == local("2025-10-09 08:00")
    assert GOLDEN_WEEK.next_opening(local("2025-09-30 17:59")) == local("2025-09-30 17:59")


@pytest.mark.parametrize(
    ("start", "days", "end_of_day", "due"),
    [
        ("2026-03-02 09:10", 1, False, "2026-03-03 09:10"),
        ("2026-03-02 20:10", 1, False, "2026-03-03 20:10"),
        ("2026-03-02 20:10", 1, True, "2026-03-03 17:30"),
        ("2026-03-07 09:10", 1, False, "2026-03-09 09:10"),
        ("2026-03-07 09:10", 0, False, "2026-03-07 09:10"),
        ("2026-03-07 09:10", 0, True, "2026-03-09 17:30"),
        ("2026-03-06 09:10", 0, True, "2026-03-06 17:30"),
        ("2026-03-06 19:10", 0, True, "2026-03-09 17:30"),
        ("2026-03-09 09:10", -1, False, "2026-03-06 09:10"),
        ("2026-02-27 09:10", 1, False, "2026-02-28 09:10"),
    ],
)
def test_working_days_keep_the_clock_time(start: str, days: int, end_of_day: bool, due: str) -> None:
    assert YEAR_2026.add_days(local(start), days, end_of_day=end_of_day) == local(due)


def test_a_night_shift_is_an_hour_longer_or_shorter_when_clocks_are_set() -> None:
    nights = WorkingCalendar(
        weekly=dict.fromkeys(range(7), hours("22:00-06:00")), overrides={}, tz="Europe/Berlin"
    )

    def night(date: str) -> dt.timedelta:
        begin = local(f"{date} 12:00", BERLIN)
        return nights.between(begin, begin + dt.timedelta(days=1))

    assert [night("2026-03-28"), night("2026-03-29"), night("2026-10-24")] == [h(7), h(8), h(9)]


def test_a_skipped_time_is_the_jump_and_a_repeated_one_its_first_coming() -> None:
    calendar = WorkingCalendar(
        weekly=dict.fromkeys(range(7), hours("02:15-02:45", "08:00-09:00")), overrides={}, tz="Europe/Berlin"
    )
    spring, autumn = dt.date(2026, 3, 29), dt.date(2026, 10, 25)

    assert [opens.hour for opens, _ in calendar.windows(spring, spring)] == [8]
    assert calendar.next_opening(local("2026-03-29 01:00", BERLIN)) == local("2026-03-29 08:00", BERLIN)
    assert calendar.windows(autumn, autumn)[0][0].astimezone(dt.UTC).hour == 0
    assert calendar.add_days(local("2026-03-28 02:30", BERLIN), 1) == local("2026-03-29 03:00", BERLIN)
    first_coming = calendar.add_days(local("2026-10-24 02:30", BERLIN), 1)
    assert first_coming.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_a_day_that_a_zone_leaves_out_has_no_working_time() -> None:
    apia = ZoneInfo("Pacific/Apia")
    calendar = always_open("Pacific/Apia")

    assert calendar.windows(dt.date(2011, 12, 30), dt.date(2011, 12, 30)) == []
    assert calendar.between(local("2011-12-29 00:00", apia), local("2012-01-01 00:00", apia)) == h(48)


@pytest.mark.parametrize(
    ("weekly", "message"),
    [({7: OFFICE}, "weekdays"), ({0: [(dt.time(8, tzinfo=dt.UTC), dt.time(9))]}, "local")],
)
def test_a_calendar_that_makes_no_sense_is_an_error(
    weekly: dict[int, list[tuple[dt.time, dt.time]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        WorkingCalendar(weekly=weekly, overrides={}, tz="Asia/Shanghai")


def test_a_calendar_does_not_follow_the_lists_it_was_made_from() -> None:
    windows = hours("08:00-12:00")
    calendar = WorkingCalendar(weekly={0: windows}, overrides={}, tz="Asia/Shanghai")
    windows.clear()

    assert calendar.is_open(local("2026-03-02 09:00"))


def test_a_year_ahead_takes_less_than_a_millisecond() -> None:
    start, year = local("2026-01-05 09:00"), h(7.5 * 248)
    YEAR_2026.add(start, year)
    spent = []
    for _ in range(20):
        begin = time.perf_counter()
        YEAR_2026.add(start, year)
        spent.append(time.perf_counter() - begin)

    assert min(spent) < 0.001


def check_against_twin(drawn: Drawn, start_minute: int, work: int, days: int, end_minute: int) -> None:
    """Every operation of one calendar agrees with the twin that walks over the minutes."""
    calendar = drawn.calendar
    twin = MinuteTwin(drawn.weekly, drawn.overrides, drawn.tz, drawn.first, HORIZON)
    start, end = twin.at(start_minute), twin.at(end_minute)
    spent = dt.timedelta(minutes=work)

    assert calendar.between(start, end) == dt.timedelta(minutes=twin.between(start, end))
    assert calendar.is_open(start) == bool(twin.open[start_minute])
    if (expected := twin.add(start, work)) is not None:
        assert calendar.add(start, spent).astimezone(dt.UTC) == expected
    if (expected := twin.subtract(start, work)) is not None:
        assert calendar.add(start, -spent).astimezone(dt.UTC) == expected
    for end_of_day in (False, True):
        if (expected := twin.add_days(start, days, end_of_day=end_of_day)) is not None:
            assert calendar.add_days(start, days, end_of_day).astimezone(dt.UTC) == expected


def check_windows(drawn: Drawn) -> None:
    """The windows of three weeks are in order, never overlap, and hold all working time."""
    calendar = drawn.calendar
    first = drawn.first.date()
    windows = calendar.windows(first, first + dt.timedelta(days=HORIZON))

    instants = [instant.astimezone(dt.UTC) for window in windows for instant in window]
    assert all(one <= two for one, two in pairwise(instants))
    for opens, closes in windows:
        assert calendar.is_open(opens)
        assert calendar.between(opens, closes) == closes.astimezone(dt.UTC) - opens.astimezone(dt.UTC)


minutes = st.integers(1_440, 10 * 1_440)
ARGUMENTS = {
    "drawn": calendars(),
    "start_minute": minutes,
    "work": st.integers(0, 3_000) | st.integers(0, 300),
    "days": st.integers(0, 6),
    "end_minute": minutes,
}


@settings(max_examples=500, deadline=None)
@given(**ARGUMENTS)
def test_a_calendar_agrees_with_its_twin(
    drawn: Drawn, start_minute: int, work: int, days: int, end_minute: int
) -> None:
    check_against_twin(drawn, start_minute, work, days, end_minute)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(**ARGUMENTS)
def test_a_calendar_agrees_with_its_twin_ten_thousand_times(
    drawn: Drawn, start_minute: int, work: int, days: int, end_minute: int
) -> None:
    check_against_twin(drawn, start_minute, work, days, end_minute)


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_windows_are_in_order_and_hold_all_working_time(drawn: Drawn) -> None:
    check_windows(drawn)
