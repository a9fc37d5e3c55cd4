"""A worker reads the mailbox that HOUQIN_IMAP_URL names, beside its other work."""

import imaplib
import threading
from contextlib import suppress

import structlog
from django.db import Error, connection
from imap_tools.errors import ImapToolsError

from houqin.cli.duties import alone
from houqin.intake.mailbox import Mailbox, opened, take_unseen, wait_for_mail
from houqin.kernel.errors import Refused

log = structlog.get_logger(__name__)

ONE_AT_A_TIME = 7_204_313
"""The advisory lock of the worker that reads the mailbox; the others leave it to that one."""

LOOK_SECONDS = 60.0
SESSION_ROUNDS = 20
"""Rounds of one session; then it is opened anew, so that no dead connection is trusted for long."""

_FAULTS = (OSError, EOFError, imaplib.IMAP4.error, ImapToolsError, Refused, Error)


class Watch:
    """A thread that takes in what comes to a mailbox until `stop`; it outlives every fault."""

    def __init__(self, mailbox: Mailbox, *, every: float = LOOK_SECONDS) -> None:
        self._mailbox = mailbox
        self._every = every
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mailbox", daemon=True)

    def start(self) -> None:
        """Begin at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the mail in hand, waiting for it at most ten seconds."""
        self._ending.set()
        self._thread.join(10.0)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with alone(ONE_AT_A_TIME) as mine:
                    if mine:
                        self._read()
            except _FAULTS as error:
                log.warning("mailbox_cannot_be_read", mailbox=str(self._mailbox), error=repr(error))
            except Exception:  # the thread must outlive whatever a server says
                log.exception("mailbox_failed", mailbox=str(self._mailbox))
            with suppress(Error):
                connection.close_if_unusable_or_obsolete()
            self._ending.wait(self._every)
        connection.close()

    def _read(self) -> None:
        with opened(self._mailbox) as box:
            for _round in range(SESSION_ROUNDS):
                while take_unseen(box) and not self._ending.is_set():
                    continue
                if self._ending.is_set():
                    return
                wait_for_mail(box, self._ending, seconds=self._every)
