"""Working time of an order: summed over people as labour, united as duration."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from houqin.work.models import TimeEntry


@dataclass(frozen=True)
class WorkedTime:
    """`labour` counts everybody's time, `duration` the time in which anybody worked."""

    labour: dt.timedelta
    duration: dt.timedelta
    running: tuple[str, ...]
    """Names of the people whose clock runs."""

    @property
    def labour_minutes(self) -> int:
        """Labour in whole minutes, rounded down."""
        return int(self.labour.total_seconds()) // 60

    @property
    def duration_minutes(self) -> int:
        """Duration in whole minutes, rounded down."""
        return int(self.duration.total_seconds()) // 60


def worked(entries: Iterable[TimeEntry], *, now: dt.datetime) -> WorkedTime:
    """Sum and unite working time; a clock that runs counts until `now`."""
    known = list(entries)
    spans = [(entry.started_at, entry.ended_at or max(now, entry.started_at)) for entry in known]
    return WorkedTime(
        labour=sum((end - start for start, end in spans), dt.timedelta(0)),
        duration=united(spans),
        running=tuple(entry.user.full_name for entry in known if entry.ended_at is None),
    )


def united(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """The time covered by at least one of the spans."""
    total = dt.timedelta(0)
    reached: dt.datetime | None = None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            total += end - begin
            reached = end
    return total
