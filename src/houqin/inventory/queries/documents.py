"""Documents of stock: lists of them, and what is still out of what an issue took."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from houqin.inventory.models import (
    DocumentKind,
    DocumentStatus,
    Item,
    LayerEntry,
    LocationKind,
    StockDocument,
    StockLine,
    StockMove,
)
from houqin.inventory.queries.holdings import end_of
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents; the days are those on which they took effect, both included."""

    kind: str = ""
    status: str = ""
    q: str = ""
    item_id: int | None = None
    store_id: int | None = None
    charged_to: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    late: bool = False

    def condition(self) -> Q:
        """The rows of `StockDocument` that fit."""
        found = Q()
        for name in ("kind", "status", "charged_to"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        if self.q:
            found &= Q(number__istartswith=self.q) | Q(source__iexact=self.q) | Q(charged_to__iexact=self.q)
        if self.item_id is not None:
            found &= Q(Exists(StockLine.objects.filter(document=OuterRef("pk"), item=self.item_id)))
        if self.store_id is not None:
            ends = Q(source__warehouse=self.store_id) | Q(target__warehouse=self.store_id)
            found &= Q(Exists(StockMove.objects.filter(ends, document=OuterRef("pk"))))
        if self.first:
            found &= Q(effective_at__gte=end_of(self.first - dt.timedelta(days=1)))
        if self.last:
            found &= Q(effective_at__lt=end_of(self.last))
        return found


@dataclass(frozen=True)
class MovedLine:
    """A line, the movements it led to, and what they put into stock or took out, in yuan."""

    line: StockLine
    moves: list[StockMove]
    value: Decimal | None


def values_of(document_ids: list[int]) -> dict[int, Decimal]:
    """What documents put into stock or took out of it, in yuan, as booked on themselves; never negative."""
    rows = LayerEntry.objects.filter(document__in=document_ids).order_by().values_list("document")
    came = dict(rows.filter(dv__gt=0).annotate(Sum("dv")))
    went = dict(rows.filter(dv__lt=0).annotate(Sum("dv")))
    return {pk: max(came.get(pk, Decimal(0)), -went.get(pk, Decimal(0))) for pk in document_ids}


def lines_of(document: StockDocument) -> list[MovedLine]:
    """The lines of a document, in their order, with what each moved."""
    rows = StockLine.objects.filter(document=document).select_related(
        "item__unit", "unit", "lot", "source__warehouse", "target__warehouse"
    )
    rows = rows.prefetch_related(
        "movements__lot", "movements__source", "movements__target", "movements__entries"
    )
    lines = []
    for line in rows:
        moves = list(line.movements.all())
        own = [entry.dv for move in moves for entry in move.entries.all() if entry.document_id == document.pk]
        came, went = sum(v for v in own if v > 0), -sum(v for v in own if v < 0)
        lines.append(MovedLine(line, moves, Decimal(max(came, went)) if own else line.value))
    return lines


def still_out(charged_to: str, item: Item) -> list[tuple[StockMove, Decimal]]:
    """The issues of an item to a work order or department of which something is out, the latest first."""
    moves = StockMove.objects.filter(
        item=item,
        target__kind=LocationKind.USE,
        document__kind=DocumentKind.ISSUE,
        document__charged_to=charged_to,
        document__status=DocumentStatus.POSTED,
    ).select_related("source__warehouse", "target", "lot", "item__unit")
    standing = ~Q(document__status=DocumentStatus.REVERSED) & ~Q(document__kind=DocumentKind.REVERSAL)
    returned = StockMove.objects.filter(standing, of_move__in=moves).order_by()
    back = dict(returned.values_list("of_move").annotate(Sum("qty")))
    left = [(move, move.qty - back.get(move.pk, 0)) for move in moves.order_by("-effective_at", "-pk")]
    return [(move, qty) for move, qty in left if qty > 0]


def coming_back(
    charged_to: str, item: Item, qty: Decimal, *, lot: str = ""
) -> list[tuple[StockMove, Decimal]]:
    """The issues that a quantity (base units) comes back from, with the part of each, the latest first (R7).

    Raises `Refused` with the numbers when less is out, of the lot that is named.
    """
    rest, parts = qty, []
    for move, left in still_out(charged_to, item):
        part = min(rest, left)
        if part > 0 and (not lot or (move.lot and move.lot.number == lot)):
            parts.append((move, part))
            rest -= part
    if rest > 0:
        facts = {
            "item": item,
            "wanted": shown(qty),
            "left": shown(qty - rest),
            "unit": item.unit,
            "bearer": charged_to,
        }
        raise Refused(
            _("%(item)s: %(wanted)s %(unit)s are to come back, only %(left)s are out for %(bearer)s.") % facts
        )
    return parts


def of_layer(layer_id: int) -> QuerySet[LayerEntry]:
    """What was put into a layer and taken out of it, in the order it was booked."""
    return (
        LayerEntry.objects.filter(layer=layer_id)
        .select_related("document", "move__document", "move__source", "move__target")
        .order_by("at", "pk")
    )
