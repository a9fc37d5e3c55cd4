"""How much people have to do already."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from houqin.work.models import WorkOrder, WorkOrderStatus

S = WorkOrderStatus
ON_HAND = (S.DISPATCHED, S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS)
UNESTIMATED_MINUTES = 60
"""What an order without an estimate counts for in a load."""


@dataclass(frozen=True)
class Load:
    """What somebody has at hand: open orders, their estimated minutes, and what is under way."""

    orders: int = 0
    minutes: int = 0
    working: int = 0


def load_of(worker_ids: list[int] | None = None, *, without: int | None = None) -> dict[int, Load]:
    """What each technician has at hand (everybody's by default); orders on hold do not count.

    The order `without` is left out. Somebody without orders has no entry. One statement.
    """
    found = WorkOrder.objects.filter(status__in=ON_HAND, worker__isnull=False)
    if without is not None:
        found = found.exclude(pk=without)
    if worker_ids is not None:
        found = found.filter(worker__in=worker_ids)
    rows = (
        found.order_by()
        .values("worker_id")
        .annotate(
            orders=Count("pk"),
            minutes=Sum(Coalesce("estimated_minutes", UNESTIMATED_MINUTES)),
            working=Count("pk", filter=Q(status=S.IN_PROGRESS)),
        )
    )
    return {row["worker_id"]: Load(row["orders"], row["minutes"], row["working"]) for row in rows}
