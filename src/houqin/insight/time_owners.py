"""Where the time went: who had the working time of the requests of a period, added up.

Nothing is stored. Each request is measured from its own history; sums are made of the measured ones, so
that a figure and the list behind it are the same requests.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext

from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.queries import time_owners as histories
from houqin.desk.queries.promises import every_promise
from houqin.insight.hours import Hours
from houqin.insight.names import names
from houqin.kernel import clock
from houqin.kernel.time_owners import Owner, shares
from houqin.org.models import Place
from houqin.staffing.models import Crew

AT_ONCE = 1_000
"""Requests whose history is in memory at a time."""

DIMENSIONS = ("service", "category", "place", "month", "crew", "partner")
NOT_MEASURED = (RequestStatus.REJECTED, RequestStatus.MERGED, RequestStatus.WITHDRAWN)

Key = int | str | None
Times = Counter[Owner]
"""Seconds of working time by owner."""


class Piece(NamedTuple):
    """The seconds that one owner had, in the hands of one crew or of none."""

    owner: Owner
    crew_id: int | None
    seconds: int


class Case(NamedTuple):
    """One request: what it is grouped by, and who had its time."""

    request_id: int
    service: int | None
    category: int | None
    place: int | None
    month: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """The time of one service, place, crew and so on; `key` is what a list is asked for with."""

    key: str
    name: str
    requests: int
    times: Times

    @property
    def waited(self) -> int:
        """Seconds in all, without what passed between a resolution and the reopening."""
        return sum(seconds for owner, seconds in self.times.items() if owner is not Owner.RESOLVED)

    def share(self, owners: Iterable[Owner]) -> float:
        """The part that some owners had of what was waited for, from 0 to 1."""
        return sum(self.times[owner] for owner in owners) / self.waited if self.waited else 0.0


@dataclass(frozen=True, kw_only=True)
class TimeOwners:
    """The requests opened on the days `[start, end)`, as known at `as_of`."""

    start: dt.date
    end: dt.date
    as_of: dt.datetime
    cases: list[Case] = field(repr=False)

    @property
    def total(self) -> Line:
        """All of it."""
        times: Times = Counter()
        for case in self.cases:
            for piece in case.pieces:
                times[piece.owner] += piece.seconds
        return Line(key="", name="", requests=len(self.cases), times=times)

    def by(self, dimension: str) -> list[Line]:
        """The lines of a dimension; every piece of time is in one of them, of `partner` only theirs.

        Service, category, place and month are the request's. The crew is the one that had the order
        at the time, none before a dispatch; the partner is the company of that crew.
        """
        return _lines(dimension, self.cases)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values: seconds by owner."""
        lines = {f"by_{name}": [_plain(line) for line in self.by(name)] for name in DIMENSIONS}
        total = _plain(self.total)
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "requests": total["requests"],
            "seconds": total["seconds"],
            "waited_seconds": total["waited_seconds"],
            **lines,
        }


def time_owners(
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.datetime | None = None,
    among: QuerySet[ServiceRequest] | None = None,
) -> TimeOwners:
    """Return who had the time of the requests opened on the days `[start, end)`.

    A day is local to the place, as in the service-level report. Time is counted from the report to the
    last resolution, or to `as_of` (default: now) for what is unfinished, in the hours of the restoration
    clock. Rejected, merged and withdrawn requests are left out. `among` narrows the requests, to what
    a person may see for instance. Three statements for each thousand requests.
    """
    known = as_of or clock.now()
    return TimeOwners(start=start, end=end, as_of=known, cases=list(_measured(start, end, known, among)))


def those(
    cases: Iterable[Case], *, owners: Collection[Owner] = (), dimension: str = "", key: str = ""
) -> list[tuple[int, int]]:
    """Return the requests behind a figure, the longest wait first: their ids and the seconds counted.

    Without owners all waiting counts, without a dimension every request. An empty key means none.
    """
    wanted = frozenset(owners) or frozenset(Owner) - {Owner.RESOLVED}
    key_of = _keys(dimension) if dimension else None
    found: Counter[int] = Counter()
    for case in cases:
        for piece in case.pieces:
            if piece.owner in wanted and (key_of is None or str(key_of(case, piece) or "") == key):
                found[case.request_id] += piece.seconds
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def line_names(dimension: str, keys: Collection[Key]) -> dict[Key, str]:
    """What the lines of a dimension are called; time without a crew is the desk's."""
    named = names(dimension, keys)
    return {**named, None: pgettext("crew", "none yet: with the desk")} if dimension == "crew" else named


def kept(cases: Iterable[Case]) -> list[list[Any]]:
    """Cases as plain values, to be kept and read again by `read`."""
    return [[*case[:-1], [[piece.owner.value, *piece[1:]] for piece in case.pieces]] for case in cases]


def read(values: Iterable[Sequence[Any]]) -> list[Case]:
    """The cases that `kept` made plain."""
    return [Case._make([*facts, tuple(map(_piece, pieces))]) for *facts, pieces in values]


def _measured(
    start: dt.date, end: dt.date, as_of: dt.datetime, among: QuerySet[ServiceRequest] | None
) -> Iterator[Case]:
    hours, promised, tops = Hours(), every_promise(), _sites()
    for rows in _opened(start, end, as_of, among):
        found = histories.of_many([row.pk for row in rows])
        for row in rows:
            local = hours.at(row.lineage)
            opened = row.opened_at.astimezone(local.zone)
            if not start <= opened.date() < end:
                continue
            office = hours.of_calendar(row.calendar_id) or local.calendar
            counted = histories.hours_of(promised.get((row.standard_id or 0, row.priority), {}), office)
            had = found[row.pk].until(as_of, opened_at=row.opened_at, crew_id=row.crew_id)
            pieces = (
                Piece(one.owner, one.crew_id, one.time // dt.timedelta(seconds=1))
                for one in shares(had, counted)
            )
            place = _building(row.lineage, tops)
            yield Case(row.pk, row.service_id, row.category_id, place, f"{opened:%Y-%m}", tuple(pieces))


class _Row(NamedTuple):
    pk: int
    opened_at: dt.datetime
    service_id: int | None
    category_id: int | None
    crew_id: int | None
    standard_id: int | None
    priority: str
    calendar_id: int | None
    lineage: list[int] | None


def _opened(
    start: dt.date, end: dt.date, as_of: dt.datetime, among: QuerySet[ServiceRequest] | None
) -> Iterator[list[_Row]]:
    """The requests that may belong to the period, oldest first, `AT_ONCE` at a time."""
    day = dt.timedelta(days=1)
    wanted = Q(
        opened_at__gte=dt.datetime.combine(start, dt.time(), dt.UTC) - day,
        opened_at__lt=dt.datetime.combine(end, dt.time(), dt.UTC) + day,
    ) & Q(opened_at__lte=as_of)
    found = (ServiceRequest.objects.all() if among is None else among).filter(wanted)
    found = found.exclude(status__in=NOT_MEASURED)
    columns = ("pk", "opened_at", "service_id", "category_id", "crew_id", "standard_id", "priority")
    rows = found.order_by("opened_at", "pk").values_list(*columns, "standard__calendar_id", "place__lineage")
    everything = [_Row(*row) for row in rows]
    for first in range(0, len(everything), AT_ONCE):
        yield everything[first : first + AT_ONCE]


def _sites() -> frozenset[int]:
    """Places that stand for a whole site."""
    tops = Place.objects.filter(parent__isnull=True, type=Place.Type.SITE).order_by()
    return frozenset(tops.values_list("pk", flat=True))


def _building(lineage: Sequence[int] | None, sites: frozenset[int]) -> int | None:
    """The building of a place: the first below the site, or the top itself."""
    if not lineage:
        return None
    return lineage[1] if lineage[0] in sites and len(lineage) > 1 else lineage[0]


def _piece(value: Sequence[Any]) -> Piece:
    owner, crew_id, seconds = value
    return Piece(Owner(owner), crew_id, seconds)


def _keys(dimension: str) -> Callable[[Case, Piece], Key]:
    if dimension == "crew":
        return lambda _case, piece: piece.crew_id
    if dimension == "partner":
        companies = dict(Crew.objects.filter(partner__isnull=False).values_list("pk", "partner_id"))
        return lambda _case, piece: companies.get(piece.crew_id) if piece.crew_id else None
    return lambda case, _piece: getattr(case, dimension)


def _lines(dimension: str, cases: Iterable[Case]) -> list[Line]:
    """Lines with names: months in order, the others by how much time they have."""
    key_of = _keys(dimension)
    times: dict[Key, Times] = defaultdict(Counter)
    requests: dict[Key, set[int]] = defaultdict(set)
    for case in cases:
        for piece in case.pieces:
            key = key_of(case, piece)
            times[key][piece.owner] += piece.seconds
            requests[key].add(case.request_id)
    if dimension == "partner":
        times.pop(None, None)
    named = line_names(dimension, list(times))
    lines = [
        Line(key=str(key or ""), name=named[key], requests=len(requests[key]), times=times[key])
        for key in times
    ]
    if dimension == "month":
        return sorted(lines, key=lambda line: line.key)
    return sorted(lines, key=lambda line: (-line.waited, line.name))


def _plain(line: Line) -> dict[str, Any]:
    seconds = {str(owner): line.times[owner] for owner in Owner if line.times[owner]}
    return {
        "key": line.key,
        "name": line.name,
        "requests": line.requests,
        "seconds": seconds,
        "waited_seconds": line.waited,
    }
