"""Jobs of dead workers come back; those of living ones are left alone."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from houqin.journal.actions import jobs


def run(query: str, *values: int | str | bool | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def make_worker(*, silent_for: int) -> int:
    return run(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - make_interval(secs => %s)) RETURNING id",
        silent_for,
    )


def make_job(
    *,
    worker: int | None,
    status: str = "doing",
    abort: bool = False,
    attempts: int = 0,
    lock: str | None = None,
) -> int:
    job = app.configure_task("tests.nothing", queueing_lock=lock).defer()
    return run(
        "UPDATE procrastinate_jobs SET status = %s, worker_id = %s, abort_requested = %s, attempts = %s"
        " WHERE id = %s RETURNING id",
        status,
        worker,
        abort,
        attempts,
        job,
    )


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


@pytest.mark.django_db
def test_jobs_of_silent_and_of_forgotten_workers_come_back() -> None:
    silent = make_job(worker=make_worker(silent_for=31))
    forgotten = make_job(worker=None)

    assert jobs.recover_stalled().back == (silent, forgotten)
    assert jobs.recover_stalled() == jobs.Recovered((), ())

    assert status(silent) == status(forgotten) == "todo"
    assert ProcrastinateJob.objects.get(pk=silent).attempts == 1
    assert not ProcrastinateWorker.objects.exists()


@pytest.mark.django_db
def test_jobs_of_living_workers_and_finished_jobs_are_left_alone() -> None:
    alive = make_worker(silent_for=5)
    running = make_job(worker=alive)
    done = make_job(worker=make_worker(silent_for=500), status="succeeded")
    waiting = make_job(worker=None, status="todo")

    assert jobs.recover_stalled() == jobs.Recovered((), ())

    assert [status(job) for job in (running, done, waiting)] == ["doing", "succeeded", "todo"]
    assert [worker.pk for worker in ProcrastinateWorker.objects.all()] == [alive]


@pytest.mark.django_db
def test_a_job_somebody_wanted_stopped_is_not_run_again() -> None:
    stopped = make_job(worker=None, abort=True)

    jobs.recover_stalled()

    assert status(stopped) == "failed"


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_is_given_up() -> None:
    killer = make_job(worker=None, attempts=jobs.MOST_TRIES)

    assert jobs.recover_stalled().given_up == (killer,)

    assert status(killer) == "failed"


@pytest.mark.django_db
def test_a_job_whose_like_waits_already_is_given_up_alone() -> None:
    second = make_job(worker=None, lock="once")
    waiting = make_job(worker=None, status="todo", lock="once")
    other = make_job(worker=None)

    assert jobs.recover_stalled() == jobs.Recovered((other,), (second,))

    assert [status(job) for job in (waiting, second, other)] == ["todo", "failed", "todo"]
