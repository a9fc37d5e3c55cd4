"""One side of a comparison: a process that is told on standard input what to measure.

Two Django projects cannot live in one process, and each side's CPU time must be its own.
"""

import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

TICK = 1_000.0 / os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[1]

Operation = Callable[[int], Callable[[], object]]
"""Prepares the call of a serial number, so that only the call itself is measured."""


@dataclass(frozen=True)
class Cost:
    """Milliseconds for one operation: on the clock, of this process's CPU and of the database's."""

    wall: float
    python: float
    server: float

    @property
    def cpu(self) -> float:
        """CPU of both."""
        return self.python + self.server


def ticks(pid: int) -> float:
    """CPU a process has used so far, in milliseconds, to 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def measured(operation: Operation, serials: Iterator[int], times: int, backend: int) -> Cost:
    """What one call costs, on average over `times` calls in a row."""
    calls = [operation(next(serials)) for _ in range(times)]
    server, python, wall = ticks(backend), time.process_time(), time.perf_counter()
    for call in calls:
        call()
    wall, python, server = time.perf_counter() - wall, time.process_time() - python, ticks(backend) - server
    return Cost(wall * 1_000 / times, python * 1_000 / times, server / times)


def serve(
    operations: dict[str, Operation],
    *,
    backend: Callable[[], int],
    statements: Callable[[Callable[[], object]], int],
) -> None:
    """Answer commands, one JSON object a line, until the input ends.

    `backend` is the process that serves our connection, `statements` counts those of a call; asked for the
    `peak` it answers by how many MiB the most memory ever held grew with one call.
    """
    serials = itertools.count(os.getpid() * 1_000_000)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        operation = operations[wanted["do"]]
        if wanted.get("count"):
            answer: dict[str, object] = {"statements": statements(operation(next(serials)))}
        elif wanted.get("peak"):
            answer = {"grown": _grown(operation(next(serials)))}
        else:
            answer = asdict(measured(operation, serials, wanted["times"], backend()))
        print(json.dumps(answer), flush=True)


def _grown(call: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    call()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
