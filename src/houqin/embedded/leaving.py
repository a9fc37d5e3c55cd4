"""Leaving in good order when the process is told to end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGTERM", "SIGHUP")


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end the block by `SystemExit(128 + number)`.

    Without this, Python dies of them on the spot, `finally` blocks do not run and the
    database is left behind for the next start. A second such signal is ignored, so
    leaving is not cut short; one that is ignored already, as `nohup` does, stays so;
    Ctrl-C raises `KeyboardInterrupt` as always. Use it in the main thread, around
    `EmbeddedServer.in_use`.
    """
    known = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    numbers = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]

    def leave(number: int, _frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
