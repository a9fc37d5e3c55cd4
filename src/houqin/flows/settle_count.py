"""A count ends: what differs is counted again by somebody else, approved where it must be, and posted.

Writes: inventory (the count; the document with its movements, balances and layers), approvals, notify.
Locks: the session, then the items' cards in the order of their ids; the number counter last.
"""

from decimal import Decimal

from houqin.accounts.models import User
from houqin.approvals.actions.asking import ask
from houqin.flows.charging import charge
from houqin.flows.telling_approvals import tell_of
from houqin.inventory.actions import counting, drafts
from houqin.inventory.actions.documents import Draft
from houqin.inventory.actions.moving import Goods, correction_lines, found_value
from houqin.inventory.models import (
    CountDecision,
    CountLine,
    CountSession,
    CountStatus,
    DocumentKind,
    StockDocument,
    StockLimit,
)
from houqin.inventory.queries.worth import cost_of_taking, limit_for, within
from houqin.kernel.errors import Refused
from houqin.kernel.flow import flow
from houqin.org.models import Department

KIND = "stock_count"


@flow
def finish_count(*, session_id: int, by: User, department: Department | None = None) -> CountSession:
    """The count, with its differences on their way.

    Still being counted, where a first figure is over the limits: somebody else counts again. Done, where
    nothing differs or all differences lie within the limits: they are posted. Otherwise it awaits
    approval. Raises `Refused` while lines are not counted.
    """
    session, lines = counting.look(session_id=session_id, judge=judged)
    if any(line.decision == CountDecision.RECOUNT for line in lines):
        return session
    changed = [line for line in lines if line.counted_qty != line.expected_qty]
    if not changed:
        return counting.move(session, CountStatus.DONE)
    document = _written(session, changed, by)
    session.document = document
    if all(line.decision == CountDecision.WITHIN for line in changed):
        charge(drafts.post_draft(document_id=document.pk))
        return counting.move(session, CountStatus.DONE)
    counting.move(session, CountStatus.DECIDING)
    document = drafts.submit(document_id=document.pk)
    approval = ask(
        kind=KIND,
        number=document.number,
        title=f"{session.number} {session.warehouse.name}",
        amount=sum((abs(line.value or Decimal(0)) for line in changed), Decimal(0)),
        by=by,
        department=department,
        reason=session.reason,
        path=f"/stores/counts/{session.number}/",
        is_demo=session.is_demo,
    )
    tell_of(approval, by=by)
    if not approval.is_waiting:
        post_count(document)
    session.refresh_from_db()
    return session


def post_count(document: StockDocument) -> None:
    """Post an approved difference and end its count."""
    session = counting.lock(document.counts.get().pk)
    charge(drafts.post_draft(document_id=document.pk))
    counting.move(session, CountStatus.DONE)


def reopen_count(document: StockDocument) -> None:
    """A difference that was not approved: the count goes on, and its document is given up."""
    session = counting.lock(document.counts.get().pk)
    drafts.drop(document_id=document.pk)
    counting.move(session, CountStatus.COUNTING)


def judged(line: CountLine) -> tuple[Decimal, bool]:
    """What a line's difference is worth in yuan, and whether it needs no approval.

    Found goods of which nothing says what they are worth count as nothing and always need approval.
    """
    counted, expected = line.counted_qty or Decimal(0), line.expected_qty or Decimal(0)
    difference = counted - expected
    value, known = _value(line, difference)
    limit = limit_for(StockLimit.Kind.COUNT, line.session.warehouse, line.item)
    return value, known and within(limit, book=expected, difference=difference, value=value)


def _value(line: CountLine, difference: Decimal) -> tuple[Decimal, bool]:
    item = line.item
    if difference < 0:
        lot = line.lot.pk if line.lot else None
        return -cost_of_taking(item, [(line.location, lot, -difference)])[0], True
    if difference == 0:
        return Decimal(0), True
    try:
        found = Draft(item, item.unit, difference, difference, line.lot, target=line.location)
        return found_value(found), True
    except Refused:
        return Decimal(0), False


def _written(session: CountSession, changed: list[CountLine], by: User) -> StockDocument:
    """The draft that puts the books right."""
    goods = [
        Goods(
            item=line.item,
            qty=(line.counted_qty or Decimal(0)) - (line.expected_qty or Decimal(0)),
            lot=line.lot,
            location=line.location,
            value=line.value if line.value is not None and line.value >= 0 else None,
            note=line.get_reason_display(),
        )
        for line in changed
    ]
    return drafts.write_draft(
        kind=DocumentKind.COUNT,
        lines=correction_lines(goods),
        by=by,
        source=session.number,
        reason=session.reason,
        is_demo=session.is_demo,
    )
