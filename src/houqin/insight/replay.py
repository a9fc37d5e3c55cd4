"""What would have been met under another standard: the requests of a period, measured anew.

Nothing is stored. Each request keeps its priority and its history; only the promise is another.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.queries import clock_history
from houqin.desk.queries.clocks import load_histories
from houqin.desk.queries.promises import Promises, every_promise, with_fixed
from houqin.insight.proposals import Proposal
from houqin.kernel import clock
from houqin.kernel.clock_events import ClockEvent
from houqin.kernel.service_clock import ClockState, TargetKind, evaluate
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Calendar, Place
from houqin.org.queries.calendars import around_the_clock, working_calendar
from houqin.org.queries.organisation import office_calendar, organisation

AT_ONCE = 1_000
"""Requests whose history is in memory at a time."""

_KEPT = frozenset({ClockState.MET})
_BROKEN = frozenset({ClockState.MISSED, ClockState.OVERDUE})


@dataclass(kw_only=True)
class Tally:
    """How one kind of promise went, for one set of requests.

    `measured` requests had this promise under the proposal: they met it, missed it (an overdue one
    that goes on counts as missed), or it still runs or was cancelled (`undecided`). `met_then` and
    `missed_then` tell how the same requests stood under what was promised to them; `gained` and
    `lost` how many changed sides.
    """

    measured: int = 0
    met: int = 0
    missed: int = 0
    undecided: int = 0
    met_then: int = 0
    missed_then: int = 0
    gained: int = 0
    lost: int = 0

    def count(self, would: ClockState, was: ClockState) -> None:
        """Add one request by its states under the proposal and under its own promise."""
        self.measured += 1
        self.met += would in _KEPT
        self.missed += would in _BROKEN
        self.undecided += would not in _KEPT | _BROKEN
        self.met_then += was in _KEPT
        self.missed_then += was in _BROKEN
        self.gained += was in _BROKEN and would in _KEPT
        self.lost += was in _KEPT and would in _BROKEN


Kinds = dict[str, Tally]


@dataclass(kw_only=True)
class Replay:
    """The requests opened on the days `[start, end)` under a proposal, by kind of target."""

    standard: str
    start: dt.date
    end: dt.date
    as_of: dt.datetime
    requests: int = 0
    total: Kinds = field(default_factory=lambda: defaultdict(Tally))
    by_priority: dict[str, Kinds] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    by_service: dict[str, Kinds] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    by_month: dict[str, Kinds] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))

    def as_json(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "standard": self.standard,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "requests": self.requests,
            "by_kind": _plain(self.total),
            **{
                name: {key: _plain(kinds) for key, kinds in sorted(getattr(self, name).items())}
                for name in ("by_priority", "by_service", "by_month")
            },
        }


def replay(
    *,
    proposal: Proposal,
    start: dt.date,
    end: dt.date,
    as_of: dt.datetime | None = None,
    among: QuerySet[ServiceRequest] | None = None,
) -> Replay:
    """Measure the requests opened on the days `[start, end)` under a proposal and under their own promise.

    A day is local to the place, as in the service-level report. Rejected, merged and withdrawn
    requests are left out, since nobody was to repair anything. What was promised then is the
    request's standard as it is now, or the fixed instant; `as_of` (default: now) is when clocks
    that still run are looked at. `among` narrows the requests, to what a person may see for
    instance. Seven statements for each thousand requests.
    """
    found = Replay(standard=proposal.name, start=start, end=end, as_of=as_of or clock.now())
    hours, promised = _Hours(), every_promise()
    for request in _opened(start, end, proposal, among):
        own = hours.at(request.place)
        opened = request.opened_at.astimezone(own.zone)
        targets = proposal.promises.get(request.priority, {})
        if not start <= opened.date() < end:
            continue
        found.requests += 1
        then = with_fixed(promised.get((request.standard_id or 0, request.priority), {}), request.target_at)
        calendar = hours.of_standard(request) or own.calendar
        for kind in targets:
            history = clock_history.of_request(request, kind)
            would = _state(history, targets, kind, proposal.calendar or own.calendar, found.as_of)
            was = _state(history, then, kind, calendar, found.as_of)
            service = request.service.code if request.service else ""
            for kinds in (
                found.total,
                found.by_priority[request.priority],
                found.by_service[service],
                found.by_month[f"{opened:%Y-%m}"],
            ):
                kinds[str(kind)].count(would, was)
    return found


def _state(
    history: list[ClockEvent], promises: Promises, kind: TargetKind, office: WorkingCalendar, now: dt.datetime
) -> ClockState:
    if kind not in promises:
        return ClockState.NONE
    target, always = promises[kind]
    return evaluate(target, history, around_the_clock() if always else office, now).state


def _opened(
    start: dt.date, end: dt.date, proposal: Proposal, among: QuerySet[ServiceRequest] | None
) -> Iterator[ServiceRequest]:
    """The requests that may belong to the period, their history loaded, oldest first."""
    day = dt.timedelta(days=1)
    wanted = Q(
        opened_at__gte=dt.datetime.combine(start, dt.time(), dt.UTC) - day,
        opened_at__lt=dt.datetime.combine(end, dt.time(), dt.UTC) + day,
    )
    if proposal.services:
        wanted &= Q(service__code__in=proposal.services)
    left_out = (RequestStatus.REJECTED, RequestStatus.MERGED, RequestStatus.WITHDRAWN)
    found = (ServiceRequest.objects.all() if among is None else among).filter(wanted)
    ids = list(found.exclude(status__in=left_out).order_by("opened_at", "pk").values_list("pk", flat=True))
    shown = ServiceRequest.objects.select_related("service", "standard__calendar", "place").only(
        "priority",
        "status",
        "opened_at",
        "target_at",
        "service__code",
        "standard__calendar",
        "place__lineage",
    )
    for first in range(0, len(ids), AT_ONCE):
        some = list(shown.filter(pk__in=ids[first : first + AT_ONCE]))
        load_histories(some)
        yield from some


@dataclass(frozen=True)
class _Local:
    calendar: WorkingCalendar
    zone: ZoneInfo


class _Hours:
    """The hours of places, read once: the nearest place with a calendar, else the organisation's."""

    def __init__(self) -> None:
        house = organisation().calendar or office_calendar()
        self._house = _Local(working_calendar(house), ZoneInfo(settings.TIME_ZONE))
        self._own = {
            place.pk: _local(place.calendar)
            for place in Place.objects.filter(calendar__isnull=False).select_related("calendar")
            if place.calendar
        }
        self._standards: dict[int, WorkingCalendar] = {}

    def at(self, place: Place | None) -> _Local:
        """The hours at a place, and whose days it lives by."""
        above = reversed(place.lineage) if place else ()
        return next((self._own[pk] for pk in above if pk in self._own), self._house)

    def of_standard(self, request: ServiceRequest) -> WorkingCalendar | None:
        """The hours that the request's own standard names."""
        calendar = request.standard.calendar if request.standard else None
        if calendar is None:
            return None
        if calendar.pk not in self._standards:
            self._standards[calendar.pk] = working_calendar(calendar)
        return self._standards[calendar.pk]


def _local(calendar: Calendar) -> _Local:
    return _Local(working_calendar(calendar), ZoneInfo(calendar.time_zone))


def _plain(kinds: Kinds) -> dict[str, dict[str, int]]:
    return {kind: asdict(tally) for kind, tally in sorted(kinds.items())}
