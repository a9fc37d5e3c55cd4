"""The processes of a server: which live, and how they are told to end."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
STATUS_LINE = 7


@dataclass(frozen=True)
class PidFile:
    """What PostgreSQL wrote into `postmaster.pid`; true only while that process lives."""

    pid: int
    port: int
    listens: bool
    ready: bool


@dataclass(frozen=True)
class ServerProcesses:
    """The living processes of one server; `postmaster` is None once it was killed."""

    postmaster: int | None
    children: tuple[int, ...]

    @property
    def pids(self) -> tuple[int, ...]:
        """All of them, the postmaster first."""
        return self.children if self.postmaster is None else (self.postmaster, *self.children)


def read_pid_file(cluster: Path) -> PidFile | None:
    """Return the server's own note of itself, or None when there is none or it is half written."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return PidFile(
            pid=int(lines[0]),
            port=int(lines[3]),
            listens=bool(lines[5].strip()),
            ready=len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready",
        )
    except (OSError, ValueError, IndexError):
        return None


def tag(cluster: Path) -> str:
    """Return the name that the server's processes show in their titles, different for every cluster.

    It is readable by everybody, while `/proc/<pid>/cwd` is closed to root in a
    container without CAP_SYS_PTRACE.
    """
    status = cluster.stat()
    return f"houqin-{status.st_dev:x}-{status.st_ino:x}"


def living(cluster: Path) -> ServerProcesses:
    """Return the PostgreSQL processes that work in `cluster`, zombies not counted.

    Without `/proc` only the postmaster is known, from its pid file.
    """
    if not PROC.joinpath("self", "stat").exists():
        noted = read_pid_file(cluster)
        return ServerProcesses(noted.pid if noted and _answers_signals(noted.pid) else None, ())
    name = tag(cluster).encode()
    found = [process for pid in _postgres_pids() if (process := _Process.of(pid, cluster, name))]
    pids = {process.pid for process in found}
    roots = [process for process in found if not process.titled and process.parent not in pids]
    postmaster = roots[0].pid if roots else None
    return ServerProcesses(postmaster, tuple(sorted(pids - {postmaster})))


def send(pids: tuple[int, ...], number: signal.Signals) -> None:
    """Signal each process; one that has just ended is no error."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def reap(pids: tuple[int, ...]) -> None:
    """Take the exit status of those that were handed to us, as happens to process 1 of a container."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    titled: bool

    @classmethod
    def of(cls, pid: int, cluster: Path, name: bytes) -> "_Process | None":
        """Return the process if it belongs to `cluster`, else None."""
        try:
            stat = (PROC / str(pid) / "stat").read_text()
            command = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return None
        state, parent = stat.rpartition(")")[2].split()[:2]
        if state == "Z" or not (name in command or _works_in(pid, cluster)):
            return None
        return cls(pid=pid, parent=int(parent), titled=command.startswith(b"postgres: "))


def _postgres_pids() -> list[int]:
    pids = []
    for entry in os.scandir(PROC):
        if entry.name.isdigit():
            try:
                name = (PROC / entry.name / "comm").read_text()
            except OSError:
                continue
            if name.strip() == "postgres":
                pids.append(int(entry.name))
    return pids


def _works_in(pid: int, cluster: Path) -> bool:
    try:
        return (PROC / str(pid) / "cwd").samefile(cluster)
    except OSError:
        return False


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(condition: Callable[[], bool], seconds: float, *, pause: float = 0.01) -> bool:
    """Return True as soon as `condition()` holds, False after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
    return True
