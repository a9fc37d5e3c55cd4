"""`houqin run` with real signals: what it starts stays alive, and nothing is left behind."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from houqin.embedded import EmbeddedServer
from tests.cli.processes import houqin, living, pids, started, status_of, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = houqin("run", HOUQIN_PORT=port, HOUQIN_DATA_DIR=str(tmp_path))

    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr
    assert not (tmp_path / "postgres").exists()


class House:
    """An installation of its own that has been started once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self.port = free_port()
        self.settings = {
            "HOUQIN_DATA_DIR": str(folder),
            "HOUQIN_PORT": str(self.port),
            "HOUQIN_WEB_WORKERS": "1",
        }

    def run(self) -> "subprocess.Popen[bytes]":
        process = started("run", "--no-demo", log=self.log, **self.settings)
        wait_until(self.answers)
        wait_until(lambda: self.workers() == 1)
        return process

    def answers(self) -> bool:
        return 200 <= status_of(self.port) < 400

    def workers(self) -> int:
        done = houqin("status", "--json", **self.settings)
        return int(json.loads(done.stdout)["workers"]) if done.returncode == 0 else 0

    def is_silent(self) -> bool:
        return not living(self.folder)

    def postmaster(self) -> int:
        return int((self.folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house") / "data")
    assert houqin("status", **house.settings).returncode == 0
    yield house
    for pid in pids(house.folder):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(house: House, number: signal.Signals) -> None:
    process = house.run()

    process.send_signal(number)

    assert process.wait(30) in {0, 130, 128 + number}
    assert house.is_silent()


@pytest.mark.long
def test_a_killed_supervisor_takes_everything_along(house: House) -> None:
    process = house.run()

    process.kill()
    process.wait()

    assert wait_until(house.is_silent, 30) < 20
    process = house.run()
    process.terminate()
    process.wait(30)
    assert house.is_silent()


@pytest.mark.long
def test_what_is_killed_comes_back(house: House) -> None:
    process = house.run()
    web, worker = pids(house.folder, "houqin.cli web")[0], pids(house.folder, "houqin.cli worker")[0]

    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)

    wait_until(lambda: (new := pids(house.folder, "houqin.cli web")) and web not in new)
    wait_until(house.answers, 30)
    wait_until(lambda: (new := pids(house.folder, "houqin.cli worker")) and worker not in new)
    process.terminate()
    process.wait(30)
    assert house.is_silent()


@pytest.mark.long
def test_a_killed_database_is_back_within_ten_seconds(house: House) -> None:
    process = house.run()
    os.kill(house.postmaster(), signal.SIGKILL)

    seen = {status_of(house.port)}

    def recovered() -> bool:
        seen.add(status := status_of(house.port))
        return 200 <= status < 400

    assert wait_until(recovered, 30) < 10
    assert seen <= {200, 302, 503}
    wait_until(lambda: house.workers() >= 1, 60)
    process.terminate()
    process.wait(30)
    assert house.is_silent()


@pytest.mark.long
def test_the_job_of_a_killed_worker_is_done_by_the_next_within_ninety_seconds(house: House) -> None:
    """The job waits for a row that is locked here, so the worker is killed in the middle of it."""
    process = house.run()
    dsn = EmbeddedServer(house.folder).dsn()
    with psycopg.connect(dsn, autocommit=True) as session, psycopg.connect(dsn) as holder:
        session.execute(
            "INSERT INTO journal_storedanswer"
            " (owner, key, request_digest, status, headers, body, stored_at)"
            " VALUES ('test', 'old', '', 200, '{}', '', now() - interval '9 days')"
        )
        holder.execute("SELECT 1 FROM journal_storedanswer WHERE key = 'old' FOR UPDATE")
        row = session.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'journal.prune_answers', '{\"timestamp\": 0}') RETURNING id"
        ).fetchone()
        assert row is not None
        state = sql.SQL("SELECT status FROM procrastinate_jobs WHERE id = {}").format(row[0])

        def status() -> str | None:
            found = session.execute(state).fetchone()
            return str(found[0]) if found else None

        wait_until(lambda: status() == "doing", 30)
        os.kill(pids(house.folder, "houqin.cli worker")[0], signal.SIGKILL)
        holder.rollback()

        assert wait_until(lambda: status() is None, 120) < 90
        assert not session.execute("SELECT 1 FROM journal_storedanswer WHERE key = 'old'").fetchone()
    process.terminate()
    process.wait(30)


@pytest.mark.long
def test_two_first_starts_at_once_migrate_once(tmp_path: Path) -> None:
    settings = {"HOUQIN_DATA_DIR": str(tmp_path / "data")}
    both = [started("status", log=tmp_path / f"{number}.log", **settings) for number in range(2)]

    assert [process.wait(180) for process in both] == [0, 0]
    said = "".join((tmp_path / f"{number}.log").read_text() for number in range(2))
    assert said.count("people: 0") == 2
    assert "Traceback" not in said
    assert not living(tmp_path / "data")
