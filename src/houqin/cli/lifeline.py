"""Processes that end when the one that started them is gone, however it went."""

import ctypes
import os
import signal
import sys

OPTION = "--parent"
SET_PARENT_DEATH_SIGNAL = 1

_parents: list[int] = []


def option() -> list[str]:
    """Return the arguments by which a child learns that we are its parent."""
    return [OPTION, str(os.getpid())]


def taken_from(arguments: list[str]) -> list[str]:
    """Tie this process to the parent that the arguments name, and return the other arguments.

    It gets SIGTERM when the parent dies, and ends at once when it is dead already.
    """
    if OPTION not in arguments:
        return arguments
    at = arguments.index(OPTION)
    _parents.append(int(arguments[at + 1]))
    die_with(_parents[-1], signal.SIGTERM)
    return arguments[:at] + arguments[at + 2 :]


def is_supervised() -> bool:
    """Tell whether another process of ours watches over this one and over the database."""
    return bool(_parents)


def die_with(parent: int, number: signal.Signals) -> None:
    """Get the signal `number` when `parent`, which must be our parent, dies. Linux only; else nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(128 + number)
