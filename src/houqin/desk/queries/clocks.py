"""The service clocks of a request or an order, read from what happened; nothing is kept on a row.

One reading for each kind of target. Instants are in UTC with second precision; spans are working
time of the target's calendar.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from houqin.desk.models import Message, RequestEvent, RequestOrder, ServiceRequest
from houqin.desk.queries import clock_history, time_owners
from houqin.desk.queries.promises import Promises, promises_at, promises_of
from houqin.kernel import clock
from houqin.kernel.clock_events import ClockEvent, EventKind
from houqin.kernel.escalation import TICKING
from houqin.kernel.service_clock import (
    ClockReading,
    ClockState,
    Target,
    TargetKind,
    evaluate,
    update_readings,
)
from houqin.kernel.time_owners import Owner, by_owner, shares
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import (
    around_the_clock,
    calendar_for,
    confirmed_years,
    is_provisional,
    working_calendar,
)
from houqin.work.models import OrderEvent, WorkOrder

ALIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})


@dataclass(frozen=True)
class Clocks:
    """The readings of one request or order at one instant.

    `provisional` says that an unmet due time lies in a year whose holidays are not settled. `office`
    are the hours in which the clocks count, but for those that `always` do; `answers` how every message
    of the requester was answered.
    """

    response: ClockReading
    update: ClockReading
    arrival: ClockReading
    resolution: ClockReading
    provisional: bool
    office: WorkingCalendar
    always: frozenset[TargetKind] = frozenset()
    answers: Sequence[ClockReading] = ()

    def __iter__(self) -> Iterator[ClockReading]:
        return iter((self.response, self.update, self.arrival, self.resolution))

    def hours_of(self, kind: TargetKind) -> WorkingCalendar:
        """The hours in which one of the clocks counts."""
        return around_the_clock() if kind in self.always else self.office

    @property
    def paused(self) -> bool:
        """Whether a pause is on that stops the restoration clock."""
        return self.resolution.on_hold

    @property
    def next_due_at(self) -> dt.datetime | None:
        """The earliest due time of the clocks that run or are overdue; none while all stand still."""
        running = (reading.due_at for reading in self if reading.state in TICKING and reading.due_at)
        return min(running, default=None)


def clocks_of(request: ServiceRequest, now: dt.datetime | None = None) -> Clocks:
    """The clocks of a request. `target_at` stands in for the computed restoration time."""
    return _Look(request).clocks(now or clock.now())


def first_clocks(request: ServiceRequest, *, hours: WorkingCalendar) -> Clocks:
    """The clocks of a request that is about to be stored, as of its report.

    `hours` are those of its place. Nothing but the report has happened yet, so no history is read.
    """
    own = request.standard.calendar if request.standard else None
    started = [ClockEvent(at=request.opened_at, kind=EventKind.STARTED)]
    return read_clocks(
        promises_of(request),
        dict.fromkeys(TargetKind, started),
        office=working_calendar(own) if own else hours,
        now=request.opened_at,
    )


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
    return read_clocks(targets, events, office=office, now=now), by_owner(had)


def who_had_it(request: ServiceRequest, now: dt.datetime | None = None) -> dict[Owner, dt.timedelta]:
    """The working time of each owner since the report; the sum is the elapsed working time."""
    return _Look(request).owners(now or clock.now())


class _Look:
    """The history of a request, the targets and the hours that count, read once."""

    def __init__(self, request: ServiceRequest) -> None:
        _load_history(request)
        self.request = request
        self.targets = promises_of(request)
        self.office = calendar_for(request.place, request.standard.calendar if request.standard else None)

    def clocks(self, now: dt.datetime) -> Clocks:
        events = {kind: clock_history.of_request(self.request, kind) for kind in TargetKind}
        return read_clocks(self.targets, events, office=self.office, now=now)

    def owners(self, now: dt.datetime) -> dict[Owner, dt.timedelta]:
        hours = time_owners.hours_of(self.targets, self.office)
        return by_owner(shares(time_owners.of_request(self.request, now), hours))


def read_clocks(
    targets: Promises,
    events: Mapping[TargetKind, list[ClockEvent]],
    *,
    office: WorkingCalendar,
    now: dt.datetime,
    confirmed: frozenset[int] | None = None,
) -> Clocks:
    """The clocks of these targets over what happened; those that count day and night do so.

    `confirmed` are the settled years, where they are known already.
    """
    always = frozenset(kind for kind, (_target, always) in targets.items() if always)
    readings, moving = {}, []
    for kind in TargetKind:
        target = targets[kind][0] if kind in targets else Target(kind=kind)
        hours = around_the_clock() if kind in always else office
        found = readings[kind] = readings_of(target, events[kind], hours, now)
        last = found[-1]
        if last.state in ALIVE and last.due_at and kind not in always and target.fixed_at is None:
            moving.append(last.due_at)
    if moving and confirmed is None:
        confirmed = confirmed_years()
    return Clocks(
        response=readings[TargetKind.RESPONSE][-1],
        update=readings[TargetKind.UPDATE][-1],
        arrival=readings[TargetKind.ARRIVAL][-1],
        resolution=readings[TargetKind.RESOLUTION][-1],
        provisional=any(is_provisional(due, confirmed=confirmed) for due in moving),
        office=office,
        always=always,
        answers=readings[TargetKind.UPDATE],
    )


def readings_of(
    target: Target, events: Iterable[ClockEvent], hours: WorkingCalendar, now: dt.datetime
) -> list[ClockReading]:
    """How a clock stands: for the update one reading for each message that asked, else just one."""
    if not target.is_set:
        return [ClockReading(target.kind, ClockState.NONE)]
    if target.kind != TargetKind.UPDATE:
        return [evaluate(target, events, hours, now)]
    return update_readings(target, events, hours, now) or [ClockReading(target.kind, ClockState.NONE)]


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
