"""The stores are emptied: what of the ledger of stock goes with the demonstration.

The ledger is only appended to, and its rows hold on to one another. They go together or not at all: a
document of the house about goods of the demonstration stands in the way, as any other row would.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

from django.db.models import Model, Q, QuerySet

from houqin.approvals.models import Approval, ApprovalRule
from houqin.budget.models import CostEntry
from houqin.inventory.models import (
    CostLayer,
    CountSession,
    Item,
    LayerEntry,
    Location,
    Lot,
    Reservation,
    StockBalance,
    StockCard,
    StockDocument,
    StockLine,
    StockMove,
    StockPeriod,
    Warehouse,
)


class Going(Protocol):
    """Keys of rows that go, by table."""

    keys: dict[type[Model], set[int]]

    def add(self, model: type[Model], keys: Iterable[int]) -> None:
        """Let rows go."""


def empty(doomed: Going, documents: QuerySet[StockDocument]) -> None:
    """Let documents go with all they have posted, and what is kept of the items that go."""
    going = set(documents.values_list("pk", flat=True))
    going |= set(_caused_by(going))
    doomed.add(StockDocument, going)
    posted: tuple[type[Model], ...] = (StockMove, LayerEntry)
    for model in posted:
        doomed.add(model, QuerySet(model).filter(document__in=going).values_list("pk", flat=True))
    held: tuple[type[Model], ...] = (CostLayer, StockBalance, StockCard, Lot, Reservation)
    for of_items in held:
        doomed.add(
            of_items, QuerySet(of_items).filter(item__in=doomed.keys[Item]).values_list("pk", flat=True)
        )
    shelves = Location.objects.filter(warehouse__in=doomed.keys[Warehouse])
    doomed.add(Location, shelves.values_list("pk", flat=True))
    doomed.add(Location, _idle_ends(doomed.keys[StockMove], doomed.keys[StockLine]))
    counts = CountSession.objects.filter(warehouse__in=doomed.keys[Warehouse])
    doomed.add(CountSession, counts.values_list("pk", flat=True))
    numbers = StockDocument.objects.filter(pk__in=going).values("number")
    asked = Q(is_demo=True) | Q(asked_by__is_demo=True)
    asked |= Q(number__in=numbers) | Q(number__in=counts.values("number"))
    doomed.add(Approval, Approval.objects.filter(asked).values_list("pk", flat=True))
    doomed.add(ApprovalRule, ApprovalRule.objects.filter(is_demo=True).values_list("pk", flat=True))
    months = StockPeriod.objects.filter(closed_by__is_demo=True)
    doomed.add(StockPeriod, months.values_list("pk", flat=True))
    costs = CostEntry.objects.filter(Q(is_demo=True) | Q(source__in=numbers))
    doomed.add(CostEntry, costs.values_list("pk", flat=True))


def _caused_by(documents: Collection[int]) -> Iterable[int]:
    """Adjustments and reversals follow what they are about."""
    about = Q(caused_by__in=documents) | Q(reverses__in=documents)
    return StockDocument.objects.filter(about).values_list("pk", flat=True)


def _idle_ends(moves: Collection[int], lines: Collection[int]) -> list[int]:
    """The ends outside that nothing leads to or from any more: they are made again when needed."""
    left = StockMove.objects.exclude(pk__in=moves)
    written = StockLine.objects.exclude(pk__in=lines)
    ends = Location.objects.filter(warehouse=None)
    return [
        end.pk
        for end in ends
        if not left.filter(Q(source=end) | Q(target=end)).exists()
        and not written.filter(Q(source=end) | Q(target=end)).exists()
    ]
