"""What a demand (a work order, by its number) has reserved, taken and given back."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from houqin.inventory.models import DocumentKind, LayerEntry, Reservation, StockMove
from houqin.inventory.queries.books import counted

Held = dict[tuple[int, int], Decimal]
"""Base units by item and store."""


@dataclass(frozen=True)
class Taken:
    """A movement to a demand, what of it came back, and what the rest has cost in yuan by now."""

    move: StockMove
    back: Decimal
    cost: Decimal

    @property
    def out(self) -> Decimal:
        """Base units that were not given back."""
        return self.move.qty - self.back


def reserved_for(demand: str) -> Held:
    """What is kept for the demand."""
    rows = Reservation.objects.filter(demand=demand).order_by()
    found = rows.values_list("item_id", "location__warehouse_id").annotate(kept=Sum("qty"))
    return {(item, warehouse): kept for item, warehouse, kept in found if warehouse is not None}


def taken_for(demand: str) -> list[Taken]:
    """What was issued to the demand and counts, the latest first, with its later costs."""
    moves = StockMove.objects.filter(
        counted(), document__kind=DocumentKind.ISSUE, document__source=demand
    ).select_related("item__unit", "lot", "source__warehouse", "document")
    found = list(moves.order_by("-pk"))
    pks = [move.pk for move in found]
    back, cost = _back(pks), _cost(pks)
    return [Taken(move, back.get(move.pk, Decimal(0)), cost.get(move.pk, Decimal(0))) for move in found]


def _back(moves: Collection[int]) -> dict[int, Decimal]:
    rows = StockMove.objects.filter(counted(), of_move__in=moves, document__kind=DocumentKind.RETURN)
    return dict(rows.order_by().values_list("of_move").annotate(qty=Sum("qty")))


def _cost(moves: Collection[int]) -> dict[int, Decimal]:
    taken = LayerEntry.objects.filter(move__in=moves).order_by()
    sums = dict(taken.values_list("move").annotate(value=Sum("dv")))
    came = LayerEntry.objects.filter(move__of_move__in=moves).order_by()
    returned = dict(came.values_list("move__of_move").annotate(value=Sum("dv")))
    return {move: -value - returned.get(move, Decimal(0)) for move, value in sums.items()}
