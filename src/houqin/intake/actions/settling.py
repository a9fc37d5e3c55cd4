"""Deciding what becomes of a kept mail: exactly one thing, with its reason."""

import datetime as dt
import hashlib
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from houqin.intake.actions import storms
from houqin.intake.actions.making import answer_in_part, keep_note, open_from
from houqin.intake.actions.returned import count_returns
from houqin.intake.classifying import Kind, Verdict, classified
from houqin.intake.limits import MEGABYTE, MOST_BYTES
from houqin.intake.models import TIED, InboundMessage, Outcome
from houqin.intake.parsing import Parsed
from houqin.intake.queries.threads import (
    Thread,
    account_of,
    belongs_to_it,
    request_about,
    thread_of,
)
from houqin.intake.quoting import folded
from houqin.kernel import clock
from houqin.notify.models import OutMail

AGAIN_WITHIN = dt.timedelta(hours=1)
AT_ONCE = dt.timedelta(minutes=1)
MOST_ACKNOWLEDGED = 10
"""Requests of one sender within an hour that are acknowledged; further ones are taken in silence."""

_DIGITS = re.compile(r"[\W\d_]+")


def settle(row: InboundMessage, mail: Parsed, *, by_hand: bool) -> None:
    """Give a locked, waiting mail its outcome. Two copies of one mail wait for each other here."""
    _describe(row, mail)
    if row.size > row.raw.size:
        record(row, Outcome.REFUSED, "too_large", size=row.size // MEGABYTE, most=MOST_BYTES // MEGABYTE)
        return
    seen = _first_of(row)
    thread = thread_of(mail, row.envelope_to)
    verdict = classified(
        mail, seen=seen is not None, threaded=thread.request is not None, envelope_from=row.envelope_from
    )
    row.kind = verdict.kind
    if seen is not None:
        row.request_number = seen.request_number
        record(row, Outcome.DUPLICATE, verdict.reason)
    elif verdict.kind == Kind.LOOP:
        record(row, Outcome.REFUSED, verdict.reason, sign=verdict.sign)
    elif not by_hand and _is_storm(row, mail, thread):
        return
    elif verdict.kind in {Kind.MACHINE, Kind.BOUNCE}:
        _settle_machine(row, mail, thread, verdict)
    else:
        _settle_person(row, mail, thread)


def record(row: InboundMessage, outcome: str, reason: str, **facts: Any) -> None:
    """Write the outcome of a locked mail; facts of earlier steps stay."""
    row.outcome, row.reason, row.settled_at = outcome, reason, clock.now()
    row.facts = {**row.facts, **facts}
    row.save(
        update_fields=[
            "outcome",
            "reason",
            "settled_at",
            "facts",
            "kind",
            "request_number",
            "thread",
            "pictures",
            "from_address",
            "from_name",
            "subject",
        ]
    )


def _describe(row: InboundMessage, mail: Parsed) -> None:
    row.from_address, row.from_name, row.subject = mail.from_address[:320], mail.from_name, mail.subject
    row.facts = {"faults": mail.faults} if mail.faults else {}


def _first_of(row: InboundMessage) -> InboundMessage | None:
    """Another, settled copy of the mail. The lock lets a copy that is just being settled end first."""
    if not row.message_id:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 41))", [row.message_id])
    copies = InboundMessage.objects.filter(message_id=row.message_id).exclude(pk=row.pk)
    settled = copies.exclude(outcome__in=[Outcome.WAITING, Outcome.DUPLICATE])
    return settled.order_by("pk").first()


def _is_storm(row: InboundMessage, mail: Parsed, thread: Thread) -> bool:
    row.thread = storms.thread_key(mail, thread.request)
    if not storms.is_over(row):
        return False
    storms.alert(row)
    record(row, Outcome.QUARANTINED, "storm", most=storms.MOST)
    return True


def _settle_machine(row: InboundMessage, mail: Parsed, thread: Thread, verdict: Verdict) -> None:
    """A note where it belongs to a request, else put aside; nobody is told and no clock moves."""
    if verdict.kind == Kind.BOUNCE:
        count_returns(row, mail)
    if thread.request is None:
        record(row, Outcome.QUARANTINED, verdict.reason, sign=verdict.sign)
        return
    row.request_number = keep_note(row, mail, thread.request, told=False)
    record(row, Outcome.NOTE, f"{verdict.reason}_note", sign=verdict.sign, how=thread.how)


def _settle_person(row: InboundMessage, mail: Parsed, thread: Thread) -> None:
    if not _can_be_answered(mail.from_address):
        record(row, Outcome.QUARANTINED, "no_sender")
    elif not (mail.subject or mail.text or mail.attached):
        record(row, Outcome.QUARANTINED, "unreadable" if _unreadable(mail) else "empty")
    elif thread.request is None or not _answered(row, mail, thread):
        _settle_new(row, mail, thread)


def _answered(row: InboundMessage, mail: Parsed, thread: Thread) -> bool:
    """Put an answer on its request; False when the sender does not belong to it."""
    if thread.request is None:
        return False
    person = account_of(mail.from_address)
    if not belongs_to_it(mail.from_address, person, thread.request):
        return False
    reason, outcome = answer_in_part(row, mail, thread, person)
    name = person.full_name if person else mail.from_name
    record(row, outcome, reason, how=thread.how, about=thread.about, number=row.request_number, person=name)
    return True


def _settle_new(row: InboundMessage, mail: Parsed, thread: Thread) -> None:
    said = folded(mail.text).said
    marks = {"same": _mark(mail.subject + "\0" + said), "like": _mark(_DIGITS.sub("", mail.subject + said))}
    earlier = list(
        InboundMessage.objects.filter(
            from_address=row.from_address,
            outcome__in=sorted(TIED),
            received_at__gt=clock.now() - AGAIN_WITHIN,
        ).values_list("facts", "request_number", "outcome")[:200]
    )
    again = next((number for facts, number, _was in earlier if facts.get("same") == marks["same"]), "")
    row.facts |= marks
    if again and (request := _open_thread(again)) is not None:
        reason, outcome = answer_in_part(row, mail, request, account_of(mail.from_address))
        record(row, outcome, "same_text_again" if outcome == Outcome.MESSAGE else reason)
        return
    opened = [facts for facts, _number, was in earlier if was == Outcome.REQUEST]
    silent = (
        len(opened) >= MOST_ACKNOWLEDGED
        or any(facts.get("like") == marks["like"] for facts in opened)
        or _just_acknowledged(mail.from_address)
    )
    row.request_number = open_from(row, mail, thread, acknowledge=not silent)
    record(row, Outcome.REQUEST, _reason_of_new(thread), about=thread.about, acknowledged=not silent)


def _just_acknowledged(address: str) -> bool:
    """Tell whether we have just acknowledged a report of an address: so soon only robots write again."""
    person = account_of(address)
    return OutMail.objects.filter(
        to__in=[address, *([person.email] if person else [])],
        kind="request_received",
        created_at__gt=clock.now() - AT_ONCE,
    ).exists()


def _open_thread(number: str) -> Thread | None:
    """The thread of an open request, as if its mail had been answered."""
    request = request_about(number)
    return Thread(number, request, "text") if request is not None and request.is_open else None


def _reason_of_new(thread: Thread) -> str:
    if thread.request is not None:
        return "new_of_stranger"
    if thread.about:
        return "new_order_alone"
    if thread.forged:
        return "new_forged"
    return "new_of_other" if thread.of_another else "new"


def _mark(text: str) -> str:
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:32]


def _unreadable(mail: Parsed) -> bool:
    return any(fault.startswith("unreadable") for fault in mail.faults)


def _can_be_answered(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254  # noqa: PLR2004 - what an address may have
