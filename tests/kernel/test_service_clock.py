"""Service clocks: the rules of the house one by one, and the cases people check them by."""

import datetime as dt
from fractions import Fraction

import pytest

from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind, owned_time, stretches
from houqin.kernel.service_clock import (
    Alarm,
    ClockReading,
    ClockState,
    Offset,
    Target,
    TargetKind,
    due_alarms,
    evaluate,
    update_readings,
)
from houqin.kernel.working_time import WorkingCalendar, always_open
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


STARTED = at("2034-06-05 10:00", K.STARTED)


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


def test_alarms_wait_for_the_hours_of_who_gets_them() -> None:
    reading = read(resolution(120), [at("2034-06-09 16:00", K.STARTED)], "2034-06-09 17:00")
    early_bird = chinese(hours("07:00-09:00"), [], [])
    offsets = [Offset(minutes=60), Offset(minutes=-30), Offset(working_days=1)]

    due = local("2034-06-09 18:00")
    assert due_alarms(reading, offsets, TEN_TO_SIX) == [
        Alarm(due, Offset(minutes=-30), local("2034-06-09 17:30")),
        Alarm(due, Offset(minutes=60), local("2034-06-12 11:00")),
        Alarm(due, Offset(working_days=1), local("2034-06-12 18:00")),
    ]
    assert [alarm.at for alarm in due_alarms(reading, offsets, TEN_TO_SIX, early_bird)] == [
        local("2034-06-12 07:00"),
        local("2034-06-13 07:00"),
        local("2034-06-13 07:00"),
    ]


@pytest.mark.parametrize(
    "last", [at("2034-06-05 11:00", K.RESOLVED), at("2034-06-05 11:00", K.HELD, "parts")]
)
def test_a_clock_that_does_not_run_raises_no_alarm(last: ClockEvent) -> None:
    reading = read(resolution(), [STARTED, last], "2034-06-05 12:00")

    assert due_alarms(reading, [Offset(minutes=-30)], TEN_TO_SIX) == []


def test_every_working_minute_has_one_owner() -> None:
    events = [
        STARTED,
        *held("2034-06-05 11:00", "2034-06-05 12:00", NEED_INFO),
        at("2034-06-05 12:00", K.ORDER_OPENED, source="GD1"),
        at("2034-06-05 13:00", K.HELD, "contractor", "GD1"),
        at("2034-06-05 15:00", K.HELD, "parts", "GD1"),
        at("2034-06-06 11:00", K.RESUMED, source="GD1"),
        at("2034-06-06 12:00", K.RESOLVED),
        at("2034-06-06 13:00", K.REOPENED),
    ]
    until = local("2034-06-06 15:00")

    shares = owned_time(stretches(events, until, PARTS), TEN_TO_SIX)

    assert shares == {
        "": span(hours=1 + 1 + 1 + 2),
        NEED_INFO: span(hours=1),
        "contractor": span(hours=2),
        "parts": span(hours=4),
        "resolved": span(hours=1),
    }
    assert sum(shares.values(), span()) == TEN_TO_SIX.between(local("2034-06-05 10:00"), until)


def test_input_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ClockEvent(at=dt.datetime(2034, 6, 5, 10), kind=K.STARTED)  # noqa: DTZ001 - the naive time is the point
    with pytest.raises(ValueError, match="not both"):
        Target(kind=TargetKind.RESOLUTION, minutes=1, working_days=1)
    with pytest.raises(ValueError, match="before its start"):
        Target(kind=TargetKind.RESOLUTION, minutes=-1)
