"""How a request goes on and ends: started, resolved, closed, reopened, withdrawn."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving, proposals
from houqin.desk.models import RequestOrder, RequestStatus, ServiceRequest
from houqin.desk.policies import may_reopen_still
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.orders import orders_of
from houqin.desk.queries.recipients import requesters_of
from houqin.kernel.errors import Invalid, Refused, StaleState
from houqin.org.queries.organisation import organisation
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder, WorkOrderStatus
from houqin.work.models.orders import FINISHED

S = RequestStatus
BEGUN = frozenset(
    {WorkOrderStatus.ON_SITE, WorkOrderStatus.IN_PROGRESS, WorkOrderStatus.ON_HOLD} | FINISHED
) - {WorkOrderStatus.CANCELLED}
"""States of an order from which work has begun."""


@transaction.atomic
def link_order(
    *, request_id: int, order: WorkOrder, by: User | None, at: dt.datetime | None = None
) -> RequestOrder:
    """The tie between a request that is accepted or under way and an order raised for it."""
    request = moving.lock(request_id)
    if request.status not in {S.ACCEPTED, S.IN_PROGRESS}:
        raise StaleState(_("A work order needs a request that is accepted or in progress."))
    data = {"order": order.number}
    if order.rework_of is not None:
        data["rework_of"] = order.rework_of.number
    moving.record(request, "order_raised", by=by, at=moving.instant(request, at), data=data, public=True)
    return RequestOrder.objects.create(request=request, order=order)


@transaction.atomic
def set_crew(
    *, request_id: int, crew: Crew | None, by: User | None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request with the crew that has it now; nothing is recorded when it had it already.

    What a triage rule said of the crew is judged by it.
    """
    request = moving.lock(request_id)
    when = moving.instant(request, at)
    if request.crew_id != (crew.pk if crew else None):
        moving.save(request, crew=crew)
        data = {"crew": crew.code if crew else ""}
        moving.record(request, "assigned", by=by, at=when, data=data)
    proposals.judge(request=request, changed={"crew"}, by=by, at=when)
    return request


@transaction.atomic
def mark_in_progress(
    *, request_id: int, by: User | None, order: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, under way. One that is already, or waits for information, stays as it is."""
    request = moving.lock(request_id)
    if request.status == S.ACCEPTED:
        moving.move(
            request, S.IN_PROGRESS, "started", by=by, at=moving.instant(request, at), data={"order": order}
        )
    return request


@transaction.atomic
def drop_question(*, request_id: int, by: User | None, at: dt.datetime | None = None) -> ServiceRequest:
    """The request without its open question: the work is done, so no answer is needed any more."""
    request = moving.lock(request_id)
    if request.status == S.NEED_INFO:
        moving.move(
            request, S.ACCEPTED, "question_dropped", by=by, at=moving.instant(request, at), public=False
        )
    return request


@transaction.atomic
def take_back(*, request_id: int, reason: str, by: User, at: dt.datetime | None = None) -> ServiceRequest:
    """The resolved request, in progress again because staff do not accept the work; not counted.

    The requester's refusal (`refuse_result`) and a reopening count; our own checks do not.
    """
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    moving.move(request, S.IN_PROGRESS, "taken_back", by=by, at=at, reason=reason.strip(), public=False)
    return request


@transaction.atomic
def resolve(
    *, request_id: int, by: User | None, result: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, done and waiting for the requester to accept it.

    Raises `Refused` while a work order is neither completed nor void, and `Invalid` without a
    written result when no order was completed: then only words say what was done.
    """
    request = moving.lock(request_id)
    statuses = list(orders_of(request).values_list("number", "status"))
    for number, status in statuses:
        if status not in FINISHED:
            raise Refused(_("Work order %(number)s is not finished yet.") % {"number": number})
    done_by_work = any(status != WorkOrderStatus.CANCELLED for _number, status in statuses)
    if not done_by_work and not result.strip():
        raise Invalid(_("No work order was completed: please write what was done."), field="result")
    moving.move(
        request,
        S.RESOLVED,
        "resolved",
        by=by,
        at=moving.instant(request, at),
        reason=result.strip(),
        result=result.strip(),
    )
    return request


@transaction.atomic
def close(
    *,
    request_id: int,
    by: User | None,
    by_name: str = "",
    silence: bool = False,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request, accepted and closed; by `silence` it says so and counts in no satisfaction figure."""
    request = moving.lock(request_id)
    moving.move(
        request,
        S.CLOSED,
        "closed",
        by=by,
        by_name=by_name,
        at=moving.instant(request, at),
        data={"silence": silence},
        accepted_by_silence=silence,
    )
    return request


@transaction.atomic
def refuse_result(
    *, request_id: int, reason: str, by: User | None, by_name: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, back in progress because the requester does not accept what was done."""
    request = moving.lock(request_id)
    if request.status != S.RESOLVED:
        raise StaleState(_("This request is not waiting to be accepted."))
    return _back(request, "refused", reason=reason, by=by, by_name=by_name, at=moving.instant(request, at))


@transaction.atomic
def reopen(
    *, request_id: int, reason: str, by: User | None, by_name: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The closed request, in progress again under its number and counted (`reopen_count`).

    Raises `Refused` after the organisation's days for reopening: then a new request follows on.
    """
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    if request.status != S.CLOSED:
        raise StaleState(_("Only a closed request can be reopened."))
    if not may_reopen_still(request, at):
        raise Refused(
            _("A request can be reopened for %(days)s days. Please report it anew.")
            % {"days": organisation().reopen_days}
        )
    return _back(request, "reopened", reason=reason, by=by, by_name=by_name, at=at)


@transaction.atomic
def link_later(
    *,
    request_id: int,
    later: ServiceRequest,
    by: User | None,
    by_name: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Record on a closed request and on the new one that the new one follows on."""
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    moving.record(
        request, "followed_on", by=by, by_name=by_name, at=at, data={"number": later.number}, public=True
    )
    moving.record(
        later, "follows_on", by=by, by_name=by_name, at=at, data={"number": request.number}, public=True
    )


@transaction.atomic
def withdraw(
    *, request_id: int, by: User | None, by_name: str = "", reason: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, taken back by the requester before work has begun.

    Raises `Refused` when work on an order has begun, or while an order is not void.
    """
    request = moving.lock(request_id)
    require_not_begun(request)
    if orders_of(request).exclude(status=WorkOrderStatus.CANCELLED).exists():
        raise Refused(_("The work orders of this request are not void yet."))
    moving.move(
        request,
        S.WITHDRAWN,
        "withdrawn",
        by=by,
        by_name=by_name,
        at=moving.instant(request, at),
        reason=reason.strip(),
    )
    return request


def require_not_begun(request: ServiceRequest) -> None:
    """Pass when nobody works on the request yet; raise `Refused` otherwise."""
    if request.status == S.IN_PROGRESS or orders_of(request).filter(status__in=BEGUN).exists():
        raise Refused(_("Work has begun already. Please call the service desk."))


def require_nobody_else(request: ServiceRequest) -> None:
    """Pass when only the requester waits for it; raise `Refused` while it affects others."""
    others = followers_of(request).count() + len(requesters_of(request)) - 1
    if others:
        raise Refused(
            _("Others wait for this too, so it stays open. Please call the service desk if it is settled.")
        )


def _back(
    request: ServiceRequest, kind: str, *, reason: str, by: User | None, by_name: str, at: dt.datetime
) -> ServiceRequest:
    if not reason.strip():
        raise Invalid(_("Please say what is still wrong."), field="reason")
    moving.move(
        request,
        S.IN_PROGRESS,
        kind,
        by=by,
        by_name=by_name,
        at=at,
        reason=reason.strip(),
        reopen_count=request.reopen_count + 1,
        accepted_by_silence=False,
    )
    return request
