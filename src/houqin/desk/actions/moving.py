"""How a request changes: locked, checked against the machine, stamped and recorded.

The other actions of the desk go through here; nothing else writes a request's state.
"""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.models import RequestEvent, RequestStatus, ServiceRequest
from houqin.desk.models.requests import ENDED
from houqin.kernel import clock
from houqin.kernel.errors import Missing, Refused, StaleState

S = RequestStatus


def lock(request_id: int, *, version: int | None = None) -> ServiceRequest:
    """The request, locked until the end of the transaction.

    With `version`, raises `StaleState` when somebody else has changed the request since it was
    read. Raises `Missing` when there is none.
    """
    # Without joins: after a wait PostgreSQL reads only the locked row anew, not what is joined to it.
    request = ServiceRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise Missing(_("This request does not exist."))
    if version is not None and request.version != version:
        raise StaleState(_("Somebody else has changed this request meanwhile. Reload the page."))
    return request


def lock_all(request_ids: list[int]) -> dict[int, ServiceRequest]:
    """Several requests, locked in the one order in which everybody locks them."""
    return {request_id: lock(request_id) for request_id in sorted(set(request_ids))}


def instant(request: ServiceRequest, at: dt.datetime | None) -> dt.datetime:
    """When a step on a locked request counts: `at`, or now; never before the request's last step.

    Raises `Refused` for an `at` before the last step.
    """
    last = RequestEvent.objects.filter(request=request).order_by("-pk").values_list("at", flat=True).first()
    last = last or request.opened_at
    if at is None:
        return max(clock.now(), last)
    if at < last:
        raise Refused(_("Something was recorded on %(number)s after that time.") % {"number": request.number})
    return at


def record(
    request: ServiceRequest,
    kind: str,
    *,
    by: User | None,
    at: dt.datetime,
    by_name: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    public: bool = False,
) -> RequestEvent:
    """Append what happened, without a change of state."""
    return RequestEvent.objects.create(
        request=request,
        at=at,
        actor=by,
        actor_name=by_name or (by.full_name if by else ""),
        kind=kind,
        reason=reason,
        data=data or {},
        public=public,
    )


def move(
    request: ServiceRequest,
    to: str,
    kind: str,
    *,
    by: User | None,
    at: dt.datetime,
    by_name: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    public: bool = True,
    **fields: Any,
) -> RequestEvent:
    """Move a locked request to a state, set its times and `fields`, and append the event.

    Raises `StaleState`, and writes nothing, when the machine has no such move.
    """
    request.moves.check(request.status, to)
    before, request.status = request.status, to
    if to == S.ACCEPTED and request.accepted_at is None:
        request.accepted_at = at
    if to == S.RESOLVED:
        request.resolved_at = at
    elif to != S.CLOSED:
        request.resolved_at = None
    request.closed_at = at if to in ENDED else None
    save(request, **fields)
    return RequestEvent.objects.create(
        request=request,
        at=at,
        actor=by,
        actor_name=by_name or (by.full_name if by else ""),
        kind=kind,
        from_status=before,
        to_status=to,
        reason=reason,
        data=data or {},
        public=public,
    )


def save(request: ServiceRequest, **fields: Any) -> None:
    """Set `fields` on a locked request and store them with the state, the times and the next version."""
    for name, value in fields.items():
        setattr(request, name, value)
    request.version += 1
    request.save(
        update_fields=["status", "accepted_at", "resolved_at", "closed_at", "version", *fields],
    )
