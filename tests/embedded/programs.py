"""Running `program.py` from a test, and looking at what is left of a server."""

import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from houqin.embedded import EmbeddedServer
from houqin.embedded.processes import living

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")


class Program:
    """One process that uses the server at `data_dir`."""

    def __init__(
        self, data_dir: Path, *, user: str = "", path: str = "", prefix: tuple[str, ...] = ()
    ) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.embedded.program", str(data_dir), user],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{path}:{ROOT / 'src'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def answer(self) -> object:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the program ended with {self.process.wait()}"
        return json.loads(line)

    def does(self, line: str) -> object:
        self.send(line)
        return self.answer()

    def ends(self) -> int:
        """Let it come to its end and return its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self._over()

    def is_killed(self, number: int) -> int:
        self.process.send_signal(number)
        return self._over()

    def _over(self) -> int:
        status = self.process.wait(timeout=60)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        return status


@contextmanager
def program(
    data_dir: Path, *, user: str = "", path: str = "", prefix: tuple[str, ...] = ()
) -> Iterator[Program]:
    running = Program(data_dir, user=user, path=path, prefix=prefix)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.ends()


@contextmanager
def private_folder(*, user: str = "") -> Iterator[Path]:
    """A short folder that everybody may pass through, owned by `user`; emptied afterwards."""
    with tempfile.TemporaryDirectory(prefix="hq-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder


def pids(server: EmbeddedServer) -> tuple[int, ...]:
    return living(server.folders.cluster).pids


def postmaster(server: EmbeddedServer) -> int:
    pid = living(server.folders.cluster).postmaster
    assert pid is not None
    return pid
