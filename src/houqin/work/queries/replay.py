"""What the events of an order amount to. They alone tell the state that is stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.dateparse import parse_datetime

from houqin.work.models import WORK_ORDER_MOVES, OrderEvent, WorkOrder, WorkOrderStatus

S = WorkOrderStatus


_TIMES: dict[str, str] = {
    S.DISPATCHED: "dispatched_at",
    S.ACCEPTED: "accepted_at",
    S.COMPLETED: "completed_at",
    S.CLOSED: "closed_at",
    S.CANCELLED: "closed_at",
}
_EMPTY = {"result": ""}
_FIRST_TIMES: dict[str, str] = {S.ON_SITE: "arrived_at", S.IN_PROGRESS: "started_at"}


class BrokenHistoryError(ValueError):
    """The events of an order do not follow from one another."""


@dataclass(frozen=True)
class OrderState:
    """Everything about an order that its steps decide."""

    status: str = ""
    crew_id: int | None = None
    worker_id: int | None = None
    priority: str = ""
    scheduled_from: dt.datetime | None = None
    scheduled_until: dt.datetime | None = None
    dispatched_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    arrived_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    hold_reason: str = ""
    held_from: str = ""
    held_at: dt.datetime | None = None
    promised_until: dt.datetime | None = None
    result: str = ""


def stored(order: WorkOrder) -> OrderState:
    """The same of the row itself."""
    return OrderState(**{name: getattr(order, name) for name in OrderState.__dataclass_fields__})


def replayed(events: Iterable[OrderEvent]) -> OrderState:
    """The state to which the events lead, one after the other.

    An imported event may lead anywhere. Raises `BrokenHistoryError` for an event that does not start
    where the one before ended, or for a move the machine does not have.
    """
    state = OrderState()
    for event in events:
        if event.to_status:
            _check(state, event)
            state = _moved(state, event)
        state = replace(state, **_facts(event))
    return state


def _check(state: OrderState, event: OrderEvent) -> None:
    if event.imported or (state.status == "" and event.from_status == ""):
        return
    stays = event.from_status == event.to_status == S.ON_HOLD
    if event.from_status != state.status or not (
        stays or event.to_status in WORK_ORDER_MOVES.reachable(state.status)
    ):
        raise BrokenHistoryError(
            f"event {event.pk}: {event.from_status} → {event.to_status}, but it was {state.status}"
        )


def _moved(state: OrderState, event: OrderEvent) -> OrderState:
    """The state after a move: its times, and what a move takes away."""
    at, before, to = event.at, event.from_status, event.to_status
    changes: dict[str, Any] = {}
    if before == to == S.ON_HOLD:
        return state
    if before == S.ON_HOLD:
        changes |= {"hold_reason": "", "held_from": "", "held_at": None, "promised_until": None}
    elif to == S.ON_HOLD:
        changes |= {"held_from": before, "held_at": at}
    elif to in _TIMES:
        changes[_TIMES[to]] = at
    elif to in _FIRST_TIMES:
        changes[_FIRST_TIMES[to]] = getattr(state, _FIRST_TIMES[to]) or at
    if before == S.COMPLETED and to == S.IN_PROGRESS:
        changes |= {"completed_at": None, "result": ""}
    if to == S.TO_DISPATCH:
        changes |= {"dispatched_at": None, "accepted_at": None}
    return replace(state, **changes, status=to)


def _facts(event: OrderEvent) -> dict[str, Any]:
    """The columns that an event names in its data."""
    data = event.data
    found = {
        name: data[name]
        for name in ("crew_id", "worker_id", "priority", "hold_reason", "result")
        if name in data
    }
    if event.kind == "priority":
        found["priority"] = data["priority"][1]
    if event.kind == "amended":
        found |= _amended(data["changes"])
    for name in ("scheduled_from", "scheduled_until", "promised_until"):
        if name in data:
            found[name] = parse_datetime(data[name]) if data[name] else None
    return found


def _amended(changes: dict[str, list[Any]]) -> dict[str, Any]:
    """What an amendment has left of the columns that steps decide."""
    found = {name: values[1] for name, values in changes.items() if name in OrderState.__dataclass_fields__}
    return {
        name: parse_datetime(value) if name.endswith("_at") and value else value or _EMPTY.get(name)
        for name, value in found.items()
    }
