"""Rosters: when a shift begins and ends, whose turn it is, what overlaps, what time is left.

Spans are half-open: one may begin at the instant another ends.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S", bound="Span")

EVERY_WEEKDAY = frozenset(range(7))
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant until another one, which no longer belongs to it."""

    start: dt.datetime
    end: dt.datetime

    def meets(self, other: "Span") -> bool:
        """Whether the two share time; spans that only touch do not."""
        return self.start < other.end and other.start < self.end


def span_on(day: dt.date, begins: dt.time, ends: dt.time, tz: dt.tzinfo) -> Span:
    """The shift that begins on `day`, in UTC; until the next day where `ends` is not after `begins`.

    The clock on the wall counts: a night in which the clocks change is an hour longer or shorter.
    Raises `ValueError` where that leaves nothing of the shift.
    """
    last = day if ends > begins else day + DAY
    start = dt.datetime.combine(day, begins, tz).astimezone(dt.UTC)
    end = dt.datetime.combine(last, ends, tz).astimezone(dt.UTC)
    if end <= start:
        raise ValueError(day)
    return Span(start, end)


def days_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from the first to the last, both included."""
    return (first + n * DAY for n in range((last - first).days + 1))


def turns(
    cycle: Sequence[T],
    first: dt.date,
    last: dt.date,
    *,
    offset: int = 0,
    weekdays: Collection[int] = EVERY_WEEKDAY,
) -> Iterator[tuple[dt.date, T]]:
    """Each day on one of the weekdays (0 is Monday) with the item of the cycle whose turn it is.

    The cycle goes on by the calendar, over days that are left out too; `offset` is how far into it
    the first day stands.
    """
    for number, day in enumerate(days_between(first, last)):
        if day.weekday() in weekdays:
            yield day, cycle[(number + offset) % len(cycle)]


def clash(spans: Iterable[S]) -> tuple[S, S] | None:
    """Two of the spans that share time, the earlier one first, or None."""
    furthest: S | None = None
    for span in sorted(spans):
        if furthest is not None and span.start < furthest.end:
            return furthest, span
        if furthest is None or span.end > furthest.end:
            furthest = span
    return None


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither overlap nor touch, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def minutes_left(work: Iterable[Span], away: Iterable[Span]) -> int:
    """Whole minutes of `work`, counted once, in which nobody is away; a part of a minute is dropped."""
    gone = united(away)
    left = dt.timedelta()
    for span in united(work):
        left += span.end - span.start
        for one in gone:
            left -= max(dt.timedelta(), min(span.end, one.end) - max(span.start, one.start))
    return left // MINUTE
