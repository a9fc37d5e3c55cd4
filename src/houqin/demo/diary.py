"""When whom of the technicians has time: nobody is at two places at once."""

import datetime as dt
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence

from houqin.accounts.models import User
from houqin.kernel.working_time import WorkingCalendar

Span = tuple[dt.datetime, dt.datetime]

LEAST = dt.timedelta(minutes=20)
"""Nobody begins a job with less than this before the break."""


class Diary:
    """What is booked for each person, in order and without overlap."""

    def __init__(self) -> None:
        self._booked: dict[int, list[Span]] = defaultdict(list)

    def free_at(
        self, person: User, wanted: dt.datetime, span: dt.timedelta, hours: WorkingCalendar
    ) -> dt.datetime:
        """The first instant from `wanted` on, within `hours`, at which the person has `span` to spare."""
        at = _begin(wanted, hours)
        booked = self._booked[person.pk]
        index = max(bisect_right(booked, (at, at)) - 1, 0)
        for start, end in booked[index:]:
            if end <= at:
                continue
            if start >= at + span:
                break
            at = _begin(end, hours)
        return at

    def soonest(
        self, people: Sequence[User], wanted: dt.datetime, span: dt.timedelta, hours: WorkingCalendar
    ) -> tuple[User, dt.datetime]:
        """Who of the people can begin first, and when; the first named of those who are equal."""
        times = [(self.free_at(person, wanted, span, hours), rank) for rank, person in enumerate(people)]
        at, rank = min(times)
        return people[rank], at

    def book(self, person: User, start: dt.datetime, end: dt.datetime) -> None:
        """Note that the person is busy."""
        insort(self._booked[person.pk], (start, end))


def _begin(at: dt.datetime, hours: WorkingCalendar) -> dt.datetime:
    """The next instant at which it pays to begin: not right before the break."""
    opening = hours.next_opening(at).astimezone(dt.UTC)
    if hours.is_open(opening + LEAST):
        return opening
    return hours.next_opening(opening + LEAST).astimezone(dt.UTC)
