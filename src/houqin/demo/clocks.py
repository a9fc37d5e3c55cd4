"""The copies of the service clocks, computed as `flows.refresh_clocks` does, for thousands at once.

The readings are the kernel's own, over the events as the desk reads them; only the tables they are
read from are in memory. `houqin check` recomputes them from the database and finds them equal.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from houqin.accounts.models import Role
from houqin.demo.jobs import Job
from houqin.demo.stories import Story
from houqin.demo.world import World
from houqin.desk.actions.clocks import put
from houqin.desk.models import RequestOrder
from houqin.desk.queries import clock_history
from houqin.desk.queries.alarms import Levels, PendingAlarm, Recipients, by_target, to_be_told
from houqin.desk.queries.clocks import Clocks, read_clocks
from houqin.desk.queries.partner_clocks import TermClocks, in_force, read_term, terms_in
from houqin.desk.queries.promises import Promises, promise
from houqin.kernel.service_clock import TargetKind
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import confirmed_years, working_calendar
from houqin.work.models import Alarm, EscalationLevel, PartnerClock, ServiceStandard, WorkOrder


class Clockwork:
    """The promises of the standards and the hours they are counted in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.confirmed = confirmed_years()
        self.promises: dict[tuple[int, str], Promises] = {}
        self.levels: dict[tuple[int, str], Levels] = {}
        self.terms: list[tuple[WorkOrder, list[TermClocks]]] = []
        self.contractors = {row.partner_id for row in world.catalogue.agreed}
        for row in world.catalogue.targets:
            found = self.promises.setdefault((row.standard_id, row.priority), {})
            found[TargetKind(row.kind)] = promise(row, arrival_answers=row.standard.arrival_answers)
        for standard_id, priority in self.promises:
            known = [row for row in world.catalogue.levels if row.standard_id == standard_id]
            self.levels[standard_id, priority] = by_target(
                row for row in known if row.priority in {"", priority}
            )

    def wind(self, stories: Iterable[Story]) -> list[Alarm]:
        """Put the due times on requests and orders; return the alarms that count as told already.

        Nobody is told afterwards that something of the demonstration is overdue.
        """
        told: list[Alarm] = []
        for story in stories:
            clocks = self.read(story, self.world.now)
            request = story.request
            ladder = self._ladder(clocks, request.standard_id, request.priority, alive=request.is_open)
            put(request=request, clocks=clocks, look_at=ladder.look_at, reached=ladder.reached)
            told += [_alarm(request.number, alarm) for alarm in ladder.told]
            for alarm in ladder.told:
                if alarm.row is not None:
                    data = {**_level(alarm), **self._who(story, alarm.row, ours=True)}
                    story.tell("escalated", alarm.first_at, data=data)
                    story.events[-1].request_id = request.pk
            told += self._copy_to_orders(story, clocks)
        return told

    def partner_clocks(self) -> list[PartnerClock]:
        """How the contractors keep what they promised, once the orders have their keys."""
        return [row for order, terms in self.terms for term in terms for row in term.rows(order)]

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
        events = dict.fromkeys(TargetKind, clock_history.of_request(request, TargetKind.RESOLUTION))
        if any(event.kind == "corrected" for event in story.events):
            events = {kind: clock_history.of_request(request, kind) for kind in TargetKind}
        return read_clocks(
            promises, events, office=self._office(request.standard), now=now, confirmed=self.confirmed
        )

    def _office(self, standard: ServiceStandard | None) -> WorkingCalendar:
        calendar = standard.calendar if standard else None
        return working_calendar(calendar) if calendar else self.world.hours

    def _ladder(self, clocks: Clocks, standard_id: int | None, priority: str, *, alive: bool) -> "_Ladder":
        """What has been told of a clock by now, and when the next is to be told."""
        if not alive:
            return _Ladder([], None)
        hours, now = self.world.hours, self.world.now
        found = to_be_told(
            clocks,
            levels=self.levels[standard_id or 0, priority],
            told=frozenset(),
            priority=priority,
            recipients=Recipients(hours, lambda: hours),
            now=now,
        )
        left = (alarm.tell_at for alarm in found.alarms if alarm.first_at > now)
        return _Ladder([alarm for alarm in found.alarms if alarm.first_at <= now], min(left, default=None))

    def _who(self, story: Story, level: EscalationLevel, *, ours: bool) -> dict[str, Any]:
        """Who was told of a level, as the flows would have told it."""
        crowd, crew = self.world.crowd, story.offer.squad.crew
        instead = {"told": [person.full_name for person in crowd.dispatchers], "missing": level.recipient}
        match level.recipient, level.role:
            case EscalationLevel.Recipient.ROLE, role:
                people = crowd.managers if role == Role.MANAGER else crowd.dispatchers
                return {"told": [person.full_name for person in people]}
            case _ if ours and crew.partner_id in self.contractors:
                return instead
        return {"told": [story.offer.squad.leader.full_name]}

    def _copy_to_orders(self, story: Story, clocks: Clocks) -> list[Alarm]:
        """Orders bear the due times of their request; finished ones those they ended with.

        A contractor's orders bear the contractor's, of which it may have been told.
        """
        told: list[Alarm] = []
        for job in story.jobs:
            order = job.order
            ended = next((event.at for event in reversed(job.events) if event.to_status in _FINISHED), None)
            last = ended if order.is_finished and ended else None
            reading = self.read(story, last) if last and len(story.jobs) > 1 else clocks
            terms = self._terms(order, last)
            if terms and terms[-1].is_on:
                reading = terms[-1].clocks
                told += self._tell_of_term(story, job, terms[-1])
            order.arrival_due_at, order.due_at = reading.arrival.due_at, reading.resolution.due_at
            order.paused = reading.paused and not order.is_finished
        return told

    def _tell_of_term(self, story: Story, job: Job, term: TermClocks) -> list[Alarm]:
        order = job.order
        ladder = self._ladder(term.clocks, term.standard.pk, order.priority, alive=not order.is_finished)
        order.warn_at = ladder.look_at
        for alarm in ladder.told:
            if alarm.row is not None:
                data = {**_level(alarm), **self._who(story, alarm.row, ours=False)}
                data |= {"partner": term.partner.name, "partner_en": term.partner.name_en}
                job.tell("escalated", alarm.first_at, data=data)
                job.events[-1].order_id = order.pk
        return [_alarm(order.number, alarm, theirs=True) for alarm in ladder.told]

    def _terms(self, order: WorkOrder, last: dt.datetime | None) -> list[TermClocks]:
        """The times a contractor has had the order, for one that is held to a standard."""
        agreed, crew = self.world.catalogue.agreed, order.crew
        if crew is None or crew.partner_id not in self.contractors:
            return []
        found = []
        for term in terms_in(order.events.all(), {crew.pk: crew.partner_id or 0}):
            if row := in_force(agreed, term):
                targets = self.promises.get((row.standard_id, order.priority), {})
                office, now = self._office(row.standard), last or self.world.now
                found.append(read_term(term, row, targets, office=office, now=now, confirmed=self.confirmed))
        self.terms.append((order, found))
        return found


@dataclass(frozen=True)
class _Ladder:
    """What has been told, and when to look again."""

    told: list[PendingAlarm]
    look_at: dt.datetime | None

    @property
    def reached(self) -> int:
        """The highest level that was told."""
        return max((alarm.level for alarm in self.told), default=0)


_FINISHED = frozenset({"completed", "cancelled"})


def _level(alarm: PendingAlarm) -> dict[str, Any]:
    return {"level": alarm.level, "target": alarm.target, "due_at": alarm.due_at.isoformat()}


def _alarm(subject: str, alarm: PendingAlarm, *, theirs: bool = False) -> Alarm:
    return Alarm(
        subject=subject,
        theirs=theirs,
        target=alarm.target,
        kind=alarm.kind,
        level=alarm.level,
        due_at=alarm.due_at,
        told_at=alarm.first_at,
    )
