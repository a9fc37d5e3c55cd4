"""The due times of requests and orders are computed again from what happened.

Writes: desk (copies of the clocks), work (copies on the unfinished orders, contractors' clocks).
Locks: the request, then its orders.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from houqin.desk.actions import clocks as copies
from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.alarms import pending_of
from houqin.desk.queries.clocks import Clocks, clocks_of, clocks_of_order
from houqin.desk.queries.orders import orders_of, request_of_order
from houqin.desk.queries.partner_clocks import terms_of
from houqin.flows.watch_orders import pending_of_order
from houqin.kernel import clock
from houqin.kernel.flow import flow
from houqin.work.actions import clocks as order_copies
from houqin.work.actions.clocks import look_again
from houqin.work.actions.moving import lock as order_lock
from houqin.work.models import PartnerClock, WorkOrder
from houqin.work.models.orders import FINISHED


@flow
def refresh_clocks(*, request_id: int, because: str = "", now: dt.datetime | None = None) -> Clocks:
    """The clocks of a request as of now, copied onto it and onto its unfinished orders.

    Doing it again changes nothing. With `because` a due time that moved leaves an event.
    """
    now = now or clock.now()
    request = lock(request_id)
    before = request.due_at
    clocks = clocks_of(request, now)
    copies.store(request=request, clocks=clocks, pending=pending_of(request, clocks, now))
    orders = list(contracted(orders_of(request)))
    _copy(clocks, [pk for pk, theirs in orders if not theirs])
    for pk, theirs in orders:
        if theirs:
            _refresh_terms(order_lock(pk), clocks, now)
    if because and request.due_at != before:
        copies.trace(request=request, before=before, because=because, at=now)
    return clocks


@flow
def refresh_order(*, order_id: int, now: dt.datetime | None = None) -> Clocks:
    """The clocks of an order: those of its request, or its own where no request stands behind it."""
    request = request_of_order(order_id)
    if request is not None:
        return refresh_clocks(request_id=request.pk, now=now)
    now = now or clock.now()
    order = order_lock(order_id)
    clocks = clocks_of_order(order, now)
    ((_pk, theirs),) = contracted(WorkOrder.objects.filter(pk=order_id))
    if theirs:
        _refresh_terms(order, clocks, now)
    else:
        _copy(clocks, [order_id])
    return clocks


def contracted(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder, tuple[int, bool]]:
    """The keys of orders, and whether a contractor has one or has had it under a standard of its own."""
    terms = PartnerClock.objects.filter(order=OuterRef("pk"))
    return orders.values_list("pk", Q(crew__partner__isnull=False) | Exists(terms))


def _copy(clocks: Clocks, order_ids: list[int]) -> None:
    order_copies.copy_due(
        order_ids=order_ids,
        arrival_due_at=clocks.arrival.due_at,
        due_at=clocks.resolution.due_at,
        paused=clocks.paused,
    )


def _refresh_terms(order: WorkOrder, ours: Clocks, now: dt.datetime) -> None:
    """Copy a contractor's clocks; while the contractor has the order it bears their due times, else ours."""
    terms = terms_of(order, now)
    order_copies.store_terms(order=order, rows=[row for term in terms for row in term.rows(order)])
    present = next((term for term in terms if term.is_on), None)
    _copy(present.clocks if present else ours, [order.pk])
    looks = [] if order.is_finished else [still.look_at for still, _term in pending_of_order(order, now)]
    look_again(order=order, at=min((at for at in looks if at), default=None))


def refresh_open(*, standard_id: int | None = None, because: str = "") -> int:
    """How many open requests, all or those of a standard, have another due time now.

    For a change of a standard or a calendar. Orders without a request, and those of contractors held to
    the standard, are computed anew as well. Each is a transaction of its own.
    """
    wanted = ServiceRequest.objects.filter(status__in=sorted(OPEN))
    orders = WorkOrder.objects.exclude(status__in=FINISHED)
    alone = orders.filter(request_link__isnull=True)
    if standard_id is not None:
        wanted = wanted.filter(standard=standard_id)
        alone = orders.filter(
            Q(request_link__isnull=True, standard=standard_id)
            | Q(Exists(PartnerClock.objects.filter(order=OuterRef("pk"), standard=standard_id)))
        )
    moved = 0
    for pk, before in wanted.order_by("pk").values_list("pk", "due_at"):
        moved += refresh_clocks(request_id=pk, because=because).resolution.due_at != before
    for pk in alone.order_by("pk").values_list("pk", flat=True):
        refresh_order(order_id=pk)
    return moved


def refresh_partner(*, partner_id: int) -> int:
    """How many unfinished orders of a contractor were looked at, after what it is held to has changed.

    Each is a transaction of its own.
    """
    has = Q(crew__partner=partner_id)
    had = Q(Exists(PartnerClock.objects.filter(order=OuterRef("pk"), partner=partner_id)))
    found = WorkOrder.objects.filter(has | had).exclude(status__in=FINISHED).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    for pk in keys:
        refresh_order(order_id=pk)
    return len(keys)
