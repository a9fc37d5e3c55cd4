"""Everything that is due by now: warnings, breaches, silence, due times of a settled year.

Writes: work (alarms told), desk (escalations, requests closed by silence, due times), notify.
Locks: each request by itself, then its orders; each order without one by itself. Every item is a
transaction of its own.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, transaction

from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.alarms import PendingAlarm, pending_of
from houqin.desk.queries.clocks import clocks_of
from houqin.desk.queries.silence import silence_at, silent_requests
from houqin.flows.accept_result import accept_by_silence
from houqin.flows.escalating import tell_of_request
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.watch_orders import orders_to_watch, tell_order_alarms
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.kernel.flow import flow
from houqin.org.queries.calendars import confirmed_years, is_provisional

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Swept:
    """How many of each were done."""

    alarms: int
    closed: int
    recomputed: int


def sweep(*, now: dt.datetime | None = None) -> Swept:
    """Do everything due by `now` and tell how much that was.

    What is due is read from the rows, not from a tick: after hours without a sweep all of it is
    done, once, and a second sweep finds nothing. One request that cannot be done is logged and
    does not hold up the others.
    """
    now = now or clock.now()
    warned = (
        ServiceRequest.objects.filter(warn_at__lte=now).order_by("warn_at", "pk").values_list("pk", flat=True)
    )
    return Swept(
        alarms=_each(list(warned), lambda pk: tell_alarms(request_id=pk, now=now))
        + _each(orders_to_watch(now), lambda pk: tell_order_alarms(order_id=pk, now=now)),
        closed=_each([request.pk for request in silent_requests(now)], lambda pk: _close(pk, now)),
        recomputed=_each(_settled(), lambda pk: _recompute(pk, now)),
    )


@flow
def tell_alarms(*, request_id: int, now: dt.datetime | None = None) -> int:
    """How many warnings, breaches and levels of a request were told: each due time once, the first first.

    The desk is told and whoever works on it, and those whom the levels of the standard name. A
    request that is no longer open has none.
    """
    now = now or clock.now()
    request = lock(request_id)
    told = sum(tell_of_request(request, alarm, now) for alarm in _alarms_due(request, now))
    refresh_clocks(request_id=request_id, now=now)
    return told


def _alarms_due(request: ServiceRequest, now: dt.datetime) -> Iterable[PendingAlarm]:
    if request.status not in OPEN:
        return []
    return pending_of(request, clocks_of(request, now), now).due_by(now)


@transaction.atomic
def _close(request_id: int, now: dt.datetime) -> int:
    due = silence_at(lock(request_id))
    if due is None or due > now:
        return 0
    accept_by_silence(request_id=request_id)
    return 1


def _settled() -> list[int]:
    """Open requests marked provisional although the year of their due time is settled by now."""
    confirmed = confirmed_years()
    waiting = ServiceRequest.objects.filter(provisional=True, status__in=sorted(OPEN)).order_by("pk")
    return [
        pk
        for pk, due in waiting.values_list("pk", "due_at")
        if due is None or not is_provisional(due, confirmed=confirmed)
    ]


def _recompute(request_id: int, now: dt.datetime) -> int:
    refresh_clocks(request_id=request_id, because="calendar", now=now)
    return 1


def _each(pks: list[int], do: Callable[[int], int]) -> int:
    """The sum over the rows; one that is refused or fails is logged and the next one goes on."""
    done = 0
    for pk in pks:
        try:
            done += do(pk)
        except Refused as refusal:
            log.warning("sweep_refused", row=pk, sentence=str(refusal))
        except (OperationalError, InterfaceError):  # the database is gone: for the others too
            raise
        except Exception:
            log.exception("sweep_failed", row=pk)
    return done
