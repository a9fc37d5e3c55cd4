"""Jobs of a worker that died go back into the queue, but not for ever."""

import datetime as dt

import pytest
from django.db import connection

from houqin.cli.duties import MOST_TRIES, recover_stalled

pytestmark = pytest.mark.django_db


def job(
    *, worker_age: float | None = 60.0, attempts: int = 0, status: str = "doing", lock: str | None = None
) -> int:
    """A job in the hands of a worker whose last sign of life is so many seconds old; None: of no worker."""
    with connection.cursor() as cursor:
        worker = None
        if worker_age is not None:
            seen = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=worker_age)
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [seen]
            )
            worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, args, status, attempts, worker_id, queueing_lock)"
            " VALUES ('default', 'notify.send_due', '{}', %s, %s, %s, %s) RETURNING id",
            [status, attempts, worker, lock],
        )
        return int(cursor.fetchone()[0])


def status_of(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        return str(cursor.fetchone()[0])


def test_a_job_of_a_dead_worker_is_done_again() -> None:
    dead, orphaned, alive = job(), job(worker_age=None), job(worker_age=5.0)

    assert recover_stalled() == 2
    assert [status_of(one) for one in (dead, orphaned, alive)] == ["todo", "todo", "doing"]
    assert recover_stalled() == 0


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    killer = job(attempts=MOST_TRIES)

    recover_stalled()

    assert status_of(killer) == "failed"


def test_a_job_whose_like_waits_already_is_given_up_alone() -> None:
    job(worker_age=None, status="todo", lock="once")
    second, other = job(lock="once"), job()

    recover_stalled()

    assert [status_of(second), status_of(other)] == ["failed", "todo"]
