"""Reports on returned mail: matched to the mail we sent by its id, and to nobody's address by hearsay."""

import re
from typing import Any

import pytest

from houqin.intake.models import InboundMessage, Outcome
from houqin.intake.reports import Failure, failures
from houqin.notify.models import OutMail, ReturnedMail, ReturningAddress
from tests.intake.letters import arrives, letter, multipart, part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


def dsn(
    mail: OutMail, *, to: str = "", action: str = "failed", status: str = "5.1.1", words: str = ""
) -> bytes:
    """A report as RFC 3464 wants it."""
    recipient = (
        f"Final-Recipient: rfc822; {to or mail.to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words or '550 5.1.1 User unknown'}\r\n"
    )
    return multipart(
        part("没有这个用户".encode(), "text/plain; charset=utf-8"),
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{recipient}".encode(),
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail.message_id}\r\n".encode(),
        kind='report; report-type="delivery-status"',
        sender="MAILER-DAEMON@mx.example",
        subject="Undelivered Mail Returned to Sender",
    )


@pytest.fixture
def sent(acknowledgement: OutMail) -> OutMail:
    """Our acknowledgement, out once."""
    facts = {"state": "sent", "sent_at": acknowledgement.created_at, "tries": 1}
    OutMail.objects.filter(pk=acknowledgement.pk).update(**facts)
    acknowledgement.refresh_from_db()
    return acknowledgement


def back(raw: bytes) -> InboundMessage:
    return arrives(raw, envelope_from="")


def test_a_report_is_a_note_and_suspends_an_address_that_is_not_there(sent: OutMail) -> None:
    row = back(dsn(sent))

    assert (row.outcome, row.reason) == (Outcome.NOTE, "undelivered_note")
    kept = ReturnedMail.objects.get()
    assert (kept.mail, kept.hard, kept.status, kept.source) == (sent, True, "5.1.1", f"mail:{row.pk}")
    assert kept.reason == "550 5.1.1 User unknown"
    assert kept.address.address == "wang@example.com"
    assert kept.address.because == "unknown"
    sent.refresh_from_db()
    assert (sent.state, sent.error) == ("returned", "550 5.1.1 User unknown")


def test_the_same_return_told_three_times_is_counted_once(sent: OutMail) -> None:
    for _time in range(3):
        back(dsn(sent))

    assert ReturnedMail.objects.count() == 1


def test_a_report_without_the_id_of_our_mail_counts_nobody(sent: OutMail) -> None:
    forged = re.sub(rb"Message-ID: <[0-9a-f]{24}", b"Message-ID: <" + b"0" * 24, dsn(sent))
    back(forged)
    back(dsn(sent).replace(sent.message_id.encode(), b"<x@y>"))

    assert not ReturningAddress.objects.exists()
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_an_id_of_ours_suspends_only_the_address_it_was_sent_to(sent: OutMail) -> None:
    back(dsn(sent, to="lin@example.com"))

    assert ReturningAddress.objects.get().address == "wang@example.com"


@pytest.mark.parametrize("action", ["delivered", "relayed"])
def test_news_of_an_arrival_is_no_return(sent: OutMail, action: str) -> None:
    back(dsn(sent, action=action, status="2.0.0", words="250 ok"))

    assert not ReturningAddress.objects.exists()


@pytest.mark.parametrize(
    ("text", "status", "hard"),
    [
        ("收件人邮箱不存在 (550 5.1.1 no such user)", "5.1.1", True),
        ("对方邮箱已满：552 5.2.2 mailbox full", "5.2.2", False),
        ("我们无法投递您的邮件。", "", True),
    ],
)
def test_a_report_in_plain_words_is_known_by_the_id_in_it(
    sent: OutMail, text: str, status: str, hard: bool
) -> None:
    words = f"{text}\n\nMessage-Id: {sent.message_id}"
    back(letter(words, sender="PostMaster@qq.com", subject="系统退信"))

    kept = ReturnedMail.objects.get()
    assert (kept.status, kept.hard) == (status, hard)


def test_a_report_with_our_mail_as_a_file_is_known_by_it(sent: OutMail) -> None:
    original = f"Message-ID: {sent.message_id}\r\nSubject: x\r\n\r\nhello"
    back(
        multipart(
            part("投递失败".encode(), "text/plain; charset=utf-8"),
            b"Content-Type: message/rfc822\r\n\r\n" + original.encode(),
            sender="postmaster@163.com",
            subject="系统退信",
        )
    )

    assert ReturnedMail.objects.get().mail == sent


def test_what_a_report_says_of_each_recipient_is_read() -> None:
    text = (
        "Reporting-MTA: dns; mx\n\n"
        "Original-Recipient: rfc822;a@b.cn\nFinal-Recipient: RFC822; <A@b.cn>\nAction: failed (quota)\n"
        "Status: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2\n  over quota\n\n"
        "Final-Recipient: rfc822; c@d.cn\r\nAction: delayed\r\nStatus: 4.4.1\r\n\n"
        "Final-Recipient: rfc822; nobody\n"
    )

    assert failures(text) == [
        Failure("a@b.cn", "failed", "5.2.2", "552 5.2.2 over quota"),
        Failure("c@d.cn", "delayed", "4.4.1", ""),
    ]


def test_a_hostile_report_is_read_in_time(sent: OutMail) -> None:
    many = "".join(f"Final-Recipient: rfc822; a{n}@b.cn\nStatus: 5.1.1\n\n" for n in range(3_000))
    raw: Any = dsn(sent).replace(b"Reporting-MTA: dns; mx\r\n", many.encode())
    back(raw)

    assert ReturningAddress.objects.count() == 1
