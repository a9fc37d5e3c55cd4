"""Now. The only place that asks the machine for the time, so that a test can set it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_set: ContextVar[dt.datetime | None] = ContextVar("houqin_clock", default=None)


def now() -> dt.datetime:
    """The present instant in UTC with second precision: clocks here count whole seconds."""
    return (_set.get() or dt.datetime.now(dt.UTC)).replace(microsecond=0)


def today() -> dt.date:
    """The calendar day in the time zone in force (the organisation's unless a page set another)."""
    return timezone.localtime(now()).date()


@contextmanager
def stopped_at(instant: dt.datetime) -> Iterator[None]:
    """Make `now()` answer `instant` inside the block: for imports, replays and tests."""
    token = _set.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _set.reset(token)
