"""An ear for telephone calls: each serving process hears of every step of a call from the database.

Open desks ask every second or two whether a call has moved. PostgreSQL announces each step
(`NOTIFY`, by a trigger, once it is committed), so that the answer is known without asking the
database; where nobody listens, or the connection is lost, it is asked.
"""

import threading

import psycopg
import structlog
from django.db import Error, connection

from houqin.intake.models import CHANNEL
from houqin.intake.queries.calls import newest_step

log = structlog.get_logger(__name__)

NAME = "houqin calls"
"""What the connection is called in the list of the database's connections."""

PATIENCE = 1.0
"""Seconds after which the thread looks whether it shall end."""
AGAIN_AFTER = 2.0


class Ear:
    """The newest step of any call; heard while a thread listens, else asked for."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def listen(self) -> None:
        """Begin to listen, in a thread with a connection of its own."""
        self._ending.clear()
        self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; from now on the database is asked."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(10 * PATIENCE)
        self._thread = None

    def is_hearing(self) -> bool:
        """Tell whether the newest step is known without asking."""
        return self._newest is not None

    def newest(self) -> int:
        """The key of the newest step: no statement while listening, else one."""
        heard = self._newest
        return newest_step() if heard is None else heard

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._hear()
            except (Error, psycopg.Error) as error:
                log.warning("calls_not_heard", error=str(error).strip())
            finally:
                self._newest = None
                connection.close()
            self._ending.wait(AGAIN_AFTER)

    def _hear(self) -> None:
        """Listen first and read then: what happens in between is heard."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET application_name = '{NAME}'; LISTEN {CHANNEL}")
        self._newest = newest_step()
        while not self._ending.is_set():
            for told in connection.connection.notifies(timeout=PATIENCE, stop_after=1):
                self._newest = max(self._newest, int(told.payload))


EAR = Ear()
"""That of this process."""
