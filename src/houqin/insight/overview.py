"""How things stand right now: what is open, what is late, what waits and for whom."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from houqin.desk.models import FollowUp, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.counted import late
from houqin.insight.period import local_days
from houqin.kernel import clock
from houqin.kernel.bilingual import in_language
from houqin.work.models import HoldReason, WorkOrder, WorkOrderStatus
from houqin.work.models.orders import FINISHED

TREND_DAYS = 30
S = WorkOrderStatus


@dataclass(frozen=True, kw_only=True)
class Group:
    """How many there are of one kind; `key` is what a list is filtered by."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class CrewLoad:
    """What a crew has at hand."""

    crew_id: int
    name: str
    open: int
    overdue: int
    on_hold: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """What came in and what was done on one local day."""

    date: dt.date
    opened: int
    resolved: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The state at `at`; days are local to the organisation."""

    at: dt.datetime
    open: int
    overdue: int
    untouched: int
    paused: int
    awaiting_acceptance: int
    follow_ups: int
    opened_today: int
    resolved_today: int
    by_status: list[Group]
    holds: list[Group]
    crews: list[CrewLoad]
    trend: list[Day]


def overview(
    *,
    requests: QuerySet[ServiceRequest],
    orders: QuerySet[WorkOrder],
    follow_ups: QuerySet[FollowUp],
    now: dt.datetime | None = None,
    days: int = TREND_DAYS,
) -> Overview:
    """Return the figures over what a person may see. Six statements, whatever their number of rows.

    Overdue are open requests whose restoration should be done by now (`late`); `untouched` nobody has taken
    on yet. The trend ends today.
    """
    now = now or clock.now()
    trend = _trend(requests, now, days)
    is_open = Q(status__in=sorted(OPEN))
    counts = requests.aggregate(
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=late(now)),
        untouched=Count("pk", filter=Q(status=RequestStatus.NEW)),
        paused=Count("pk", filter=is_open & Q(paused=True)),
        awaiting_acceptance=Count("pk", filter=Q(status=RequestStatus.RESOLVED)),
    )
    return Overview(
        at=now,
        **counts,
        follow_ups=follow_ups.filter(done_at__isnull=True).count(),
        opened_today=trend[-1].opened,
        resolved_today=trend[-1].resolved,
        by_status=_by_status(requests),
        holds=_holds(orders),
        crews=_crews(orders, now),
        trend=trend,
    )


def _by_status(requests: QuerySet[ServiceRequest]) -> list[Group]:
    found = dict(
        requests.filter(status__in=[*sorted(OPEN), RequestStatus.RESOLVED])
        .order_by()
        .values_list("status")
        .annotate(count=Count("pk"))
    )
    return [
        Group(key=status.value, name=str(status.label), count=found[status])
        for status in RequestStatus
        if status in found
    ]


def _holds(orders: QuerySet[WorkOrder]) -> list[Group]:
    found = orders.filter(status=S.ON_HOLD).order_by().values_list("hold_reason").annotate(count=Count("pk"))
    groups = [Group(key=reason, name=str(HoldReason(reason).label), count=count) for reason, count in found]
    return sorted(groups, key=lambda group: (-group.count, group.key))


def _crews(orders: QuerySet[WorkOrder], now: dt.datetime) -> list[CrewLoad]:
    found = (
        orders.filter(crew__isnull=False)
        .exclude(status__in=sorted(FINISHED))
        .order_by()
        .values("crew_id", "crew__name", "crew__name_en")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            on_hold=Count("pk", filter=Q(status=S.ON_HOLD)),
        )
    )
    loads = [
        CrewLoad(
            crew_id=row["crew_id"],
            name=in_language(row["crew__name"], row["crew__name_en"]),
            open=row["open"],
            overdue=row["overdue"],
            on_hold=row["on_hold"],
        )
        for row in found
    ]
    return sorted(loads, key=lambda load: (-load.open, load.name))


def _trend(requests: QuerySet[ServiceRequest], now: dt.datetime, days: int) -> list[Day]:
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    dates = [today - dt.timedelta(days=back) for back in reversed(range(days))]
    since, until = local_days(dates[0], today + dt.timedelta(days=1), settings.TIME_ZONE)
    opened = _per_day(requests, "opened_at", since, until, zone)
    resolved = _per_day(requests, "resolved_at", since, until, zone)
    return [Day(date=date, opened=opened.get(date, 0), resolved=resolved.get(date, 0)) for date in dates]


def _per_day(
    requests: QuerySet[ServiceRequest], field: str, since: dt.datetime, until: dt.datetime, zone: ZoneInfo
) -> dict[dt.date, int]:
    found = (
        requests.filter(**{f"{field}__gte": since, f"{field}__lt": until})
        .order_by()
        .annotate(day=TruncDate(F(field), tzinfo=zone))
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    return dict(found)
