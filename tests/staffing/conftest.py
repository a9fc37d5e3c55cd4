"""The clock stands while a test of this folder runs; sentences are English."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from houqin.kernel import clock


@pytest.fixture(autouse=True)
def _clock_stands() -> Iterator[None]:
    with clock.stopped_at(clock.now()), translation.override("en"):
        yield
