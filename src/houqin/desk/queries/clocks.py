"""The service clocks of a request or an order, read from what happened; nothing is kept on a row.

One reading for each kind of target. Instants are in UTC with second precision; spans are working
time of the target's calendar.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from houqin.desk.models import Message, RequestEvent, RequestOrder, ServiceRequest
from houqin.desk.queries import clock_history, time_owners
from houqin.desk.queries.promises import Promises, promises_at, promises_of
from houqin.kernel import clock
from houqin.kernel.clock_events import ClockEvent, EventKind
from houqin.kernel.service_clock import ClockReading, ClockState, Target, TargetKind, evaluate
from houqin.kernel.time_owners import Owner, by_owner, shares
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Place
from houqin.org.queries.calendars import (
    around_the_clock,
    calendar_for,
    confirmed_years,
    is_provisional,
    working_calendar,
)
from houqin.work.models import Alarm, OrderEvent, Priority, WorkOrder

_ALIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})
_TICKING = frozenset({ClockState.RUNNING, ClockState.OVERDUE})


@dataclass(frozen=True)
class Clocks:
    """The readings of one request or order at one instant.

    `provisional` says that an unmet due time lies in a year whose holidays are not settled.
    """

    response: ClockReading
    update: ClockReading
    arrival: ClockReading
    resolution: ClockReading
    provisional: bool

    def __iter__(self) -> Iterator[ClockReading]:
        return iter((self.response, self.update, self.arrival, self.resolution))

    @property
    def paused(self) -> bool:
        """Whether a pause is on that stops the restoration clock."""
        return self.resolution.on_hold

    @property
    def next_due_at(self) -> dt.datetime | None:
        """The earliest due time of the clocks that run or are overdue; none while all stand still."""
        running = (reading.due_at for reading in self if reading.state in _TICKING and reading.due_at)
        return min(running, default=None)


@dataclass(frozen=True)
class PendingAlarm:
    """A warning or breach that has not been told: from `at` on it may be."""

    target: str
    kind: str
    due_at: dt.datetime
    at: dt.datetime


def clocks_of(request: ServiceRequest, now: dt.datetime | None = None) -> Clocks:
    """The clocks of a request. `target_at` stands in for the computed restoration time."""
    return _Look(request).clocks(now or clock.now())


def first_clocks(request: ServiceRequest, *, hours: WorkingCalendar) -> tuple[Clocks, dt.datetime | None]:
    """The clocks of a request that is about to be stored, as of its report, and when they first go off.

    `hours` are those of its place. Nothing but the report has happened yet, so no history is read.
    """
    own = request.standard.calendar if request.standard else None
    office, recipient = working_calendar(own) if own else hours, hours
    started = [ClockEvent(at=request.opened_at, kind=EventKind.STARTED)]
    clocks = _read(
        promises_of(request), dict.fromkeys(TargetKind, started), office=office, now=request.opened_at
    )
    alarms = _alarms(clocks, told=frozenset(), critical=is_critical(request.priority), recipient=recipient)
    return clocks, alarms[0].at if alarms else None


def clocks_and_owners(
    request: ServiceRequest, now: dt.datetime | None = None
) -> tuple[Clocks, dict[Owner, dt.timedelta]]:
    """The clocks of a request and what `who_had_it` tells, from one look at its history."""
    look, now = _Look(request), now or clock.now()
    return look.clocks(now), look.owners(now)


def clocks_of_order(order: WorkOrder, now: dt.datetime | None = None) -> Clocks:
    """The clocks of an order that no request stands behind: arrival and restoration."""
    return clocks_and_owners_of_order(order, now)[0]


def clocks_and_owners_of_order(
    order: WorkOrder, now: dt.datetime | None = None
) -> tuple[Clocks, dict[Owner, dt.timedelta]]:
    """The clocks of an order that no request stands behind, and the working time of each owner."""
    now = now or clock.now()
    prefetch_related_objects([order], Prefetch("events", OrderEvent.objects.order_by("pk")))
    targets = promises_at(order.standard, order.priority)
    for kind in (TargetKind.RESPONSE, TargetKind.UPDATE):
        targets.pop(kind, None)
    history = clock_history.of_order_alone(order)
    events = dict.fromkeys(TargetKind, history)
    office = calendar_for(order.place, order.standard.calendar if order.standard else None)
    had = shares(time_owners.of_order(order, now), time_owners.hours_of(targets, office))
    return _read(targets, events, office=office, now=now), by_owner(had)


def who_had_it(request: ServiceRequest, now: dt.datetime | None = None) -> dict[Owner, dt.timedelta]:
    """The working time of each owner since the report; the sum is the elapsed working time."""
    return _Look(request).owners(now or clock.now())


def pending_alarms(
    clocks: Clocks, *, subject: str, critical: bool, recipient: WorkingCalendar
) -> list[PendingAlarm]:
    """The alarms of a request or order that are still to be told, soonest first.

    A clock that runs warns and then breaches; one that is overdue only breaches, so that nobody is
    warned afterwards; one that stands still or is met does neither. Each is told once for its due
    time. Unless it is critical an alarm waits for the recipient's next opening.
    """
    told = frozenset(Alarm.objects.filter(subject=subject).values_list("target", "kind", "due_at"))
    return _alarms(clocks, told=told, critical=critical, recipient=recipient)


def _alarms(
    clocks: Clocks,
    *,
    told: frozenset[tuple[str, str, dt.datetime]],
    critical: bool,
    recipient: WorkingCalendar,
) -> list[PendingAlarm]:
    found = []
    for reading in clocks:
        for kind, at in _alarm_times(reading):
            if reading.due_at is None or (str(reading.kind), kind, reading.due_at) in told:
                continue
            when = at if critical else recipient.next_opening(at).astimezone(dt.UTC)
            found.append(PendingAlarm(str(reading.kind), kind, reading.due_at, when))
    return sorted(found, key=lambda alarm: (alarm.at, alarm.kind))


def recipient_calendar(place: Place | None) -> WorkingCalendar:
    """The hours in which the people who look after a place are told."""
    return calendar_for(place, None)


def is_critical(priority: str) -> bool:
    """Whether its alarms go off at any hour."""
    return priority == Priority.CRITICAL


class _Look:
    """The history of a request, the targets and the hours that count, read once."""

    def __init__(self, request: ServiceRequest) -> None:
        _load_history(request)
        self.request = request
        self.targets = promises_of(request)
        self.office = calendar_for(request.place, request.standard.calendar if request.standard else None)

    def clocks(self, now: dt.datetime) -> Clocks:
        events = {kind: clock_history.of_request(self.request, kind) for kind in TargetKind}
        return _read(self.targets, events, office=self.office, now=now)

    def owners(self, now: dt.datetime) -> dict[Owner, dt.timedelta]:
        hours = time_owners.hours_of(self.targets, self.office)
        return by_owner(shares(time_owners.of_request(self.request, now), hours))


def _read(
    targets: Promises,
    events: dict[TargetKind, list[ClockEvent]],
    *,
    office: WorkingCalendar,
    now: dt.datetime,
) -> Clocks:
    readings, moving = {}, []
    for kind in TargetKind:
        target, always = targets.get(kind, (Target(kind=kind), False))
        reading = evaluate(target, events[kind], around_the_clock() if always else office, now)
        readings[kind] = reading
        if reading.state in _ALIVE and reading.due_at and not always and target.fixed_at is None:
            moving.append(reading.due_at)
    confirmed = confirmed_years() if moving else frozenset()
    return Clocks(
        response=readings[TargetKind.RESPONSE],
        update=readings[TargetKind.UPDATE],
        arrival=readings[TargetKind.ARRIVAL],
        resolution=readings[TargetKind.RESOLUTION],
        provisional=any(is_provisional(due, confirmed=confirmed) for due in moving),
    )


def _alarm_times(reading: ClockReading) -> Iterable[tuple[str, dt.datetime]]:
    if reading.due_at is None or reading.state not in _TICKING:
        return
    if reading.state == ClockState.RUNNING and reading.warn_at is not None:
        yield Alarm.Kind.WARNING, reading.warn_at
    yield Alarm.Kind.BREACH, reading.due_at + dt.timedelta(seconds=1)


def _load_history(request: ServiceRequest) -> None:
    """Read the events anew, in three statements whatever their number."""
    for name in ("events", "messages", "order_links"):
        request.__dict__.get("_prefetched_objects_cache", {}).pop(name, None)
    load_histories([request])


def load_histories(requests: list[ServiceRequest]) -> None:
    """Read what happened to many requests, in four statements whatever their number."""
    links = RequestOrder.objects.select_related("order").prefetch_related(
        Prefetch("order__events", OrderEvent.objects.order_by("pk"))
    )
    prefetch_related_objects(
        requests,
        Prefetch("events", RequestEvent.objects.order_by("pk")),
        Prefetch("messages", Message.objects.order_by("pk")),
        Prefetch("order_links", links),
    )
