"""From nothing to the first answer, from a stopped installation to the first answer, and memory at rest."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.side import ROOT
from benchmarks.sides import clean_environment
from houqin.embedded import EmbeddedServer

PATIENCE = 120.0


@dataclass(frozen=True)
class Start:
    """Seconds to the first answer, and MiB of the processes afterwards."""

    seconds: float
    web_mib: float
    all_mib: float


def starts(folder: Path, *, rounds: int) -> dict[str, Start]:
    """Medians by `SIDE first` and `SIDE again`; the sides take turns."""
    found: dict[str, list[Start]] = {}
    for number in range(rounds):
        for name, run in (("houqin", _houqin), ("bare Django", _bare)):
            place = folder / f"{name.split()[0]}-{number}"
            for turn in ("first", "again"):
                with run(place) as start:
                    found.setdefault(f"{name} {turn}", []).append(start)
            shutil.rmtree(place, ignore_errors=True)
    return {name: _middle(ones) for name, ones in found.items()}


def _middle(ones: list[Start]) -> Start:
    return Start(*(median(getattr(one, name) for one in ones) for name in ("seconds", "web_mib", "all_mib")))


@contextmanager
def _houqin(folder: Path) -> Iterator[Start]:
    port = free_port()
    settings = {"HOUQIN_DATA_DIR": str(folder), "HOUQIN_PORT": str(port), "HOUQIN_WEB_WORKERS": "1"}
    with _timed([sys.executable, "-m", "houqin.cli", "run", "--no-demo"], settings, port) as start:
        yield start


@contextmanager
def _bare(folder: Path) -> Iterator[Start]:
    """Bare Django does not bring a database: the same embedded server, tables by `migrate`, granian."""
    port, is_new = free_port(), not folder.exists()
    began = time.perf_counter()
    server = EmbeddedServer(folder)
    with server.in_use():
        settings = {"BARE_DSN": server.dsn(), "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings"}
        if is_new:
            migrate_bare(server.dsn())
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-ws",
            "--log-level", "warning", "benchmarks.bare.wsgi:application",
        ]  # fmt: skip
        with _timed(command, settings, port, began=began) as start:
            yield start


def migrate_bare(dsn: str) -> None:
    """Make the bare project's tables."""
    settings = {"BARE_DSN": dsn, "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        env=clean_environment(**settings),
        cwd=ROOT,
        check=True,
    )


@contextmanager
def _timed(
    command: list[str], settings: dict[str, str], port: int, *, began: float | None = None
) -> Iterator[Start]:
    began = time.perf_counter() if began is None else began
    with subprocess.Popen(
        command,
        env=clean_environment(**settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            seconds = until_answered(process, port, began)
            for _ in range(10):
                _status(port)
            time.sleep(1.0)
            parents = _parents()
            sizes = {pid: _resident(pid) for pid in _family(process.pid, parents)}
            serving = [size for pid, size in sizes.items() if _runs_granian(parents[pid])]
            yield Start(seconds, max(serving, default=0.0), sum(sizes.values()))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def until_answered(process: "subprocess.Popen[bytes]", port: int, began: float) -> float:
    """Wait for the first page and return the seconds since `began`; fail when the process ends before."""
    while _status(port) != 200:
        if process.poll() is not None or time.perf_counter() - began > PATIENCE:
            raise RuntimeError(f"no answer; the process ended with {process.poll()}")
        time.sleep(0.02)
    return time.perf_counter() - began


def _status(port: int) -> int:
    """The status of the first page, after at most one redirection."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/")
        answer = client.getresponse()
        answer.read()
        if answer.status in {301, 302}:
            client.request("GET", answer.headers["Location"])
            answer = client.getresponse()
            answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        client.close()
    return answer.status


def _parents() -> dict[int, int]:
    """The parent of every process."""
    found: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            found[int(folder.name)] = int(fields[1])
    return found


def _family(pid: int, parents: dict[int, int]) -> list[int]:
    """A process and those it started, and so on."""
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _runs_granian(pid: int) -> bool:
    """Whether a process starts those that serve."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        return b"-m granian" in words or b"houqin.cli web" in words
    return False


def _resident(pid: int) -> float:
    """MiB in memory, pages shared with others counted in proportion."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpus() -> int:
    """How many processors we may use."""
    return len(os.sched_getaffinity(0))
