"""Mail goes out when it is due, at least once, with the same id, and survives bad servers."""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Missing, StaleState
from houqin.notify.actions import mail, outbox, sending
from houqin.notify.models import Notice, OutMail
from houqin.notify.policies import may_read_text
from houqin.notify.queries import outbox as outboxes
from tests.notify.postbox import Postbox, open_postbox

NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
S = OutMail.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox() as box:
        settings.MAIL_URL = f"smtp://127.0.0.1:{box.port}"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 5
        yield box


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def queue(to: str = "wang@example.com", **facts: Any) -> OutMail:
    return mail.queue(
        **{
            "to": to,
            "kind": "request_received",
            "language": "zh-hans",
            "change": "FW20261123-0001:received",
            "about": "FW20261123-0001",
            "data": {"title": "灯不亮", "path": "/t/abc/"},
            **facts,
        }
    )


def words(message: EmailMessage) -> str:
    """The plain text of a mail that came in."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def later(**span: float) -> Any:
    return clock.stopped_at(NOON + dt.timedelta(**span))


def test_a_mail_says_who_made_it_and_to_what_it_belongs(postbox: Postbox) -> None:
    first = queue()
    queue(change="FW20261123-0001:accepted", kind="request_accepted")

    assert sending.send_due() == sending.Outcome(sent=2)

    received, accepted = postbox.mails
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Subject"].strip() == "我们已收到您的服务请求 FW20261123-0001：灯不亮"
    assert received["Message-ID"] == first.message_id
    assert received["Message-ID"] != accepted["Message-ID"]
    assert received["X-Houqin"]
    assert received["X-Houqin"] in received["Message-ID"]
    assert received["References"] == accepted["References"]
    assert "http://testserver/t/abc/" in words(received)
    first.refresh_from_db()
    assert (first.state, first.sent_at, first.tries, first.error) == (S.SENT, NOON, 1, "")


def test_a_mail_is_text_and_page_in_an_encoding_that_every_relay_takes(postbox: Postbox) -> None:
    queue(data={"title": "灯不亮", "path": "/t/abc/", "name": '王 "老师"'})
    queue("ann@example.com", language="en", data={"title": "lamp", "path": "/t/abc/"})

    assert sending.send_due().sent == 2

    chinese, english = postbox.mails
    assert chinese.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in chinese.iter_parts()] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in chinese.iter_parts()} == {"base64"}
    assert {part["Content-Transfer-Encoding"] for part in english.iter_parts()} == {"quoted-printable"}
    assert {part.get_content_charset() for part in chinese.iter_parts()} == {"utf-8"}
    assert chinese.as_bytes().isascii()
    assert chinese["To"].addresses[0].display_name == '王 "老师"'
    assert english["To"] == "ann@example.com"
    page = english.get_body(("html",))
    assert page is not None
    assert "Follow it" in page.get_content()


def test_the_way_out_of_a_kind_of_mail_stands_in_its_head(postbox: Postbox, wang: User) -> None:
    queue(recipient=wang)
    queue(change="2")
    queue(change="3", kind="invitation", about="wang", recipient=wang)

    sending.send_due()

    chosen, guest, secret = postbox.mails
    assert chosen["List-Unsubscribe"] == "<http://testserver/accounts/me/>"
    assert guest["List-Unsubscribe"] is None
    assert secret["List-Unsubscribe"] is None
    assert secret["References"] is None


def test_a_second_round_sends_nothing(postbox: Postbox) -> None:
    queue()
    sending.send_due()

    assert sending.send_due() == sending.Outcome()
    assert len(postbox.mails) == 1


@pytest.mark.usefixtures("postbox")
def test_a_mail_waits_for_its_time() -> None:
    queue(not_before=NOON + dt.timedelta(hours=1))

    assert sending.send_due().sent == 0
    with later(hours=1):
        assert sending.send_due().sent == 1


def test_without_a_mail_server_mail_waits_in_the_outbox() -> None:
    row = queue()

    with later(days=30):
        assert sending.send_due() == sending.Outcome()

    row.refresh_from_db()
    assert (row.state, row.tries) == (S.WAITING, 0)


def test_an_address_refused_for_good_is_given_up_and_the_others_go_out(postbox: Postbox) -> None:
    postbox.refuse["gone@example.com"] = 550
    gone, good = queue("gone@example.com"), queue("good@example.com")

    assert sending.send_due() == sending.Outcome(sent=1, given_up=1)

    gone.refresh_from_db()
    good.refresh_from_db()
    assert (gone.state, good.state) == (S.FAILED, S.SENT)
    assert "550" in gone.error


def test_a_full_mailbox_is_tried_again_later_and_later(postbox: Postbox) -> None:
    postbox.refuse["full@example.com"] = 452
    row = queue("full@example.com")

    waits = []
    now = NOON
    for _round in range(sending.MOST_TRIES):
        with clock.stopped_at(now):
            sending.send_due()
            sending.send_due()
        row.refresh_from_db()
        waits.append((row.not_before - now).total_seconds() / 60)
        now = row.not_before

    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == 360
    assert (row.state, row.tries) == (S.FAILED, sending.MOST_TRIES)


def test_a_refused_content_is_given_up(postbox: Postbox) -> None:
    postbox.data_code = 554
    row = queue()

    assert sending.send_due().given_up == 1
    row.refresh_from_db()
    assert row.state == S.FAILED


def test_a_server_that_fails_is_not_asked_for_each_mail(postbox: Postbox) -> None:
    postbox.drop = True
    for number in range(5):
        queue(f"p{number}@example.com")

    assert sending.send_due() == sending.Outcome(put_off=1)

    postbox.drop = False
    with later(minutes=2):
        assert sending.send_due().sent == 5
    assert len({message["Message-ID"] for message in postbox.mails}) == 5


def test_a_crash_after_sending_sends_again_with_the_same_id(postbox: Postbox) -> None:
    queue()
    with transaction.atomic():
        sending.send_due()
        transaction.set_rollback(True)

    assert sending.send_due().sent == 1
    first, again = postbox.mails
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.usefixtures("postbox")
def test_old_stories_are_not_sent_when_a_server_comes_late() -> None:
    old = queue()
    with later(days=4):
        new = queue(change="FW20261123-0001:closed", kind="closed")
        assert sending.send_due() == sending.Outcome(sent=1, given_up=1)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (S.FAILED, S.SENT)


def test_a_line_break_in_a_subject_cannot_add_a_header(postbox: Postbox) -> None:
    queue(data={"title": "a\r\nBcc: evil@example.com\r\n\r\nhello", "path": "/t/abc/"})

    assert sending.send_due().sent == 1
    assert postbox.recipients == ["wang@example.com"]
    assert postbox.mails[0]["Bcc"] is None


@pytest.mark.usefixtures("postbox")
def test_an_address_that_is_none_is_given_up_and_stops_nobody() -> None:
    bad, good = queue("a@example.com\nBcc: b@example.com"), queue()

    assert sending.send_due() == sending.Outcome(sent=1, given_up=1)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (S.FAILED, S.SENT)


def test_a_failed_mail_can_be_sent_again_but_not_a_sent_one(postbox: Postbox) -> None:
    postbox.refuse["wang@example.com"] = 550
    row = queue()
    sending.send_due()
    postbox.refuse.clear()
    jobs = ProcrastinateJob.objects.count()

    assert outbox.retry(mail_id=row.pk).state == S.WAITING
    assert ProcrastinateJob.objects.count() == jobs + 1
    assert sending.send_due().sent == 1
    with pytest.raises(StaleState):
        outbox.retry(mail_id=row.pk)
    with pytest.raises(Missing):
        outbox.retry(mail_id=row.pk + 1)


def test_a_sent_secret_keeps_no_text(postbox: Postbox) -> None:
    row = queue(kind="invitation", change="invitation:1", about="wang")
    assert row.secret
    assert "/t/abc/" in row.text

    sending.send_due()

    row.refresh_from_db()
    assert row.text == ""
    assert "/t/abc/" in words(postbox.mails[0])
    assert row.parts == []


def test_only_who_invites_reads_an_unsent_secret_and_only_without_a_server(
    settings: Any, admin: User, lin: User
) -> None:
    secret, plain = queue(kind="invitation", change="invitation:1"), queue()

    assert may_read_text(admin, secret)
    assert may_read_text(admin, plain)
    assert not may_read_text(lin, plain)
    settings.MAIL_URL = "smtp://mail.example.com"
    assert not may_read_text(admin, secret)
    assert may_read_text(admin, plain)


def test_the_outbox_is_filtered_and_for_those_who_look_after_the_system(
    postbox: Postbox, admin: User, lin: User
) -> None:
    postbox.refuse["gone@example.com"] = 550
    gone, sent = queue("gone@example.com"), queue("wang@example.com")
    sending.send_due()
    waiting = queue("xu@example.com", about="FW20261123-0009", change="2", kind="closed")

    def found(**chosen: str) -> list[OutMail]:
        return list(outboxes.outbox(outboxes.OutboxFilter(**chosen), admin))

    assert found() == [waiting, sent, gone]
    assert found(state="failed") == [gone]
    assert found(about="FW20261123-0009") == [waiting]
    assert found(kind="closed") == [waiting]
    assert found(words="wang@") == [sent]
    assert found(state="nonsense") == found()
    assert list(outboxes.outbox(outboxes.OutboxFilter(), lin)) == []
    state = outboxes.outbox_state()
    assert (state.waiting, state.failed, state.oldest_due) == (1, 1, NOON)


def test_old_rows_go_and_secrets_go_early(postbox: Postbox, lin: User) -> None:
    queue()
    sending.send_due()
    postbox.refuse["gone@example.com"] = 550
    queue("gone@example.com", kind="invitation", change="invitation:1")
    sending.send_due()
    Notice.objects.create(recipient=lin, kind="chased", change="1", created_at=NOON, read_at=NOON)
    Notice.objects.create(recipient=lin, kind="chased", change="2", created_at=NOON)
    OutMail.objects.create(
        to="nobody@example.com", kind="closed", subject="x", text="x", change="x", message_id="x",
        created_at=NOON, not_before=NOON,
    )  # fmt: skip

    with later(days=7):
        assert outbox.prune() == 0
    with later(days=9):
        assert outbox.prune() == 1
    with later(days=181):
        assert outbox.prune() == 4
    assert not Notice.objects.exists()
    assert not OutMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_senders_share_the_work_and_send_nothing_twice(postbox: Postbox) -> None:
    for number in range(12):
        queue(f"p{number}@example.com")
    together = threading.Barrier(3)

    def send(_number: int) -> int:
        try:
            together.wait(10)
            with clock.stopped_at(NOON):
                return sending.send_due().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(send, range(3)))

    assert sum(sent) == 12
    assert sorted(postbox.recipients) == sorted(f"p{number}@example.com" for number in range(12))
