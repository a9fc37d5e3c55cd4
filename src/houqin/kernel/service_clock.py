"""Service clocks: what was promised, when it falls due, and how it stands now.

`evaluate` is a pure function of a target, the events, the working calendar and the present;
asking twice gives the same answer, and a changed standard is asked again from the start of
the request. Instants are in UTC with second precision, targets are whole minutes or working
days. A clock that is met or falls due at the very second of its due time is on time.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from houqin.kernel.clock_events import (
    ClockEvent,
    EventKind,
    Standing,
    Stretch,
    in_order,
    stretches_of,
    whole_second,
)
from houqin.kernel.working_time import WorkingCalendar

Span = tuple[dt.datetime, dt.datetime]

NOTHING = dt.timedelta(0)
SECOND = dt.timedelta(seconds=1)


class TargetKind(StrEnum):
    """What is promised."""

    RESPONSE = "response"
    UPDATE = "update"
    ARRIVAL = "arrival"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """How a clock stands."""

    NONE = "none"
    """Nothing is promised, or nothing has started it."""
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    """Met after its due time, or the request ended after it."""
    CANCELLED = "cancelled"
    """The request was resolved or ended first; a reopening lets it run on."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One promise: `minutes` or `working_days`, or an instant kept as it was promised.

    With `end_of_day` a target in days falls due when the day's last window closes, otherwise
    at the clock time of the start. `fixed_at` wins over both and nothing moves it.
    `pauses_move_it` left out means: yes for update and resolution, no for response and
    arrival. `warn_before` is working time before the due time, or the part of the whole
    working time to it that is left when the warning comes.
    """

    kind: TargetKind
    minutes: int | None = None
    working_days: int | None = None
    end_of_day: bool = False
    fixed_at: dt.datetime | None = None
    pausing_reasons: frozenset[str] = frozenset()
    pauses_move_it: bool | None = None
    arrival_answers: bool = False
    warn_before: dt.timedelta | Fraction | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and self.working_days is not None:
            raise ValueError("a target has minutes or working days, not both")
        if (self.minutes or 0) < 0 or (self.working_days or 0) < 0:
            raise ValueError("a target cannot lie before its start")

    @property
    def is_set(self) -> bool:
        """Whether anything is promised."""
        return not (self.minutes is None and self.working_days is None and self.fixed_at is None)

    @property
    def pauses(self) -> bool:
        """Whether pauses stop this clock."""
        if self.fixed_at is not None:
            return False
        if self.pauses_move_it is not None:
            return self.pauses_move_it
        return self.kind in {TargetKind.UPDATE, TargetKind.RESOLUTION}

    def first_due(self, start: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
        """Return when it falls due if nothing ever stops the clock."""
        if self.fixed_at is not None:
            return whole_second(self.fixed_at)
        if self.working_days is not None:
            return whole_second(calendar.add_days(start, self.working_days, end_of_day=self.end_of_day))
        return whole_second(calendar.add(start, dt.timedelta(minutes=self.minutes or 0)))


@dataclass(frozen=True)
class ClockReading:
    """How one clock stood at one instant; spans are working time.

    `elapsed`, `paused` and `excluded` add up to the working time from the start until the
    clock was met or cancelled, else until now. `excluded` lies between a resolution and the
    reopening and is nobody's waiting. `paused` is nothing for a clock that pauses do not
    stop. `remaining` is negative by what has run since the due time; it and `warn_at` follow
    the due time as it stands, which moves on while the clock is paused.
    """

    kind: TargetKind
    state: ClockState
    started_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    met_at: dt.datetime | None = None
    warn_at: dt.datetime | None = None
    paused: dt.timedelta = NOTHING
    excluded: dt.timedelta = NOTHING
    elapsed: dt.timedelta = NOTHING
    remaining: dt.timedelta = NOTHING
    on_hold: bool = False
    """Whether a pause is on, which an overdue clock does not show in its state."""


def evaluate(
    target: Target, events: Iterable[ClockEvent], calendar: WorkingCalendar, now: dt.datetime
) -> ClockReading:
    """Return how the clock of `target` stands at `now`; later events do not count.

    The due time is that of a clock never stopped, moved for each pause and for each time
    between resolution and reopening by the working time in it. A pause that begins when
    the clock is already due moves nothing. Targets in days move in the same way.

    Response ends at the first answer (or arrival, where the target says so), arrival at the
    first arrival, resolution at the last resolution. The update clock starts at the first
    message of the requester that waits for an answer and ends at that answer; without one
    since the last it shows the answered one before; see `update_readings` for all.

    Raises `NoOpening` when the calendar stays closed.
    """
    if target.kind == TargetKind.UPDATE:
        readings = update_readings(target, events, calendar, now)
        return readings[-1] if readings else ClockReading(target.kind, ClockState.NONE)
    history = _History(target, in_order(events, now), now)
    started = history.first(EventKind.STARTED)
    if started is None or not target.is_set:
        return ClockReading(target.kind, ClockState.NONE)
    return _read(target, history, calendar, started, history.met(started))


def update_readings(
    target: Target, events: Iterable[ClockEvent], calendar: WorkingCalendar, now: dt.datetime
) -> list[ClockReading]:
    """Return a reading for each time a requester's message started the update clock, oldest first."""
    history = _History(target, in_order(events, now), now)
    if history.first(EventKind.STARTED) is None or not target.is_set:
        return []
    return [_read(target, history, calendar, asked, answered) for asked, answered in history.exchanges()]


def states(
    target: Target, known: Sequence[ClockEvent], calendar: WorkingCalendar, now: dt.datetime
) -> list[ClockState]:
    """Return only how the clock stands, and for the update how each of its readings does.

    The same as `evaluate` and `update_readings` tell, without the spans that cost most of their time.
    `known` is what `in_order` tells of the events up to `now`.
    """
    history = _History(target, known, now)
    started = history.first(EventKind.STARTED)
    set_going = started is not None and target.is_set
    if target.kind == TargetKind.UPDATE:
        exchanges = history.exchanges() if set_going else []
        return [_course(target, history, calendar, asked, met).state for asked, met in exchanges]
    if started is None or not set_going:
        return [ClockState.NONE]
    return [_course(target, history, calendar, started, history.met(started)).state]


class _History:
    """The events of one clock up to one instant, in their order."""

    def __init__(self, target: Target, known: Sequence[ClockEvent], now: dt.datetime) -> None:
        self.kind = target.kind
        self.now = whole_second(now)
        self.events = known
        self.parts = stretches_of(known, now, target.pausing_reasons)
        self.answers = {EventKind.ANSWERED}
        if target.arrival_answers and target.kind == TargetKind.RESPONSE:
            self.answers.add(EventKind.ARRIVED)

    def first(self, *kinds: EventKind, since: dt.datetime | None = None) -> dt.datetime | None:
        found = (event.at for event in self.events if event.kind in kinds)
        return next((at for at in found if since is None or at >= since), None)

    def met(self, started: dt.datetime) -> dt.datetime | None:
        if self.kind == TargetKind.RESPONSE:
            return self.first(*self.answers, since=started)
        if self.kind == TargetKind.ARRIVAL:
            return self.first(EventKind.ARRIVED, since=started)
        return self.resolved()

    def resolved(self) -> dt.datetime | None:
        """Return since when the request is resolved, or nothing."""
        since = None
        for event in self.events:
            if event.kind == EventKind.RESOLVED and since is None:
                since = event.at
            elif event.kind == EventKind.REOPENED:
                since = None
        return since

    def stopped(self) -> dt.datetime | None:
        """Return when the request was resolved or ended, or nothing while it is alive."""
        return self.resolved() or self.first(EventKind.ENDED)

    def exchanges(self) -> list[tuple[dt.datetime, dt.datetime | None]]:
        """Return each first unanswered message of the requester, and its answer."""
        exchanges: list[tuple[dt.datetime, dt.datetime | None]] = []
        asked = None
        for event in self.events:
            if event.kind == EventKind.REQUESTER_MESSAGE:
                asked = asked or event.at
            elif event.kind == EventKind.ANSWERED and asked:
                exchanges.append((asked, event.at))
                asked = None
        return [*exchanges, (asked, None)] if asked else exchanges


@dataclass(frozen=True)
class _Course:
    """When a clock falls due, what stopped it, and how it stands at its end."""

    state: ClockState
    end: dt.datetime
    first_due: dt.datetime
    due: dt.datetime
    paused: list[Span]
    excluded: list[Span]
    stops: list[Span]
    on_hold: bool


def _course(
    target: Target,
    history: _History,
    calendar: WorkingCalendar,
    started: dt.datetime,
    met: dt.datetime | None,
) -> _Course:
    stopped = history.stopped() if met is None else None
    end = max(met or stopped or history.now, started)
    parts = _clipped(history.parts, started, end)
    paused = _spans(part for part in parts if part.standing == Standing.PAUSED and target.pauses)
    excluded = _spans(part for part in parts if part.standing == Standing.EXCLUDED)
    stops = _joined(sorted(paused + excluded))
    first_due = target.first_due(started, calendar)
    due = first_due if target.fixed_at else _moved(first_due, stops, calendar)
    alive = met is None and stopped is None
    on_hold = alive and target.pauses and history.parts[-1].standing == Standing.PAUSED
    state = _state(met, stopped, due, end, holding=on_hold and stops[-1][0] < due)
    return _Course(state, end, first_due, due, paused, excluded, stops, on_hold)


def _read(
    target: Target,
    history: _History,
    calendar: WorkingCalendar,
    started: dt.datetime,
    met: dt.datetime | None,
) -> ClockReading:
    course = _course(target, history, calendar, started, met)
    paused, excluded = _working(course.paused, calendar), _working(course.excluded, calendar)
    return ClockReading(
        kind=target.kind,
        state=course.state,
        started_at=started,
        due_at=course.due,
        met_at=met,
        warn_at=_warn_at(target, started, course.first_due, course.due, calendar),
        paused=paused,
        excluded=excluded,
        elapsed=calendar.between(started, course.end) - paused - excluded,
        remaining=_remaining(course.due, course.end, course.stops, calendar),
        on_hold=course.on_hold,
    )


def _state(
    met: dt.datetime | None, stopped: dt.datetime | None, due: dt.datetime, end: dt.datetime, *, holding: bool
) -> ClockState:
    """Return the state; `holding` tells that a pause is on which began before the due time.

    In such a pause a target in days may pass its due time outside the hours: it stays paused.
    """
    if holding:
        return ClockState.PAUSED
    if met:
        return ClockState.MET if met <= due else ClockState.MISSED
    if stopped:
        return ClockState.CANCELLED if stopped <= due else ClockState.MISSED
    return ClockState.RUNNING if end <= due else ClockState.OVERDUE


def _clipped(parts: Iterable[Stretch], begin: dt.datetime, end: dt.datetime) -> list[Stretch]:
    return [
        Stretch(max(part.begin, begin), min(part.end, end), part.standing)
        for part in parts
        if part.begin <= end and part.end >= begin
    ]


def _spans(parts: Iterable[Stretch]) -> list[Span]:
    return [(part.begin, part.end) for part in parts]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return adjoining spans as one: a hold that follows a hold is the same pause."""
    joined: list[Span] = []
    for begin, end in spans:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _moved(due: dt.datetime, stops: Iterable[Span], calendar: WorkingCalendar) -> dt.datetime:
    for begin, end in stops:
        if begin >= due:
            break
        due = whole_second(calendar.add(due, calendar.between(begin, end)))
    return due


def _working(spans: Iterable[Span], calendar: WorkingCalendar) -> dt.timedelta:
    return sum((calendar.between(begin, end) for begin, end in spans), NOTHING)


def _remaining(
    due: dt.datetime, end: dt.datetime, stops: Iterable[Span], calendar: WorkingCalendar
) -> dt.timedelta:
    if end <= due:
        return calendar.between(end, due)
    stopped = _working([(max(begin, due), stop) for begin, stop in stops], calendar)
    return stopped - calendar.between(due, end)


def _warn_at(
    target: Target, started: dt.datetime, first_due: dt.datetime, due: dt.datetime, calendar: WorkingCalendar
) -> dt.datetime | None:
    """Return when to warn, at the earliest when the clock starts."""
    before = target.warn_before
    if before is None:
        return None
    if isinstance(before, Fraction):
        whole = calendar.between(started, first_due) // SECOND
        before = whole * before.numerator // before.denominator * SECOND
    if calendar.between(started, due) <= before:
        return started
    return whole_second(calendar.add(due, -before))
