"""What the working time of an order has cost, as the cost ledger is told.

Writes: budget (cost entries: what differs from those that stand).
Locks: nothing of its own; the callers hold the order.
"""

from decimal import Decimal

from django.utils import timezone

from houqin.accounts.models import User
from houqin.budget.actions.posting import Cost, post_costs
from houqin.budget.models import Element
from houqin.budget.queries.costs import by_source
from houqin.kernel import clock
from houqin.kernel.money import cents
from houqin.staffing.queries.rates import hourly_rate
from houqin.work.models import TimeEntry, WorkOrder

HOUR = Decimal(3600)


def charge_labour(order: WorkOrder, *, by: User | None) -> Decimal:
    """Yuan by which the order's labour changed: each person's time at the rate of that day, to the cent.

    Working time that was corrected or removed since it was charged is charged or given back by a new
    entry. Time that still runs, and time on days without a rate, costs nothing yet.
    """
    stand = by_source(order.number, Element.LABOUR)
    wanted: dict[str, tuple[Decimal, TimeEntry | None]] = {source: (Decimal(0), None) for source in stand}
    ended = TimeEntry.objects.filter(order=order, ended_at__isnull=False).select_related("user")
    wanted |= {f"time:{entry.pk}": (_worth(order, entry), entry) for entry in ended}
    changed = Decimal(0)
    for source, (amount, entry) in wanted.items():
        difference = amount - stand.get(source, Decimal(0))
        if difference:
            at = entry.ended_at if entry is not None and entry.ended_at else clock.now()
            note = entry.user.full_name if entry is not None else ""
            cost = Cost(order.number, difference, at, note)
            post_costs([cost], element=Element.LABOUR, source=source, by=by)
            changed += difference
    return changed


def _worth(order: WorkOrder, entry: TimeEntry) -> Decimal:
    assert entry.ended_at is not None  # noqa: S101 - running time is not asked for
    rate = hourly_rate(order.job_type.trade_id, timezone.localdate(entry.started_at))
    seconds = Decimal((entry.ended_at - entry.started_at).total_seconds())
    return cents(seconds / HOUR * rate) if rate is not None else Decimal(0)
