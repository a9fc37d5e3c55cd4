"""What is promised: the targets of a standard at a priority, and what a request is held to."""

import datetime as dt
from collections import defaultdict

from houqin.desk.models import ServiceRequest
from houqin.kernel.service_clock import Target, TargetKind
from houqin.work.models import ServiceStandard, StandardTarget
from houqin.work.models.standards import default_pausing

Promises = dict[TargetKind, tuple[Target, bool]]
"""The target of each kind, and whether its clock never stops for the night."""

USUAL_WARNING = dt.timedelta(minutes=15)


def promises_of(request: ServiceRequest) -> Promises:
    """What a request is held to; `target_at` stands in for the computed restoration time."""
    return with_fixed(promises_at(request.standard, request.priority), request.target_at)


def promises_at(standard: ServiceStandard | None, priority: str) -> Promises:
    """The targets of a standard at a priority; none without a standard. One statement."""
    rows = StandardTarget.objects.filter(standard=standard, priority=priority) if standard else []
    answers = standard is not None and standard.arrival_answers
    return {TargetKind(row.kind): promise(row, arrival_answers=answers) for row in rows}


def every_promise() -> dict[tuple[int, str], Promises]:
    """The targets of all standards by their id and priority. One statement."""
    found: dict[tuple[int, str], Promises] = defaultdict(dict)
    for row in StandardTarget.objects.select_related("standard"):
        answers = row.standard.arrival_answers
        found[row.standard_id, row.priority][TargetKind(row.kind)] = promise(row, arrival_answers=answers)
    return found


def with_fixed(promises: Promises, at: dt.datetime | None) -> Promises:
    """The same with a restoration time that was promised, pauses and warning as in the standard."""
    if at is None:
        return promises
    computed = promises.get(TargetKind.RESOLUTION)
    target = Target(
        kind=TargetKind.RESOLUTION,
        fixed_at=at,
        pausing_reasons=computed[0].pausing_reasons if computed else frozenset(default_pausing()),
        warn_before=computed[0].warn_before if computed else USUAL_WARNING,
    )
    return {**promises, TargetKind.RESOLUTION: (target, computed[1] if computed else False)}


def promise(row: StandardTarget, *, arrival_answers: bool) -> tuple[Target, bool]:
    """One row of a standard, stored or not, as a target."""
    target = Target(
        kind=TargetKind(row.kind),
        minutes=row.minutes,
        working_days=row.working_days,
        end_of_day=row.end_of_day,
        pausing_reasons=frozenset(row.pausing_reasons),
        arrival_answers=arrival_answers,
        warn_before=dt.timedelta(minutes=row.warn_minutes),
    )
    return target, row.around_the_clock
