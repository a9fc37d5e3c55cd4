"""What would have been met under another standard: the requests of a period, measured anew.

Nothing is stored. Each request keeps its priority and its history; only the promise is another.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from houqin.desk.models import ServiceRequest
from houqin.desk.queries import clock_history
from houqin.desk.queries.promises import Promises, every_promise, with_fixed
from houqin.insight.hours import Hours
from houqin.insight.proposals import Proposal
from houqin.insight.time_owners import NOT_MEASURED
from houqin.kernel import clock
from houqin.kernel.clock_events import ClockEvent, in_order
from houqin.kernel.service_clock import ClockState, TargetKind, states
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import around_the_clock

AT_ONCE = 1_000
"""Requests whose history is in memory at a time."""

MET, MISSED, UNDECIDED, UNPROMISED = "met", "missed", "undecided", ""
"""How one promise went; an overdue one that goes on is missed, one that runs or was cancelled undecided."""

_VERDICTS = {
    ClockState.NONE: UNPROMISED,
    ClockState.MET: MET,
    ClockState.MISSED: MISSED,
    ClockState.OVERDUE: MISSED,
}


class Outcome(NamedTuple):
    """How one kind of promise went for one request: then, and under each proposal."""

    request_id: int
    priority: str
    service: str
    month: str
    kind: str
    was: str
    would: tuple[str, ...]


@dataclass(kw_only=True)
class Tally:
    """How one kind of promise went, for one set of requests; an update for each message that asked.

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

    def count(self, would: str, was: str) -> None:
        """Add one request by its verdicts under the proposal and under its own promise."""
        for name in counts_of(would, was):
            setattr(self, name, getattr(self, name) + 1)


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

    def count(self, outcomes: Iterable[Outcome], side: int = 0) -> None:
        """Add what a proposal, the first unless another `side` is named, would have come to."""
        for one in outcomes:
            if one.would[side] == UNPROMISED:
                continue
            for kinds in (
                self.total,
                self.by_priority[one.priority],
                self.by_service[one.service],
                self.by_month[one.month],
            ):
                kinds[one.kind].count(one.would[side], one.was)

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
    instance. Four statements for each thousand requests.
    """
    found = Replay(standard=proposal.name, start=start, end=end, as_of=as_of or clock.now())
    for outcomes in measured([proposal], start=start, end=end, as_of=found.as_of, among=among):
        found.requests += 1
        found.count(outcomes)
    return found


def measured(
    proposals: Sequence[Proposal],
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.datetime,
    among: QuerySet[ServiceRequest] | None = None,
) -> Iterator[list[Outcome]]:
    """Yield the outcomes of each request that a proposal is about, one for each kind that one promises.

    The histories are read once for all proposals; the rest is as in `replay`.
    """
    hours, promised = Hours(), every_promise()
    for rows in _opened(start, end, proposals, among):
        pasts = clock_history.of_many([row.pk for row in rows])
        for row in rows:
            local = hours.at(row.lineage)
            opened = row.opened_at.astimezone(local.zone)
            if not start <= opened.date() < end:
                continue
            then = with_fixed(promised.get((row.standard_id or 0, row.priority), {}), row.target_at)
            own = (then, hours.of_calendar(row.calendar_id) or local.calendar)
            sides = [_side(one, row.priority, row.service, local.calendar) for one in proposals]
            kinds = [kind for kind in TargetKind if any(kind in targets for targets, _hours in sides)]
            outcomes = []
            for kind, events in pasts[row.pk].by_kind(row.opened_at, kinds).items():
                known = in_order(events, as_of)
                each = [_verdicts(known, *side, TargetKind(kind), as_of) for side in (own, *sides)]
                facts = (row.pk, row.priority, row.service, f"{opened:%Y-%m}", str(kind))
                for was, *would in zip_longest(*each, fillvalue=UNPROMISED):
                    outcomes.append(Outcome(*facts, was, tuple(would)))
            yield outcomes


def counts_of(would: str, was: str) -> list[str]:
    """The counts of a `Tally` that a request with these verdicts belongs to."""
    counts = ["measured", would]
    if was in {MET, MISSED}:
        counts.append(f"{was}_then")
    if (was, would) == (MISSED, MET):
        counts.append("gained")
    if (was, would) == (MET, MISSED):
        counts.append("lost")
    return counts


def _side(
    proposal: Proposal, priority: str, service: str, office: WorkingCalendar
) -> tuple[Promises, WorkingCalendar]:
    """What a proposal promises a request, and in which hours."""
    meant = not proposal.services or service in proposal.services
    targets = proposal.promises.get(priority, {}) if meant else {}
    return targets, proposal.calendar or office


def _verdicts(
    known: list[ClockEvent], promises: Promises, office: WorkingCalendar, kind: TargetKind, now: dt.datetime
) -> list[str]:
    """How a promise went: for the update one verdict for each message that asked, else just one."""
    if kind not in promises:
        return [] if kind == TargetKind.UPDATE else [UNPROMISED]
    target, always = promises[kind]
    hours = around_the_clock() if always else office
    return [_VERDICTS.get(state, UNDECIDED) for state in states(target, known, hours, now)]


class _Row(NamedTuple):
    pk: int
    priority: str
    opened_at: dt.datetime
    target_at: dt.datetime | None
    standard_id: int | None
    calendar_id: int | None
    service: str
    lineage: list[int] | None


def _opened(
    start: dt.date, end: dt.date, proposals: Sequence[Proposal], among: QuerySet[ServiceRequest] | None
) -> Iterator[list[_Row]]:
    """The requests that may belong to the period, oldest first, `AT_ONCE` at a time."""
    day = dt.timedelta(days=1)
    wanted = Q(
        opened_at__gte=dt.datetime.combine(start, dt.time(), dt.UTC) - day,
        opened_at__lt=dt.datetime.combine(end, dt.time(), dt.UTC) + day,
    )
    if all(proposal.services for proposal in proposals):
        wanted &= Q(service__code__in=frozenset().union(*(proposal.services for proposal in proposals)))
    found = (ServiceRequest.objects.all() if among is None else among).filter(wanted)
    rows = (
        found.exclude(status__in=NOT_MEASURED)
        .order_by("opened_at", "pk")
        .values_list(
            "pk",
            "priority",
            "opened_at",
            "target_at",
            "standard_id",
            "standard__calendar_id",
            Coalesce("service__code", Value("")),
            "place__lineage",
        )
    )
    everything = [_Row(*row) for row in rows]
    for first in range(0, len(everything), AT_ONCE):
        yield everything[first : first + AT_ONCE]


def _plain(kinds: Kinds) -> dict[str, dict[str, int]]:
    return {kind: asdict(tally) for kind, tally in sorted(kinds.items())}
