"""Service clocks: the rules of the house one by one, and the cases people check them by."""

import datetime as dt

import pytest

from houqin.kernel.clock_events import NEED_INFO, ClockEvent
from houqin.kernel.service_clock import (
    Target,
    TargetKind,
    evaluate,
)
from houqin.kernel.working_time import WorkingCalendar
from tests.kernel.calendars import (
    local,
)
from tests.kernel.clock_words import (
    GOLDEN_WEEK,
    STARTED,
    TEN_TO_SIX,
    WEEK_2034,
    YEAR_2026,
    K,
    S,
    at,
    held,
    promise,
    read,
    resolution,
    span,
)


@pytest.mark.parametrize(
    ("calendar", "target", "events", "due", "paused"),
    [
        (
            WEEK_2034,
            resolution(),
            [at("2034-06-09 08:46:12", K.STARTED), *held("2034-06-09 09:15:27", "2034-06-09 11:23:49")],
            "2034-06-09 14:54:34",
            span(seconds=7_702),
        ),
        (
            WEEK_2034,
            resolution(),
            [
                at("2034-06-05 10:00", K.STARTED),
                *held("2034-06-05 11:00", "2034-06-07 09:30"),
                *held("2034-06-07 10:00", "2034-06-08 09:00"),
            ],
            "2034-06-08 12:00",
            span(hours=8 + 10.5 + 1 + 9 + 0.5),
        ),
        (TEN_TO_SIX, resolution(120), [at("2034-06-05 20:00", K.STARTED)], "2034-06-06 12:00", span()),
        (TEN_TO_SIX, resolution(120), [at("2034-06-09 17:00", K.STARTED)], "2034-06-12 11:00", span()),
        (
            TEN_TO_SIX,
            resolution(120),
            [at("2034-06-08 15:00", K.STARTED), *held("2034-06-08 16:00", "2034-06-08 17:00")],
            "2034-06-08 18:00",
            span(hours=1),
        ),
        (
            TEN_TO_SIX,
            resolution(120),
            [at("2034-06-08 15:00", K.STARTED), *held("2034-06-08 16:00", "2034-06-08 17:00:01")],
            "2034-06-09 10:00:01",
            span(hours=1, seconds=1),
        ),
        (GOLDEN_WEEK, resolution(), [at("2025-09-30 17:00", K.STARTED)], "2025-10-09 11:00", span()),
        (GOLDEN_WEEK, resolution(480), [at("2025-09-26 17:30", K.STARTED)], "2025-09-28 17:30", span()),
        (GOLDEN_WEEK, resolution(60), [at("2025-11-03 11:30", K.STARTED)], "2025-11-03 14:30", span()),
        (GOLDEN_WEEK, resolution(600), [at("2025-10-10 17:00", K.STARTED)], "2025-10-13 09:00", span()),
        (YEAR_2026, resolution(240), [at("2026-02-14 16:00", K.STARTED)], "2026-02-24 11:00", span()),
        (YEAR_2026, resolution(450), [at("2026-09-30 17:00", K.STARTED)], "2026-10-08 17:00", span()),
        (
            YEAR_2026,
            resolution(None, working_days=3),
            [at("2026-09-29 11:00", K.STARTED)],
            "2026-10-09 11:00",
            span(),
        ),
    ],
)
def test_a_due_time_is_where_people_expect_it(
    calendar: WorkingCalendar,
    target: Target,
    events: list[ClockEvent],
    due: str,
    paused: dt.timedelta,
) -> None:
    reading = evaluate(target, events, calendar, local(due))

    assert reading.due_at == local(due)
    assert reading.paused == paused
    assert reading.state == S.RUNNING
    assert reading.remaining == span()


def test_nothing_is_promised_without_a_target_or_a_start() -> None:
    assert read(resolution(None), [STARTED], "2034-06-05 11:00").state == S.NONE
    assert read(resolution(), [], "2034-06-05 11:00").state == S.NONE
    assert read(resolution(), [STARTED], "2034-06-05 09:59").state == S.NONE


def test_a_clock_is_on_time_to_the_second() -> None:
    assert read(resolution(), [STARTED], "2034-06-05 14:00").state == S.RUNNING
    late = read(resolution(), [STARTED], "2034-06-05 14:00:01")
    assert (late.state, late.remaining) == (S.OVERDUE, span(seconds=-1))

    on_time = read(resolution(), [STARTED, at("2034-06-05 14:00", K.RESOLVED)], "2034-06-06 10:00")
    too_late = read(resolution(), [STARTED, at("2034-06-05 14:00:01", K.RESOLVED)], "2034-06-06 10:00")
    assert (on_time.state, too_late.state) == (S.MET, S.MISSED)
    assert on_time.elapsed == span(hours=4)


def test_fractions_of_a_second_do_not_count() -> None:
    events = [
        ClockEvent(at=local("2034-06-05 10:00:00.900000"), kind=K.STARTED),
        ClockEvent(at=local("2034-06-05 14:00:00.999999"), kind=K.RESOLVED),
    ]

    reading = evaluate(resolution(), events, TEN_TO_SIX, local("2034-06-05 14:00:00.999999"))

    assert (reading.state, reading.due_at) == (S.MET, local("2034-06-05 14:00"))


def test_what_happens_after_now_does_not_count() -> None:
    events = [STARTED, at("2034-06-05 11:00", K.RESOLVED)]

    assert read(resolution(), events, "2034-06-05 10:59:59").state == S.RUNNING
    assert read(resolution(), events, "2034-06-05 11:00").state == S.MET


def test_the_order_in_which_events_are_given_does_not_matter() -> None:
    events = [STARTED, *held("2034-06-05 11:00", "2034-06-05 12:00"), at("2034-06-05 13:00", K.RESOLVED)]

    assert read(resolution(), events[::-1], "2034-06-06 10:00") == read(
        resolution(), events, "2034-06-06 10:00"
    )


def test_a_paused_clock_keeps_what_is_left() -> None:
    events = [STARTED, at("2034-06-05 11:00", K.HELD, "parts")]

    at_once = read(resolution(), events, "2034-06-05 11:00")
    next_day = read(resolution(), events, "2034-06-06 12:00")

    assert at_once.state == next_day.state == S.PAUSED
    assert at_once.remaining == next_day.remaining == span(hours=3)
    assert next_day.due_at == local("2034-06-06 15:00")
    assert (next_day.elapsed, next_day.paused) == (span(hours=1), span(hours=9))


def test_a_hold_for_another_reason_stops_nothing() -> None:
    reading = read(
        resolution(),
        [STARTED, *held("2034-06-05 11:00", "2034-06-05 12:00", "contractor")],
        "2034-06-05 13:00",
    )

    assert (reading.due_at, reading.paused) == (local("2034-06-05 14:00"), span())


def test_two_pausing_holds_in_a_row_count_once() -> None:
    target = Target(kind=TargetKind.RESOLUTION, minutes=240, pausing_reasons=frozenset({"parts", "access"}))
    chained = [
        STARTED,
        at("2034-06-05 11:00", K.HELD, "parts"),
        at("2034-06-05 12:00", K.HELD, "access"),
        at("2034-06-05 13:00", K.RESUMED),
    ]

    reading = read(target, chained, "2034-06-05 13:00")

    assert (reading.paused, reading.due_at) == (span(hours=2), local("2034-06-05 16:00"))


def test_a_pause_outside_hours_moves_nothing() -> None:
    reading = read(
        resolution(600), [STARTED, *held("2034-06-05 18:00", "2034-06-06 10:00")], "2034-06-06 11:00"
    )

    assert (reading.due_at, reading.paused) == (local("2034-06-06 12:00"), span())


def test_a_pause_after_the_due_time_moves_nothing() -> None:
    events = [STARTED, at("2034-06-05 15:00", K.HELD, "parts")]

    reading = read(resolution(), events, "2034-06-05 17:00")

    assert (reading.state, reading.on_hold) == (S.OVERDUE, True)
    assert reading.due_at == local("2034-06-05 14:00")
    assert reading.remaining == span(hours=-1)


def test_a_pause_does_not_move_the_first_response_unless_told_to() -> None:
    events = [STARTED, *held("2034-06-05 10:10", "2034-06-05 10:40", NEED_INFO)]
    flagged = Target(kind=TargetKind.RESPONSE, minutes=30, pauses_move_it=True)

    assert read(promise(TargetKind.RESPONSE, 30), events, "2034-06-05 10:45").state == S.OVERDUE
    assert read(flagged, events, "2034-06-05 10:45").due_at == local("2034-06-05 11:00")


def test_only_a_message_of_the_staff_is_a_first_response() -> None:
    target = promise(TargetKind.RESPONSE)
    unanswered = [
        STARTED,
        at("2034-06-05 10:05", K.ORDER_OPENED, source="GD1"),
        at("2034-06-05 10:10", K.REQUESTER_MESSAGE),
        at("2034-06-05 10:20", K.ARRIVED, source="GD1"),
    ]
    arrival_counts = Target(kind=TargetKind.RESPONSE, minutes=60, arrival_answers=True)

    assert read(target, unanswered, "2034-06-05 10:30").state == S.RUNNING
    assert read(arrival_counts, unanswered, "2034-06-05 10:30").met_at == local("2034-06-05 10:20")
    answered = read(target, [*unanswered, at("2034-06-05 10:30", K.ANSWERED)], "2034-06-05 12:00")
    assert (answered.state, answered.elapsed) == (S.MET, span(minutes=30))


def test_the_first_arrival_counts() -> None:
    events = [
        STARTED,
        at("2034-06-05 10:30", K.ARRIVED, source="GD2"),
        at("2034-06-05 12:30", K.ARRIVED, source="GD1"),
    ]

    assert read(promise(TargetKind.ARRIVAL), events, "2034-06-05 13:00").met_at == local("2034-06-05 10:30")


def test_a_new_standard_counts_from_the_request_and_keeps_earlier_pauses() -> None:
    events = [
        STARTED,
        *held("2034-06-05 11:00", "2034-06-05 12:00", "access"),
        ClockEvent(
            at=local("2034-06-05 12:30"), kind=K.STANDARD_CHANGED, pausing_reasons=frozenset({"access"})
        ),
        *held("2034-06-05 13:00", "2034-06-05 14:00", "access"),
        *held("2034-06-05 14:00", "2034-06-05 14:30", "parts"),
    ]

    reading = read(resolution(300), events, "2034-06-05 15:00")

    assert reading.started_at == local("2034-06-05 10:00")
    assert reading.paused == span(hours=1.5)
    assert reading.due_at == local("2034-06-05 16:30")


def test_two_changes_of_standard_two_holds_and_a_reopening_equal_a_count_from_scratch() -> None:
    events = [
        STARTED,
        *held("2034-06-05 11:00", "2034-06-05 12:00", "access"),
        ClockEvent(
            at=local("2034-06-05 13:00"), kind=K.STANDARD_CHANGED, pausing_reasons=frozenset({"access"})
        ),
        *held("2034-06-05 14:00", "2034-06-05 16:00", "weather"),
        ClockEvent(
            at=local("2034-06-05 17:00"), kind=K.STANDARD_CHANGED, pausing_reasons=frozenset({"weather"})
        ),
        at("2034-06-06 10:00", K.RESOLVED),
        at("2034-06-07 12:00", K.REOPENED),
    ]

    reading = read(resolution(600), events, "2034-06-07 13:00")

    worked = span(hours=1 + 2 + 2 + 1)
    assert (reading.paused, reading.excluded) == (span(hours=3), span(hours=10))
    assert reading.elapsed == worked
    assert reading.remaining == span(hours=10) - worked
    assert reading.due_at == local("2034-06-07 17:00")


def test_time_between_resolution_and_reopening_is_not_waiting() -> None:
    events = [
        STARTED,
        at("2034-06-05 11:00", K.HELD, "parts"),
        at("2034-06-05 12:00", K.RESOLVED),
        at("2034-06-06 12:00", K.REOPENED),
        at("2034-06-06 13:00", K.RESUMED),
    ]

    reading = read(resolution(), events, "2034-06-06 14:00")

    assert reading.excluded == span(hours=8)
    assert reading.paused == span(hours=2)
    assert reading.elapsed == span(hours=2)
    assert reading.due_at == local("2034-06-06 16:00")


def test_a_request_resolved_again_is_met_at_the_last_resolution() -> None:
    events = [
        STARTED,
        at("2034-06-05 12:00", K.RESOLVED),
        at("2034-06-05 13:00", K.REOPENED),
        at("2034-06-05 14:00", K.RESOLVED),
    ]

    reading = read(resolution(), events, "2034-06-08 10:00")

    assert (reading.state, reading.met_at) == (S.MET, local("2034-06-05 14:00"))
    assert reading.elapsed == span(hours=3)


def test_a_second_resolution_without_a_reopening_changes_nothing() -> None:
    events = [STARTED, at("2034-06-05 12:00", K.RESOLVED), at("2034-06-05 16:00", K.RESOLVED)]

    reading = read(resolution(), events, "2034-06-05 17:00")

    assert (reading.state, reading.met_at) == (S.MET, local("2034-06-05 12:00"))
