"""Who bears what a stock document has cost, as the cost ledger is to be told."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from houqin.inventory.models import DocumentKind, LayerEntry, LocationKind, StockDocument

_BORNE = (LocationKind.USE, LocationKind.SCRAP, LocationKind.ADJUSTMENT)


@dataclass(frozen=True)
class Charge:
    """An amount in yuan that a document charges to somebody; `source` is the document that says so."""

    charged_to: str
    amount: Decimal
    at: dt.datetime
    source: str


def charges_of(document: StockDocument) -> list[Charge]:
    """What a document and the adjustments it caused charge, each to who bears the movement it changed.

    A later cost charges those who used the goods; so does a late document whose arrival changed
    what later issues have cost. Amounts that sum to nothing are left out.
    """
    about = Q(document=document) | Q(document__caused_by=document, document__kind=DocumentKind.ADJUSTMENT)
    ends = Q(move__target__kind__in=_BORNE) | Q(move__source__kind__in=_BORNE)
    sums: dict[tuple[str, dt.datetime, str], Decimal] = defaultdict(Decimal)
    rows = LayerEntry.objects.filter(about & ends).exclude(move__document__charged_to="")
    for charged_to, at, source, dv in rows.values_list(
        "move__document__charged_to", "at", "document__number", "dv"
    ):
        sums[charged_to, at, source] -= dv
    return [
        Charge(charged_to, amount, at, source) for (charged_to, at, source), amount in sums.items() if amount
    ]
