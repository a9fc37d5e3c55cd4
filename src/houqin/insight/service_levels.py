"""How well requests were served in a period: on time, overdue, how long it took, how it was rated."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from houqin.desk.models import ServiceRequest
from houqin.insight.names import names
from houqin.insight.promises import Kinds, PartnerLine, kept_promises, partner_promises
from houqin.insight.satisfaction import Satisfaction, satisfaction
from houqin.kernel import clock

DIMENSIONS = ("channel", "department", "service", "month", "place", "crew")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts and times of one set of requests.

    `closed` are those whose work was done (resolved or closed); rejected, merged and withdrawn ones
    are in `opened` only. The target is the fixed promise, else the due time of the restoration; an
    open request is overdue by `desk.queries.counted.late`.
    `median_hours_to_close` is elapsed time from the report to the end of the work, in hours
    rounded to four places.
    """

    opened: int = 0
    closed: int = 0
    closed_with_target: int = 0
    on_time: int = 0
    closed_before_opened: int = 0
    open: int = 0
    open_with_target: int = 0
    open_overdue: int = 0
    median_hours_to_close: float | None = None

    @property
    def late(self) -> int:
        """How many of those closed with a target were not on time."""
        return self.closed_with_target - self.on_time

    @property
    def on_time_share(self) -> float | None:
        """The part of those closed with a target that was on time, from 0 to 1."""
        return self.on_time / self.closed_with_target if self.closed_with_target else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """The figures of one service, place, crew and so on; `key` is what a list is filtered by."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class ServiceLevels:
    """The report of a period `[start, end)` as known at `as_of`."""

    start: dt.date
    end: dt.date
    as_of: dt.datetime
    total: Figures
    by_channel: list[Line] = field(default_factory=list)
    by_department: list[Line] = field(default_factory=list)
    by_service: list[Line] = field(default_factory=list)
    by_month: list[Line] = field(default_factory=list)
    by_place: list[Line] = field(default_factory=list)
    by_crew: list[Line] = field(default_factory=list)
    by_kind: Kinds = field(default_factory=dict)
    by_partner: list[PartnerLine] = field(default_factory=list)
    satisfaction: Satisfaction

    def as_json(self) -> dict[str, Any]:
        """The report as plain values; each `by_…` maps names to figures."""
        lines = {f"by_{name}": _by_name(getattr(self, f"by_{name}")) for name in DIMENSIONS}
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            **asdict(self.total),
            **lines,
            "by_kind": {kind: one.as_json() for kind, one in self.by_kind.items()},
            "by_partner": {line.name: line.as_json() for line in self.by_partner},
            "satisfaction": self.satisfaction.as_json(),
        }


def service_levels(
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.datetime | None = None,
    time_zone: str = "",
    among: QuerySet[ServiceRequest] | None = None,
) -> ServiceLevels:
    """Return the figures of the requests opened on the days `[start, end)`, as known at `as_of`.

    A day is local to the place: the time zone of the nearest place with a calendar, else the
    organisation's; `time_zone` overrides both. What happened after `as_of` (default: now) counts
    as not known: later requests are left out, and the state of the others is replayed from their
    events. How each kind of promise and each contractor did is only told of the present. `among`
    narrows the requests, to what a person may see for instance. Five statements.
    """
    now = clock.now()
    as_of = (as_of or now).astimezone(dt.UTC)
    condition, params = _among(among)
    params |= {
        "zone": time_zone,
        "house_zone": settings.TIME_ZONE,
        "start": start,
        "end": end,
        "as_of": as_of,
        "earliest": dt.datetime.combine(start, dt.time(), dt.UTC) - dt.timedelta(days=1),
        "latest": dt.datetime.combine(end, dt.time(), dt.UTC) + dt.timedelta(days=1),
    }
    past = _REPLAYED if as_of < now else _PRESENT
    statement = _STATEMENT.format(past=past, among=condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = cursor.fetchall()
    total, lines = _read(found)
    present: dict[str, Any] = {f"by_{name}": lines[name] for name in DIMENSIONS}
    if as_of >= now:
        present["by_kind"] = kept_promises(start=start, end=end, time_zone=time_zone, among=among)
        present["by_partner"] = partner_promises(start=start, end=end, time_zone=time_zone, among=among)
    return ServiceLevels(
        start=start,
        end=end,
        as_of=as_of,
        total=total,
        satisfaction=satisfaction(start=start, end=end, as_of=as_of, time_zone=time_zone, among=among),
        **present,
    )


# The zone of a request is that of the nearest place, on the way up from its own, with a calendar.
# The wide bounds in UTC let the index on the opening time find the period first.
_STATEMENT = """
    WITH zoned AS (
        SELECT request.id, request.status, request.channel, request.channel_name, request.department_id,
               request.service_id, request.crew_id, request.opened_at, request.resolved_at, request.target_at,
               request.due_at, request.imported, request.paused, place.lineage,
               COALESCE(NULLIF(%(zone)s, ''), near.time_zone, %(house_zone)s) AS zone
        FROM desk_servicerequest AS request
        LEFT JOIN org_place AS place ON place.id = request.place_id
        LEFT JOIN LATERAL (
            SELECT calendar.time_zone
            FROM org_place AS above JOIN org_calendar AS calendar ON calendar.id = above.calendar_id
            WHERE above.id = ANY (place.lineage)
            ORDER BY cardinality(above.lineage) DESC LIMIT 1
        ) AS near ON %(zone)s = ''
        WHERE request.opened_at >= %(earliest)s AND request.opened_at < %(latest)s
              AND request.opened_at <= %(as_of)s {among}
    ), period AS (
        SELECT zoned.*, opened_at AT TIME ZONE zone AS opened_local
        FROM zoned
        WHERE (opened_at AT TIME ZONE zone)::date >= %(start)s
              AND (opened_at AT TIME ZONE zone)::date < %(end)s
    ), known AS (
        SELECT period.id, opened_at,
               CASE WHEN channel_name <> '' THEN channel_name ELSE channel END AS channel,
               period.department_id AS department, service_id AS service,
               to_char(opened_local, 'YYYY-MM') AS month,
               period.lineage[CASE WHEN top.type = 'site' AND cardinality(period.lineage) > 1
                                   THEN 2 ELSE 1 END] AS place,
               COALESCE(period.crew_id, (
                   SELECT work.crew_id FROM desk_requestorder AS link
                   JOIN work_workorder AS work ON work.id = link.order_id
                   WHERE link.request_id = period.id AND work.crew_id IS NOT NULL
                   ORDER BY link.id DESC LIMIT 1)) AS crew,
               CASE WHEN imported THEN target_at ELSE COALESCE(target_at, due_at) END AS target,
               past.done_at, past.is_open, past.stands
        FROM period
        LEFT JOIN org_place AS top ON top.id = period.lineage[1]
        CROSS JOIN LATERAL ({past}) AS past
    )
    SELECT GROUPING(channel, department, service, month, place, crew),
           channel, department, service, month, place, crew,
           count(*),
           count(done_at),
           count(*) FILTER (WHERE done_at IS NOT NULL AND target IS NOT NULL),
           count(*) FILTER (WHERE done_at <= target),
           count(*) FILTER (WHERE done_at < opened_at),
           count(*) FILTER (WHERE is_open),
           count(*) FILTER (WHERE is_open AND target IS NOT NULL),
           count(*) FILTER (WHERE is_open AND target < %(as_of)s AND NOT stands),
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY extract(epoch FROM done_at - opened_at)::float8 / 3600)
    FROM known
    GROUP BY GROUPING SETS ((), (channel), (department), (service), (month), (place), (crew))
"""

# `stands`: the clock is paused and was not late before, so that its due time moves on.
_PRESENT = """
    SELECT period.resolved_at AS done_at,
           period.status IN ('new', 'need_info', 'accepted', 'in_progress') AS is_open,
           period.paused AND period.target_at IS NULL AND COALESCE(period.due_at > LEAST(
               CASE WHEN period.status = 'need_info' THEN (
                   SELECT event.at FROM desk_requestevent AS event
                   WHERE event.request_id = period.id AND event.to_status = 'need_info'
                   ORDER BY event.id DESC LIMIT 1) END,
               (SELECT min((SELECT event.at FROM work_orderevent AS event
                            WHERE event.order_id = work.id AND event.to_status = 'on_hold'
                            ORDER BY event.id DESC LIMIT 1))
                FROM desk_requestorder AS link JOIN work_workorder AS work ON work.id = link.order_id
                WHERE link.request_id = period.id AND work.status = 'on_hold')), TRUE) AS stands
"""

# The last step known by then decides; a request without a step stands where it began. Which clocks
# stood still then is not kept, so that none does.
_REPLAYED = """
    SELECT CASE WHEN step.status IN ('resolved', 'closed') THEN step.done_at END AS done_at,
           step.status IN ('new', 'need_info', 'accepted', 'in_progress') AS is_open,
           FALSE AS stands
    FROM (SELECT COALESCE((array_agg(to_status ORDER BY event.id DESC))[1], 'new') AS status,
                 COALESCE(max(event.at) FILTER (WHERE to_status = 'resolved'),
                          max(event.at) FILTER (WHERE to_status = 'closed')) AS done_at
          FROM desk_requestevent AS event
          WHERE event.request_id = period.id AND event.at <= %(as_of)s AND event.to_status <> '') AS step
"""


def _among(among: QuerySet[ServiceRequest] | None) -> tuple[str, dict[str, Any]]:
    """Return a condition on `request.id` and its parameters for the rows of a query set."""
    if among is None:
        return "", {}
    statement, values = among.order_by().values("pk").query.sql_with_params()
    names = [f"among_{index}" for index in range(len(values))]
    named = statement % tuple(f"%({name})s" for name in names)
    return f"AND request.id IN ({named})", dict(zip(names, values, strict=True))


def _read(found: list[tuple[Any, ...]]) -> tuple[Figures, dict[str, list[Line]]]:
    """Sort the rows by the one dimension each is grouped by; the row without one is the total."""
    total = Figures()
    groups: dict[str, list[tuple[Any, Figures]]] = {name: [] for name in DIMENSIONS}
    everything = (1 << len(DIMENSIONS)) - 1
    for mask, *rest in found:
        keys, figures = rest[: len(DIMENSIONS)], _figures(rest[len(DIMENSIONS) :])
        if mask == everything:
            total = figures
            continue
        # GROUPING sets the bit of every dimension that a row is not grouped by, the last one lowest.
        at = len(DIMENSIONS) - 1 - (everything ^ mask).bit_length() + 1
        groups[DIMENSIONS[at]].append((keys[at], figures))
    return total, {name: _lines(name, groups[name]) for name in DIMENSIONS}


def _figures(values: list[Any]) -> Figures:
    opened, closed, with_target, on_time, before, is_open, open_target, overdue, median = values
    return Figures(
        opened=opened,
        closed=closed,
        closed_with_target=with_target,
        on_time=on_time,
        closed_before_opened=before,
        open=is_open,
        open_with_target=open_target,
        open_overdue=overdue,
        median_hours_to_close=None if median is None else round(median, 4),
    )


def _lines(dimension: str, groups: list[tuple[Any, Figures]]) -> list[Line]:
    """Lines with names: months in order, the others by how many requests they have."""
    named = names(dimension, [key for key, _figures_of_key in groups])
    lines = [Line(key=str(key or ""), name=named[key], figures=figures) for key, figures in groups]
    if dimension == "month":
        return sorted(lines, key=lambda line: line.key)
    return sorted(lines, key=lambda line: (-line.figures.opened, line.name))


def _by_name(lines: list[Line]) -> dict[str, dict[str, Any]]:
    """Map names to figures; a name that two rows bear is followed by its key."""
    named: dict[str, dict[str, Any]] = {}
    for line in lines:
        name = line.name if line.name not in named else f"{line.name} ({line.key})"
        named[name] = asdict(line.figures)
    return named
