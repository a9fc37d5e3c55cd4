"""Telling that a clock is due soon, overdue, or goes up a level: shared by the flows, no step of its own.

Each is told once for its due time. A level that finds nobody is told to those who decide on the request
or dispatch the order, so that it is never lost; the story says so.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions.clocks import note_escalation
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.alarms import PendingAlarm
from houqin.desk.queries.partner_clocks import TermClocks
from houqin.desk.queries.recipients import staff_for, staff_for_order, told_of_order, told_of_request
from houqin.flows.telling import tell_desk, tell_dispatchers, tell_own_workers, tell_people, tell_workers
from houqin.work.actions import clocks as order_clocks
from houqin.work.models import Alarm, EscalationLevel, WorkOrder

KINDS = {Alarm.Kind.WARNING: "due_soon", Alarm.Kind.BREACH: "overdue", Alarm.Kind.LEVEL: "escalated"}


def tell_of_request(request: ServiceRequest, alarm: PendingAlarm, now: dt.datetime) -> bool:
    """Tell of a clock of a locked request; False when that has been done for this due time."""
    if not _first_time(request.number, alarm, now):
        return False
    facts, change = _facts(alarm), _change(alarm)
    if alarm.row is None:
        tell_desk(request, KINDS[Alarm.Kind(alarm.kind)], change, **facts)
        tell_own_workers(request, KINDS[Alarm.Kind(alarm.kind)], change, **facts)
        return True
    people = told_of_request(alarm.row, request)
    instead = [] if people else list(staff_for(request, "desk.triage"))
    note_escalation(request=request, data=_noted(alarm, alarm.row, people, instead), at=now)
    tell_people(people or instead, request, change, urgent=alarm.row.around_the_clock, **facts)
    return True


def tell_of_order(
    order: WorkOrder, alarm: PendingAlarm, now: dt.datetime, *, term: TermClocks | None = None
) -> bool:
    """Tell of a clock of a locked order by itself, or of its contractor's (`term`); False if it was told."""
    if not _first_time(order.number, alarm, now, theirs=term is not None):
        return False
    facts, change = _facts(alarm), _change(alarm, theirs=term is not None)
    if alarm.row is None:
        tell_dispatchers(order, KINDS[Alarm.Kind(alarm.kind)], change, **facts)
        if term is not None or not order.partner_clocks.exists():
            tell_workers(order, KINDS[Alarm.Kind(alarm.kind)], change, **facts)
        return True
    people = told_of_order(alarm.row, order)
    instead = [] if people else staff_for_order(order, "work.dispatch")
    data = _noted(alarm, alarm.row, people, instead)
    if term is not None:
        data |= {"partner": term.partner.name, "partner_en": term.partner.name_en}
    order_clocks.note_escalation(order=order, data=data, at=now)
    tell_people(people or instead, order, change, urgent=alarm.row.around_the_clock, **facts)
    return True


def _first_time(subject: str, alarm: PendingAlarm, now: dt.datetime, *, theirs: bool = False) -> bool:
    return order_clocks.alarm_once(
        subject=subject,
        theirs=theirs,
        target=alarm.target,
        kind=alarm.kind,
        level=alarm.level,
        due_at=alarm.due_at,
        at=now,
    )


def _change(alarm: PendingAlarm, *, theirs: bool = False) -> str:
    """What was told, as a key: the same is told to a person once."""
    kind = f"{alarm.kind}{alarm.level}" if alarm.level else alarm.kind
    whose = "theirs:" if theirs else ""
    return f"{whose}{kind}:{alarm.target}:{alarm.due_at.isoformat()}"


def _facts(alarm: PendingAlarm) -> dict[str, Any]:
    level = {"level": alarm.level} if alarm.level else {}
    return {"target": alarm.target, "due": alarm.due_at, **level}


def _noted(
    alarm: PendingAlarm, level: EscalationLevel, people: Sequence[User], instead: Sequence[User]
) -> dict[str, Any]:
    """What the story keeps of an escalation; `missing` is who should have been told and was not there."""
    data: dict[str, Any] = {
        "level": alarm.level,
        "target": alarm.target,
        "due_at": alarm.due_at.isoformat(),
        "told": [person.full_name for person in people or instead],
    }
    return data if people else {**data, "missing": level.role or level.recipient}
