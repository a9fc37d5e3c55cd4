"""Orders brought to a state by the steps that lead there."""

from typing import Any

from houqin.accounts.models import User
from houqin.work.actions import finishing, orders, progress
from houqin.work.models import WorkOrder
from tests.makers import make_order


def dispatched(worker: User, **facts: Any) -> WorkOrder:
    order = make_order(**facts)
    return orders.assign(order_id=order.pk, worker_id=worker.pk, by=None)


def accepted(worker: User, **facts: Any) -> WorkOrder:
    return progress.accept(order_id=dispatched(worker, **facts).pk, by=worker)


def in_progress(worker: User, **facts: Any) -> WorkOrder:
    return progress.start(order_id=accepted(worker, **facts).pk, by=worker)


def on_hold(worker: User, reason: str = "parts", **facts: Any) -> WorkOrder:
    return progress.hold(order_id=in_progress(worker, **facts).pk, reason=reason, by=worker)


def completed(worker: User, **facts: Any) -> WorkOrder:
    return finishing.complete(order_id=in_progress(worker, **facts).pk, result="fixed", by=worker)


def closed(worker: User, **facts: Any) -> WorkOrder:
    return finishing.verify(order_id=completed(worker, **facts).pk, by=None)


def trace(order: WorkOrder) -> tuple[Any, ...]:
    """Everything a refusal must leave alone."""
    fresh = WorkOrder.objects.get(pk=order.pk)
    return (
        fresh.status,
        fresh.version,
        fresh.worker_id,
        fresh.crew_id,
        fresh.changed_at,
        fresh.events.count(),
        fresh.time_entries.count(),
    )
