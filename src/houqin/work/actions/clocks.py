"""Copies of due times on orders, how contractors keep theirs, and alarms that are told once."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from houqin.kernel import clock
from houqin.work.actions import moving
from houqin.work.models import Alarm, OrderEvent, PartnerClock, WorkOrder
from houqin.work.models.orders import FINISHED

_TERM = ("partner_id", "standard_id", "due_at", "met_at", "stopped_at", "paused")


def copy_due(
    *,
    order_ids: Collection[int],
    arrival_due_at: dt.datetime | None,
    due_at: dt.datetime | None,
    paused: bool,
) -> int:
    """Put due times on the unfinished ones of these orders; return how many had others.

    Finished orders keep those they ended with. The version of an order stays: nobody's work is
    overtaken by it. The alarms of one without a request are looked at in the next sweep.
    """
    if not order_ids:
        return 0
    values = {"arrival_due_at": arrival_due_at, "due_at": due_at, "paused": paused}
    changed = 0
    for order in WorkOrder.objects.filter(pk__in=order_ids).exclude(status__in=FINISHED).order_by("pk"):
        if any(getattr(order, name) != value for name, value in values.items()):
            look = {} if order.source else {"warn_at": clock.now()}
            changed += WorkOrder.objects.filter(pk=order.pk).update(**values, **look)
    return changed


def store_terms(*, order: WorkOrder, rows: Collection[PartnerClock]) -> int:
    """Keep how a contractor's promises for a locked order stand; return how many rows were different.

    Terms that the history does not give any more go.
    """
    kept = {(row.started_at, row.kind): row for row in PartnerClock.objects.filter(order=order)}
    changed = 0
    for row in rows:
        old = kept.pop((row.started_at, row.kind), None)
        if old is not None and all(getattr(old, name) == getattr(row, name) for name in _TERM):
            continue
        row.pk = old.pk if old is not None else None
        row.save(force_insert=old is None, force_update=old is not None)
        changed += 1
    gone, _each = PartnerClock.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()
    return changed + gone


def alarm_once(
    *,
    subject: str,
    target: str,
    kind: str,
    due_at: dt.datetime,
    level: int = 0,
    theirs: bool = False,
    at: dt.datetime | None = None,
) -> bool:
    """Record that an alarm is being told; False when it has been for this due time.

    `theirs` tells a contractor's promise from ours.
    """
    _alarm, new = Alarm.objects.get_or_create(
        subject=subject,
        theirs=theirs,
        target=target,
        kind=kind,
        level=level,
        due_at=due_at,
        defaults={"told_at": at or clock.now()},
    )
    return new


def note_escalation(*, order: WorkOrder, data: Mapping[str, Any], at: dt.datetime) -> OrderEvent:
    """Record on a locked order who was told of which level; it is no step of the order."""
    return moving.record(order, "escalated", by=None, at=max(order.changed_at, at), data=dict(data))


def look_again(*, order: WorkOrder, at: dt.datetime | None) -> None:
    """Keep when the alarms of a locked order are looked at next, None for never; it is no step of it."""
    if order.status != WorkOrder.Status.CLOSED and order.warn_at != at:
        WorkOrder.objects.filter(pk=order.pk).update(warn_at=at)
