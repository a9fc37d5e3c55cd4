"""Lists of requests: one meaning of a filter for page, API, export and report."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact

from houqin.accounts.models import User
from houqin.accounts.policies import Person
from houqin.desk.models import RequestEvent, RequestOrder, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import visible_requests
from houqin.desk.queries import counted
from houqin.desk.queries.promised import promised
from houqin.kernel import clock
from houqin.kernel.text_search import matches
from houqin.work.models import WorkOrderStatus
from houqin.work.models.orders import FINISHED

TABS = ("pending", "to_assign", "unassignable", "mine", "all")
ON_TIME = ("yes", "no", "none")
WITHOUT: dict[str, Q] = {
    "department": Q(department__isnull=True),
    "service": Q(service__isnull=True),
    "at": Q(place__isnull=True),
    "in_charge": counted.in_charge(None),
}
"""What a request may be without, by the parameter of the address that says `none`."""
DUE_SOON = dt.timedelta(hours=2)
"""How near the next due time is for `due_soon`; the warning time of a standard may be nearer."""


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """Which requests are wanted; a field left as it is narrows nothing.

    Days are local to the place and both included. `place_id` takes everything below the place,
    `at_id` the place alone; `crew_id` the requests a crew has or has an order of, `in_charge_id`
    those that count as its own. `without` names what must be missing (`WITHOUT`). `door` is a
    channel, or the word of an import's source for it. `tab`: `pending` waits for the desk or for
    information, `to_assign` is taken on but has nobody,
    `unassignable` those a rule found nobody for, `mine` was accepted by the reader or is the
    reader's work or own request. `on_time` sorts by what was promised for the restoration: `yes`
    resolved by then, `no` resolved later or still open after it, `none` neither, because nothing was
    promised, it is not due yet, or the request ended otherwise. `escalated` takes those that stand at
    this level or a higher one. `in_figures` keeps to what the reader's right to see figures reaches.
    What a report counts is in `counted`. `rule_id` keeps to what a triage rule said something of;
    `proposed_field`, `verdict` and `instead` (a code) to those proposals of it. `promise` is one of
    `promised.PROMISES`.
    """

    q: str = ""
    statuses: frozenset[str] = frozenset()
    tab: str = "all"
    category_id: int | None = None
    service_id: int | None = None
    place_id: int | None = None
    department_id: int | None = None
    crew_id: int | None = None
    requester_id: int | None = None
    priorities: frozenset[str] = frozenset()
    escalated: int | None = None
    channels: frozenset[str] = frozenset()
    open: bool | None = None
    overdue: bool | None = None
    due_soon: bool | None = None
    paused: bool | None = None
    flagged: bool | None = None
    imported: bool | None = None
    reopened: bool | None = None
    repaired: bool | None = None
    on_time: str = ""
    promise: str = ""
    at_id: int | None = None
    in_charge_id: int | None = None
    door: str = ""
    without: frozenset[str] = frozenset()
    in_figures: bool = False
    rule_id: int | None = None
    proposed_field: str = ""
    verdict: str = ""
    instead: str = ""
    opened_from: dt.date | None = None
    opened_to: dt.date | None = None
    closed_from: dt.date | None = None
    closed_to: dt.date | None = None
    ids: frozenset[int] = field(default_factory=frozenset)

    def is_empty(self) -> bool:
        """True when nothing is narrowed."""
        return self == RequestFilter()


def requests(wanted: RequestFilter, user: Person) -> QuerySet[ServiceRequest]:
    """The visible requests the filter asks for, unordered, with what a list row shows."""
    return listed(visible_requests(user).filter(condition(wanted, user)))


def listed(found: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """The requests with what a row of a list shows, in one statement."""
    return found.select_related(
        "category", "service", "place", "department", "crew", "requester", "standard"
    ).defer(
        "search_text",
        "search_grams",
        "description",
        "answers",
        "requester__search_text",
        "requester__search_grams",
    )


def condition(wanted: RequestFilter, user: Person, *, now: dt.datetime | None = None) -> Q:
    """The filter as a condition on requests, whoever may see them; for figures over many."""
    found = _plain(wanted) & _times(wanted, now or clock.now()) & _days(wanted) & _tab(wanted.tab, user)
    found &= _counted(wanted, user)
    if wanted.q.strip():
        found &= matches(wanted.q)
    if wanted.crew_id is not None:
        orders = RequestOrder.objects.filter(request=OuterRef("pk"), order__crew=wanted.crew_id)
        found &= Q(crew=wanted.crew_id) | Q(Exists(orders))
    return found


def on_time(verdict: str, now: dt.datetime) -> Q:
    """Requests whose restoration was on time (`yes`), was not (`no`), or has no verdict (`none`).

    A paused clock keeps the verdict open, unless it was late before: its due time moves on.
    """
    if verdict == "none":
        return Q(Exact(counted.verdict(now), verdict))
    return counted.kept() if verdict == "yes" else counted.missed() | counted.late(now)


def overdue(now: dt.datetime) -> Q:
    """Open requests with a clock that runs and is past its due time."""
    return Q(status__in=sorted(OPEN), next_due_at__lt=now)


def _plain(wanted: RequestFilter) -> Q:
    sets: dict[str, Any] = {
        "status__in": wanted.statuses,
        "priority__in": wanted.priorities,
        "channel__in": wanted.channels,
        "pk__in": wanted.ids,
    }
    values: dict[str, Any] = {
        "category": wanted.category_id,
        "service": wanted.service_id,
        "department": wanted.department_id,
        "requester": wanted.requester_id,
        "imported": wanted.imported,
        "paused": wanted.paused,
    }
    found = Q(**{name: sorted(chosen) for name, chosen in sets.items() if chosen})
    found &= Q(**{name: value for name, value in values.items() if value is not None})
    if wanted.place_id is not None:
        found &= Q(place__lineage__contains=[wanted.place_id])
    if wanted.escalated is not None:
        found &= Q(escalated__gte=wanted.escalated)
    return (
        found & _either(Q(flags__len__gt=0), wanted.flagged) & _either(Q(reopen_count__gt=0), wanted.reopened)
    )


def _times(wanted: RequestFilter, now: dt.datetime) -> Q:
    is_open = Q(status__in=sorted(OPEN))
    soon = is_open & Q(next_due_at__gte=now, next_due_at__lte=now + DUE_SOON)
    found = (
        _either(is_open, wanted.open) & _either(overdue(now), wanted.overdue) & _either(soon, wanted.due_soon)
    )
    if wanted.promise:
        found &= promised(wanted.promise, now)
    return found & on_time(wanted.on_time, now) if wanted.on_time else found


def _either(this: Q, wanted: bool | None) -> Q:  # noqa: FBT001 - a flag of the filter
    if wanted is None:
        return Q()
    return this if wanted else ~this


def _days(wanted: RequestFilter) -> Q:
    opened = counted.on_days("opened_at", wanted.opened_from, wanted.opened_to)
    return opened & counted.on_days("closed_at", wanted.closed_from, wanted.closed_to)


def _counted(wanted: RequestFilter, user: Person) -> Q:
    """The conditions by which a report divides what it counts."""
    found = _either(counted.repaired(), wanted.repaired)
    for name in sorted(wanted.without):
        found &= WITHOUT[name]
    if wanted.at_id is not None:
        found &= Q(place=wanted.at_id)
    if wanted.in_charge_id is not None:
        found &= counted.in_charge(wanted.in_charge_id)
    if wanted.door:
        found &= counted.came_by(wanted.door)
    found &= counted.of_rule(
        wanted.rule_id, field=wanted.proposed_field, verdict=wanted.verdict, instead=wanted.instead
    )
    return found & counted.in_figures(user) if wanted.in_figures else found


def _tab(tab: str, user: Person) -> Q:
    match tab:
        case "pending":
            return Q(status__in=[RequestStatus.NEW, RequestStatus.NEED_INFO])
        case "to_assign":
            live = RequestOrder.objects.filter(request=OuterRef("pk")).exclude(order__status__in=FINISHED)
            waiting = live.filter(order__status__in=[WorkOrderStatus.DRAFT, WorkOrderStatus.TO_DISPATCH])
            taken_on = Q(status__in=[RequestStatus.ACCEPTED, RequestStatus.IN_PROGRESS])
            return taken_on & (~Q(Exists(live)) | Q(Exists(waiting)))
        case "unassignable":
            stuck = RequestOrder.objects.filter(
                request=OuterRef("pk"), order__unassignable_since__isnull=False
            )
            return Q(Exists(stuck))
        case "mine":
            return _mine(user)
    return Q()


def _mine(user: Person) -> Q:
    if not isinstance(user, User):
        return Q(pk__in=[])
    taken_on = RequestEvent.objects.filter(request=OuterRef("pk"), kind="accepted", actor=user)
    worked_on = RequestOrder.objects.filter(request=OuterRef("pk")).filter(
        Q(order__worker=user) | Q(order__helpers__user=user)
    )
    return Q(requester=user) | Q(Exists(taken_on)) | Q(Exists(worked_on))
