"""What a worker does by the clock, outside the queue: the queue itself may be what hangs."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog
from django.db import Error, InterfaceError, OperationalError, connection

from houqin.flows.dispatch_due import dispatch_due
from houqin.flows.prove_stock import prove_stock_nightly
from houqin.flows.serve_waiting_parts import serve_waiting_parts
from houqin.flows.sweep import sweep
from houqin.flows.warn_ending_licences import warn_ending_licences
from houqin.flows.warn_unconfirmed_year import warn_unconfirmed_year
from houqin.intake.actions.answering import end_silent
from houqin.intake.actions.attention import tell_of_mail
from houqin.intake.actions.taking import settle_waiting
from houqin.inventory.actions.planning import plan_due_counts
from houqin.journal.actions.jobs import recover_stalled
from houqin.kernel import clock

log = structlog.get_logger(__name__)

ONE_AT_A_TIME = 7_204_312
"""The advisory lock of the worker that does its duties; the others leave it to that one."""


def warn_of_the_year() -> None:
    """Tell administrators of a year whose holidays are not settled."""
    warn_unconfirmed_year(today=clock.today())


def warn_of_licences() -> None:
    """Tell people and their leaders of licences that end before long."""
    warn_ending_licences(today=clock.today())


@dataclass
class Duty:
    """Something done every so many seconds; late or early, it does everything due."""

    do: Callable[[], object]
    every: float
    next_at: float = 0.0


class Duties:
    """A thread that does the duties until `stop`; it survives a database that goes and comes back."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duties", daemon=True)
        self._duties = [
            Duty(recover_stalled, 20.0),
            Duty(dispatch_due, 2.0),
            Duty(serve_waiting_parts, 5.0),
            Duty(sweep, 30.0),
            Duty(settle_waiting, 30.0),
            Duty(end_silent, 30.0),
            Duty(warn_of_the_year, 3600.0),
            Duty(warn_of_licences, 3600.0),
            Duty(tell_of_mail, 3600.0),
            Duty(plan_due_counts, 900.0),
            Duty(prove_stock_nightly, 600.0),
        ]

    def start(self) -> None:
        """Begin at once with everything."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is just being done, waiting for it at most ten seconds."""
        self._ending.set()
        self._thread.join(10.0)

    def _run(self) -> None:
        while not self._ending.is_set():
            due = [duty for duty in self._duties if duty.next_at <= time.monotonic()]
            if due:
                self._do(due)
            self._ending.wait(1.0)
        connection.close()

    def _do(self, due: list[Duty]) -> None:
        try:
            with alone(ONE_AT_A_TIME) as mine:
                for duty in due:
                    duty.next_at = time.monotonic() + duty.every
                    if mine:
                        duty.do()
        except (InterfaceError, OperationalError) as error:
            log.warning("duties_wait_for_database", error=str(error).strip())
            self._put_off(due)
        except Exception:  # the thread must outlive whatever a duty meets
            log.exception("duty_failed")
        finally:
            with suppress(Error):
                connection.close_if_unusable_or_obsolete()

    def _put_off(self, due: list[Duty]) -> None:
        for duty in due:
            duty.next_at = time.monotonic() + 5.0


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Tell whether no other worker holds the lock; nobody else gets it before the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
