"""The copies of a request's clocks, by which lists are sorted and alarms are found."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving
from houqin.desk.models import RequestEvent, ServiceRequest
from houqin.desk.queries.alarms import Pending
from houqin.desk.queries.clocks import ALIVE, Clocks
from houqin.kernel.errors import Invalid
from houqin.kernel.service_clock import ClockState


def store(*, request: ServiceRequest, clocks: Clocks, pending: Pending) -> bool:
    """Copy the readings onto a locked request; True when anything was different.

    The version stays: nobody's work is overtaken by it.
    """
    changed = put(request=request, clocks=clocks, look_at=pending.look_at, reached=pending.reached)
    if changed:
        request.save(update_fields=changed)
    return bool(changed)


def put(
    *, request: ServiceRequest, clocks: Clocks, look_at: dt.datetime | None, reached: int = 0
) -> list[str]:
    """Put the readings on a request without storing it; the fields that are different now."""
    fields = {
        "responded_at": clocks.response.met_at,
        "response_due_at": clocks.response.due_at,
        "update_due_at": clocks.update.due_at if clocks.update.state in ALIVE else None,
        "updates_kept": sum(answer.state == ClockState.MET for answer in clocks.answers),
        "updates_missed": sum(answer.state == ClockState.MISSED for answer in clocks.answers),
        "arrival_due_at": clocks.arrival.due_at,
        "due_at": clocks.resolution.due_at,
        "next_due_at": clocks.next_due_at if request.is_open else None,
        "warn_at": look_at if request.is_open else None,
        "escalated": reached if request.is_open else 0,
        "paused": clocks.paused,
        "provisional": clocks.provisional,
    }
    changed = [name for name, value in fields.items() if getattr(request, name) != value]
    for name in changed:
        setattr(request, name, fields[name])
    return changed


def note_escalation(*, request: ServiceRequest, data: Mapping[str, Any], at: dt.datetime) -> RequestEvent:
    """Record on a locked request who was told of which level."""
    at = max(moving.instant(request, None), at)
    return moving.record(request, "escalated", by=None, at=at, data=dict(data))


def trace(
    *, request: ServiceRequest, before: dt.datetime | None, because: str, at: dt.datetime
) -> RequestEvent:
    """Record that the due time was computed anew for a reason outside the request."""
    data = {"due_at": [_text(before), _text(request.due_at)], "because": because}
    return moving.record(request, "recomputed", by=None, at=moving.instant(request, at), data=data)


@transaction.atomic
def promise(
    *, request_id: int, target_at: dt.datetime | None, reason: str, by: User, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request with a fixed restoration time that pauses do not move; None takes it back.

    Raises `Invalid` without a reason, or for a time that is over.
    """
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    if not reason.strip():
        raise Invalid(_("Please say why."), field="reason")
    if target_at is not None and target_at <= at:
        raise Invalid(_("This time is already over."), field="target_at")
    data = {"target_at": [_text(request.target_at), _text(target_at)]}
    moving.save(request, target_at=target_at)
    moving.record(request, "promised", by=by, at=at, reason=reason.strip(), data=data, public=True)
    return request


def _text(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""
