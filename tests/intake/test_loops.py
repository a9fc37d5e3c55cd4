"""Mail storms: whatever answers our mail, it gets at most one and opens at most one request."""

from collections.abc import Callable

import pytest

from houqin.desk.models import RequestEvent, ServiceRequest
from houqin.intake.models import InboundMessage, Outcome
from houqin.notify.models import OutMail, ReturnedMail, ReturningAddress
from houqin.notify.origin import anchor
from tests.intake.letters import SERVICE, answer_to, arrives, letter, multipart, part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]
Answer = Callable[[OutMail, int], bytes]


def marked(**headers: str) -> Answer:
    """Answers in the thread with a sign of a machine."""
    return lambda mail, turn: answer_to(mail, f"自动答复 {turn}", **headers)


def unthreaded(**headers: str) -> Answer:
    """Answers with a sign of a machine, but as new mail."""
    return lambda mail, turn: letter(f"您好 {turn}", **{"sender": mail.to, "subject": "您好", **headers})


def bounce(mail: OutMail, turn: int) -> bytes:
    """What a mail server says of an address that is not there."""
    status = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {mail.to}\r\nAction: failed\r\n"
    original = f"Message-ID: {mail.message_id}\r\nReferences: {anchor(mail.about)}\r\nSubject: x\r\n\r\n"
    raw = multipart(
        part("没有这个用户".encode(), "text/plain; charset=utf-8"),
        b"Content-Type: message/delivery-status\r\n\r\n" + status.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + original.encode(),
        kind='report; report-type="delivery-status"',
        sender="MAILER-DAEMON@mx.example",
        subject="Undelivered Mail Returned to Sender",
    )
    return raw + f"\r\n{turn}".encode()


def comes_back(mail: OutMail, turn: int) -> bytes:
    """Our own mail, forwarded back to us with its headers."""
    return letter(
        mail.text, sender=SERVICE, subject=mail.subject, message_id=mail.message_id, x_turn=str(turn)
    )


def other_desk(mail: OutMail, turn: int) -> bytes:
    """Another desk that opens a ticket for everything, unmarked, with a new number each time."""
    return letter(
        f"Your ticket #{4_000 + turn} has been received.",
        sender=mail.to,
        subject=f"Ticket {4_000 + turn} created",
    )


def quotes_subject(mail: OutMail, turn: int) -> bytes:
    """A responder without any header, that only repeats our subject."""
    return letter(f"收到 {turn}", sender=mail.to, subject=f"Re: {mail.subject}")


def with_plain_answer(mail: OutMail, turn: int) -> bytes:
    return answer_to(mail, f"Thank you, we received your message ({turn}).")


def fixed_text(mail: OutMail, turn: int) -> bytes:
    """An unmarked responder that always says the same."""
    return letter("我们已收到您的来信。", sender=mail.to, subject="谢谢来信")


SCENARIOS: dict[str, Answer] = {
    "vacation by RFC 3834": marked(auto_submitted="auto-replied"),
    "vacation with parameters": marked(auto_submitted="auto-replied; owner-email=a@b.cn"),
    "generated": marked(auto_submitted="auto-generated"),
    "precedence bulk": marked(precedence="bulk"),
    "precedence junk": marked(precedence="junk"),
    "precedence list": marked(precedence="list"),
    "precedence auto_reply": marked(precedence="auto_reply"),
    "Exchange": marked(x_auto_response_suppress="All"),
    "X-Autoreply": marked(x_autoreply="yes"),
    "X-Autorespond": marked(x_autorespond="wang"),
    "QQ by subject": marked(subject="自动回复：我在休假"),
    "163 by subject": unthreaded(subject="自动回复: 您好"),
    "Outlook by subject": unthreaded(subject="Automatic reply: leak"),
    "out of office by subject": unthreaded(subject="Out of Office"),
    "empty return path": marked(return_path="<>"),
    "mailer daemon": marked(sender="MAILER-DAEMON@example.com"),
    "postmaster, unthreaded": unthreaded(sender="postmaster@example.com"),
    "bounce": bounce,
    "系统退信": unthreaded(sender="PostMaster@qq.com", subject="系统退信"),
    "our own mail comes back": comes_back,
    "another houqin": unthreaded(x_houqin="0123456789ab", subject="我们已收到您的服务请求 FW20261123-0009"),
    "other desk with numbers": other_desk,
    "unmarked, repeats the subject": quotes_subject,
    "unmarked, in the thread": with_plain_answer,
    "unmarked, fixed text": fixed_text,
}


def storm(answer: Answer, rounds: int) -> tuple[int, int]:
    """Send a first mail and answer each of ours, or the first again; return mails sent and requests made."""
    arrives(letter("卫生间漏水", sender="robot@example.com", subject="漏水"))
    mail = OutMail.objects.get()
    answered = 0
    for turn in range(rounds):
        waiting = list(OutMail.objects.order_by("pk")[answered:]) or [mail]
        answered = OutMail.objects.count()
        for one in waiting:
            arrives(answer(one, turn), envelope_from=None)
    return OutMail.objects.filter(to="robot@example.com").count(), ServiceRequest.objects.count()


# Robots without any sign whose mail looks like a report of its own: it becomes one, and is not answered.
LOOK_NEW = {"other desk with numbers": 11, "unmarked, fixed text": 2}


def prove(name: str, rounds: int) -> None:
    sent, made = storm(SCENARIOS[name], rounds)

    assert sent == 1
    assert made <= LOOK_NEW.get(name, 1)
    assert not InboundMessage.objects.filter(outcome=Outcome.WAITING).exists()


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_storm_ends_at_once(name: str) -> None:
    prove(name, 3)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_storm_of_a_hundred_rounds_ends_at_once(name: str) -> None:
    prove(name, 100)


def test_a_responder_and_a_bounce_together_make_one_request_and_one_mail() -> None:
    arrives(letter("卫生间漏水", sender="robot@example.com", subject="漏水"))
    (mail,) = OutMail.objects.all()
    before = ServiceRequest.objects.values().get()
    for turn in range(5):
        arrives(SCENARIOS["vacation by RFC 3834"](mail, turn))
        arrives(bounce(mail, turn), envelope_from="")

    assert ServiceRequest.objects.values().get() == before
    assert OutMail.objects.count() == 1
    assert set(RequestEvent.objects.values_list("kind", flat=True)) == {"opened"}
    assert ReturningAddress.objects.get().address == "robot@example.com"
    assert ReturnedMail.objects.count() == 1


@pytest.mark.long
def test_a_thousand_mails_delivered_twice_make_a_thousand_requests() -> None:
    mails = [letter(f"第 {n} 处漏水", subject=f"漏水 {n}", sender=f"p{n}@example.com") for n in range(1_000)]
    for raw in mails:
        arrives(raw)
        arrives(b"Received: from mx2 by mx1\r\n" + raw)
        arrives(raw)

    assert ServiceRequest.objects.count() == 1_000
    assert InboundMessage.objects.filter(outcome=Outcome.REQUEST).count() == 1_000
    assert InboundMessage.objects.filter(outcome=Outcome.DUPLICATE).count() == 1_000
    assert InboundMessage.objects.count() == 2_000
