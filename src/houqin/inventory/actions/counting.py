"""Counting a store: planning, writing figures down, looking at the differences, ending.

Goods may move while they are counted: a figure is compared with what should have lain there at the
instant it was counted.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.inventory.actions import posting
from houqin.inventory.models import (
    COUNT_MOVES,
    CountDecision,
    CountKind,
    CountLine,
    CountReason,
    CountRule,
    CountSession,
    CountStatus,
    Item,
    ItemCategory,
    Location,
    Lot,
    StockBalance,
    Unit,
    Warehouse,
)
from houqin.inventory.queries import count_rules, counting, units
from houqin.journal.actions import numbers
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused, StaleState

S = CountStatus
LETTERS = "PJ"
"""What the number of a count begins with, of 盘点 and 计划."""


@transaction.atomic
def plan(
    *,
    warehouse: Warehouse,
    by: User | None,
    locations: Sequence[Location] = (),
    category: ItemCategory | None = None,
    abc: str = "",
    items: Sequence[Item] | None = None,
    kind: str = CountKind.FULL,
    blind: bool = True,
    planned_for: dt.date | None = None,
    reason: str = "",
    is_demo: bool = False,
) -> CountSession:
    """A count of what lies in a store, narrowed to locations, a category, a class by turnover or items.

    What is in another open count is left out. A `zero` count lists what should have been used up.
    Raises `Refused` when nothing is left to count.
    """
    wanted = None if items is None else [item.pk for item in items]
    if abc:
        classes = count_rules.abc_classes(warehouse)
        wanted = [pk for pk, found in classes.items() if found == abc and (wanted is None or pk in wanted)]
    held = counting.balances(
        warehouse,
        locations=locations,
        category_id=category.pk if category else None,
        items=wanted,
        empty=kind == CountKind.ZERO,
    )
    return _planned(
        held,
        warehouse=warehouse,
        by=by,
        kind=kind,
        blind=blind,
        planned_for=planned_for or clock.today(),
        reason=reason.strip(),
        is_demo=is_demo,
    )


@transaction.atomic
def plan_by_rule(*, rule: CountRule) -> CountSession | None:
    """The count that a rule wants today; None when nothing is due. Calling it again plans nothing twice."""
    rule = CountRule.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=rule.pk)
    due = count_rules.due_by(rule)
    if not due or not rule.active:
        return None
    return _planned(
        due,
        warehouse=rule.warehouse,
        by=None,
        kind=rule.kind,
        blind=rule.blind,
        planned_for=clock.today(),
        rule=rule,
    )


def _planned(held: Iterable[StockBalance], **facts: object) -> CountSession:
    held = list(held)
    posting.lock_cards([one.item_id for one in held])
    keys = {(one.item_id, one.lot_id, one.location_id) for one in held}
    open_lines = CountLine.objects.filter(open=True, item__in={item for item, *_ in keys})
    busy = {
        (line.item_id, line.lot_id, line.location_id): line.session.number
        for line in open_lines.select_related("session")
    }
    free = [one for one in held if (one.item_id, one.lot_id, one.location_id) not in busy]
    if not free:
        other = next((busy[key] for key in keys if key in busy), "")
        raise Refused(
            _("All of this is being counted already: %(number)s.") % {"number": other}
            if other
            else _("Nothing of this kind lies there to be counted.")
        )
    now = clock.now()
    session = CountSession.objects.create(
        number=numbers.take(kind=LETTERS, day=timezone.localdate(now)), planned_at=now, **facts
    )
    CountLine.objects.bulk_create(_fresh_line(session, one.item, one.lot, one.location) for one in free)
    return session


def _fresh_line(
    session: CountSession, item: Item, lot: Lot | None, location: Location, round_: int = 1
) -> CountLine:
    books = counting.books_at(item, lot, location, clock.now())
    return CountLine(
        session=session,
        item=item,
        lot=lot,
        location=location,
        round=round_,
        book_qty=books.qty,
        book_seq=books.seq,
    )


@transaction.atomic
def write_down(
    *,
    session_id: int,
    location: Location,
    item: Item,
    qty: Decimal,
    by: User,
    lot: Lot | None = None,
    unit: Unit | None = None,
    counted_at: dt.datetime | None = None,
    reason: str = CountReason.UNKNOWN,
    note: str = "",
) -> CountLine:
    """The line with what somebody counted, in any unit of the item; nothing there is 0.

    Something that was not planned is added. Who has written a figure may correct it; a recount is for
    somebody who did not count before. Locks the session and the item's card. Raises `Invalid` for a
    location of another store, a missing lot and a quantity there is not; `NotPermitted` for the wrong
    person, `StaleState` once the count is no longer open.
    """
    session = lock(session_id)
    if not session.is_open:
        raise StaleState(_("%(number)s is no longer being counted.") % {"number": session.number})
    _require_place(session, location, item, lot)
    now = clock.now()
    at = counted_at or now
    if at > now:
        raise Invalid(_("This time lies in the future."), field="counted_at")
    posting.lock_cards([item.pk])
    line = _line_of(session, location, item, lot)
    require_counter(line, by)
    books = counting.books_at(item, lot, location, at)
    line.counted_qty = units.in_base(item, qty, unit) if qty else Decimal(0)
    line.expected_qty, line.counted_seq = books.qty, books.seq
    line.counted_at, line.counter, line.reason, line.note = at, by, reason, note.strip()[:200]
    line.save()
    if session.status == S.PLANNED:
        move(session, S.COUNTING)
    return line


def _require_place(session: CountSession, location: Location, item: Item, lot: Lot | None) -> None:
    if location.warehouse_id != session.warehouse_id:
        facts = {"location": location, "store": session.warehouse}
        raise Invalid(_("%(location)s is not a location of %(store)s.") % facts, field="location")
    if item.tracked and lot is None:
        raise Invalid(_("%(item)s is kept by lots: name the lot.") % {"item": item}, field="lot")
    if lot is not None and lot.item_id != item.pk:
        raise Invalid(_("This lot is of another item."), field="lot")


def _line_of(session: CountSession, location: Location, item: Item, lot: Lot | None) -> CountLine:
    """The line of the latest round, made where the thing was not planned."""
    found = session.lines.filter(location=location, item=item, lot=lot).order_by("-round").first()
    if found is not None:
        return found
    other = CountLine.objects.filter(open=True, location=location, item=item, lot=lot).first()
    if other is not None:
        facts = {"item": item, "number": other.session.number}
        raise Refused(_("%(item)s is being counted here already: %(number)s.") % facts)
    return _fresh_line(session, item, lot, location)


def require_counter(line: CountLine, by: User) -> None:
    """Pass when somebody may write a line's figure down. Raises `NotPermitted`."""
    if line.pk and by.pk in counting.counted_before(line):
        raise NotPermitted(_("The recount is for somebody else: you have counted this before."))
    if line.counter_id not in {None, by.pk}:
        raise NotPermitted(_("%(person)s has counted this already.") % {"person": line.counter})


@transaction.atomic
def recount(*, line_id: int, by: User) -> CountLine:
    """A further round for a counted line, for somebody who did not count it before."""
    line = CountLine.objects.select_related("item", "lot", "location").get(pk=line_id)
    session = lock(line.session_id)
    del by
    if not session.is_open:
        raise StaleState(_("%(number)s is no longer being counted.") % {"number": session.number})
    return _again(session, line)


def _again(session: CountSession, line: CountLine) -> CountLine:
    if line.counted_qty is None:
        raise Refused(_("This has not been counted yet."))
    posting.lock_cards([line.item_id])
    line.decision = CountDecision.RECOUNT
    line.save(update_fields=["decision"])
    fresh = _fresh_line(session, line.item, line.lot, line.location, line.round + 1)
    fresh.save(force_insert=True)
    return fresh


@transaction.atomic
def look(*, session_id: int, judge: "counting.Judge") -> tuple[CountSession, list[CountLine]]:
    """The session with the last round of all its lines, each with its difference judged.

    A first figure over the limits asks for a recount and stays open. Late documents that were recorded
    since are taken into account. Locks the session and the items' cards. Raises `Refused` with how many
    lines are not counted yet.
    """
    session = lock(session_id)
    lines = counting.final_lines(session)
    missing = sum(line.counted_qty is None for line in lines)
    if not session.is_open or not lines:
        raise StaleState(_("%(number)s is no longer being counted.") % {"number": session.number})
    if missing:
        facts = {"missing": missing, "lines": len(lines)}
        raise Refused(_("%(missing)s of %(lines)s lines are not counted yet.") % facts)
    posting.lock_cards([line.item_id for line in lines])
    for line in lines:
        _judge(session, line, judge)
    return session, lines


def _judge(session: CountSession, line: CountLine, judge: "counting.Judge") -> None:
    line.expected_qty = (line.expected_qty or Decimal(0)) + counting.moved_since(line)
    line.counted_seq = counting.last_seq(line.item)
    line.value, free = judge(line)
    if line.counted_qty == line.expected_qty:
        line.decision = CountDecision.UNCHANGED
    elif free:
        line.decision = CountDecision.WITHIN
    else:
        line.decision = CountDecision.APPROVAL
    line.save(update_fields=["expected_qty", "counted_seq", "value", "decision"])
    if line.decision == CountDecision.APPROVAL and line.round == 1:
        _again(session, line)


@transaction.atomic
def explain(*, line_id: int, reason: str, note: str = "") -> CountLine:
    """The line with where its difference comes from, which is known before or after the count has ended."""
    if reason not in CountReason.values:
        raise Invalid(_("Choose one of the reasons."), field="reason")
    line = CountLine.objects.get(pk=line_id)
    if lock(line.session_id).status == S.CANCELLED:
        raise StaleState(_("%(number)s is no longer being counted.") % {"number": line.session.number})
    line.reason, line.note = reason, note.strip()[:200]
    line.save(update_fields=["reason", "note"])
    return line


@transaction.atomic
def cancel(*, session_id: int, reason: str) -> CountSession:
    """The count is given up; what was written down stays readable. Raises `Invalid` without a reason."""
    if not reason.strip():
        raise Invalid(_("Please give a reason."), field="reason")
    session = lock(session_id)
    session.reason = reason.strip()[:200]
    session.save(update_fields=["reason"])
    return move(session, S.CANCELLED)


def move(session: CountSession, to: str) -> CountSession:
    """The locked session in another state; once it has ended its lines are free for other counts."""
    COUNT_MOVES.check(session.status, to)
    session.status = to
    session.version += 1
    if to in {S.DONE, S.CANCELLED}:
        session.finished_at = clock.now()
        session.lines.update(open=False)
    session.save(update_fields=["status", "version", "finished_at", "document"])
    return session


def lock(session_id: int) -> CountSession:
    """The session, locked until the transaction ends. Raises `Missing`."""
    session = CountSession.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None:
        raise Missing(_("There is no such count."))
    return session
