"""Service clocks against a simulation that lives through every minute."""

import datetime as dt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind
from houqin.kernel.errors import Refused
from houqin.kernel.service_clock import ClockReading, ClockState, Target, TargetKind, evaluate
from tests.kernel.calendars import Drawn, calendars
from tests.kernel.clock_twin import Answer, ClockTwin
from tests.kernel.twin import MinuteTwin

K = EventKind
Life = tuple[Drawn, list[ClockEvent], int]
HORIZON = 14
FIRST_DAY = 1_440
REASONS = ["parts", "access", "weather", NEED_INFO]
pausing_sets = st.sampled_from(
    [frozenset({"parts"}), frozenset({"parts", "access"}), frozenset(REASONS), frozenset()]
)
often = [K.HELD, K.RESUMED, K.HELD, K.RESUMED, K.REQUESTER_MESSAGE, K.ANSWERED, K.RESOLVED, K.REOPENED]
seldom = [K.ORDER_OPENED, K.ORDER_FINISHED, K.ARRIVED, K.STANDARD_CHANGED, K.ENDED]

happenings = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 20, 90, 240, 700]) | st.integers(0, 400),
        st.sampled_from(often) | st.sampled_from(often + seldom),
        st.sampled_from(REASONS),
        st.sampled_from(["", "", "GD1", "GD2"]),
        st.none() | pausing_sets,
    ),
    max_size=12,
)

targets = st.builds(
    Target,
    kind=st.sampled_from(TargetKind) | st.just(TargetKind.RESOLUTION),
    minutes=st.sampled_from([0, 15, 60, 240]) | st.integers(0, 1_500),
    pausing_reasons=pausing_sets,
    pauses_move_it=st.none() | st.booleans(),
    arrival_answers=st.booleans(),
) | st.builds(
    Target,
    kind=st.sampled_from(TargetKind) | st.just(TargetKind.RESOLUTION),
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
    for gap, kind, reason, source, old in [(0, K.STARTED, "", "", None), *draw(happenings)]:
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
