"""Documents that wait for others before they are posted: written, put before them, sent back, dropped."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.inventory.actions import documents, posting
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.moving import existing, plan_of
from houqin.inventory.models import DOCUMENT_MOVES, DocumentStatus, StockDocument
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing


@transaction.atomic
def write_draft(
    *,
    kind: str,
    lines: Sequence[Draft],
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """A draft with its lines; the same key gives the same document. Nothing has moved."""
    if (before := existing(key)) is not None:
        return before
    if not lines:
        raise Invalid(_("Nothing is named to be moved."), field="lines")
    return documents.write(kind=kind, lines=lines, by=by, at=at, key=key, **head)[0]


@transaction.atomic
def submit(*, document_id: int) -> StockDocument:
    """The draft awaits approval, under its number. Locks the document."""
    document = _moved(document_id, DocumentStatus.SUBMITTED)
    if not document.is_numbered:
        document.number = documents.number_for(document)
    document.save(update_fields=["number", "status", "version"])
    return document


@transaction.atomic
def send_back(*, document_id: int, note: str) -> StockDocument:
    """What was not approved is a draft again; its lines say why. Locks the document."""
    document = _moved(document_id, DocumentStatus.DRAFT)
    document.save(update_fields=["status", "version"])
    document.lines.update(note=note[:200])
    return document


@transaction.atomic
def drop(*, document_id: int) -> StockDocument:
    """The draft is given up; it stays readable. Locks the document."""
    document = _moved(document_id, DocumentStatus.DROPPED)
    document.save(update_fields=["status", "version"])
    return document


@transaction.atomic
def post_draft(*, document_id: int) -> StockDocument:
    """The draft takes effect now, as it is written.

    Locks the document, then the items' cards. Raises `NotEnoughStock` when what it names has gone
    meanwhile, `StaleState` when it is posted or dropped already; nothing has changed then.
    """
    document = _moved(document_id, DocumentStatus.POSTED)
    lines = list(document.lines.select_related("item__unit", "lot", "source", "target"))
    cards = posting.lock_cards([line.item_id for line in lines])
    document.effective_at = clock.now()
    document.save(update_fields=["effective_at"])
    motions = [
        plan_of(
            Draft(
                line.item, line.unit, line.entered, line.qty, line.lot, None, None, line.source, line.target
            )
        ).of(line)
        for line in lines
    ]
    posting.post(document, motions, cards)
    return document


def _moved(document_id: int, to: str) -> StockDocument:
    """The locked document in its next state, not saved yet."""
    document = StockDocument.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if document is None:
        raise Missing(_("There is no such document."))
    DOCUMENT_MOVES.check(document.status, to)
    if to != DocumentStatus.POSTED:
        document.status = to
        document.version += 1
    return document
