"""The clock stands while a test of this folder runs."""

from collections.abc import Iterator

import pytest

from houqin.kernel import clock


@pytest.fixture(autouse=True)
def _clock_stands() -> Iterator[None]:
    with clock.stopped_at(clock.now()):
        yield
