"""What is killed comes back with every row."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from houqin.embedded import EmbeddedServer
from houqin.embedded.accounts import server_account
from houqin.embedded.processes import living, read_pid_file, wait_until

from .programs import pids, postmaster, private_folder

ROWS = 50_000


def fill(server: EmbeddedServer) -> None:
    """Commit rows as a durable server would; the one for tests loses its last 0.2 seconds when killed."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute(f"CREATE TABLE kept AS SELECT generate_series(1, {ROWS}) AS id".encode())


def rows(server: EmbeddedServer) -> int:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return int(row[0])


def gone(server: EmbeddedServer) -> bool:
    return wait_until(lambda: not pids(server), 10)


def test_a_killed_postmaster_is_not_called_running_and_comes_back(server: EmbeddedServer) -> None:
    fill(server)
    os.kill(postmaster(server), signal.SIGKILL)
    assert wait_until(lambda: not server.is_running(), 5)
    server.start()
    assert rows(server) == ROWS


def test_everything_killed_at_once_comes_back(server: EmbeddedServer) -> None:
    fill(server)
    for pid in pids(server):
        os.kill(pid, signal.SIGKILL)
    assert gone(server)
    assert not server.is_running()
    assert (server.folders.cluster / "postmaster.pid").exists()
    server.start()
    assert rows(server) == ROWS


def test_a_killed_session_process_is_the_servers_own_affair(server: EmbeddedServer) -> None:
    fill(server)
    with psycopg.connect(server.dsn()) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    before = postmaster(server)
    server.start()
    assert postmaster(server) == before
    assert rows(server) == ROWS


def test_a_busy_child_of_a_killed_postmaster_is_ended_first(server: EmbeddedServer) -> None:
    connection = psycopg.connect(server.dsn(), autocommit=True)
    busy = connection.info.backend_pid
    thread = threading.Thread(target=_work_for_ever, args=(connection,))
    thread.start()
    time.sleep(0.3)
    os.kill(postmaster(server), signal.SIGKILL)
    time.sleep(0.5)
    assert busy in pids(server)
    server.start()
    thread.join()
    connection.close()
    assert busy not in pids(server)
    assert server.is_running()


@pytest.mark.parametrize("file", ["postmaster.pid", "socket lock"])
def test_a_stale_note_that_names_a_stranger_does_not_hinder(server: EmbeddedServer, file: str) -> None:
    """The stranger runs as the server's account, so PostgreSQL alone would believe the note."""
    account = server_account(server.folders.cluster)
    stranger = subprocess.Popen(["/bin/sleep", "600"], cwd="/", **account.run_as())
    try:
        for pid in pids(server):
            os.kill(pid, signal.SIGKILL)
        assert gone(server)
        note = server.folders.cluster / "postmaster.pid"
        if file == "socket lock":
            note = server.folders.socket / f".s.PGSQL.{server.port}.lock"
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not server.is_running()
        server.start()
        assert server.is_running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.long
def test_a_stranger_named_postgres_is_not_taken_for_the_server(server: EmbeddedServer) -> None:
    with private_folder() as folder:
        other = EmbeddedServer(folder, durable=False)
        with other.in_use():
            assert not set(pids(server)) & set(pids(other))
            for pid in pids(server):
                os.kill(pid, signal.SIGKILL)
            assert gone(server)
            note = server.folders.cluster / "postmaster.pid"
            lines = note.read_text().splitlines()
            note.write_text("\n".join([str(postmaster(other)), *lines[1:]]) + "\n")
            assert not server.is_running()
            server.start()
            assert postmaster(server) != postmaster(other)
            assert other.is_running()


@pytest.mark.long
def test_no_acknowledged_commit_is_lost_over_twenty_kills() -> None:
    with private_folder() as folder:
        server = EmbeddedServer(folder)
        acknowledged: list[int] = []
        ready = []
        with server.in_use():
            with psycopg.connect(server.dsn(), autocommit=True) as connection:
                connection.execute("CREATE TABLE kept (id int PRIMARY KEY)")
            for turn in range(20):
                writer = threading.Thread(target=_write, args=(server.dsn(), turn * 1_000_000, acknowledged))
                writer.start()
                time.sleep(0.7)
                victims = pids(server) if turn % 2 else (postmaster(server),)
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)
                writer.join()
                began = time.monotonic()
                server.start()
                ready.append(time.monotonic() - began)
            with psycopg.connect(server.dsn()) as connection:
                kept = {row[0] for row in connection.execute("SELECT id FROM kept").fetchall()}
        assert len(acknowledged) > 1_000
        assert not set(acknowledged) - kept
        assert len(kept) - len(acknowledged) <= 20
        assert max(ready) < 10


def test_the_note_of_a_server_half_written_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text("4711\n/proc")
    assert read_pid_file(tmp_path) is None
    assert living(tmp_path).pids == ()


def _work_for_ever(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("DO $$ BEGIN LOOP END LOOP; END $$")


def _write(dsn: str, first: int, acknowledged: list[int]) -> None:
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for number in range(first, first + 1_000_000):
                connection.execute("INSERT INTO kept VALUES (%s)", [number])
                acknowledged.append(number)
    except psycopg.OperationalError:
        return
