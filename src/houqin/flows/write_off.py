"""Goods are written off: at once up to a limit, beyond it when those who must agree have agreed.

Writes: approvals, inventory (documents, movements, balances, layers), budget (cost entries), notify.
Locks: the document, then the items' cards in the order of their ids; the number counter last.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.approvals.actions.asking import ask
from houqin.flows.charging import charge
from houqin.flows.telling_approvals import tell_of
from houqin.inventory.actions import drafts, moving
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import DocumentKind, DocumentStatus, Item, StockDocument, StockLine, Warehouse
from houqin.inventory.queries.worth import cost_of_taking, write_off_is_free
from houqin.kernel.errors import Invalid, StaleState
from houqin.kernel.flow import flow
from houqin.org.models import Department

KIND = "stock_scrap"


@flow
def write_off_goods(
    *,
    goods: Sequence[Goods],
    by: User | None,
    reason: str,
    charged_to: str = "",
    at: dt.datetime | None = None,
    key: str = "",
    department: Department | None = None,
    **head: Any,
) -> StockDocument:
    """The document that writes goods off with a reason: posted, or awaiting approval beyond the limit.

    `charged_to` bears what they had cost, if anybody. What needs approval takes effect when it is
    approved. Raises `NotEnoughStock`, and `Invalid` without a reason; nothing is written then. Without a
    person (an import) it is posted at once.
    """
    if not reason.strip():
        raise Invalid(_("Please give a reason."), field="reason")
    if (before := moving.existing(key)) is not None:
        return before
    lines = moving.write_off_lines(goods)
    values = worth(lines)
    told = {"reason": reason.strip(), "charged_to": charged_to, **head}
    if by is None or write_off_is_free(values):
        document = moving.write_off(goods=goods, by=by, at=at, key=key, **told)
        charge(document)
        return document
    document = drafts.write_draft(kind=DocumentKind.SCRAP, lines=lines, by=by, at=at, key=key, **told)
    return put_before(document, lines, by=by, department=department)


@flow
def resubmit_write_off(
    *, document_id: int, by: User, reason: str, department: Department | None = None
) -> StockDocument:
    """A write-off that was not approved or was recalled, put before those who must agree once more."""
    if not reason.strip():
        raise Invalid(_("Please give a reason."), field="reason")
    document = StockDocument.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.kind != DocumentKind.SCRAP or document.status != DocumentStatus.DRAFT:
        raise StaleState(_("%(number)s is no draft of a write-off.") % {"number": document.number})
    document.reason = reason.strip()[:200]
    document.save(update_fields=["reason"])
    lines = [_draft(line) for line in document.lines.select_related("item__unit", "lot", "source", "target")]
    return put_before(document, lines, by=by, department=department)


def worth(lines: Sequence[Draft]) -> list[tuple[Warehouse, Item, Decimal]]:
    """The store, the item and the cost of each line, if it were written off now."""
    by_item: dict[int, list[Draft]] = defaultdict(list)
    for line in lines:
        by_item[line.item.pk].append(line)
    found = []
    for own in by_item.values():
        pieces = [(line.source, line.lot.pk if line.lot else None, line.qty) for line in own if line.source]
        for (location, *_rest), value in zip(pieces, cost_of_taking(own[0].item, pieces), strict=True):
            if location.warehouse is not None:
                found.append((location.warehouse, own[0].item, value))
    return found


def put_before(
    document: StockDocument, lines: Sequence[Draft], *, by: User, department: Department | None
) -> StockDocument:
    """The document, submitted, and its approval asked for and told."""
    amount = sum((value for *_, value in worth(lines)), Decimal(0))
    document = drafts.submit(document_id=document.pk)
    approval = ask(
        kind=KIND,
        number=document.number,
        title=_titled(lines),
        amount=amount,
        by=by,
        department=department,
        reason=document.reason,
        path=f"/stores/documents/{document.number}/",
        is_demo=document.is_demo,
    )
    tell_of(approval, by=by)
    if approval.is_waiting:
        return document
    document = drafts.post_draft(document_id=document.pk)
    charge(document)
    return document


def _titled(lines: Sequence[Draft]) -> str:
    first = lines[0].item.name
    return f"{first} +{len(lines) - 1}" if len(lines) > 1 else first


def _draft(line: StockLine) -> Draft:
    return Draft(
        line.item, line.unit, line.entered, line.qty, line.lot, source=line.source, target=line.target
    )
