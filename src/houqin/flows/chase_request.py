"""The requester asks to hurry (催办).

Writes: desk (the record), notify.
Locks: the request.
"""

import datetime as dt

from houqin.accounts.models import User
from houqin.desk.actions import messages
from houqin.desk.actions.moving import lock
from houqin.desk.models import RequestEvent
from houqin.desk.policies import require_step
from houqin.flows.telling import tell_all_workers, tell_desk
from houqin.kernel.flow import flow


@flow
def chase_request(
    *, request_id: int, by: User | None, by_name: str = "", note: str = "", at: dt.datetime | None = None
) -> RequestEvent:
    """The record of it; the desk and whoever works on it are told how many times that makes.

    Raises `Refused` within 30 minutes of the last time, saying from when it is possible again.
    """
    request = lock(request_id)
    require_step(by, request, "chase")
    event = messages.chase(request_id=request_id, by=by, by_name=by_name, note=note, at=at)
    facts = {"times": event.data["times"], "note": event.reason}
    tell_desk(request, "chased", f"chased:{event.pk}", by=by, **facts)
    tell_all_workers(request, "chased", f"chased:{event.pk}", by=by, **facts)
    return event
