"""Whether each kind of promise was kept, as conditions: a figure and the list behind it mean the same rows.

A promise is missed as soon as its due time has passed without it, unless its clock stands still; one
that still runs in time, or that was not needed any more, is neither.
"""

import datetime as dt

from django.db.models import F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, IsNull, LessThanOrEqual

from houqin.desk.models import RequestOrder, RequestStatus
from houqin.desk.models.requests import OPEN
from houqin.desk.queries import counted
from houqin.work.models import TargetKind

KEPT, MISSED = "kept", "missed"
PROMISES = tuple(f"{kind}-{end}" for kind in TargetKind.values for end in (KEPT, MISSED))
"""Every kind of promise with how it ended, as an address names it."""
LEFT_OUT = (RequestStatus.REJECTED, RequestStatus.MERGED, RequestStatus.WITHDRAWN)
"""Requests whose promises are not counted: nobody was to repair anything."""

Done = F | Subquery


def promised(name: str, now: dt.datetime) -> Q:
    """Requests by one of `PROMISES`; for updates those with at least one message that asked."""
    kind, _dash, end = name.partition("-")
    if kind == TargetKind.RESOLUTION:
        found = counted.kept() if end == KEPT else counted.missed() | counted.late(now)
    elif kind == TargetKind.UPDATE:
        found = Q(updates_kept__gt=0) if end == KEPT else Q(updates_missed__gt=0) | update_late(now)
    else:
        done, due = (came(), "arrival_due_at") if kind == TargetKind.ARRIVAL else _RESPONSE
        found = in_time(done, due) if end == KEPT else too_late(done, due, now)
    return found & ~Q(status__in=LEFT_OUT)


def came() -> Subquery:
    """When somebody first came to a request, or began to work on it."""
    orders = RequestOrder.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(orders.annotate(at=Min(Coalesce("order__arrived_at", "order__started_at"))).values("at"))


def in_time(done: Done, due: str) -> Q:
    """What was done by its due time."""
    return Q(LessThanOrEqual(done, F(due)))


def too_late(done: Done, due: str, now: dt.datetime) -> Q:
    """What was done after its due time, or not at all although it has passed; pauses do not move it."""
    open_late = Q(status__in=sorted(OPEN), **{f"{due}__lt": now})
    not_done = Q(IsNull(done, True)) & (open_late | Q(resolved_at__gt=F(due)))  # noqa: FBT003 - Django's own
    return Q(GreaterThan(done, F(due))) | not_done


def update_late(now: dt.datetime) -> Q:
    """Open requests whose requester waits for an answer that is past its due time."""
    return Q(status__in=sorted(OPEN), update_due_at__lt=now, paused=False)


_RESPONSE: tuple[F, str] = (F("responded_at"), "response_due_at")
