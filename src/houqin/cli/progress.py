"""How far a long command has come, on standard error."""

import time
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper

WIDTH = 30
PAUSE = 0.2
STEP = 0.1
"""The part of the whole after which a line is written where there is no terminal."""


class Bar:
    """A bar that redraws itself in a terminal, and a line for each tenth elsewhere."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._shown_at = 0.0
        self._share = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_terminal:
            self._out.write("\r\033[K", ending="")
            self._out.flush()

    def show(self, done: int, total: int) -> None:
        """Draw `done` of `total`."""
        share = done / total if total else 1.0
        if self._is_terminal:
            if time.monotonic() - self._shown_at < PAUSE and done < total:
                return
            self._shown_at = time.monotonic()
            filled = int(share * WIDTH)
            bar = "█" * filled + "·" * (WIDTH - filled)
            self._out.write(f"\r{bar} {share:4.0%} {done}/{total}", ending="")
            self._out.flush()
        elif share >= self._share + STEP or done == total:
            self._share = share
            self._out.write(f"{share:4.0%} {done}/{total}")
