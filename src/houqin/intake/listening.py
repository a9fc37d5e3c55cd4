"""The mail listener: speaks SMTP or LMTP, and says that a mail is taken only once it is kept."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from houqin.intake.actions.taking import take_in
from houqin.intake.addressing import is_service_address
from houqin.intake.limits import MEGABYTE, MOST_BYTES
from houqin.intake.models import InboundMessage, Outcome, Via

log = structlog.get_logger(__name__)

MOST_RECIPIENTS = 100
MOST_RECEIVED = 2 * MOST_BYTES
"""What is read at all; between this and the limit the head is kept, so that the refusal is on record."""

HANDS = 2
LONGEST_LINE = 1024 * 1024
"""Programs write HTML in one line of any length; the thousand signs of the standard would refuse it."""

_LATER = "451 4.3.0 This mail cannot be kept just now; please try again later"


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


class Door:
    """What happens at each step of a delivery. Mail is taken for our own address, and never passed on."""

    def __init__(self, via: Via) -> None:
        self.via = via
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="mail")

    def close(self) -> None:
        """Wait for the mails in hand."""
        self._hands.shutdown(wait=True)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept our own address, signed or not; without one set, any."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return f"452 4.5.3 At most {MOST_RECIPIENTS} recipients at once"
        if settings.MAIL_ADDRESS and not is_service_address(address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; the answer comes after it is on the disk."""
        loop = asyncio.get_running_loop()
        try:
            row = await loop.run_in_executor(self._hands, self._take, envelope)
        except Exception:  # the sender keeps the mail and tries again
            log.exception("mail_not_kept")
            return self._answers(_LATER, envelope)
        if row.outcome == Outcome.REFUSED and row.reason == "too_large":
            return self._answers(f"552 5.3.4 At most {MOST_BYTES // MEGABYTE} MB are taken", envelope)
        return self._answers(f"250 2.0.0 Kept as {row.pk}", envelope)

    async def handle_exception(self, error: Exception) -> str:
        """Answer a fault of ours; the sender tries again."""
        log.warning("mail_session_failed", error=repr(error))
        return _LATER

    def _take(self, envelope: Envelope) -> InboundMessage:
        close_old_connections()
        try:
            content = envelope.content or b""
            return take_in(
                raw=content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"),
                via=self.via,
                envelope_from=envelope.mail_from or "",
                envelope_to=envelope.rcpt_tos,
            )
        finally:
            close_old_connections()

    def _answers(self, answer: str, envelope: Envelope) -> str:
        """LMTP wants an answer for each recipient, SMTP one for all."""
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.via == Via.LMTP else answer


async def listen(door: Door, *, bind: str, port: int) -> asyncio.Server:
    """Return the server that listens; port 0 takes a free one."""
    protocol = _Lmtp if door.via == Via.LMTP else _Smtp

    def made() -> SMTP:
        return protocol(
            door, data_size_limit=MOST_RECEIVED, enable_SMTPUTF8=True, ident="houqin", hostname=_host()
        )

    return await asyncio.get_running_loop().create_server(made, bind, port)


def _host() -> str:
    return settings.MAIL_ADDRESS.rpartition("@")[2] or "localhost"
