"""The listener as a mail server meets it: by SMTP and LMTP, in a process of its own, killed in the middle."""

import asyncio
import os
import re
import signal
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from houqin.desk.models import ServiceRequest
from houqin.intake.actions.taking import settle_waiting
from houqin.intake.limits import MOST_BYTES
from houqin.intake.listening import MOST_RECIPIENTS, Door, listen
from houqin.intake.models import InboundMessage, Outcome, Via
from tests.cli.processes import own_url, started, wait_until
from tests.intake.letters import SERVICE, letter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("desk")]
SENDER = "wang@example.com"


@contextmanager
def listening(via: Via = Via.SMTP) -> Iterator[int]:
    """A listener in a thread of its own; gives its port."""
    door, loop, ready = Door(via), asyncio.new_event_loop(), threading.Event()
    found: list[Any] = []

    async def open_door() -> None:
        found.append(await listen(door, bind="127.0.0.1", port=0))
        ready.set()

    def run() -> None:
        loop.create_task(open_door())
        loop.run_forever()
        # Here and not in the main thread, where the loop of Chromium's driver may run.
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield found[0].sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(found[0].close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        door.close()


def test_a_mail_is_answered_once_it_is_kept() -> None:
    with listening() as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail(SENDER, [SERVICE], letter())
    row = InboundMessage.objects.get()

    assert (row.outcome, row.via, row.envelope_from, row.envelope_to) == (
        Outcome.REQUEST,
        "smtp",
        SENDER,
        [SERVICE],
    )


def test_mail_for_others_is_not_taken() -> None:
    with (
        listening() as port,
        smtplib.SMTP("127.0.0.1", port) as server,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        server.sendmail(SENDER, ["someone@else.example"], letter())

    assert not InboundMessage.objects.exists()


def test_a_thousand_recipients_are_too_many_and_the_mail_still_comes() -> None:
    local, _at, host = SERVICE.partition("@")
    many = [f"{local}+{number}@{host}" for number in range(1_000)]
    with listening() as port, smtplib.SMTP("127.0.0.1", port) as server:
        refused = server.sendmail(SENDER, many, letter())

    assert len(refused) == 1_000 - MOST_RECIPIENTS
    assert {code for code, _words in refused.values()} == {452}
    assert len(InboundMessage.objects.get().envelope_to) == MOST_RECIPIENTS


@pytest.mark.long
def test_too_large_a_mail_is_refused_and_on_record() -> None:
    line = b"x" * 900 + b"\r\n"
    with listening() as port, smtplib.SMTP("127.0.0.1", port, timeout=120) as server:
        server.ehlo()
        server.mail(SENDER)
        server.rcpt(SERVICE)
        code, words = server.data(letter(line * (50 * 1024 * 1024 // len(line))))

    assert (code, b"30 MB" in words) == (552, True)
    row = InboundMessage.objects.get()
    assert (row.outcome, row.reason) == (Outcome.REFUSED, "too_large")
    assert row.size > MOST_BYTES
    assert not ServiceRequest.objects.exists()


def test_a_line_of_a_megabyte_is_taken() -> None:
    with listening() as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail(SENDER, [SERVICE], letter(b"<p>" + b"x" * 900_000, content_type="text/html"))

    assert InboundMessage.objects.get().outcome == Outcome.REQUEST


def test_lmtp_answers_for_each_recipient() -> None:
    local, _at, host = SERVICE.partition("@")
    with listening(Via.LMTP) as port:
        client = smtplib.LMTP("127.0.0.1", port)
        try:
            client.ehlo()
            client.mail(SENDER)
            for address in (SERVICE, f"{local}+x@{host}"):
                client.rcpt(address)
            client.putcmd("data")
            assert client.getreply()[0] == 354
            client.send(letter() + b"\r\n.\r\n")
            assert [client.getreply()[0], client.getreply()[0]] == [250, 250]
        finally:
            client.close()

    assert InboundMessage.objects.get().via == "lmtp"


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.long)])
def test_a_listener_that_is_killed_loses_nothing_it_took(tmp_path: Path, kills: int) -> None:
    kept = 0
    facts = {
        "HOUQIN_DATA_DIR": str(django_settings.DATA_DIR),
        "HOUQIN_DATABASE_URL": own_url(),
        "HOUQIN_MAIL_ADDRESS": SERVICE,
    }
    for turn in range(kills):
        log = tmp_path / f"{turn}.log"
        process = started("mail-server", "--port", "0", log=log, **facts)
        try:
            wait_until(lambda log=log: b"takes mail at" in log.read_bytes())
            port = int(re.findall(rb"127\.0\.0\.1:(\d+)", log.read_bytes())[-1])
            kept += _sent_until_killed(port, process.pid, turn)
        finally:
            process.kill()
            process.wait()
    settle_waiting()

    assert kept > 0
    assert InboundMessage.objects.count() >= kept
    assert InboundMessage.objects.count() <= kept + kills  # taken, but the answer did not get through
    assert set(InboundMessage.objects.values_list("outcome", flat=True)) == {Outcome.REQUEST}
    assert ServiceRequest.objects.count() == InboundMessage.objects.count()


def _sent_until_killed(port: int, pid: int, turn: int) -> int:
    """Send mail until the listener is killed while it takes one; return how many it said it took."""
    killer, taken = threading.Timer(0.01 * turn, os.kill, [pid, signal.SIGKILL]), 0
    with suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        for number in range(500):
            if number == 3:
                killer.start()
            text, sender = f"{turn} 楼 {number} 处", f"p{turn}-{number}@example.com"
            server.sendmail(sender, [SERVICE], letter(text, subject=text, sender=sender))
            taken += 1
    return taken
