"""Correcting the books: reversing a document, and costs that are learned of later.

Nothing posted is changed: a reversal is a new document with the opposite movements, a later cost a new
document without any.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.inventory.actions import documents, periods, posting
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.moving import existing
from houqin.inventory.actions.posting import Motion, Undone
from houqin.inventory.models import (
    DocumentKind,
    DocumentStatus,
    LayerEntry,
    LocationKind,
    StockDocument,
    StockLine,
    StockMove,
)
from houqin.inventory.queries import books, shortage
from houqin.kernel.errors import Invalid, Refused, StaleState
from houqin.kernel.money import cents


@transaction.atomic
def reverse(*, document_id: int, by: User | None, reason: str, key: str = "") -> StockDocument:
    """A new document that takes another back, at the same instant, in quantity and value exactly.

    What followed is costed as if the document had never been; that goes to an adjustment document.
    Raises `StaleState` for a document reversed already, `PeriodClosed` when its month is closed,
    `NotEnoughStock` when what it brought has been used since.
    """
    if not reason.strip():
        raise Invalid(_("Please give a reason."), field="reason")
    moves = list(StockMove.objects.filter(document=document_id).select_related("source", "target", "item"))
    lines = list(StockDocument.objects.get(pk=document_id).lines.select_related("item", "unit"))
    posting.lock_cards([line.item_id for line in lines])
    if (before := existing(key)) is not None:
        return before
    original = StockDocument.objects.select_for_update(of=("self",)).get(pk=document_id)
    _require_reversible(original)
    periods.require_open(original.effective_at, by=by)
    document, written = documents.write(
        kind=DocumentKind.REVERSAL,
        lines=[
            Draft(
                line.item, line.unit, line.entered, line.qty, line.lot, None, None, line.target, line.source
            )
            for line in lines
        ],
        by=by,
        at=original.effective_at,
        key=key,
        reverses=original,
        reason=reason.strip(),
        source=original.number,
        charged_to=original.charged_to,
        is_demo=original.is_demo,
    )
    by_line = {line.pk: twin for line, twin in zip(lines, written, strict=True)}
    motions = [Motion(by_line[m.line_id], m.item, m.lot, m.target, m.source, m.qty) for m in reversed(moves)]
    posting.change_balances(motions)
    back = posting.write_moves(document, motions)
    posting.set_posted(document)
    _set_reversed(original)
    _settle(document, original, list(reversed(moves)), back)
    return document


def _settle(
    document: StockDocument, original: StockDocument, moves: list[StockMove], back: list[StockMove]
) -> None:
    twins = {move.pk: twin.pk for move, twin in zip(moves, back, strict=True)}
    items = {line.item_id: line.item for line in document.lines.select_related("item", "item__unit")}
    for item_id, item in sorted(items.items()):
        own = [move for move in back if move.item_id == item_id]
        shortage.require_past_stock(item, own)
        booked = books.summed(
            LayerEntry.objects.filter(move__in=[m.pk for m in moves if m.item_id == item_id])
        )
        posting.settle(document, item, since=original.effective_at, own=(), undone=Undone(booked, twins))


def _require_reversible(original: StockDocument) -> None:
    if original.status == DocumentStatus.REVERSED:
        raise StaleState(_("%(number)s has been reversed already.") % {"number": original.number})
    if original.status != DocumentStatus.POSTED:
        raise StaleState(_("%(number)s has not been posted.") % {"number": original.number})
    if original.kind in {DocumentKind.REVERSAL, DocumentKind.ADJUSTMENT}:
        raise Refused(
            _("%(number)s follows from another document: reverse that one.") % {"number": original.number}
        )
    if StockMove.objects.filter(of_move__document=original).filter(books.counted()).exists():
        raise Refused(_("Something of %(number)s has come back already.") % {"number": original.number})
    costs = StockLine.objects.filter(of_move__document=original, document__kind=DocumentKind.REPRICE)
    if (later := costs.filter(document__status=DocumentStatus.POSTED).first()) is not None:
        raise Refused(
            _("%(number)s has a later cost: reverse %(other)s first.")
            % {"number": original.number, "other": later.document.number}
        )


def _set_reversed(original: StockDocument) -> None:
    original.status = DocumentStatus.REVERSED
    original.version += 1
    original.save(update_fields=["status", "version"])


@transaction.atomic
def reprice(
    *,
    receipt_move: StockMove,
    amount: Decimal,
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """A receipt cost `amount` more (or, negative, less): a later invoice, freight, duty (R8).

    The share still in stock goes to its layers, the rest to whoever used the goods. Raises `Invalid`
    for nothing, for fractions of a cent and for a movement that is no receipt; `Refused` when a layer
    would be worth less than nothing.
    """
    move = receipt_move
    if amount == 0 or amount != cents(amount):
        raise Invalid(_("Give an amount in cents."), field="amount")
    if move.source.kind != LocationKind.SUPPLIER:
        raise Invalid(_("Only a receipt costs more later."), field="of_move")
    cards = posting.lock_cards([move.item_id])
    if (before := existing(key)) is not None:
        return before
    _require_worth(move, amount)
    draft = Draft(move.item, move.item.unit, Decimal(0), Decimal(0), move.lot, value=amount, of_move=move)
    document, _lines = documents.write(
        kind=DocumentKind.REPRICE, lines=[draft], by=by, at=at, key=key, **head
    )
    if document.effective_at < move.effective_at:
        raise Invalid(_("A receipt costs more only after it came."), field="at")
    periods.require_open(document.effective_at, by=by)
    posting.set_posted(document)
    posting.settle(document, move.item, since=move.effective_at)
    posting.mark_last([cards[move.item_id]], document.effective_at)
    return document


def _require_worth(move: StockMove, amount: Decimal) -> None:
    """The receipt stands, and with all its later costs it has not cost less than nothing."""
    receipt = StockDocument.objects.get(pk=move.document_id)
    if receipt.status != DocumentStatus.POSTED:
        raise StaleState(_("%(number)s has been reversed already.") % {"number": receipt.number})
    rows = StockLine.objects.filter(of_move=move, document__kind=DocumentKind.REPRICE)
    later = rows.filter(document__status=DocumentStatus.POSTED).aggregate(all=Sum("value"))["all"]
    whole = (move.line.value or Decimal(0)) + (later or Decimal(0))
    if whole + amount < 0:
        raise Refused(
            _("%(number)s has cost %(whole)s: no more than that can be taken off.")
            % {"number": receipt.number, "whole": whole}
        )
