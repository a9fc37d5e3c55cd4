"""Writing stock documents: their numbers, heads and lines."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.inventory.actions import periods
from houqin.inventory.models import (
    DocumentKind,
    DocumentStatus,
    Item,
    Location,
    Lot,
    StockDocument,
    StockLine,
    StockMove,
    Unit,
)
from houqin.journal.actions import numbers
from houqin.kernel import clock
from houqin.kernel.errors import Refused

LETTERS = {
    DocumentKind.RECEIPT: "RK",
    DocumentKind.ISSUE: "CK",
    DocumentKind.RETURN: "TL",
    DocumentKind.TRANSFER: "DB",
    DocumentKind.SEND_BACK: "TH",
    DocumentKind.COUNT: "PD",
    DocumentKind.SCRAP: "BF",
    DocumentKind.REPRICE: "TJ",
    DocumentKind.ADJUSTMENT: "CT",
    DocumentKind.REVERSAL: "CX",
}
"""The letters a number begins with, of the kind's Chinese name: 入库 RK, 出库 CK …"""


@dataclass(frozen=True)
class Draft:
    """A line to write; `qty` in base units, `entered` in `unit`."""

    item: Item
    unit: Unit
    entered: Decimal
    qty: Decimal
    lot: Lot | None = None
    price: Decimal | None = None
    value: Decimal | None = None
    source: Location | None = None
    target: Location | None = None
    of_move: StockMove | None = None
    note: str = ""


def write(
    *,
    kind: str,
    lines: Sequence[Draft],
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> tuple[StockDocument, list[StockLine]]:
    """A new draft with its lines; it gets its number when it is posted. `at` (now) is when it took effect.

    What happened in a closed month takes effect as the first open one begins (I8). Raises `Refused` for a
    time to come.
    """
    now = clock.now()
    at = at or now
    if at > now:
        raise Refused(_("This time lies in the future."))
    counts_on = at if "reverses" in head else periods.landing(at)
    document = StockDocument(
        kind=kind,
        status=DocumentStatus.DRAFT,
        effective_at=counts_on,
        happened_at=at if counts_on != at else None,
        created_at=now,
        by=by,
        key=key or None,
        number=f"~{secrets.token_hex(8)}",
        **head,
    )
    document.save(force_insert=True)
    rows = [
        StockLine(document=document, position=position, **vars(line))
        for position, line in enumerate(lines, start=1)
    ]
    return document, StockLine.objects.bulk_create(rows)


def adjustment_of(document: StockDocument, item: Item) -> StockDocument:
    """The one adjustment document that follows from another, with a line for the item."""
    found = StockDocument.objects.filter(kind=DocumentKind.ADJUSTMENT, caused_by=document).first()
    if found is None:
        now = clock.now()
        found = StockDocument.objects.create(
            kind=DocumentKind.ADJUSTMENT,
            status=DocumentStatus.POSTED,
            effective_at=document.effective_at,
            created_at=now,
            posted_at=now,
            by=document.by,
            source=document.number,
            caused_by=document,
            is_demo=document.is_demo,
            number=_number(DocumentKind.ADJUSTMENT, now),
        )
    StockLine.objects.create(
        document=found, position=found.lines.count() + 1, item=item, unit=item.unit, entered=0, qty=0
    )
    return found


def number_for(document: StockDocument) -> str:
    """The next number of the document's kind on the day it was written; call it last (see `numbers.take`)."""
    return _number(document.kind, document.created_at)


def _number(kind: str, now: dt.datetime) -> str:
    day = timezone.localtime(now, timezone.get_default_timezone()).date()
    return numbers.take(kind=LETTERS[DocumentKind(kind)], day=day)
