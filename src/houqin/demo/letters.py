"""Mail of the demonstration: fixed letters that go through the real intake, so that its pages tell something.

Nothing of it leaves the house: what our own mails answer to them is marked as sent before anybody
can send it.
"""

import datetime as dt
from email.header import Header
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

import pgtrigger
from django.db.models import QuerySet

from houqin.demo.occasions import ZONE
from houqin.demo.texts import read
from houqin.desk.models import ServiceRequest
from houqin.intake.actions.taking import take_in
from houqin.intake.models import InboundMessage, Outcome, Via
from houqin.kernel import clock
from houqin.notify.models import OutMail, ReturningAddress

SERVICE = "fix@qinghe.example"
HOST = "letters.houqin.example"
"""By this host in their ids the letters are known again."""


def deliver(now: dt.datetime) -> None:
    """Take the letters in, each at its time before `now`, in the open transaction."""
    taken: list[bytes] = []
    for number, facts in enumerate(read("letters")["letter"]):
        with clock.stopped_at(now - dt.timedelta(seconds=facts["ago"])):
            again = facts.get("again")
            raw = _raw(number, facts) if again is None else b"Received: from mx2\n" + taken[again]
            taken.append(raw)
            row = take_in(
                raw=raw,
                via=Via.SMTP,
                envelope_from="" if "reports" in facts else None,
                envelope_to=[SERVICE],
            )
            _keep_in_the_house(row)


def letters() -> QuerySet[InboundMessage]:
    """The letters of the demonstration."""
    return InboundMessage.objects.filter(message_id__endswith=f"@{HOST}")


def addresses() -> QuerySet[ReturningAddress]:
    """The addresses from which the demonstration's mail came back."""
    return ReturningAddress.objects.filter(address__in=letters().values("from_address"))


def _keep_in_the_house(row: InboundMessage) -> None:
    """Mark what the letter has made as the demonstration's own, and our mails as sent."""
    if row.outcome == Outcome.REQUEST:
        with pgtrigger.ignore():
            ServiceRequest.objects.filter(number=row.request_number).update(is_demo=True)
    if row.request_number:
        waiting = OutMail.objects.filter(about=row.request_number, state=OutMail.State.WAITING)
        waiting.update(state=OutMail.State.SENT, sent_at=clock.now(), tries=1)


def _raw(number: int, facts: dict[str, Any]) -> bytes:
    acknowledged = OutMail.objects.filter(
        to=facts.get("answers") or facts.get("reports") or "", kind="request_received"
    ).first()
    message = _report(facts, acknowledged) if "reports" in facts else _words(facts)
    if "answers" in facts and acknowledged is not None:
        message["In-Reply-To"] = acknowledged.message_id
        message["References"] = acknowledged.message_id
    if facts["from"]:
        name, address = parseaddr(facts["from"])
        message["From"] = formataddr((name, address))
    message["To"] = SERVICE
    message["Subject"] = Header(facts["subject"], "utf-8").encode()
    message["Date"] = format_datetime(clock.now().astimezone(ZONE))
    message["Message-ID"] = f"<{number}.{clock.now():%Y%m%d%H%M%S}@{HOST}>"
    for name, value in facts.get("headers", {}).items():
        message[name] = value
    return message.as_bytes()


def _words(facts: dict[str, Any]) -> Message:
    return MIMEText(facts["text"].strip() + "\n", "plain", "utf-8")


def _report(facts: dict[str, Any], about: OutMail | None) -> Message:
    """A report on a mail of ours, as mail servers write it."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report.attach(MIMEText(facts["text"].strip() + "\n", "plain", "utf-8"))
    status = Message()
    status["Final-Recipient"] = f"rfc822; {facts['reports']}"
    status["Action"] = facts["action"]
    status["Status"] = facts["status"]
    status["Diagnostic-Code"] = f"smtp; {facts['words']}"
    part = MIMEMessage(status)
    part.set_type("message/delivery-status")
    report.attach(part)
    original = Message()
    original["Message-ID"] = about.message_id if about else ""
    original["Subject"] = about.subject if about else ""
    report.attach(MIMEMessage(original))
    return report
