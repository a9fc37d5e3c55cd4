"""Who had the time of a request or an order, read from what happened to it; nothing is kept on a row."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.fields.json import KT, HasKey

from houqin.desk.models import RequestEvent, RequestStatus, ServiceRequest
from houqin.desk.queries.promises import Promises
from houqin.kernel.service_clock import TargetKind
from houqin.kernel.time_owners import Had, Owner, Turn, who_had
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import around_the_clock
from houqin.work.models import OrderEvent, WorkOrder, WorkOrderStatus

R, W = RequestStatus, WorkOrderStatus
_DONE = frozenset({R.RESOLVED, R.CLOSED})
_EXITS = frozenset({R.REJECTED, R.MERGED, R.WITHDRAWN})
_HANDED_OVER = frozenset({W.DISPATCHED, W.ACCEPTED, W.ON_SITE, W.IN_PROGRESS})
_WAITS = frozenset({R.NEED_INFO, *_DONE, *_EXITS})
_TURNS = Q(to_status__in=_WAITS) | Q(from_status__in=_WAITS)
"""Events of a request after which somebody else may have it: all others leave it with us."""

_FINISHED = frozenset({W.COMPLETED, W.VERIFIED, W.CLOSED, W.CANCELLED})
_NO_TURN = Q(from_status__in=[W.ACCEPTED, W.ON_SITE], to_status__in=[W.ON_SITE, W.IN_PROGRESS]) | Q(
    to_status__in=[W.VERIFIED, W.CLOSED]
)
"""Events of an order that leave it with whom it was."""


class Step(NamedTuple):
    """What is read of an event of a request."""

    at: dt.datetime
    to_status: str


class OrderStep(NamedTuple):
    """What is read of an event of an order; `crew_id` and `partner_id` count where it names a crew."""

    at: dt.datetime
    to_status: str
    hold: str
    names_crew: bool
    crew_id: int | None
    partner_id: int | None


@dataclass
class History:
    """What happened to one request, as turns."""

    turns: list[Turn] = field(default_factory=list)
    has_orders: bool = False

    def until(self, at: dt.datetime, *, opened_at: dt.datetime, crew_id: int | None) -> list[Had]:
        """Who had the time from the report on; the request's own crew counts where no order was raised."""
        own = None if self.has_orders else crew_id
        return who_had(self.turns, start=opened_at, until=at, crew_id=own)


def hours_of(promises: Promises, office: WorkingCalendar) -> WorkingCalendar:
    """The hours in which the time of something counts: those of its restoration clock.

    That is every hour where the restoration is promised day and night, else the office's.
    """
    _target, always = promises.get(TargetKind.RESOLUTION, (None, False))
    return around_the_clock() if always else office


def of_request(request: ServiceRequest, until: dt.datetime) -> list[Had]:
    """Who had the time of a request, its history loaded, up to `until`."""
    own = (Step(event.at, event.to_status) for event in request.events.all())
    history = History(list(request_turns(own)))
    for link in request.order_links.all():
        history.has_orders = True
        history.turns += order_turns(link.order.number, map(_step, link.order.events.all()))
    return history.until(until, opened_at=request.opened_at, crew_id=request.crew_id)


def of_order(order: WorkOrder, until: dt.datetime) -> list[Had]:
    """Who had the time of an order that no request stands behind, its events loaded, since it was raised."""
    turns = order_turns("", map(_step, order.events.all()))
    alone = (_alone(turn, event) for turn, event in zip(turns, order.events.all(), strict=True))
    return who_had(alone, start=order.raised_at, until=until)


def of_many(request_ids: Collection[int]) -> dict[int, History]:
    """What happened to many requests, by their keys. Two statements whatever their number."""
    found: dict[int, History] = defaultdict(History)
    own: dict[int, list[Step]] = defaultdict(list)
    moves = RequestEvent.objects.filter(_TURNS, request_id__in=request_ids).order_by("pk")
    for request_id, at, to_status in moves.values_list("request_id", "at", "to_status"):
        own[request_id].append(Step(at, to_status))
    for request_id, steps in own.items():
        found[request_id].turns += request_turns(steps)
    orders: dict[tuple[int, str], list[OrderStep]] = defaultdict(list)
    for request_id, order_id, *facts in _order_steps(request_ids):
        orders[request_id, str(order_id)].append(_read(facts))
    for (request_id, order_id), of_order_ in orders.items():
        found[request_id].has_orders = True
        found[request_id].turns += order_turns(order_id, of_order_)
    return found


def request_turns(events: Iterable[Step]) -> Iterator[Turn]:
    """The turns of a request itself."""
    for event in events:
        if not event.to_status:
            continue
        if event.to_status == R.NEED_INFO:
            yield Turn(event.at, Owner.REQUESTER)
        elif event.to_status in _EXITS:
            yield Turn(event.at, None)
        elif event.to_status in _DONE:
            yield Turn(event.at, Owner.RESOLVED)
        else:
            yield Turn(event.at, Owner.US)


def order_turns(source: str, steps: Iterable[OrderStep]) -> Iterator[Turn]:
    """A turn for each event of an order.

    Up to its dispatch an order is with the desk, whichever crew it is meant for. Then the time is the
    crew's, or the contractor's that the crew belonged to; a hold names whom or what it waits for.
    """
    status, hold = "", ""
    crew_id, partner_id = None, None
    for step in steps:
        status, hold = step.to_status or status, step.hold or hold
        if step.names_crew:
            crew_id, partner_id = step.crew_id, step.partner_id
        if status in _FINISHED:
            yield Turn(step.at, None, source)
        elif status == W.AWAITING_APPROVAL:
            yield Turn(step.at, Owner.APPROVAL, source)
        elif status == W.ON_HOLD:
            yield Turn(step.at, Owner(hold), source, crew_id)
        elif status in _HANDED_OVER:
            yield Turn(step.at, Owner.CONTRACTOR if partner_id else Owner.US, source, crew_id)
        else:
            yield Turn(step.at, Owner.US, source)


def _alone(turn: Turn, event: OrderEvent) -> Turn:
    """The turn of an order that stands for itself: done is resolved, and only a cancelled one has ended."""
    done = turn.owner is None and event.to_status != W.CANCELLED
    return turn._replace(owner=Owner.RESOLVED) if done else turn


def _step(event: OrderEvent) -> OrderStep:
    data = event.data
    hold, names_crew = data.get("hold_reason") or "", "crew_id" in data
    return OrderStep(event.at, event.to_status, hold, names_crew, data.get("crew_id"), data.get("partner_id"))


def _order_steps(request_ids: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """The events of the orders of requests after which somebody else may have them, oldest first.

    What is read of their data is taken out of it by the server: that is what makes it quick.
    """
    events = OrderEvent.objects.filter(order__request_link__request_id__in=request_ids)
    telling = ~Q(to_status="") | Q(data__has_any_keys=["crew_id", "hold_reason"])
    return (
        events.filter(telling)
        .exclude(_NO_TURN)
        .order_by("pk")
        .values_list(
            "order__request_link__request_id",
            "order_id",
            "at",
            "to_status",
            KT("data__hold_reason"),
            ExpressionWrapper(HasKey(F("data"), "crew_id"), BooleanField()),
            KT("data__crew_id"),
            KT("data__partner_id"),
        )
    )


def _read(facts: Sequence[Any]) -> OrderStep:
    """A row of `_order_steps` behind its two keys; keys out of its data come as text."""
    at, to_status, hold, names_crew, crew_id, partner_id = facts
    return OrderStep(at, to_status, hold or "", names_crew, _key(crew_id), _key(partner_id))


def _key(text: str | None) -> int | None:
    return int(text) if text else None
