"""Every offer that has run out and every order a rule is to look at by now.

Writes: what `dispatch_order` writes.
Locks: as each of them; every item is a transaction of its own.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError

from houqin.flows.dispatch_order import dispatch_order, pass_on_offer
from houqin.kernel import clock
from houqin.work.actions.dispatching import put_off
from houqin.work.models import Offer, WorkOrder

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Dispatched:
    """How many of each were looked at."""

    offers: int
    orders: int


def dispatch_due(*, now: dt.datetime | None = None) -> Dispatched:
    """Pass on the offers nobody accepted, then let the rules decide about the orders that wait.

    What is due is read from the rows, not from a tick: after hours without a worker all of it is done,
    once, the longest waiting first. An order that cannot be decided is logged, does not hold up the
    others, and is looked at again a minute later.
    """
    now = now or clock.now()
    ended = Offer.objects.filter(outcome=Offer.Outcome.OPEN, until__lte=now).order_by("until", "pk")
    offers = list(ended.values_list("pk", "order_id"))
    passed = _each(offers, lambda pk: pass_on_offer(offer_id=pk, at=now), now)
    waiting = WorkOrder.objects.filter(dispatch_at__lte=now).order_by("dispatch_at", "pk")
    orders = [(pk, pk) for pk in waiting.values_list("pk", flat=True)]
    return Dispatched(passed, _each(orders, lambda pk: dispatch_order(order_id=pk, at=now), now))


def _each(pks: Iterable[tuple[int, int]], do: Callable[[int], object], now: dt.datetime) -> int:
    done = 0
    for pk, order_id in pks:
        try:
            do(pk)
            done += 1
        except (OperationalError, InterfaceError):  # the database is gone: for the others too
            raise
        except Exception:
            log.exception("dispatch_failed", row=pk)
            put_off(order_id=order_id, at=now)
    return done
