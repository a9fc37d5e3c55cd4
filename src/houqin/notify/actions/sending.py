"""Sending what is due. A mail may go out twice after a crash, always with the same Message-ID."""

import datetime as dt
import smtplib
from dataclasses import dataclass
from email.charset import BASE64, QP, Charset
from email.utils import formataddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from houqin.kernel import clock
from houqin.notify.actions import returns
from houqin.notify.layout import preferences_link, written_out
from houqin.notify.models import OutMail
from houqin.notify.origin import anchor, instance_id, is_number, reply_address
from houqin.notify.queries.returns import is_suspended
from houqin.notify.returning import report
from houqin.org.queries.organisation import organisation

log = structlog.get_logger(__name__)
MOST_TRIES = 12
LONGEST_WAIT = dt.timedelta(hours=6)
STALE = dt.timedelta(days=3)
_LOST = (OSError, smtplib.SMTPException)
_PERMANENT = 500


@dataclass
class Outcome:
    """How many mails were sent, put off to a later try, given up, and withheld from a bad address."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    withheld: int = 0


def send_due(*, limit: int = 200) -> Outcome:
    """Send the waiting mails whose time has come, oldest first, at most `limit`.

    Each mail is a transaction of its own and locked while it is sent, so several senders share the
    work. A mail that fails is tried again after 2, 4, 8 … minutes, at most 6 hours apart, and given
    up after 12 tries; an address the server refuses for good is given up at once. When the server
    itself fails the round ends. Mail nobody could send for three days is news no more and given up,
    so that a server set up late does not send old stories. Without a mail server nothing is touched:
    mail waits in the outbox. Mail to an address that is suspended is withheld.
    """
    outcome = Outcome()
    if not settings.MAIL_URL:
        return outcome
    outcome.given_up += _give_up_stale()
    server = get_connection()
    try:
        for _round in range(limit):
            if not _send_next(server, outcome):
                break
    finally:
        server.close()
    return outcome


def _give_up_stale() -> int:
    waiting = OutMail.objects.filter(state=OutMail.State.WAITING, tries=0, not_before__lt=clock.now() - STALE)
    return waiting.update(state=OutMail.State.FAILED, error="Not sent for three days.")


@transaction.atomic
def _send_next(server: Any, outcome: Outcome) -> bool:
    """Send one mail; False when there is none left or the server cannot be used."""
    due = OutMail.objects.filter(state=OutMail.State.WAITING, not_before__lte=clock.now())
    mail = due.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
    if mail is None:
        return False
    if is_suspended(mail.to):
        mail.state = OutMail.State.WITHHELD
        mail.save(update_fields=["state"])
        outcome.withheld += 1
        return True
    mail.tries += 1
    try:
        server.send_messages([_message(mail, server)])
    except smtplib.SMTPRecipientsRefused as refusal:
        _refused(mail, refusal, outcome)
    except smtplib.SMTPDataError as refusal:
        _failed(mail, refusal, outcome, for_good=refusal.smtp_code >= _PERMANENT)
    except _LOST as error:
        _failed(mail, error, outcome, for_good=False)
        return False
    except ValueError as error:  # a header that cannot be written: no later try will do better
        _failed(mail, error, outcome, for_good=True)
    else:
        _sent(mail)
        outcome.sent += 1
    return True


def _message(mail: OutMail, server: Any) -> EmailMultiAlternatives:
    """The mail as text and page. Chinese goes out in base64, as relays without 8BITMIME ask for."""
    written = written_out(mail, organisation())
    message = EmailMultiAlternatives(
        mail.subject,
        written.text,
        to=[formataddr((mail.to_name, mail.to))],
        headers=_headers(mail),
        connection=server,
    )
    charset = Charset("utf-8")
    charset.body_encoding = QP if mail.language == "en" else BASE64
    message.encoding = charset
    if written.page:
        message.attach_alternative(written.page, "text/html")
    return message


def _headers(mail: OutMail) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-replied" if mail.answers else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Houqin": instance_id(),
    }
    if is_number(mail.about):
        thread = anchor(mail.about)
        headers |= {
            "References": f"{thread} {mail.answers}".rstrip(),
            "In-Reply-To": mail.answers or thread,
        }
        if answers_to := reply_address(mail.about):
            headers["Reply-To"] = answers_to
    if link := preferences_link(mail):
        headers["List-Unsubscribe"] = f"<{link}>"
    return headers


def _sent(mail: OutMail) -> None:
    """Note that a mail is out; a secret one keeps no text."""
    mail.state, mail.sent_at, mail.error = OutMail.State.SENT, clock.now(), ""
    if mail.secret:
        mail.text, mail.parts = "", []
    mail.save(update_fields=["state", "sent_at", "error", "text", "parts", "tries"])


def _refused(mail: OutMail, refusal: smtplib.SMTPRecipientsRefused, outcome: Outcome) -> None:
    """The server does not take the address; for good, it is kept like a report on returned mail."""
    answers = [(code, words.decode("utf-8", "replace")) for code, words in refusal.recipients.values()]
    code, words = min(answers, default=(0, ""))
    _failed(mail, refusal, outcome, for_good=code >= _PERMANENT)
    if code >= _PERMANENT:
        returns.record(mail_id=mail.pk, said=report(reason=f"{code} {words}"))


def _failed(mail: OutMail, error: Exception, outcome: Outcome, *, for_good: bool) -> None:
    mail.error = f"{type(error).__name__}: {error}"[:2_000]
    if for_good or mail.tries >= MOST_TRIES:
        mail.state = OutMail.State.FAILED
        outcome.given_up += 1
    else:
        wait = min(dt.timedelta(minutes=2**mail.tries), LONGEST_WAIT)
        mail.not_before = clock.now() + wait
        outcome.put_off += 1
    mail.save(update_fields=["state", "error", "not_before", "tries"])
    log.warning("mail_not_sent", mail=mail.pk, tries=mail.tries, state=mail.state, error=type(error).__name__)
