"""The copies of a request's clocks beside what the clocks say, computed from the database."""

import datetime as dt
from typing import Any

from houqin.desk.models import ServiceRequest
from houqin.desk.queries.alarms import pending_of
from houqin.desk.queries.clocks import ALIVE, clocks_of
from tests.demo.conftest import NOW


def differing_copies(request: ServiceRequest, now: dt.datetime = NOW) -> dict[str, Any]:
    """What differs, by column; nothing when all is well."""
    clocks = clocks_of(request, now)
    pending = pending_of(request, clocks, now)
    computed = {
        "responded_at": clocks.response.met_at,
        "response_due_at": clocks.response.due_at,
        "arrival_due_at": clocks.arrival.due_at,
        "due_at": clocks.resolution.due_at,
        "next_due_at": clocks.next_due_at if request.is_open else None,
        "warn_at": pending.look_at if request.is_open else None,
        "escalated": pending.reached if request.is_open else 0,
        "update_due_at": clocks.update.due_at if clocks.update.state in ALIVE else None,
        "paused": clocks.paused,
        "provisional": clocks.provisional,
    }
    return {name: value for name, value in computed.items() if getattr(request, name) != value}
