"""Jobs of dead workers come back; those of living ones are left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from houqin.journal.actions import jobs

ROOT = Path(__file__).parents[2]


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


def make_job(*, worker: int | None, status: str = "doing", abort: bool = False) -> int:
    job = app.configure_task("tests.nothing").defer()
    return run(
        "UPDATE procrastinate_jobs SET status = %s, worker_id = %s, abort_requested = %s"
        " WHERE id = %s RETURNING id",
        status,
        worker,
        abort,
        job,
    )


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


@pytest.mark.django_db
def test_jobs_of_silent_and_of_forgotten_workers_come_back() -> None:
    silent = make_job(worker=make_worker(silent_for=31))
    forgotten = make_job(worker=None)

    assert jobs.recover_stalled() == [silent, forgotten]

    assert status(silent) == status(forgotten) == "todo"
    assert ProcrastinateJob.objects.get(pk=silent).attempts == 1
    assert not ProcrastinateWorker.objects.exists()


@pytest.mark.django_db
def test_jobs_of_living_workers_and_finished_jobs_are_left_alone() -> None:
    alive = make_worker(silent_for=5)
    running = make_job(worker=alive)
    done = make_job(worker=make_worker(silent_for=500), status="succeeded")
    waiting = make_job(worker=None, status="todo")

    assert jobs.recover_stalled() == []

    assert [status(job) for job in (running, done, waiting)] == ["doing", "succeeded", "todo"]
    assert [worker.pk for worker in ProcrastinateWorker.objects.all()] == [alive]


@pytest.mark.django_db
def test_a_job_somebody_wanted_stopped_is_not_run_again() -> None:
    stopped = make_job(worker=None, abort=True)

    jobs.recover_stalled()

    assert status(stopped) == "failed"


_WORKER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
import django; django.setup()
from procrastinate.contrib.django import app
@app.task(name="tests.sleep")
def sleep(seconds):
    print("started", flush=True); time.sleep(seconds)
app = app.with_connector(app.connector.get_worker_connector())
app.run_worker(concurrency=1, wait=True, update_heartbeat_interval=1, install_signal_handlers=False)
"""


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_no_job(tmp_path: Path) -> None:
    where = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "houqin.config.settings",
        "HOUQIN_DATA_DIR": str(tmp_path),
        "HOUQIN_DATABASE_URL": f"postgresql://{where['USER']}@/{connection.settings_dict['NAME']}",
        "PGHOST": where["HOST"],
    }

    job = app.configure_task("tests.sleep", allow_unknown=True).defer(seconds=600)
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "started\n"
        assert status(job) == "doing"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert jobs.recover_stalled() == []
        deadline = time.monotonic() + 60
        while not (recovered := jobs.recover_stalled(seconds=3)) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert recovered == [job]
        assert status(job) == "todo"
    finally:
        worker.kill()
        if worker.stdout:
            worker.stdout.close()
        worker.wait()
