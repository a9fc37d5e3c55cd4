"""Jobs of dead workers come back: the queue itself would leave them in `doing` for good."""

from django.db import connection, transaction

HEARTBEAT_SECONDS = 30

# A worker without a heartbeat is gone, as is one whose row was pruned. The row locks keep two
# recoveries, and a worker that finishes just now, from treating a job twice.
_STALLED = """
    SELECT job.id
      FROM procrastinate_jobs job
      LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
     ORDER BY job.id
       FOR UPDATE OF job SKIP LOCKED
"""
_RETRY = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_FORGET = "SELECT procrastinate_prune_stalled_workers_v1(%s)"


@transaction.atomic
def recover_stalled(*, seconds: int = HEARTBEAT_SECONDS) -> list[int]:
    """Put the jobs of workers without a heartbeat for `seconds` back into the queue; return their ids.

    Call it when a worker starts and from a timer outside the queue, since a job that sweeps can be
    stalled itself. Tasks do everything that is due and may run again. Workers send a heartbeat
    every 10 seconds by the database's clock. The dead workers' rows are removed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STALLED, [seconds])
        stalled = [row[0] for row in cursor.fetchall()]
        for job in stalled:
            cursor.execute(_RETRY, [job])
        cursor.execute(_FORGET, [seconds])
    return stalled
