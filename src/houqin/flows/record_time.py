"""Working time is entered by hand, corrected or removed; what it costs follows once the work is done.

Writes: work (time), budget (labour).
Locks: the order.
"""

import datetime as dt

from houqin.accounts.models import User
from houqin.flows.charge_labour import charge_labour
from houqin.kernel.flow import flow
from houqin.work.actions import time
from houqin.work.models import TimeEntry, WorkOrder


@flow
def enter_time(
    *, order_id: int, user_id: int, started_at: dt.datetime, ended_at: dt.datetime, by: User | None
) -> TimeEntry:
    """The entry of what somebody worked on an order; raises what `work.actions.time.enter` raises."""
    entry = time.enter(order_id=order_id, user_id=user_id, started_at=started_at, ended_at=ended_at, by=by)
    _charge(entry.order, by)
    return entry


@flow
def correct_time(
    *, entry_id: int, started_at: dt.datetime, ended_at: dt.datetime, by: User | None
) -> TimeEntry:
    """The entry with other times; raises what `work.actions.time.correct` raises."""
    entry = time.correct(entry_id=entry_id, started_at=started_at, ended_at=ended_at, by=by)
    _charge(entry.order, by)
    return entry


@flow
def remove_time(*, entry_id: int, by: User | None) -> WorkOrder:
    """The order without that entry; raises what `work.actions.time.remove` raises."""
    order = time.remove(entry_id=entry_id, by=by)
    _charge(order, by)
    return order


def _charge(order: WorkOrder, by: User | None) -> None:
    if order.is_finished:
        charge_labour(order, by=by)
