"""A mailbox of a real server: Dovecot, where it is installed and we may start it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from houqin.cli.mailbox import Watch
from houqin.desk.models import ServiceRequest
from houqin.intake.mailbox import Mailbox, mailbox_of, opened, take_unseen, wait_for_mail
from houqin.intake.models import InboundMessage
from tests.cli.processes import wait_until
from tests.intake.letters import letter

DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
OWNER = "nobody"
pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("desk"),
    pytest.mark.skipif(DOVECOT is None, reason="Dovecot is not installed: apt-get install dovecot-imapd"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may start Dovecot"),
]
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = static
  args = password=geheim
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Server:
    """Dovecot with one mailbox, into which mail is put as a delivery agent does."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.put_in = folder, port, 0
        self.mailbox: Mailbox = mailbox_of(f"imap://fix:geheim@127.0.0.1:{port}/INBOX")
        self.owner = pwd.getpwnam(OWNER)

    def put(self, raw: bytes) -> None:
        self.put_in += 1
        fresh = self.folder / "Maildir" / "tmp" / f"{self.put_in}.test"
        fresh.write_bytes(raw)
        os.chown(fresh, self.owner.pw_uid, self.owner.pw_gid)
        fresh.rename(self.folder / "Maildir" / "new" / fresh.name)

    def seen(self) -> int:
        return len(list((self.folder / "Maildir" / "cur").glob("*:2,*S*")))


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="houqin-dovecot-"))
    folder.chmod(0o755)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        found = Server(folder, trial.getsockname()[1])
    for name in ("", "tmp", "new", "cur"):
        (folder / "Maildir" / name).mkdir()
        os.chown(folder / "Maildir" / name, found.owner.pw_uid, found.owner.pw_gid)
    config = folder / "dovecot.conf"
    group = found.owner.pw_gid
    config.write_text(CONFIG.format(folder=folder, owner=OWNER, group=group, port=found.port))
    process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(config)])
    try:
        wait_until(lambda: _answers(found.port), 20)
        yield found
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as talk:
            return talk.recv(100).startswith(b"* OK")
    except OSError:
        return False


def test_its_mail_is_taken_in_once_and_marked_seen(server: Server) -> None:
    for number in range(20):
        server.put(letter(f"第 {number} 处", subject=f"灯{number}", sender=f"p{number}@example.com"))

    with opened(server.mailbox) as box:
        assert take_unseen(box) == 20
        assert take_unseen(box) == 0
    with opened(server.mailbox) as box:
        assert take_unseen(box) == 0

    assert ServiceRequest.objects.count() == InboundMessage.objects.count() == server.seen() == 20
    assert set(InboundMessage.objects.values_list("via", flat=True)) == {"imap"}


def test_new_mail_ends_the_wait(server: Server) -> None:
    with opened(server.mailbox) as box:
        assert "IDLE" in box.client.capabilities
        threading.Timer(0.5, server.put, [letter()]).start()
        wait_for_mail(box, threading.Event(), seconds=90.0)
        assert take_unseen(box) == 1


def test_a_worker_reads_it_within_seconds(server: Server) -> None:
    watch = Watch(server.mailbox, every=30.0)
    watch.start()
    try:
        server.put(letter())
        wait_until(lambda: server.seen() == 1, 30)
        server.put(letter("第二封", sender="b@example.com"))
        wait_until(lambda: server.seen() == 2, 45)
    finally:
        watch.stop()

    assert ServiceRequest.objects.count() == 2
