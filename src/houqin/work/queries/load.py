"""Who could take an order, and how much they have to do already."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from houqin.accounts.models import User
from houqin.staffing.models import Crew, PersonTrade, Trade
from houqin.staffing.queries.crews import eligible_workers
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


@dataclass(frozen=True)
class Candidate:
    """Somebody an order could be given to. `in_trade` is told, not demanded: a dispatcher decides."""

    worker: User
    load: Load
    in_trade: bool


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


def candidates(order: WorkOrder, *, crew: Crew | None = None) -> list[Candidate]:
    """Everybody the order could be given to, people of its trade first, then by load, then by name.

    `crew` narrows to one crew. Three statements.
    """
    workers = list(eligible_workers(crew=crew, place=order.place))
    loads = load_of([worker.pk for worker in workers])
    in_trade = _in_trade(workers, order.job_type.trade)
    found = [Candidate(worker, loads.get(worker.pk, Load()), worker.pk in in_trade) for worker in workers]
    return sorted(found, key=lambda one: (not one.in_trade, one.load.minutes, one.worker.pinyin_key))


def _in_trade(workers: list[User], trade: Trade | None) -> set[int]:
    ids = {worker.pk for worker in workers}
    if trade is None or not ids:
        return ids
    known = set(eligible_workers(trade=trade).filter(pk__in=ids).values_list("pk", flat=True))
    own = PersonTrade.objects.filter(user__in=ids, trade=trade).values_list("user_id", flat=True)
    return known | set(own)
