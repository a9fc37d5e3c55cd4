"""What a worker does by the clock, outside the queue: the queue itself may be what hangs."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import Error, IntegrityError, connection, transaction
from procrastinate import sql

from houqin.flows.sweep import sweep
from houqin.flows.warn_unconfirmed_year import warn_unconfirmed_year
from houqin.kernel import clock

log = structlog.get_logger(__name__)

ONE_AT_A_TIME = 7_204_312
"""The advisory lock of the worker that does its duties; the others leave it to that one."""

SILENT_SECONDS = 30
"""A worker that has given no sign of life for so long is dead; its jobs go back into the queue."""

MOST_TRIES = 5
"""A job that has taken so many workers down with it is given up."""


def recover_stalled() -> int:
    """Put the jobs of dead workers back into the queue and return how many; some are given up.

    A job killed `MOST_TRIES` times is given up, and so is one whose like already waits.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STALLED, [SILENT_SECONDS])
        stalled = cursor.fetchall()
        for job_id, task, attempts in stalled:
            if attempts < MOST_TRIES and _put_back(job_id):
                log.warning("job_recovered", job=job_id, task=task, attempts=attempts)
            else:
                cursor.execute(
                    sql.queries["finish_job"], {"job_id": job_id, "status": "failed", "delete_job": False}
                )
                log.error("job_given_up", job=job_id, task=task, attempts=attempts)
    return len(stalled)


_STALLED = """
    SELECT job.id, job.task_name, job.attempts
    FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
          AND (job.worker_id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
    ORDER BY job.id
    FOR UPDATE OF job SKIP LOCKED
"""


def _put_back(job_id: int) -> bool:
    """Return False when a job with the same queueing lock waits already."""
    retry: dict[str, Any] = dict.fromkeys(("new_priority", "new_queue_name", "new_lock"))
    retry |= {"job_id": job_id, "retry_at": dt.datetime.now(dt.UTC)}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.queries["retry_job"], retry)
    except IntegrityError:
        return False
    return True


def warn_of_the_year() -> None:
    """Tell administrators of a year whose holidays are not settled."""
    warn_unconfirmed_year(today=clock.today())


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
        self._duties = [Duty(recover_stalled, 20.0), Duty(sweep, 30.0), Duty(warn_of_the_year, 3600.0)]

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
            with _alone() as alone:
                for duty in due:
                    duty.next_at = time.monotonic() + duty.every
                    if alone:
                        duty.do()
        except Error as error:
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
def _alone() -> Iterator[bool]:
    """Tell whether no other worker is at its duties; nobody else begins before the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
