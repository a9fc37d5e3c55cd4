"""What goes wrong is said in one sentence that tells what to do."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from houqin.embedded import EmbeddedError, EmbeddedServer, errors
from houqin.embedded.accounts import server_account
from houqin.embedded.binaries import ENVIRONMENT
from houqin.embedded.processes import wait_until

from .programs import IS_ROOT, needs_root, pids, private_folder


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    """Another content for one file while the block runs."""
    before = path.read_bytes()
    path.write_bytes(data)
    yield
    path.write_bytes(before)


def test_data_of_another_major_version_is_left_alone(stopped: EmbeddedServer) -> None:
    with (
        changed(stopped.folders.cluster / "PG_VERSION", b"15\n"),
        pytest.raises(errors.OtherMajorVersion, match="written by PostgreSQL 15, but 18"),
    ):
        stopped.start()


def test_a_folder_with_something_else_in_it_is_left_alone(stopped: EmbeddedServer) -> None:
    control = stopped.folders.cluster / "global" / "pg_control"
    away = control.rename(control.with_name("away"))
    with pytest.raises(errors.NotACluster):
        stopped.start()
    away.rename(control)
    stopped.start()
    assert stopped.is_running()


def test_a_server_that_cannot_start_shows_its_log(stopped: EmbeddedServer) -> None:
    settings = stopped.folders.cluster / "postgresql.conf"
    with (
        changed(settings, b"shared_buffers = much\n"),
        pytest.raises(errors.ServerDidNotStart, match="shared_buffers") as raised,
    ):
        stopped.acquire()
    assert str(stopped.folders.log) in str(raised.value)
    assert pids(stopped) == ()
    assert not stopped.is_running()


def test_a_server_started_by_hand_is_neither_joined_nor_disturbed(stopped: EmbeddedServer) -> None:
    by_hand = subprocess.Popen(
        [stopped.binary("postgres"), "-D", "/proc/self/cwd", "-h", "", "-k", "../socket"],
        cwd=stopped.folders.cluster,
        env=ENVIRONMENT,
        stderr=subprocess.DEVNULL,
        **server_account(stopped.folders.cluster).run_as(),
    )
    try:
        assert wait_until((stopped.folders.socket / ".s.PGSQL.5432").exists, 10)
        with pytest.raises(errors.FolderBusy, match=str(by_hand.pid)):
            stopped.start()
        assert by_hand.poll() is None
    finally:
        by_hand.terminate()
        by_hand.wait(timeout=30)


def test_a_socket_folder_that_others_may_enter_is_refused(stopped: EmbeddedServer) -> None:
    stopped.folders.socket.chmod(0o755)
    with pytest.raises(errors.FolderNotUsable, match="private"):
        stopped.start()
    stopped.folders.socket.chmod(0o700)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(errors.FolderNotUsable, match="data"):
        EmbeddedServer(tmp_path / "data" / "deeper").start()


@needs_root
def test_data_that_belongs_to_root_is_refused(stopped: EmbeddedServer) -> None:
    account = server_account(stopped.folders.cluster)
    os.chown(stopped.folders.cluster, 0, 0)
    with pytest.raises(errors.BelongsToRoot, match="Give it"):
        stopped.start()
    os.chown(stopped.folders.cluster, account.uid, account.gid)


def test_tcp_is_not_added_to_a_server_that_runs(server: EmbeddedServer) -> None:
    with pytest.raises(errors.RunsWithoutTcp):
        EmbeddedServer(server.folders.data_dir, tcp_port=0).start()
    assert server.is_running()


def test_a_start_that_takes_too_long_names_the_log(stopped: EmbeddedServer) -> None:
    hasty = EmbeddedServer(stopped.folders.data_dir, durable=False, start_seconds=0)
    with pytest.raises(errors.StartTimedOut, match=r"server\.log"):
        hasty.acquire()
    stopped.start()
    assert stopped.is_running()


def test_every_message_can_be_shown_in_another_language() -> None:
    error = errors.OtherMajorVersion(folder="/data", found="15", expected="18")
    assert isinstance(error, EmbeddedError)
    assert error.template % error.params == str(error)


@needs_root
@pytest.mark.long
def test_a_full_disk_is_called_a_full_disk() -> None:
    with private_folder() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=False)
        if mounted.returncode:
            pytest.skip("no right to mount")
        try:
            with pytest.raises(errors.DiskFull, match="full"):
                EmbeddedServer(folder).start()
            assert not list((folder / "postgres").glob("init-*"))
            subprocess.run(["mount", "-o", "remount,size=60m", folder], check=True)
            server = EmbeddedServer(folder)
            server.start()
            server.stop()
            free = shutil.disk_usage(folder).free
            (folder / "ballast").write_bytes(bytes(free - 4096))
            with pytest.raises(errors.DiskFull):
                server.start()
            (folder / "ballast").unlink()
            with server.in_use():
                assert server.is_running()
        finally:
            subprocess.run(["umount", folder], check=True)


if not IS_ROOT:

    def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(errors.FolderNotUsable, match="Permission denied"):
            EmbeddedServer(tmp_path).start()
        tmp_path.chmod(0o700)
