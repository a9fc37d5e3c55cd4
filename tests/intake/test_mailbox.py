"""Reading a mailbox by IMAP: nothing lost, nothing twice, marked seen only once it is kept."""

import imaplib
import time
from collections.abc import Iterator
from threading import Event, Timer
from typing import Any

import pytest

from houqin.cli.mailbox import Watch
from houqin.desk.models import ServiceRequest
from houqin.intake.limits import MOST_BYTES
from houqin.intake.mailbox import Mailbox, mailbox_of, opened, take_unseen, wait_for_mail
from houqin.intake.models import InboundMessage, Outcome
from houqin.kernel.errors import Invalid
from tests.intake.letters import letter
from tests.intake.mailserver import Box, open_mailbox


@pytest.fixture
def box() -> Iterator[Box]:
    with open_mailbox() as found:
        yield found


def of(box: Box) -> Mailbox:
    return mailbox_of(f"imap://fix%40campus.example:geheim@127.0.0.1:{box.port}/INBOX")


@pytest.mark.django_db
@pytest.mark.usefixtures("desk")
class TestUnseenMail:
    def test_is_taken_in_and_marked(self, box: Box) -> None:
        for number in range(3):
            box.put(letter(f"第{number}处", sender=f"p{number}@example.com"))
        with opened(of(box)) as mailbox:
            assert take_unseen(mailbox) == 3
            assert take_unseen(mailbox) == 0

        assert ServiceRequest.objects.count() == 3
        assert box.seen == {1, 2, 3}
        assert {row.via for row in InboundMessage.objects.all()} == {"imap"}

    def test_is_not_taken_twice_when_the_connection_breaks_before_it_is_marked(self, box: Box) -> None:
        box.put(letter())
        box.drop_before_flag = True
        with pytest.raises((imaplib.IMAP4.abort, OSError)), opened(of(box)) as mailbox:
            take_unseen(mailbox)
        assert not box.seen

        with opened(of(box)) as mailbox:
            take_unseen(mailbox)

        assert box.seen == {1}
        assert ServiceRequest.objects.count() == 1
        assert InboundMessage.objects.get().deliveries == 2

    def test_beyond_the_limit_is_refused_by_its_head(self, box: Box) -> None:
        box.put(letter(b"x" * (MOST_BYTES + 10)))
        with opened(of(box)) as mailbox:
            take_unseen(mailbox)
        row = InboundMessage.objects.get()

        assert (row.outcome, row.reason) == (Outcome.REFUSED, "too_large")
        assert row.size > MOST_BYTES > row.raw.size
        assert row.subject == "卫生间漏水"


def test_new_mail_ends_the_wait(box: Box) -> None:
    with opened(of(box)) as mailbox:
        Timer(0.3, box.put, [letter()]).start()
        begun = time.monotonic()
        wait_for_mail(mailbox, Event(), seconds=30.0)

        assert time.monotonic() - begun < 10


@pytest.mark.parametrize("url", ["", "http://a:b@c", "imaps://host", "imaps://u:p@h:x", "imaps:///INBOX"])
def test_an_address_that_names_no_mailbox_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        mailbox_of(url)


def test_an_address_is_shown_without_its_password() -> None:
    found = mailbox_of("imaps://u:geheim@mail.example")

    assert str(found) == "imaps://mail.example:993/INBOX"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("desk")
def test_a_worker_reads_the_mailbox_until_it_is_stopped(box: Box) -> None:
    watch = Watch(of(box), every=0.2)
    watch.start()
    try:
        box.put(letter())
        _until(lambda: bool(box.seen))
    finally:
        watch.stop()

    assert ServiceRequest.objects.count() == 1


def _until(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
