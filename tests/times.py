"""Instants for tests, written as clocks in Shanghai show them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from houqin.kernel import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    """`2026-11-23 09:00`, or with seconds, in Shanghai, as UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


MONDAY_9 = at("2026-11-23 09:00")


@contextmanager
def when(text: str) -> Iterator[dt.datetime]:
    """Make it this time in Shanghai; a time alone is that of Monday 2026-11-23."""
    instant = at(text if "-" in text else f"2026-11-23 {text}")
    with clock.stopped_at(instant):
        yield instant
