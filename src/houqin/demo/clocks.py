"""The copies of the service clocks, computed as `flows.refresh_clocks` does, for thousands at once.

The readings are the kernel's own, over the events as the desk reads them; only the tables they are
read from are in memory. `houqin check` recomputes them from the database and finds them equal.
"""

import datetime as dt
from collections.abc import Iterable

from houqin.demo.stories import Story
from houqin.demo.world import World
from houqin.desk.models import RequestOrder
from houqin.desk.queries import clock_history
from houqin.desk.queries.clocks import Clocks, is_critical, pending_alarms
from houqin.kernel.clock_events import ClockEvent
from houqin.kernel.service_clock import ClockReading, ClockState, Target, TargetKind, evaluate
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import confirmed_years, is_provisional, working_calendar
from houqin.work.models import Alarm, StandardTarget

_ALIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE})
_Promises = dict[str, tuple[Target, WorkingCalendar]]


class Clockwork:
    """The promises of the standards and the hours they are counted in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.confirmed = confirmed_years()
        self.promises: dict[tuple[int, str], _Promises] = {}
        for row in world.catalogue.targets:
            found = self.promises.setdefault((row.standard_id, row.priority), {})
            found[row.kind] = (_target(row), self._hours(row))

    def wind(self, stories: Iterable[Story]) -> list[Alarm]:
        """Put the due times on requests and orders; return the alarms that count as told already.

        Nobody is told afterwards that something of the demonstration is overdue.
        """
        told: list[Alarm] = []
        for story in stories:
            clocks = self.read(story, self.world.now)
            request = story.request
            request.responded_at = clocks.response.met_at
            request.response_due_at = clocks.response.due_at
            request.arrival_due_at = clocks.arrival.due_at
            request.due_at = clocks.resolution.due_at
            request.paused, request.provisional = clocks.paused, clocks.provisional
            if request.is_open:
                request.next_due_at = clocks.next_due_at
                told += self._alarms(story, clocks)
            self._copy_to_orders(story, clocks)
        return told

    def read(self, story: Story, now: dt.datetime) -> Clocks:
        """The clocks of a story at an instant."""
        request = story.request
        request.__dict__["_prefetched_objects_cache"] = {
            "events": story.events,
            "messages": story.messages,
            "order_links": [RequestOrder(request=request, order=job.order) for job in story.jobs],
        }
        for job in story.jobs:
            job.order.__dict__["_prefetched_objects_cache"] = {"events": job.events}
        promises = self.promises[request.standard_id or 0, request.priority]
        changed = any(event.kind == "corrected" for event in story.events)
        events: list[ClockEvent] = clock_history.of_request(request, TargetKind.RESOLUTION)
        readings: dict[str, ClockReading] = {}
        moving = []
        for kind in TargetKind:
            if kind not in promises:
                readings[kind] = ClockReading(kind, ClockState.NONE)
                continue
            target, hours = promises[kind]
            history = clock_history.of_request(request, kind) if changed else events
            reading = readings[kind] = evaluate(target, history, hours, now)
            if reading.state in _ALIVE and reading.due_at and hours is not self.world.always:
                moving.append(reading.due_at)
        return Clocks(
            response=readings[TargetKind.RESPONSE],
            update=readings[TargetKind.UPDATE],
            arrival=readings[TargetKind.ARRIVAL],
            resolution=readings[TargetKind.RESOLUTION],
            provisional=any(is_provisional(due, confirmed=self.confirmed) for due in moving),
        )

    def _hours(self, row: StandardTarget) -> WorkingCalendar:
        if row.around_the_clock:
            return self.world.always
        calendar = row.standard.calendar
        return working_calendar(calendar) if calendar else self.world.hours

    def _alarms(self, story: Story, clocks: Clocks) -> list[Alarm]:
        """Note the next alarm on the request; return those that are past."""
        request, now = story.request, self.world.now
        pending = pending_alarms(
            clocks,
            subject=request.number,
            critical=is_critical(request.priority),
            recipient=self.world.hours,
        )
        request.warn_at = next((alarm.at for alarm in pending if alarm.at > now), None)
        return [
            Alarm(
                subject=request.number,
                target=alarm.target,
                kind=alarm.kind,
                due_at=alarm.due_at,
                told_at=alarm.at,
            )
            for alarm in pending
            if alarm.at <= now
        ]

    def _copy_to_orders(self, story: Story, clocks: Clocks) -> None:
        """Orders bear the due times of their request; finished ones those they ended with."""
        for job in story.jobs:
            order = job.order
            ended = next((event.at for event in reversed(job.events) if event.to_status in _FINISHED), None)
            last = ended if order.is_finished and ended else None
            reading = self.read(story, last) if last and len(story.jobs) > 1 else clocks
            order.arrival_due_at, order.due_at = reading.arrival.due_at, reading.resolution.due_at
            order.paused = clocks.paused and not order.is_finished


_FINISHED = frozenset({"completed", "cancelled"})


def _target(row: StandardTarget) -> Target:
    return Target(
        kind=TargetKind(row.kind),
        minutes=row.minutes,
        working_days=row.working_days,
        end_of_day=row.end_of_day,
        pausing_reasons=frozenset(row.pausing_reasons),
        arrival_answers=row.standard.arrival_answers,
        warn_before=dt.timedelta(minutes=row.warn_minutes),
    )
