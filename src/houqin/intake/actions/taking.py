"""Taking mail in: kept first, then settled. Killed in between, it is settled later."""

import hashlib
from collections.abc import Sequence

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from houqin.files.actions.store import NoRoom, keep
from houqin.files.queries.content import open_content
from houqin.intake.actions import settling
from houqin.intake.charsets import header_text
from houqin.intake.limits import HEAD_BYTES, MOST_BYTES
from houqin.intake.models import TIED, InboundMessage, Outcome
from houqin.intake.parsing import Parsed, parsed
from houqin.kernel import clock
from houqin.kernel.errors import Missing, Refused, StaleState

log = structlog.get_logger(__name__)

MOST_TRIES = 3
RAW_TYPE = "message/rfc822"


def take_in(
    *,
    raw: bytes,
    via: str,
    envelope_from: str | None = None,
    envelope_to: Sequence[str] = (),
    size: int | None = None,
) -> InboundMessage:
    """Return the row of a mail with the one thing that became of it.

    The mail is kept in a transaction of its own before anything is decided; once this is done nothing
    loses it, and whoever delivers it may forget it. The same bytes again give the same row. What fails
    afterwards leaves the mail waiting for `settle_waiting`. `size` is that of the whole mail where
    `raw` is only its head. `envelope_from` is None where nobody knows it any more.

    Raises `NoRoom` when the mail cannot be kept, and what the database raises; it is not kept then.
    """
    mail = parsed(raw[:MOST_BYTES])
    row = _kept(
        raw=raw,
        mail=mail,
        via=via,
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        size=size or len(raw),
    )
    return _settled(row.pk, mail) if row.outcome == Outcome.WAITING else row


def replay(*, message_id: int) -> InboundMessage:
    """Return the mail, looked at once more as if it came now; by then a rule may have changed.

    The limit against storms does not hold: a person asks for it. Raises `Missing` when there is no
    such mail, `StaleState` when it has become part of a request already.
    """
    with transaction.atomic():
        row = InboundMessage.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
        if row is None:
            raise Missing(_("There is no such mail."))
        if row.outcome in TIED:
            raise StaleState(_("This mail is part of %(number)s already.") % {"number": row.request_number})
        row.outcome, row.settled_at, row.reason, row.facts, row.tries = Outcome.WAITING, None, "", {}, 0
        row.replays += 1
        row.save(update_fields=["outcome", "settled_at", "reason", "facts", "tries", "replays"])
    return _settled(row.pk, None, by_hand=True)


def settle_waiting(*, limit: int = 200) -> int:
    """Settle mail that was kept and not settled, oldest first; return how much of it is settled now."""
    done = 0
    waiting = InboundMessage.objects.filter(outcome=Outcome.WAITING).order_by("pk")
    for pk in waiting.values_list("pk", flat=True)[:limit]:
        done += _settled(pk, None).outcome != Outcome.WAITING
    return done


def _kept(
    *,
    raw: bytes,
    mail: Parsed,
    via: str,
    envelope_from: str | None,
    envelope_to: Sequence[str],
    size: int,
) -> InboundMessage:
    digest = hashlib.sha256(raw).hexdigest()
    key = mail.message_id or _made_up(mail)
    if (known := _again(key, digest)) is not None:
        return known
    try:
        with transaction.atomic():
            content = raw if size <= MOST_BYTES else raw[:HEAD_BYTES]
            return InboundMessage.objects.create(
                received_at=clock.now(),
                via=via,
                envelope_from=None if envelope_from is None else _address(envelope_from),
                envelope_to=[_address(one) for one in envelope_to[:100]],
                from_address=mail.from_address[:320],
                from_name=mail.from_name,
                subject=mail.subject,
                message_id=key,
                digest=digest,
                size=size,
                raw=keep(content=content or b"\n", name="mail.eml", content_type=RAW_TYPE),
            )
    except IntegrityError:
        known = _again(key, digest)
        if known is None:
            raise
        return known


def _address(given: str) -> str:
    """An address of the envelope as a column takes it."""
    return header_text(given)[:320].lower()


def _again(key: str, digest: str) -> InboundMessage | None:
    known = InboundMessage.objects.filter(message_id=key, digest=digest)
    known.update(deliveries=F("deliveries") + 1)
    return known.first()


def _made_up(mail: Parsed) -> str:
    """An id for a mail without one: what the sender wrote and when, whichever way it came. Undated: none."""
    if mail.sent_at is None:
        return ""
    told = "\0".join((mail.from_address, mail.header("date"), mail.subject, mail.text, mail.html))
    return f"none.{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def _settled(pk: int, mail: Parsed | None, *, by_hand: bool = False) -> InboundMessage:
    """Decide on a kept mail; what goes wrong is recorded on it instead of raised."""
    try:
        with transaction.atomic():
            row = InboundMessage.objects.select_for_update(of=("self",)).select_related("raw").get(pk=pk)
            if row.outcome == Outcome.WAITING:
                settling.settle(row, mail or _read(row), by_hand=by_hand)
            return row
    except NoRoom as refusal:
        log.warning("mail_waits", mail=pk, error=str(refusal))
        return InboundMessage.objects.get(pk=pk)
    except Refused as refusal:
        return _put_aside(pk, "refused", {"sentence": str(refusal)})
    except Exception:  # whatever a mail does to us, it must not stop the ones behind it
        log.exception("mail_not_settled", mail=pk)
        return _tried(pk)


def _read(row: InboundMessage) -> Parsed:
    with open_content(row.raw) as file:
        return parsed(file.read())


def _put_aside(pk: int, reason: str, facts: dict[str, object]) -> InboundMessage:
    with transaction.atomic():
        row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=pk)
        settling.record(row, Outcome.QUARANTINED, reason, **facts)
    return row


def _tried(pk: int) -> InboundMessage:
    with transaction.atomic():
        row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=pk)
        row.tries += 1
        row.save(update_fields=["tries"])
    return _put_aside(pk, "failed", {"tries": row.tries}) if row.tries >= MOST_TRIES else row
