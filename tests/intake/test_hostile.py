"""Mail that means ill or was spoilt on its way: one outcome with its reason, nothing lost or leaked."""

import pytest

from houqin.desk.models import RequestAttachment, ServiceRequest
from houqin.intake.actions import taking
from houqin.intake.models import InboundMessage, Outcome
from houqin.notify.models import OutMail
from tests.data import shared
from tests.intake.letters import SERVICE, arrives, letter, multipart, part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


def nested(depth: int) -> bytes:
    """A mail of so many levels, each inside the last; the words are in the innermost."""
    heads = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(depth)
    )
    top = b"From: wang@example.com\r\nMessage-ID: <deep@example.com>\r\nSubject: leak in 302\r\n"
    return top + heads + b"Content-Type: text/plain\r\n\r\nhidden"


def test_sixty_levels_are_read_to_the_innermost_and_remarked() -> None:
    row = arrives(nested(60))

    assert (row.outcome, row.reason) == (Outcome.REQUEST, "new")
    assert row.facts["faults"].count("too_deep") == 1
    assert ServiceRequest.objects.get().title == "leak in 302"
    assert "hidden" in ServiceRequest.objects.get().description
    with taking.open_content(row.raw) as kept:
        assert b"hidden" in kept.read()


def test_letters_forwarded_sixty_times_keep_their_first_words() -> None:
    inner = b"From: a@example.com\r\nSubject: x\r\n\r\nthe tap drips"
    for level in range(60):
        head = b"From: a@example.com\r\nMessage-ID: <f%d@example.com>\r\nSubject: leak\r\n" % level
        inner = head + b"Content-Type: message/rfc822\r\n\r\n" + inner

    row = arrives(inner)

    assert row.outcome in {Outcome.REQUEST, Outcome.QUARANTINED}
    assert row.reason
    with taking.open_content(row.raw) as kept:
        assert b"the tap drips" in kept.read()


def test_a_page_that_means_ill_is_words_on_the_request() -> None:
    page = (
        "<script>alert(1)</script><p onclick=alert(2)>灯坏了</p><img src=http://evil.example/p.gif>"
        "<a href='javascript:alert(3)'>看这里</a><iframe src=http://evil.example></iframe>"
    )
    row = arrives(multipart(part(page.encode(), "text/html; charset=utf-8"), subject="灯"))
    made = ServiceRequest.objects.get()

    assert (row.outcome, row.reason) == (Outcome.REQUEST, "new")
    assert "灯坏了" in made.description
    for bad in ("<script", "onclick", "javascript:", "iframe", "evil.example", "alert(1)"):
        assert bad not in made.title + made.description
        assert not OutMail.objects.filter(text__contains=bad).exists()


def test_a_head_may_not_slip_another_one_into_our_answer() -> None:
    arrives(letter(subject="=?utf-8?Q?leak=0D=0ABcc:_victim@example.net?="))
    (mail,) = OutMail.objects.all()

    assert (mail.to, "\n" in mail.subject, "\r" in mail.subject) == ("wang@example.com", False, False)


def test_a_file_of_another_kind_than_it_says_is_held_back() -> None:
    program = part(b"MZ\x90\x00" * 20, "image/jpeg", b"Content-Disposition: attachment; filename=photo.jpg")
    row = arrives(multipart(part("灯坏了".encode(), "text/plain; charset=utf-8"), program))

    assert row.outcome == Outcome.REQUEST
    assert [name for name, _why in row.facts["held_back"]] == ["photo.jpg"]
    assert not RequestAttachment.objects.exists()


def test_every_mail_of_the_collection_has_its_outcome() -> None:
    """Each comes from a sender of its own, so that none is taken for a storm."""
    found = sorted(shared("interfaces/email").rglob("*.eml"))
    rows = [arrives(path.read_bytes()) for path in found]
    settled = InboundMessage.objects.exclude(outcome=Outcome.WAITING)

    assert len(rows) >= 40
    assert settled.count() == len({row.pk for row in rows})
    assert not settled.filter(reason__in=["", "failed", "unreadable"]).exists()
    made = settled.filter(outcome=Outcome.REQUEST)
    assert made.count() == ServiceRequest.objects.count()
    assert {row.request_number for row in made} == set(
        ServiceRequest.objects.values_list("number", flat=True)
    )
    assert not OutMail.objects.filter(to=SERVICE).exists()
