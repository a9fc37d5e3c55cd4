"""A mailbox that is read by IMAP: every mail not seen yet is taken in, and marked seen once it is kept."""

import imaplib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event
from urllib.parse import unquote, urlsplit

import structlog
from django.utils.translation import gettext as _
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from houqin.intake.actions.taking import take_in
from houqin.intake.limits import MOST_BYTES
from houqin.intake.models import Via
from houqin.kernel.errors import Invalid

log = structlog.get_logger(__name__)
TIMEOUT = 60.0
AT_ONCE = 50
"""Mails of one round; the next ones come with the next."""


@dataclass(frozen=True)
class Mailbox:
    """Where mail is read: `imaps://` (TLS), `imap+tls://` (STARTTLS) or `imap://` (plain)."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/{self.folder}"


def mailbox_of(url: str) -> Mailbox:
    """Return what an address names; raises `Invalid` when it names no mailbox."""
    try:
        parts = urlsplit(url)
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in {"imaps", "imap+tls", "imap"} or not parts.hostname or not parts.username:
        raise Invalid(_("HOUQIN_IMAP_URL must look like imaps://user:password@host/INBOX."))
    return Mailbox(
        parts.scheme,
        parts.hostname,
        port,
        unquote(parts.username),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
    )


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """Give the mailbox, signed in, its folder chosen; until the block ends. Raises what the server says."""
    kinds = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
    found: BaseMailBox = kinds[mailbox.scheme](mailbox.host, mailbox.port, timeout=TIMEOUT)
    try:
        found.login(mailbox.user, mailbox.password, initial_folder=mailbox.folder)
        yield found
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            found.logout()
        with suppress(OSError):
            found.client.shutdown()


def take_unseen(box: BaseMailBox) -> int:
    """Take in what nobody has seen yet, oldest first, and return how many mails that were.

    A mail is marked seen only after it is kept: killed in between, it is fetched again and known by
    its content. Of one beyond the size limit only the head is fetched.
    """
    uids = box.uids(AND(seen=False))[:AT_ONCE]
    sizes = _sizes(box, uids)
    for uid in uids:
        size = sizes.get(uid, 0)
        raw = _fetched(box, uid, "BODY.PEEK[HEADER]" if size > MOST_BYTES else "BODY.PEEK[]")
        if raw is None:  # somebody took it away meanwhile
            continue
        row = take_in(raw=raw, via=Via.IMAP, size=max(size, len(raw)) if size > MOST_BYTES else None)
        box.flag(uid, MailMessageFlags.SEEN, value=True)
        log.info("mail_fetched", mail=row.pk, outcome=row.outcome)
    return len(uids)


def wait_for_mail(box: BaseMailBox, ending: Event, *, seconds: float) -> None:
    """Return when something happens in the mailbox, when it is time to look anyway, or when told to end.

    Without IDLE the server is asked again after `seconds`.
    """
    if "IDLE" not in {str(one).upper() for one in box.client.capabilities}:
        ending.wait(seconds)
        return
    until = time.monotonic() + seconds
    box.idle.start()  # type: ignore[no-untyped-call]
    try:
        while not ending.is_set() and time.monotonic() < until:
            if any(b"EXISTS" in line or b"RECENT" in line for line in box.idle.poll(timeout=1.0)):
                break
    finally:
        box.idle.stop()  # type: ignore[no-untyped-call]


def _sizes(box: BaseMailBox, uids: list[str]) -> dict[str, int]:
    if not uids:
        return {}
    _status, answer = box.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE)")
    found: dict[str, int] = {}
    for line in answer:
        text = line if isinstance(line, bytes) else b""
        uid, size = re.search(rb"UID (\d+)", text), re.search(rb"RFC822\.SIZE (\d+)", text)
        if uid and size:
            found[uid[1].decode()] = int(size[1])
    return found


def _fetched(box: BaseMailBox, uid: str, part: str) -> bytes | None:
    _status, answer = box.client.uid("FETCH", uid, f"({part})")
    return next((bytes(one[1]) for one in answer if isinstance(one, tuple)), None)
