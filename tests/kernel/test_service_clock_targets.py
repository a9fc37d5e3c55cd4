"""Updates, several orders, promises, days, warnings and owners: what the clock says of each."""

import datetime as dt
from fractions import Fraction

import pytest

from houqin.kernel.clock_events import NEED_INFO, ClockEvent
from houqin.kernel.service_clock import ClockState, Target, TargetKind, update_readings
from houqin.kernel.working_time import always_open
from tests.kernel.calendars import local
from tests.kernel.clock_words import (
    PARTS,
    STARTED,
    TEN_TO_SIX,
    K,
    S,
    at,
    held,
    promise,
    read,
    resolution,
    span,
)


def test_an_update_is_owed_for_the_first_unanswered_message_only() -> None:
    target = promise(TargetKind.UPDATE)
    asked = [
        STARTED,
        at("2034-06-05 11:00", K.REQUESTER_MESSAGE),
        at("2034-06-05 11:50", K.REQUESTER_MESSAGE),
    ]

    assert read(target, [STARTED], "2034-06-05 12:00").state == S.NONE
    waiting = read(target, asked, "2034-06-05 12:00")
    assert (waiting.started_at, waiting.due_at) == (local("2034-06-05 11:00"), local("2034-06-05 12:00"))

    answered = [*asked, at("2034-06-05 12:30", K.ANSWERED), at("2034-06-05 13:00", K.REQUESTER_MESSAGE)]
    assert read(target, answered[:-1], "2034-06-05 15:00").state == S.MISSED
    again = read(target, answered, "2034-06-05 13:30")
    assert (again.state, again.due_at) == (S.RUNNING, local("2034-06-05 14:00"))
    readings = update_readings(target, answered, TEN_TO_SIX, local("2034-06-05 13:30"))
    assert [reading.state for reading in readings] == [S.MISSED, S.RUNNING]
    assert update_readings(target, [], TEN_TO_SIX, local("2034-06-05 13:30")) == []


def test_a_pause_moves_the_update() -> None:
    events = [
        STARTED,
        at("2034-06-05 11:00", K.REQUESTER_MESSAGE),
        *held("2034-06-05 11:30", "2034-06-05 12:30"),
    ]

    assert read(promise(TargetKind.UPDATE), events, "2034-06-05 12:45").due_at == local("2034-06-05 13:00")


def test_a_request_pauses_while_every_unfinished_order_is_held() -> None:
    events = [
        STARTED,
        at("2034-06-05 10:00", K.ORDER_OPENED, source="GD1"),
        at("2034-06-05 10:00", K.ORDER_OPENED, source="GD2"),
        at("2034-06-05 11:00", K.HELD, "parts", "GD1"),
        at("2034-06-05 12:00", K.HELD, "parts", "GD2"),
        at("2034-06-05 13:00", K.RESUMED, source="GD2"),
        at("2034-06-05 14:00", K.ORDER_FINISHED, source="GD2"),
        at("2034-06-05 15:00", K.RESUMED, source="GD1"),
        at("2034-06-05 16:00", K.ORDER_FINISHED, source="GD1"),
    ]

    reading = read(resolution(480), events, "2034-06-05 17:00")

    assert reading.paused == span(hours=2)


def test_a_request_waits_for_information_whatever_the_standard_says() -> None:
    target = Target(kind=TargetKind.RESOLUTION, minutes=240)
    events = [STARTED, *held("2034-06-05 11:00", "2034-06-05 12:00", NEED_INFO)]

    assert read(target, events, "2034-06-05 12:00").paused == span(hours=1)


def test_a_promised_instant_stays() -> None:
    promised = Target(
        kind=TargetKind.RESOLUTION,
        minutes=10,
        fixed_at=local("2034-06-05 13:30"),
        pausing_reasons=PARTS,
        pauses_move_it=True,
    )
    events = [STARTED, *held("2034-06-05 11:00", "2034-06-05 12:00")]

    reading = read(promised, events, "2034-06-05 14:00")

    assert (reading.due_at, reading.state) == (local("2034-06-05 13:30"), S.OVERDUE)
    assert (reading.paused, reading.remaining) == (span(), span(minutes=-30))


def test_a_target_in_days_keeps_the_clock_time_or_ends_with_the_day() -> None:
    evening = [at("2034-06-05 20:00", K.STARTED)]
    by_clock, by_day = (resolution(None, working_days=2, end_of_day=flag) for flag in (False, True))

    assert read(by_clock, evening, "2034-06-06 10:00").due_at == local("2034-06-07 20:00")
    assert read(by_day, evening, "2034-06-06 10:00").due_at == local("2034-06-07 18:00")
    held_two_hours = [*evening, *held("2034-06-06 10:00", "2034-06-06 12:00")]
    assert read(by_day, held_two_hours, "2034-06-06 13:00").due_at == local("2034-06-08 12:00")


def test_a_target_in_days_does_not_fall_due_in_a_pause() -> None:
    events = [at("2034-06-05 20:00", K.STARTED), at("2034-06-06 18:00", K.HELD, "parts")]

    at_night = read(resolution(None, working_days=1), events, "2034-06-06 22:00")

    assert (at_night.state, at_night.remaining) == (S.PAUSED, span())


def test_a_hold_that_follows_a_hold_is_one_pause_for_a_target_in_days() -> None:
    target = Target(
        kind=TargetKind.RESOLUTION, working_days=1, pausing_reasons=frozenset({"parts", "access"})
    )
    events = [
        at("2034-06-05 20:00", K.STARTED),
        at("2034-06-06 19:00", K.HELD, "parts"),
        at("2034-06-06 21:00", K.HELD, "access"),
        at("2034-06-07 11:00", K.RESUMED),
    ]

    assert read(target, events, "2034-06-07 11:00").due_at == local("2034-06-07 11:00")


def test_a_round_the_clock_standard_counts_nights() -> None:
    reading = read(
        resolution(), [at("2034-06-05 22:00", K.STARTED)], "2034-06-05 23:00", always_open("Asia/Shanghai")
    )

    assert reading.due_at == local("2034-06-06 02:00")


@pytest.mark.parametrize(
    ("ended", "state"), [("2034-06-05 10:30", S.CANCELLED), ("2034-06-05 12:00", S.MISSED)]
)
def test_a_withdrawn_request_ends_its_clocks(ended: str, state: ClockState) -> None:
    events = [STARTED, at(ended, K.ENDED), at("2034-06-05 12:30", K.ANSWERED)]

    assert read(promise(TargetKind.RESPONSE), events, "2034-06-06 10:00").state == state


def test_a_resolution_stands_in_for_no_answer_but_ends_the_wait_for_it() -> None:
    events = [STARTED, at("2034-06-05 10:30", K.RESOLVED)]
    reopened = [*events, at("2034-06-05 12:00", K.REOPENED)]

    assert read(promise(TargetKind.RESPONSE), events, "2034-06-05 12:00").state == S.CANCELLED
    again = read(promise(TargetKind.RESPONSE), reopened, "2034-06-05 12:10")
    assert (again.state, again.due_at) == (S.RUNNING, local("2034-06-05 12:30"))


@pytest.mark.parametrize(
    ("warn_before", "warn_at"),
    [
        (span(hours=1), "2034-06-05 16:00"),
        (span(hours=9), "2034-06-05 15:00"),
        (Fraction(1, 4), "2034-06-05 16:30"),
        (None, None),
    ],
)
def test_a_warning_comes_before_the_due_time(
    warn_before: dt.timedelta | Fraction | None, warn_at: str | None
) -> None:
    reading = read(
        resolution(120, warn_before=warn_before), [at("2034-06-05 15:00", K.STARTED)], "2034-06-05 15:00"
    )

    assert reading.warn_at == (local(warn_at) if warn_at else None)


def test_input_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ClockEvent(at=dt.datetime(2034, 6, 5, 10), kind=K.STARTED)  # noqa: DTZ001 - the naive time is the point
    with pytest.raises(ValueError, match="not both"):
        Target(kind=TargetKind.RESOLUTION, minutes=1, working_days=1)
    with pytest.raises(ValueError, match="before its start"):
        Target(kind=TargetKind.RESOLUTION, minutes=-1)
