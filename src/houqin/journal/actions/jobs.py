"""Jobs of dead workers come back: the queue itself would leave them in `doing` for good."""

from dataclasses import dataclass

import structlog
from django.db import IntegrityError, connection, transaction

log = structlog.get_logger(__name__)

SILENT_SECONDS = 30
"""A worker that has given no sign of life for so long is dead; living ones give one every 10 seconds."""

MOST_TRIES = 5
"""A job that has taken so many workers down with it is given up."""

# A worker without a heartbeat is gone, as is one whose row was pruned. The row locks keep two
# recoveries, and a worker that finishes just now, from treating a job twice.
_STALLED = """
    SELECT job.id, job.task_name, job.attempts
      FROM procrastinate_jobs job
      LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
     ORDER BY job.id
       FOR UPDATE OF job SKIP LOCKED
"""
_RETRY = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_GIVE_UP = "SELECT procrastinate_finish_job_v1(%s, 'failed', false)"
_FORGET = "SELECT procrastinate_prune_stalled_workers_v1(%s)"


@dataclass(frozen=True)
class Recovered:
    """The ids of jobs that wait again, and of those that were given up."""

    back: tuple[int, ...]
    given_up: tuple[int, ...]


@transaction.atomic
def recover_stalled(*, seconds: int = SILENT_SECONDS) -> Recovered:
    """Put the jobs of workers without a heartbeat for `seconds` back into the queue.

    Call it from a timer outside the queue, since a job that sweeps can be stalled itself. Tasks do
    everything that is due and may run again. Given up is a job that was killed `MOST_TRIES` times,
    and one whose like waits already under the same queueing lock; a job somebody wanted stopped
    ends, too. Ages are told by the database's clock. The dead workers' rows are removed.
    """
    back, given_up = [], []
    with connection.cursor() as cursor:
        cursor.execute(_STALLED, [seconds])
        for job, task, attempts in cursor.fetchall():
            if attempts < MOST_TRIES and _put_back(job):
                back.append(job)
                log.warning("job_recovered", job=job, task=task, attempts=attempts)
            else:
                cursor.execute(_GIVE_UP, [job])
                given_up.append(job)
                log.error("job_given_up", job=job, task=task, attempts=attempts)
        cursor.execute(_FORGET, [seconds])
    return Recovered(tuple(back), tuple(given_up))


def _put_back(job: int) -> bool:
    """Return False when a job with the same queueing lock waits already."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RETRY, [job])
    except IntegrityError:
        return False
    return True
