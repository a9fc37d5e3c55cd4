"""How contractors keep what they have promised: clocks that run from when an order was given to them.

A term is one time an order was with a contractor. It begins when the order is dispatched to one of
their crews, or claimed by it, and goes on while it is passed on within the company; it ends when the
order is taken away, sent back or voided. Given to them again, the order begins another term. Only
the holds of the order itself stop these clocks, for the reasons that the contractor's standard names.
What a contractor promises is to take the order on, to come, and to repair; answers are ours.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from houqin.desk.queries import clock_history
from houqin.desk.queries.clocks import Clocks, read_clocks
from houqin.desk.queries.promises import Promises, promises_at
from houqin.kernel import clock
from houqin.kernel.clock_events import ClockEvent, EventKind
from houqin.kernel.service_clock import ClockReading, ClockState, TargetKind
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Partner
from houqin.org.queries.calendars import calendar_for
from houqin.staffing.models import Crew
from houqin.work.models import (
    OrderEvent,
    PartnerClock,
    PartnerStandard,
    ServiceStandard,
    WorkOrder,
    WorkOrderStatus,
)

W = WorkOrderStatus
_GIVEN = frozenset({W.DISPATCHED, W.ACCEPTED})


@dataclass
class Term:
    """One time an order was with a contractor; `over_at` is when it was taken away or voided."""

    partner_id: int
    started_at: dt.datetime
    events: list[ClockEvent] = field(default_factory=list)
    over_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None

    def take(self, event: OrderEvent) -> None:
        """Let a step of the order happen to the term."""
        found = list(clock_history.of_step(event))
        if event.to_status == W.ACCEPTED:
            found.append(ClockEvent(at=event.at, kind=EventKind.ANSWERED))
        for one in found:
            if one.kind in {EventKind.RESOLVED, EventKind.REOPENED}:
                self.resolved_at = one.at if one.kind == EventKind.RESOLVED else None
            if one.kind == EventKind.ENDED:
                self.over_at = one.at
        self.events += found

    def end(self, at: dt.datetime) -> None:
        """Let the order leave the contractor."""
        self.over_at = at
        self.events.append(ClockEvent(at=at, kind=EventKind.ENDED))


@dataclass(frozen=True)
class TermClocks:
    """The clocks of a term under the standard that held on the day it began."""

    term: Term
    partner: Partner
    standard: ServiceStandard
    clocks: Clocks

    @property
    def is_on(self) -> bool:
        """True while the contractor has the order."""
        return self.term.over_at is None

    def rows(self, order: WorkOrder) -> list[PartnerClock]:
        """The clocks as they are stored."""
        return [
            self._row(order, reading, reading.due_at) for reading in self.clocks if reading.due_at is not None
        ]

    def _row(self, order: WorkOrder, reading: ClockReading, due_at: dt.datetime) -> PartnerClock:
        stopped = reading.met_at is None and reading.state in {ClockState.CANCELLED, ClockState.MISSED}
        return PartnerClock(
            order=order,
            partner=self.partner,
            standard=self.standard,
            kind=str(reading.kind),
            started_at=self.term.started_at.replace(microsecond=0),
            due_at=due_at,
            met_at=reading.met_at,
            stopped_at=(self.term.resolved_at or self.term.over_at) if stopped else None,
            paused=reading.state == ClockState.PAUSED,
        )


def terms_of(order: WorkOrder, now: dt.datetime | None = None) -> list[TermClocks]:
    """The terms of an order with contractors that are held to a standard, oldest first.

    Two statements for an order that no contractor ever had; three and one for each standard else.
    """
    prefetch_related_objects([order], Prefetch("events", OrderEvent.objects.order_by("pk")))
    given = {event.data.get("crew_id") for event in order.events.all()} - {None}
    crews = Crew.objects.filter(pk__in=given, partner__isnull=False)
    terms = terms_in(order.events.all(), dict(crews.values_list("pk", "partner_id")))
    return list(_read(order, terms, now or clock.now())) if terms else []


def terms_in(events: Iterable[OrderEvent], partners: Mapping[int, int]) -> list[Term]:
    """The terms that the steps of an order make; `partners` are the companies of crews.

    An order that comes back and is given to the same company in the same instant never left it.
    """
    terms: list[Term] = []
    crew_id: int | None = None
    term: Term | None = None
    left: dt.datetime | None = None
    for event in events:
        crew_id = event.data.get("crew_id", crew_id)
        if event.to_status == W.TO_DISPATCH and term is not None:
            left = event.at
        if event.to_status in _GIVEN:
            holder = partners.get(crew_id or 0)
            if term is not None and (holder != term.partner_id or left not in {None, event.at}):
                term.end(left or event.at)
                term = None
            if term is None and holder is not None:
                term = Term(holder, event.at, [ClockEvent(at=event.at, kind=EventKind.STARTED)])
                terms.append(term)
            left = None
        if term is not None:
            term.take(event)
    if term is not None and left is not None:
        term.end(left)
    return terms


def _read(order: WorkOrder, terms: list[Term], now: dt.datetime) -> Iterator[TermClocks]:
    held = PartnerStandard.objects.filter(
        Q(job_type=order.job_type_id) | Q(job_type__isnull=True),
        partner__in={term.partner_id for term in terms},
    )
    known = list(held.select_related("partner", "standard__calendar"))
    for term in terms:
        agreed = in_force(known, term)
        if agreed is not None:
            targets = promises_at(agreed.standard, order.priority)
            office = calendar_for(order.place, agreed.standard.calendar)
            yield read_term(term, agreed, targets, office=office, now=now)


def in_force(known: Iterable[PartnerStandard], term: Term) -> PartnerStandard | None:
    """What a contractor was held to on the day a term began; that of the job type goes first."""
    day = timezone.localtime(term.started_at).date()
    found = [
        row
        for row in known
        if row.partner_id == term.partner_id and row.since <= day and (row.until is None or day <= row.until)
    ]
    return min(found, key=lambda row: row.job_type_id is None, default=None)


def read_term(
    term: Term,
    agreed: PartnerStandard,
    targets: Promises,
    *,
    office: WorkingCalendar,
    now: dt.datetime,
    confirmed: frozenset[int] | None = None,
) -> TermClocks:
    """The clocks of a term; answers to the requester are left out."""
    wanted: Promises = {kind: target for kind, target in targets.items() if kind != TargetKind.UPDATE}
    events = dict.fromkeys(TargetKind, term.events)
    clocks = read_clocks(wanted, events, office=office, now=now, confirmed=confirmed)
    return TermClocks(term, agreed.partner, agreed.standard, clocks)
