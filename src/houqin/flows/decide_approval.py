"""Somebody decides on what awaits approval, and it takes effect or goes back.

Writes: approvals, inventory (the document that was approved, or its draft), budget (cost entries), notify.
Locks: the approval, then the document (a count: its session before it), then the items' cards.
"""

from collections.abc import Callable

from houqin.accounts.models import User
from houqin.approvals.actions.deciding import decide
from houqin.approvals.models import Approval, ApprovalStatus
from houqin.flows import settle_count, write_off
from houqin.flows.charging import charge
from houqin.flows.telling_approvals import tell_of
from houqin.inventory.actions import drafts
from houqin.inventory.models import StockDocument
from houqin.kernel.flow import flow


@flow
def decide_approval(
    *,
    approval_id: int,
    by: User,
    verb: str,
    note: str = "",
    to: User | None = None,
    step: int | None = None,
    version: int | None = None,
) -> Approval:
    """The approval after somebody agreed, refused, handed it on, asked somebody further or recalled it.

    With the last agreement the thing takes effect; refused or recalled it goes back to who asked. When
    it cannot take effect any more (the goods are gone) the agreement is refused with the reason, and
    nothing has changed.
    """
    approval = decide(approval_id=approval_id, by=by, verb=verb, note=note, to=to, step=step, version=version)
    if approval.status != ApprovalStatus.WAITING:
        OUTCOMES[approval.kind](approval, note)
    tell_of(approval, by=by, note=note)
    return approval


def _write_off(approval: Approval, note: str) -> None:
    document = StockDocument.objects.get(number=approval.number)
    if approval.status == ApprovalStatus.APPROVED:
        charge(drafts.post_draft(document_id=document.pk))
    else:
        drafts.send_back(document_id=document.pk, note=note)


def _count(approval: Approval, _note: str) -> None:
    document = StockDocument.objects.get(number=approval.number)
    if approval.status == ApprovalStatus.APPROVED:
        settle_count.post_count(document)
    else:
        settle_count.reopen_count(document)


OUTCOMES: dict[str, Callable[[Approval, str], None]] = {
    write_off.KIND: _write_off,
    settle_count.KIND: _count,
}
"""What follows once something of a kind is decided."""
