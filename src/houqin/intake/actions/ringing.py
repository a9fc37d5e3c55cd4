"""What a telephone system tells of a call: kept as facts, once, in whatever order it comes."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.intake import call_remarks as remarks
from houqin.intake.models import (
    Call,
    CallEvent,
    CallStatus,
    Direction,
    PhoneLine,
    RefusedCallReport,
)
from houqin.intake.queries.callers import person_calling
from houqin.kernel import clock, phone_numbers
from houqin.kernel.errors import Invalid

S = CallStatus
RINGING, ANSWERED, ENDED = "ringing", "answered", "ended"
EVENTS = (RINGING, ANSWERED, ENDED)

OFF_BY = dt.timedelta(minutes=2)
"""How far the clock of a telephone system may be ahead of ours unremarked."""
LONGEST_KEPT = 2_000
_IN_ORDER = 0x68716361
"""The advisory lock under which steps are appended: their keys follow each other as they are committed."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report of a telephone system. `number` is as it came, empty where it is not shown."""

    source: str
    external_id: str
    event: str
    number: str
    queue: str
    at: dt.datetime
    direction: str = Direction.IN


def report(told: Report) -> tuple[Call, bool]:
    """Return the call a report is about, and whether the report made it.

    The same report again, and one that comes behind a later one, change nothing that is known; what is
    odd is remarked on the call. Times are the telephone system's while its clock agrees with ours.
    Raises `Invalid` where the id belongs to another caller's call; that report is kept as refused.
    """
    try:
        with transaction.atomic():
            call, new = _call_of(told)
            _require_same_caller(call, told)
            _apply(call, told)
            return call, new
    except Invalid as refusal:
        faults = [{"field": refusal.field or "", "detail": str(refusal)}]
        keep_refused(source=told.source, sent=_shown(told), faults=faults)
        raise


def keep_refused(*, source: str, sent: str, faults: Sequence[dict[str, Any]]) -> None:
    """Keep a report that could not be taken, with what was said about it; at most 2,000 characters of it."""
    RefusedCallReport.objects.create(
        received_at=clock.now(),
        source=source[:60],
        sent=sent.replace("\0", "�")[:LONGEST_KEPT],
        faults=list(faults),
    )


def append(
    call: Call,
    kind: str,
    *,
    at: dt.datetime,
    by: User | None = None,
    before: str | None = None,
    reason: str = "",
    **data: Any,
) -> CallEvent:
    """Append a step of a call that is locked or new, the last thing of its transaction.

    The keys of steps follow each other in the order in which they are committed, so that open pages
    that have seen one have seen all before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IN_ORDER])
    return CallEvent.objects.create(
        call=call,
        at=at,
        actor=by,
        actor_name=by.full_name if by else "",
        kind=kind,
        from_status=call.status if before is None else before,
        to_status=call.status,
        reason=reason,
        data=data,
    )


def remark(call: Call, code: str) -> None:
    """Put a remark on a call that will be saved."""
    if code not in call.remarks:
        call.remarks = [*call.remarks, code]


def _call_of(told: Report) -> tuple[Call, bool]:
    """The call with the id, locked, or a new one; of two first reports at once one makes it."""
    known = Call.objects.select_for_update(of=("self",)).filter(
        source=told.source, external_id=told.external_id
    )
    if (call := known.first()) is not None:
        return call, False
    try:
        with transaction.atomic():
            return _new(told), True
    except IntegrityError:
        if (call := known.first()) is None:
            raise
        return call, False


def _new(told: Report) -> Call:
    now = clock.now()
    number = phone_numbers.read(told.number)
    line = PhoneLine.objects.filter(code=told.queue, active=True).first() if told.queue else None
    call = Call(
        source=told.source,
        external_id=told.external_id,
        direction=told.direction,
        sent_number="" if phone_numbers.is_withheld(told.number) else told.number.strip(),
        number=number.key if number else "",
        queue=told.queue,
        line=line,
        heard_at=now,
        rang_at=_time(told, now),
        caller=person_calling(number),
    )
    if number is None:
        withheld = phone_numbers.is_withheld(told.number)
        remark(call, remarks.WITHHELD if withheld else remarks.UNREADABLE)
    if line is None:
        remark(call, remarks.UNKNOWN_QUEUE if told.queue else remarks.NO_QUEUE)
    if told.event != RINGING:
        remark(call, remarks.NO_RINGING)
    call.save()
    return call


def _require_same_caller(call: Call, told: Report) -> None:
    """A second call under the id of an earlier one would be lost in it."""
    if phone_numbers.is_withheld(told.number) or not call.sent_number:
        return
    known, number = phone_numbers.read(call.number), phone_numbers.read(told.number)
    alike = told.number.strip() == call.sent_number
    if not alike and not (known and number and phone_numbers.same(known, number)):
        raise Invalid(
            _(
                "The id %(id)s belongs to a call from another number that rang at %(time)s. "
                "Give every call an id of its own."
            )
            % {"id": call.external_id, "time": call.rang_at.isoformat()},
            field="external_id",
        )


def _apply(call: Call, told: Report) -> None:
    """Let a locked call be told one thing; what is known already stays as it is."""
    now = clock.now()
    if CallEvent.objects.filter(call=call, kind=told.event).exists():
        return
    at, before = _time(told, now), call.status
    if told.at > now + OFF_BY:
        remark(call, remarks.CLOCK_OFF)
    {RINGING: _ring, ANSWERED: _answer, ENDED: _end}[told.event](call, at)
    call.save()
    append(call, told.event, at=at, before=before)


def _time(told: Report, now: dt.datetime) -> dt.datetime:
    """When it was by the telephone system, unless that has not come yet by our clock."""
    return min(told.at, now)


def _ring(call: Call, at: dt.datetime) -> None:
    call.rang_at = min(call.rang_at, at)


def _answer(call: Call, at: dt.datetime) -> None:
    if call.answered_at is not None or call.called_back_at is not None:
        return
    call.answered_at = max(at, call.rang_at)
    if call.ended_at is None or call.remarks.count(remarks.NO_END):
        call.status, call.ended_at = S.ANSWERED, None
    else:
        call.status, call.ended_at = S.ENDED, max(call.ended_at, call.answered_at)


def _end(call: Call, at: dt.datetime) -> None:
    if call.ended_at is not None and remarks.NO_END not in call.remarks:
        return
    begun = call.answered_at or call.rang_at
    if at < begun:
        remark(call, remarks.REVERSED)
    call.ended_at = max(at, begun)
    call.status = S.ENDED if call.answered_at is not None else S.MISSED


def _shown(told: Report) -> str:
    facts = {"number": told.number, "queue": told.queue, "external_id": told.external_id, "event": told.event}
    return json.dumps({**facts, "at": told.at.isoformat()}, ensure_ascii=False)
