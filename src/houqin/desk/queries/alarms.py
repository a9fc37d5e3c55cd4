"""What is still to be told of a request or an order: warnings, breaches, and the levels above them.

The warning and the breach come with every target and go to those who do something about it: the desk
and whoever works on it. Beyond them a standard has levels of escalation. All of them are told once for
each due time, in the order in which they were reached.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from houqin.desk.models import ServiceRequest
from houqin.desk.queries.clocks import Clocks
from houqin.kernel.escalation import TICKING, Level, Offset, escalations, told_from
from houqin.kernel.service_clock import SECOND, ClockReading, ClockState, TargetKind
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Place
from houqin.org.queries.calendars import calendar_for
from houqin.work.models import Alarm, EscalationLevel, Priority, ServiceStandard

Told = frozenset[tuple[str, str, int, dt.datetime]]
"""Target, kind, level and due time of what has been told."""

Levels = Mapping[TargetKind, list[EscalationLevel]]


@dataclass(frozen=True, kw_only=True)
class PendingAlarm:
    """Something that has not been told: reached `at`, and from `tell_at` on to be told.

    `first_at` is when it could have been told first. `row` is the level of the standard, for an
    escalation.
    """

    target: str
    kind: str
    level: int
    due_at: dt.datetime
    at: dt.datetime
    first_at: dt.datetime
    tell_at: dt.datetime
    row: EscalationLevel | None = None


@dataclass(frozen=True)
class Pending:
    """What is still to be told, the first reached first, and the highest level that was told and holds."""

    alarms: list[PendingAlarm]
    reached: int = 0

    @property
    def look_at(self) -> dt.datetime | None:
        """When to look again; None while there is nothing to tell."""
        return min((alarm.tell_at for alarm in self.alarms), default=None)

    def due_by(self, now: dt.datetime) -> list[PendingAlarm]:
        """What is to be told by `now`, at which these were computed."""
        return [alarm for alarm in self.alarms if alarm.tell_at <= now]


class Recipients:
    """The hours of who is told: of the place, for a person those of the organisation, read when asked."""

    def __init__(
        self, there: WorkingCalendar, of_person: Callable[[], WorkingCalendar] | None = None
    ) -> None:
        self.there = there
        self._of_person = of_person or (lambda: calendar_for(None, None))

    @cached_property
    def house(self) -> WorkingCalendar:
        """The hours of the organisation."""
        return self._of_person()

    def hours_of(self, level: EscalationLevel) -> WorkingCalendar | None:
        """When who a level goes to may be told; None for at any hour."""
        if level.around_the_clock:
            return None
        return self.house if level.recipient == EscalationLevel.Recipient.PERSON else self.there


def pending(
    clocks: Clocks,
    *,
    subject: str,
    standard: ServiceStandard | None,
    priority: str,
    place: Place | None,
    now: dt.datetime,
    theirs: bool = False,
) -> Pending:
    """What is still to be told of a request or order at `now`.

    A clock that runs warns and then breaches; one that is overdue does not warn any more, but its
    levels are told, those before the due time too. One that stands still or is met tells nothing.
    Unless the priority is critical, warning and breach wait for the hours of the place.
    """
    told = Alarm.objects.filter(subject=subject, theirs=theirs)
    return to_be_told(
        clocks,
        levels=levels_at(standard, priority),
        told=frozenset(told.values_list("target", "kind", "level", "due_at")),
        priority=priority,
        recipients=Recipients(calendar_for(place, None)),
        now=now,
    )


def pending_of(request: ServiceRequest, clocks: Clocks, now: dt.datetime) -> Pending:
    """What is still to be told of a request whose clocks were read at `now`."""
    return pending(
        clocks,
        subject=request.number,
        standard=request.standard,
        priority=request.priority,
        place=request.place,
        now=now,
    )


def first_look(request: ServiceRequest, clocks: Clocks, *, hours: WorkingCalendar) -> dt.datetime | None:
    """When to look first at a request that is about to be stored; `hours` of its place. One statement."""
    found = to_be_told(
        clocks,
        levels=levels_at(request.standard, request.priority),
        told=frozenset(),
        priority=request.priority,
        recipients=Recipients(hours),
        now=request.opened_at,
    )
    return found.look_at


def levels_at(standard: ServiceStandard | None, priority: str) -> Levels:
    """The levels of a standard at a priority, by target. One statement, none without a standard."""
    if standard is None:
        return {}
    return by_target(EscalationLevel.objects.filter(standard=standard, priority__in=["", priority]))


def by_target(rows: Iterable[EscalationLevel]) -> Levels:
    """Levels of one standard and priority: that of the priority stands in for the general one."""
    found: dict[tuple[str, int], EscalationLevel] = {}
    for row in sorted(rows, key=lambda row: bool(row.priority)):
        found[row.kind, row.number] = row
    levels: dict[TargetKind, list[EscalationLevel]] = defaultdict(list)
    for (kind, _number), row in sorted(found.items()):
        levels[TargetKind(kind)].append(row)
    return levels


def to_be_told(
    clocks: Clocks,
    *,
    levels: Levels,
    told: Told,
    priority: str,
    recipients: Recipients,
    now: dt.datetime,
) -> Pending:
    """The same as `pending` from what is known already."""
    found, reached = [], 0
    for reading in clocks:
        hours = clocks.hours_of(reading.kind)
        alarms = [
            *_built_in(reading, None if priority == Priority.CRITICAL else recipients.there, now),
            *_of_levels(reading, levels.get(reading.kind, ()), hours, recipients, now),
        ]
        for alarm in alarms:
            if (alarm.target, alarm.kind, alarm.level, alarm.due_at) in told:
                reached = max(reached, alarm.level)
            else:
                found.append(alarm)
    found.sort(key=lambda alarm: (alarm.at, alarm.level))
    return Pending(found, reached)


def _built_in(
    reading: ClockReading, hours: WorkingCalendar | None, now: dt.datetime
) -> Iterator[PendingAlarm]:
    """The warning while the clock runs, and the breach, which needs no warning before it any more."""
    if reading.due_at is None or reading.state not in TICKING:
        return
    times = {Alarm.Kind.BREACH: reading.due_at + SECOND}
    if reading.state == ClockState.RUNNING and reading.warn_at is not None:
        times[Alarm.Kind.WARNING] = reading.warn_at
    for kind, at in times.items():
        first_at = told_from(at, hours, at)
        yield PendingAlarm(
            target=str(reading.kind),
            kind=str(kind),
            level=0,
            due_at=reading.due_at,
            at=at,
            first_at=first_at,
            tell_at=told_from(first_at, hours, now),
        )


def _of_levels(
    reading: ClockReading,
    rows: Iterable[EscalationLevel],
    hours: WorkingCalendar,
    recipients: Recipients,
    now: dt.datetime,
) -> Iterator[PendingAlarm]:
    by_name = {str(row.number): row for row in rows}
    levels = [
        Level(name=name, offset=offset_of(row), hours=recipients.hours_of(row))
        for name, row in by_name.items()
    ]
    for one in escalations(reading, levels, hours, now):
        row = by_name[one.name]
        yield PendingAlarm(
            target=str(reading.kind),
            kind=str(Alarm.Kind.LEVEL),
            level=row.number,
            due_at=one.due_at,
            at=one.at,
            first_at=told_from(one.at, recipients.hours_of(row), one.at),
            tell_at=one.tell_at,
            row=row,
        )


def offset_of(row: EscalationLevel) -> Offset:
    """How far from the due time a level lies."""
    return Offset(minutes=row.minutes or 0, working_days=row.working_days or 0)
