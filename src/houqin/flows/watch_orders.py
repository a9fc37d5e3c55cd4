"""Work orders with clocks of their own are warned of and told when they are overdue.

These are orders that no request stands behind, and those a contractor has, who is held to a standard
of their own. Writes: work (alarms told, escalations, when to look again), notify.
Locks: each order by itself.
"""

import datetime as dt

from houqin.desk.queries.alarms import Pending, pending
from houqin.desk.queries.clocks import clocks_of_order
from houqin.desk.queries.partner_clocks import TermClocks, terms_of
from houqin.flows.escalating import tell_of_order
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions.clocks import look_again
from houqin.work.actions.moving import lock
from houqin.work.models import WorkOrder
from houqin.work.models.orders import FINISHED


def orders_to_watch(now: dt.datetime) -> list[int]:
    """The unfinished orders whose alarms are to be looked at by `now`, the longest waiting first."""
    found = WorkOrder.objects.filter(warn_at__lte=now).exclude(status__in=FINISHED)
    return list(found.order_by("warn_at", "pk").values_list("pk", flat=True))


@flow
def tell_order_alarms(*, order_id: int, now: dt.datetime | None = None) -> int:
    """How many warnings, breaches and levels of an order were told: each due time once, the first first.

    Dispatchers, the leader of its crew and whoever works on it are told, and those whom the levels of
    the standard name. It is looked at again when the next alarm is due, and after every step.
    """
    now = now or clock.now()
    order = lock(order_id)
    if order.is_finished:
        return 0
    found = pending_of_order(order, now)
    told = sum(
        tell_of_order(order, alarm, now, term=term) for still, term in found for alarm in still.due_by(now)
    )
    left = (alarm.tell_at for still, _term in found for alarm in still.alarms if alarm.tell_at > now)
    look_again(order=order, at=min(left, default=None))
    return told


def pending_of_order(order: WorkOrder, now: dt.datetime) -> list[tuple[Pending, TermClocks | None]]:
    """What is still to be told of an order: of its clocks where no request has them, and the contractor's."""
    found: list[tuple[Pending, TermClocks | None]] = []
    if not order.source:
        own = pending(
            clocks_of_order(order, now),
            subject=order.number,
            standard=order.standard,
            priority=order.priority,
            place=order.place,
            now=now,
        )
        found.append((own, None))
    found += [(_of_term(order, term, now), term) for term in terms_of(order, now) if term.is_on]
    return found


def _of_term(order: WorkOrder, term: TermClocks, now: dt.datetime) -> Pending:
    return pending(
        term.clocks,
        subject=order.number,
        standard=term.standard,
        priority=order.priority,
        place=order.place,
        now=now,
        theirs=True,
    )
