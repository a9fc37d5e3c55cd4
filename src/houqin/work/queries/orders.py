"""Work orders as lists, as a technician's day, and one with all that is recorded on it."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from houqin.accounts.models import User
from houqin.accounts.policies import Person
from houqin.kernel import clock
from houqin.kernel.text_search import matches
from houqin.staffing.queries.crews import crew_ids_of
from houqin.work.models import (
    Offer,
    OrderAttachment,
    OrderEvent,
    OrderStep,
    OrderWorker,
    TargetKind,
    TimeEntry,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.models.orders import FINISHED
from houqin.work.policies import free_for, may_claim, visible_orders
from houqin.work.queries.eligibility import Hurdle, in_the_way
from houqin.work.queries.partners import given_to
from houqin.work.queries.time import WorkedTime, worked

S = WorkOrderStatus
Ordering = Literal["newest", "due"]

ORDERINGS: dict[str, tuple[str, str]] = {"newest": ("-raised_at", "-pk"), "due": ("due_at", "pk")}
"""Columns of each ordering, the key last, so that a page can go on after a row. "due" puts orders
without a due time last."""

MINE = (S.DISPATCHED, S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD)


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """Which orders; what is left empty does not narrow. Page, API and export share it.

    `place_id` means the place and all that stands in it; `raised_from` and `raised_until` are local
    days, both included; `overdue` are unfinished orders whose clock runs and whose due time has
    passed; `unassignable` those that a rule found nobody for. `partner_id` are those a contractor with a
    standard of its own was given, on the local days from `given_from` to `given_until`; `partner_kept`
    those whose promise of the kind `partner_promise` it kept (`yes`) or did not (`no`).
    """

    q: str = ""
    statuses: frozenset[str] = frozenset()
    open_only: bool = False
    overdue: bool = False
    unassigned: bool = False
    unassignable: bool = False
    rework: bool = False
    priorities: frozenset[str] = frozenset()
    job_type_id: int | None = None
    kind: str = ""
    crew_id: int | None = None
    worker_id: int | None = None
    place_id: int | None = None
    hold_reason: str = ""
    source: str = ""
    raised_from: dt.date | None = None
    raised_until: dt.date | None = None
    partner_id: int | None = None
    partner_kept: str = ""
    partner_promise: str = TargetKind.RESOLUTION.value
    given_from: dt.date | None = None
    given_until: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """True when every order passes."""
        return all(getattr(self, field.name) == field.default for field in fields(self))

    def condition(self) -> Q:
        """The orders that pass, at the present instant."""
        own = self._of_state() & self._of_columns() & self._of_days() & matches(self.q)
        return own & self._of_partner()

    def _of_state(self) -> Q:
        found = Q(status__in=sorted(self.statuses)) if self.statuses else Q()
        if self.open_only:
            found &= ~Q(status__in=sorted(FINISHED))
        if self.overdue:
            found &= ~Q(status__in=sorted(FINISHED)) & Q(due_at__lt=clock.now(), paused=False)
        if self.unassigned:
            found &= Q(worker__isnull=True)
        if self.unassignable:
            found &= Q(unassignable_since__isnull=False)
        if self.rework:
            found &= Q(rework_of__isnull=False)
        return found

    def _of_columns(self) -> Q:
        exact = {
            "job_type_id": self.job_type_id,
            "kind": self.kind,
            "crew_id": self.crew_id,
            "worker_id": self.worker_id,
            "hold_reason": self.hold_reason,
            "source": self.source,
        }
        found = Q(**{name: value for name, value in exact.items() if value})
        if self.place_id:
            found &= Q(place__lineage__contains=[self.place_id])
        if self.priorities:
            found &= Q(priority__in=sorted(self.priorities))
        return found

    def _of_days(self) -> Q:
        found = Q()
        if self.raised_from:
            found &= Q(raised_at__gte=_start_of(self.raised_from))
        if self.raised_until:
            found &= Q(raised_at__lt=_start_of(self.raised_until + dt.timedelta(days=1)))
        return found

    def _of_partner(self) -> Q:
        if self.partner_id is None:
            return Q()
        return given_to(
            self.partner_id,
            kind=self.partner_promise,
            verdict=self.partner_kept,
            since=_start_of(self.given_from) if self.given_from else None,
            until=_start_of(self.given_until + dt.timedelta(days=1)) if self.given_until else None,
            now=clock.now(),
        )


def orders(chosen: OrderFilter, user: Person, *, ordering: Ordering = "newest") -> QuerySet[WorkOrder]:
    """The orders the person may see that pass the filter, with all a list shows of them.

    Rows are ordered by the columns of `ORDERINGS`; `due` has orders without a due time last.
    """
    return listed(visible_orders(user).filter(chosen.condition()), ordering=ordering)


def listed(found: QuerySet[WorkOrder], *, ordering: Ordering = "newest") -> QuerySet[WorkOrder]:
    """The rows of a list in one statement: place, job type, crew and technician come along."""
    column, key = ORDERINGS[ordering]
    first = F(column).asc(nulls_last=True) if ordering == "due" else column
    return (
        found.select_related("place", "job_type", "crew", "worker")
        .defer("search_text", "search_grams", "description", "result_note", "answers")
        .order_by(first, key)
    )


@dataclass(frozen=True)
class MyDay:
    """What a technician sees first: own jobs by their clock, and those to claim."""

    running: list[WorkOrder]
    """Orders on which the person's clock runs; at most one."""
    own: list[WorkOrder]
    """Own orders and those of own crews that wait for acceptance, then those one helps with."""
    helping: list[WorkOrder]
    claimable: list[WorkOrder]
    barred: list[tuple[WorkOrder, tuple[Hurdle, ...]]]
    """On offer to the crew or trade, but a hard rule stands in the person's way."""
    finished_today: int
    offered: dict[int, Offer]
    """The offers to the person that stand, by the order's id."""


def my_day(user: User) -> MyDay:
    """The technician's jobs, each list ordered by the due time; jobs without one come last.

    Orders on hold follow those that can be worked on. The statements do not depend on their number.
    """
    clocks = TimeEntry.objects.filter(order=OuterRef("pk"), user=user, ended_at__isnull=True)
    base = WorkOrder.objects.annotate(clock_runs=Exists(clocks))
    waiting = Q(status=S.DISPATCHED, worker__isnull=True, crew__in=crew_ids_of(user))
    own = list(listed(base.filter(Q(worker=user, status__in=MINE) | waiting), ordering="due"))
    helps = Exists(OrderWorker.objects.filter(order=OuterRef("pk"), user=user))
    helping = list(listed(base.filter(helps, status__in=MINE), ordering="due"))
    offered = Q(status=S.TO_DISPATCH, crew__in=crew_ids_of(user)) | free_for(user)
    on_offer = [order for order in listed(base.filter(offered), ordering="due") if may_claim(user, order)]
    hurdles = in_the_way(user, on_offer)
    standing = Offer.objects.filter(user=user, outcome=Offer.Outcome.OPEN)
    today = _start_of(clock.today())
    done = WorkOrder.objects.filter(worker=user, completed_at__gte=today).count()
    return MyDay(
        running=[order for order in [*own, *helping] if _clock_runs(order)],
        own=_held_last(own),
        helping=_held_last(helping),
        claimable=[order for order in on_offer if not hurdles[order.pk]],
        barred=[(order, hurdles[order.pk]) for order in on_offer if hurdles[order.pk]],
        finished_today=done,
        offered={offer.order_id: offer for offer in standing},
    )


@dataclass(frozen=True)
class OrderDetail:
    """An order with everything recorded on it, loaded."""

    order: WorkOrder
    events: list[OrderEvent]
    steps: list[OrderStep]
    attachments: list[OrderAttachment]
    helpers: list[OrderWorker]
    time_entries: list[TimeEntry]
    worked: WorkedTime
    reworks: list[WorkOrder]

    @property
    def open_steps(self) -> list[OrderStep]:
        """Required lines of the checklist without an answer."""
        return [step for step in self.steps if step.required and not step.answer]


def order_detail(order: WorkOrder) -> OrderDetail:
    """Everything recorded on an order that the reader may see; events oldest first. Six statements.

    The order is used as it is given: `detailed` loads what stands on it.
    """
    entries = list(order.time_entries.select_related("user"))
    return OrderDetail(
        order=order,
        events=list(order.events.all()),
        steps=list(order.steps.all()),
        attachments=list(order.attachments.select_related("attachment")),
        helpers=list(order.helpers.select_related("user")),
        time_entries=entries,
        worked=worked(entries, now=clock.now()),
        reworks=list(listed(WorkOrder.objects.filter(rework_of=order))),
    )


def detailed(user: Person) -> QuerySet[WorkOrder]:
    """The orders the person may see, each with what its page shows, in one statement."""
    return (
        visible_orders(user)
        .select_related(
            "place",
            "job_type",
            "job_type__trade",
            "crew",
            "worker",
            "standard",
            "problem",
            "cause",
            "remedy",
            "rework_of",
        )
        .defer("search_text", "search_grams")
    )


def _clock_runs(order: WorkOrder) -> bool:
    return bool(getattr(order, "clock_runs", False))


def _held_last(found: list[WorkOrder]) -> list[WorkOrder]:
    return sorted(found, key=lambda order: order.status == S.ON_HOLD)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
