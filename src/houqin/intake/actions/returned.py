"""Reports on returned mail, told to the outbox.

A report counts only when it names the id of a mail that we sent. The id cannot be guessed, so nobody
can have another one's address suspended with a report of their own making.
"""

from houqin.intake.addressing import is_ours
from houqin.intake.charsets import text_of
from houqin.intake.models import InboundMessage
from houqin.intake.parsing import Parsed
from houqin.intake.reports import Failure, ids_in, ids_named
from houqin.notify.actions import returns
from houqin.notify.models import OutMail
from houqin.notify.returning import Report, report

MOST = 20
"""Mails of ours in one report that are counted."""

_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})


def count_returns(row: InboundMessage, mail: Parsed) -> None:
    """Record each mail of ours that a report says did not arrive. Locks the mails, then their addresses."""
    ids = [f"<{one}>" for one in _named(mail) if is_ours(one)]
    for sent in OutMail.objects.filter(message_id__in=ids[:100]).order_by("pk")[:MOST]:
        said = _said(mail, sent.to.lower())
        if said is not None:
            returns.record(mail_id=sent.pk, said=said, source=f"mail:{row.pk}")


def _named(mail: Parsed) -> list[str]:
    """Every id a report names: in its own thread, in the mail it returns, or in its words."""
    found = [*mail.about_ids, *mail.in_reply_to, *mail.references, *ids_in(mail.text)]
    for attached in mail.attached:
        if attached.content_type in _RETURNED:
            found += ids_named(text_of(attached.content[:20_000]))
    return list(dict.fromkeys(found))


def _said(mail: Parsed, address: str) -> Report | None:
    """What the report says of an address; None where the mail arrived.

    Forwarded mail fails under another address: what is said of the only one holds then.
    """
    failed = next((one for one in mail.failed if one.address == address), None)
    if failed is None and len(mail.failed) == 1:
        failed = mail.failed[0]
    if failed is None:
        failed = Failure(address, words=mail.text[:5_000])
    if failed.arrived:
        return None
    return report(status=failed.status, reason=failed.words, delayed=failed.action == "delayed")
