"""Child processes of ours: started in sessions of their own, started again when they die, ended together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from houqin.cli import lifeline

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
LONG_LIFE = 60.0
"""Seconds after which a child that dies is started again at once."""

LEAVE_SECONDS = 20.0


@dataclass
class Child:
    """One command of ours kept alive. A session of its own keeps Ctrl-C in the terminal for us alone."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process, tied to us."""
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command(self.words), stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started_at = time.monotonic()

    def look_after(self) -> int | None:
        """Start the process again when its time has come; return the exit code when it has just died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.end_group()
        self.process = None
        self.deaths = 0 if now - self.started_at > LONG_LIFE else self.deaths + 1
        self.again_at = now + min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE) if self.deaths else now
        return code

    def ask_to_leave(self) -> None:
        """Send SIGTERM."""
        if self.process is not None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the process has ended, kill it at the deadline, and whatever is left of its session."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.end_group()

    def end_group(self) -> None:
        """Kill what the process left behind; a process that was killed cannot end its own children."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def command(words: Sequence[str]) -> list[str]:
    """Return the command line of a `houqin` command that is tied to us."""
    return [sys.executable, "-m", "houqin.cli", *words, *lifeline.option()]


def end_all(children: Sequence[Child]) -> None:
    """End the children together, within `LEAVE_SECONDS`."""
    deadline = time.monotonic() + LEAVE_SECONDS
    for child in children:
        child.ask_to_leave()
    for child in children:
        child.end(deadline)
