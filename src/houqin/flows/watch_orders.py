"""Work orders that no request stands behind are warned of and told when they are overdue.

Writes: work (alarms told, when to look again), notify.
Locks: each order by itself.
"""

import datetime as dt
from typing import Any

from houqin.desk.queries.clocks import (
    PendingAlarm,
    clocks_of_order,
    is_critical,
    pending_alarms,
    recipient_calendar,
)
from houqin.flows.telling import tell_dispatchers, tell_workers
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions.clocks import alarm_once, look_again
from houqin.work.actions.moving import lock
from houqin.work.models import Alarm, WorkOrder
from houqin.work.models.orders import FINISHED


def orders_to_watch(now: dt.datetime) -> list[int]:
    """The unfinished orders whose alarms are to be looked at by `now`, the longest waiting first."""
    found = WorkOrder.objects.filter(warn_at__lte=now).exclude(status__in=FINISHED)
    return list(found.order_by("warn_at", "pk").values_list("pk", flat=True))


@flow
def tell_order_alarms(*, order_id: int, now: dt.datetime | None = None) -> int:
    """How many warnings and breaches of an order were told: each due time once, the soonest first.

    Dispatchers, the leader of its crew and whoever works on it are told. It is looked at again when
    the next alarm is due, and after every step.
    """
    now = now or clock.now()
    order = lock(order_id)
    if order.is_finished:
        return 0
    pending = pending_alarms(
        clocks_of_order(order, now),
        subject=order.number,
        critical=is_critical(order.priority),
        recipient=recipient_calendar(order.place),
    )
    told = sum(_tell(order, alarm, now) for alarm in pending if alarm.at <= now)
    look_again(order=order, at=min((alarm.at for alarm in pending if alarm.at > now), default=None))
    return told


def _tell(order: WorkOrder, alarm: PendingAlarm, now: dt.datetime) -> bool:
    if not alarm_once(
        subject=order.number, target=alarm.target, kind=alarm.kind, due_at=alarm.due_at, at=now
    ):
        return False
    kind = "overdue" if alarm.kind == Alarm.Kind.BREACH else "due_soon"
    change = f"{alarm.kind}:{alarm.target}:{alarm.due_at.isoformat()}"
    facts: dict[str, Any] = {"target": alarm.target, "due": alarm.due_at}
    tell_dispatchers(order, kind, change, **facts)
    tell_workers(order, kind, change, **facts)
    return True
