"""Rosters, against a twin that walks over every minute."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.rosters import Span, clash, minutes_left, span_on, turns, united

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 11, 23)
START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
some_days = st.dates(min_value=dt.date(2026, 1, 1), max_value=dt.date(2027, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 600))
    return Span(START + start * MINUTE, START + (start + draw(st.integers(1, 300))) * MINUTE)


def minutes_of(span: Span) -> set[int]:
    return set(range((span.start - START) // MINUTE, (span.end - START) // MINUTE))


def test_a_shift_that_ends_before_it_begins_ends_on_the_next_day() -> None:
    night = span_on(MONDAY, dt.time(22), dt.time(6), SHANGHAI)
    whole = span_on(MONDAY, dt.time(8), dt.time(8), SHANGHAI)

    assert night.start.astimezone(SHANGHAI) == dt.datetime(2026, 11, 23, 22, tzinfo=SHANGHAI)
    assert night.end.astimezone(SHANGHAI) == dt.datetime(2026, 11, 24, 6, tzinfo=SHANGHAI)
    assert whole.end - whole.start == dt.timedelta(hours=24)


def test_the_night_in_which_the_clocks_change_is_an_hour_longer_or_shorter() -> None:
    spring = span_on(dt.date(2026, 3, 28), dt.time(22), dt.time(6), BERLIN)
    autumn = span_on(dt.date(2026, 10, 24), dt.time(22), dt.time(6), BERLIN)

    assert [(one.end - one.start).seconds // 3600 for one in (spring, autumn)] == [7, 9]
    with pytest.raises(ValueError, match="2026-03-29"):
        span_on(dt.date(2026, 3, 29), dt.time(2, 30), dt.time(3), BERLIN)


@given(some_days, clocks, clocks, st.sampled_from([SHANGHAI, BERLIN]))
def test_a_shift_holds_the_minutes_the_clock_on_the_wall_shows(
    day: dt.date, begins: dt.time, ends: dt.time, tz: ZoneInfo
) -> None:
    if tz is BERLIN and {begins.hour, ends.hour} & {2}:  # this hour is missing once a year and doubled once
        begins, ends = begins.replace(hour=1), ends.replace(hour=4)
    span = span_on(day, begins, ends, tz)

    first = dt.datetime.combine(day, dt.time(), tz).astimezone(dt.UTC)
    shown = (first + n * MINUTE for n in range(50 * 60))
    inside = set()
    for at in shown:
        local = at.astimezone(tz)
        today, tomorrow = local.date() == day, local.date() == day + dt.timedelta(days=1)
        wall = local.time()
        if ends > begins:
            within = today and begins <= wall < ends
        else:
            within = (today and wall >= begins) or (tomorrow and wall < ends)
        if within:
            inside.add(at)
    assert inside == {span.start + n * MINUTE for n in range((span.end - span.start) // MINUTE)}


@given(
    st.lists(st.sampled_from(["早", "中", "夜", None]), min_size=1, max_size=9),
    st.integers(0, 60),
    st.integers(0, 20),
    st.frozensets(st.integers(0, 6)),
)
def test_a_cycle_goes_round_by_the_calendar(
    cycle: list[str | None], length: int, offset: int, weekdays: frozenset[int]
) -> None:
    last = MONDAY + dt.timedelta(days=length)
    found = dict(turns(cycle, MONDAY, last, offset=offset, weekdays=weekdays))

    position, day, expected = offset % len(cycle), MONDAY, {}
    while day <= last:
        if day.weekday() in weekdays:
            expected[day] = cycle[position]
        position = position + 1 if position + 1 < len(cycle) else 0
        day += dt.timedelta(days=1)
    assert found == expected


@given(st.lists(spans(), max_size=8))
def test_a_clash_is_found_exactly_where_two_share_a_minute(given_spans: list[Span]) -> None:
    shared = any(
        minutes_of(one) & minutes_of(other)
        for place, one in enumerate(given_spans)
        for other in given_spans[place + 1 :]
    )
    both = clash(given_spans)

    assert (both is not None) == shared
    if both is not None:
        assert minutes_of(both[0]) & minutes_of(both[1])
        assert both[0].meets(both[1])
        assert both[0] <= both[1]


@given(st.lists(spans(), max_size=6), st.lists(spans(), max_size=6))
def test_the_minutes_left_are_those_of_work_without_leave(work: list[Span], away: list[Span]) -> None:
    at_work = set().union(*(minutes_of(one) for one in work))
    gone = set().union(*(minutes_of(one) for one in away))

    assert minutes_left(work, away) == len(at_work - gone)
    assert set().union(*(minutes_of(one) for one in united(work))) == at_work
    assert clash(united(work)) is None
