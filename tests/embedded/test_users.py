"""The last user stops the server, nobody else does, and nobody leaves it behind."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from houqin.embedded import EmbeddedServer

from .programs import Program, pids, postmaster, private_folder, program


def test_a_short_command_does_not_stop_the_server_under_a_long_one(stopped: EmbeddedServer) -> None:
    folder = stopped.folders.data_dir
    with program(folder) as long, program(folder) as short:
        assert long.does("acquire") == "ok"
        before = postmaster(stopped)
        assert short.does("acquire") == "ok"
        assert short.does("release") == "ok"
        assert short.ends() == 0
        assert long.does("sql SELECT 1") == [[1]]
        assert postmaster(stopped) == before
        assert long.does("release") == "ok"
        assert pids(stopped) == ()


def test_the_starter_may_leave_first(stopped: EmbeddedServer) -> None:
    folder = stopped.folders.data_dir
    with program(folder) as first, program(folder) as second:
        first.does("acquire")
        second.does("acquire")
        first.does("release")
        assert first.ends() == 0
        assert second.does("sql SELECT 1") == [[1]]
        second.does("release")
        assert pids(stopped) == ()


def test_one_program_may_need_it_twice(stopped: EmbeddedServer) -> None:
    with stopped.in_use():
        with stopped.in_use():
            pass
        assert stopped.is_running()
    assert not stopped.is_running()


def test_three_processes_that_start_at_once_share_one_new_server() -> None:
    """Half a cluster, as a creation leaves it when it is killed, is in nobody's way."""
    with private_folder() as folder:
        half = folder / "postgres" / "init-killed"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        crowd = [Program(folder) for _ in range(3)]
        for each in crowd:
            each.send("acquire")
        assert [each.answer() for each in crowd] == ["ok"] * 3
        server = EmbeddedServer(folder)
        assert server.is_running()
        assert not half.exists()
        assert [each.does("sql SELECT 1") for each in crowd] == [[[1]]] * 3
        for each in crowd:
            each.send("release")
        assert [each.answer() for each in crowd] == ["ok"] * 3
        assert [each.ends() for each in crowd] == [0] * 3
        assert pids(server) == ()


@pytest.mark.long
def test_coming_and_going_at_once_never_meets_a_dead_server(stopped: EmbeddedServer) -> None:
    crowd = [Program(stopped.folders.data_dir) for _ in range(3)]
    for _ in range(20):
        for each in crowd:
            each.send("acquire")
            each.send("sql SELECT 1")
            each.send("release")
        for each in crowd:
            assert [each.answer() for _ in range(3)] == ["ok", [[1]], "ok"]
    assert [each.ends() for each in crowd] == [0] * 3
    assert pids(stopped) == ()


def test_the_orphan_of_killed_users_is_adopted_and_stopped_by_the_last(stopped: EmbeddedServer) -> None:
    folder = stopped.folders.data_dir
    with program(folder) as killed:
        killed.does("acquire")
        orphan = postmaster(stopped)
        assert killed.is_killed(signal.SIGKILL) == -signal.SIGKILL
    assert stopped.is_running()
    with program(folder) as heir:
        heir.does("acquire")
        assert postmaster(stopped) == orphan
        heir.does("release")
    assert pids(stopped) == ()


def test_sigterm_stops_the_server_and_ctrl_c_does_not_reach_it(stopped: EmbeddedServer) -> None:
    folder = stopped.folders.data_dir
    with program(folder) as other, program(folder) as ended:
        ended.does("acquire")
        other.does("acquire")
        os.killpg(ended.process.pid, signal.SIGINT)
        ended.process.communicate(timeout=30)
        assert other.does("sql SELECT 1") == [[1]]
        assert other.is_killed(signal.SIGTERM) == 128 + signal.SIGTERM
    assert pids(stopped) == ()


def test_a_program_that_forgets_to_release_leaves_nothing(stopped: EmbeddedServer) -> None:
    with program(stopped.folders.data_dir) as careless:
        careless.does("acquire")
        assert careless.ends() == 0
    assert pids(stopped) == ()


def test_a_forked_child_does_not_release_for_its_parent(stopped: EmbeddedServer) -> None:
    with program(stopped.folders.data_dir) as parent:
        parent.does("acquire")
        assert parent.does("fork") == "forked"
        assert parent.does("sql SELECT 1") == [[1]]
        parent.does("release")
    assert pids(stopped) == ()


def test_a_user_finds_a_server_that_died_meanwhile_alive_again(server: EmbeddedServer) -> None:
    server.acquire()
    os.kill(postmaster(server), signal.SIGKILL)
    server.acquire()
    assert server.is_running()
    server.release()
    server.release()
    assert pids(server) == ()


@pytest.mark.long
def test_a_first_start_is_interrupted_without_harm() -> None:
    """Ctrl-C while a first start creates the cluster leaves no process and no half cluster."""
    with private_folder() as folder:
        with program(folder) as hasty:
            hasty.send("acquire")
            deadline = time.monotonic() + 20
            while not list((folder / "postgres").glob("init-*/base")) and time.monotonic() < deadline:
                time.sleep(0.01)
            os.killpg(hasty.process.pid, signal.SIGINT)
            hasty.process.communicate(timeout=30)
        assert not list((folder / "postgres").glob("init-*"))
        assert _processes_below(folder) == []
        with EmbeddedServer(folder, durable=False).in_use() as server:
            assert server.is_running()


def _processes_below(folder: Path) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, encoding="utf-8", check=True)
    return [line for line in listing.stdout.splitlines() if str(folder) in line]
