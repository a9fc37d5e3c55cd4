"""Service clocks against a simulation that lives through every minute."""

import datetime as dt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind, in_order
from houqin.kernel.errors import Refused
from houqin.kernel.service_clock import (
    ClockReading,
    ClockState,
    Target,
    TargetKind,
    evaluate,
    states,
    update_readings,
)
from houqin.kernel.working_time import WorkingCalendar
from tests.kernel.calendars import Drawn, calendars
from tests.kernel.clock_twin import Answer, ClockTwin
from tests.kernel.twin import MinuteTwin

K = EventKind
Life = tuple[Drawn, list[ClockEvent], int]
Happening = tuple[int, EventKind, str, str, frozenset[str] | None]
HORIZON = 14
FIRST_DAY = 1_440
REASONS = ["parts", "access", "weather", NEED_INFO]
pausing_sets = st.sampled_from(
    [
        frozenset({"parts"}),
        frozenset({"parts", "access"}),
        frozenset({"weather"}),
        frozenset(REASONS),
        frozenset(),
    ]
)
gaps = st.sampled_from([0, 1, 20, 90, 240, 700]) | st.integers(0, 400)
reasons = st.sampled_from(REASONS)
sources = st.sampled_from(["", "GD1", "GD2"])
orders = st.sampled_from(["GD1", "GD2"])
nameless = st.just("")
unknown = st.none()


def happening(
    kind: st.SearchStrategy[EventKind],
    reason: st.SearchStrategy[str] = nameless,
    source: st.SearchStrategy[str] = nameless,
    pausing: st.SearchStrategy[frozenset[str] | None] = unknown,
) -> st.SearchStrategy[list[Happening]]:
    return st.builds(lambda *facts: [facts], gaps, kind, reason, source, pausing)


def in_a_row(*happenings: st.SearchStrategy[list[Happening]]) -> st.SearchStrategy[list[Happening]]:
    return st.tuples(*happenings).map(lambda lists: [one for some in lists for one in some])


hold = happening(st.just(K.HELD), reasons, sources)
resume = happening(st.just(K.RESUMED), source=sources)
opening = happening(st.just(K.ORDER_OPENED), source=orders)
finish = happening(st.just(K.ORDER_FINISHED), source=orders)
order_hold = happening(st.just(K.HELD), reasons, orders)
message = happening(st.just(K.REQUESTER_MESSAGE))
answer = happening(st.just(K.ANSWERED))
change = happening(st.just(K.STANDARD_CHANGED), pausing=st.none() | pausing_sets)
reopening = in_a_row(happening(st.just(K.RESOLVED)), happening(st.just(K.REOPENED)))
stories = st.lists(
    st.one_of(
        in_a_row(hold, resume),
        in_a_row(hold, hold, resume),
        in_a_row(hold, change, resume),
        in_a_row(opening, order_hold, finish),
        in_a_row(opening, opening, order_hold, order_hold, finish),
        in_a_row(message, hold),
        in_a_row(message, message, answer),
        reopening,
        happening(st.sampled_from([kind for kind in K if kind != K.ENDED]), reasons, sources),
        happening(st.sampled_from([K.ENDED, K.RESOLVED, K.ARRIVED, K.ANSWERED])),
    ),
    max_size=6,
).map(lambda lists: [one for some in lists for one in some])

targets = st.builds(
    Target,
    kind=st.sampled_from([TargetKind.RESOLUTION, *TargetKind]),
    minutes=st.sampled_from([0, 15, 60, 240]) | st.integers(0, 1_500),
    pausing_reasons=pausing_sets,
    pauses_move_it=st.none() | st.booleans(),
    arrival_answers=st.booleans(),
) | st.builds(
    Target,
    kind=st.sampled_from([TargetKind.RESOLUTION, *TargetKind]),
    working_days=st.integers(0, 4),
    end_of_day=st.booleans(),
    pausing_reasons=pausing_sets,
    pauses_move_it=st.none() | st.booleans(),
)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A calendar, what happened by minutes of the twin, and the present."""
    drawn = draw(calendars())
    first = drawn.first.astimezone(dt.UTC).replace(minute=0)
    minute = FIRST_DAY + draw(st.integers(0, 1_440))
    happened: list[ClockEvent] = []
    for gap, kind, reason, source, old in [(0, K.STARTED, "", "", None), *draw(stories)]:
        minute += gap
        event = ClockEvent(
            at=first + dt.timedelta(minutes=minute),
            kind=kind,
            reason=reason if kind == K.HELD else "",
            source=source or ("GD1" if kind in {K.ORDER_OPENED, K.ORDER_FINISHED} else ""),
            pausing_reasons=old if kind == K.STANDARD_CHANGED else None,
        )
        happened.append(event)
    return drawn, happened, minute + draw(st.sampled_from([0, 1, 60, 600]) | st.integers(0, 2_000))


def check_against_twin(life: Life, target: Target) -> None:
    drawn, events, now = life
    minutes = MinuteTwin(drawn.weekly, drawn.overrides, drawn.tz, drawn.first, HORIZON)
    expected = ClockTwin(minutes, events, target, now).answer()
    try:
        reading = evaluate(target, events, drawn.calendar, minutes.at(now))
    except Refused:
        assert expected is None
        return
    if expected is None:
        assume(reading.state == ClockState.NONE)
        return
    assert told(reading, minutes) == expected


def told(reading: ClockReading, minutes: MinuteTwin) -> Answer:
    """A reading in the minutes of the twin."""
    minute = dt.timedelta(minutes=1)
    assert reading.due_at
    return Answer(
        state=reading.state,
        due=minutes.minute(reading.due_at),
        met=None if reading.met_at is None else minutes.minute(reading.met_at),
        paused=reading.paused // minute,
        excluded=reading.excluded // minute,
        elapsed=reading.elapsed // minute,
        remaining=reading.remaining // minute,
    )


@settings(max_examples=500, deadline=None)
@given(lives(), targets)
def test_a_clock_agrees_with_its_twin(life: Life, target: Target) -> None:
    check_against_twin(life, target)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(lives(), targets)
def test_a_clock_agrees_with_its_twin_ten_thousand_times(life: Life, target: Target) -> None:
    check_against_twin(life, target)


@settings(max_examples=300, deadline=None)
@given(lives(), targets)
def test_the_quick_state_is_the_one_of_the_whole_reading(life: Life, target: Target) -> None:
    drawn, events, minute = life
    now = MinuteTwin(drawn.weekly, drawn.overrides, drawn.tz, drawn.first, HORIZON).at(minute)
    many = target.kind == TargetKind.UPDATE
    try:
        slow = (update_readings if many else _one_reading)(target, events, drawn.calendar, now)
        expected = [reading.state for reading in slow]
    except Refused:
        assume(False)

    assert states(target, in_order(events, now), drawn.calendar, now) == expected


def _one_reading(
    target: Target, events: list[ClockEvent], calendar: WorkingCalendar, now: dt.datetime
) -> list[ClockReading]:
    return [evaluate(target, events, calendar, now)]
