"""Copies of due times on orders, and alarms that are told once."""

import datetime as dt
from collections.abc import Collection

from houqin.kernel import clock
from houqin.work.models import Alarm, WorkOrder
from houqin.work.models.orders import FINISHED


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
    values = {"arrival_due_at": arrival_due_at, "due_at": due_at, "paused": paused}
    changed = 0
    for order in WorkOrder.objects.filter(pk__in=order_ids).exclude(status__in=FINISHED).order_by("pk"):
        if any(getattr(order, name) != value for name, value in values.items()):
            look = {} if order.source else {"warn_at": clock.now()}
            changed += WorkOrder.objects.filter(pk=order.pk).update(**values, **look)
    return changed


def alarm_once(
    *, subject: str, target: str, kind: str, due_at: dt.datetime, at: dt.datetime | None = None
) -> bool:
    """Record that an alarm is being told; False when it has been for this due time."""
    _alarm, new = Alarm.objects.get_or_create(
        subject=subject, target=target, kind=kind, due_at=due_at, defaults={"told_at": at or clock.now()}
    )
    return new


def look_again(*, order: WorkOrder, at: dt.datetime | None) -> None:
    """Keep when the alarms of a locked order are looked at next, None for never; it is no step of it."""
    if not order.is_finished and order.warn_at != at:
        WorkOrder.objects.filter(pk=order.pk).update(warn_at=at)
