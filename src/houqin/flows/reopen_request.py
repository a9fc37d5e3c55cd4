"""A closed request comes back.

Writes: desk (the request goes on, or a new one follows on), work (a rework order), notify.
Locks: the request, then the number counters of the day.
"""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.desk.actions.moving import instant, lock
from houqin.desk.actions.requests import Report, open_request
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import may_reopen_still, require_step
from houqin.desk.queries.orders import orders_of
from houqin.flows.raise_work_order import raise_for
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.telling import tell_desk, tell_of_report, tell_requester
from houqin.kernel.errors import Invalid
from houqin.kernel.flow import flow
from houqin.work.models import WorkOrder, WorkOrderStatus


@flow
def reopen_request(
    *, request_id: int, reason: str, by: User | None, by_name: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, in progress again under its number, with a new rework order (返修) to dispatch.

    The order names the one whose work did not hold and proposes its crew. After the organisation's
    days for reopening a new request that follows on (`previous`) comes back instead.
    """
    request = lock(request_id)
    require_step(by, request, "reopen")
    if not may_reopen_still(request, instant(request, at)):
        return _report_anew(request, reason=reason, by=by, by_name=by_name, at=at)
    request = progress.reopen(request_id=request_id, reason=reason, by=by, by_name=by_name, at=at)
    raise_rework(request, reason=reason, by=by, at=at)
    refresh_clocks(request_id=request_id)
    facts: dict[str, Any] = {"reason": reason.strip()}
    tell_desk(request, "reopened", f"reopened:{request.reopen_count}", by=by, **facts)
    tell_requester(request, "reopened", f"reopened:{request.reopen_count}", by=by, **facts)
    request.refresh_from_db()
    return request


def raise_rework(
    request: ServiceRequest, *, reason: str, by: User | None, at: dt.datetime | None
) -> WorkOrder | None:
    """An order to do the last completed order's work again, for the same crew; it says why.

    None where the request never had a completed order: then the desk decides.
    """
    ended = [WorkOrderStatus.COMPLETED, WorkOrderStatus.VERIFIED, WorkOrderStatus.CLOSED]
    last = orders_of(request).filter(status__in=ended).order_by("completed_at", "pk").last()
    if last is None:
        return None
    return raise_for(
        request,
        job_type_id=last.job_type_id,
        by=by,
        crew_id=last.crew_id if last.crew and last.crew.active else None,
        title=last.title,
        description="\n\n".join(filter(None, [reason.strip(), request.description])),
        rework_of=last,
        at=at,
    )


def _report_anew(
    request: ServiceRequest, *, reason: str, by: User | None, by_name: str, at: dt.datetime | None
) -> ServiceRequest:
    if not reason.strip():
        raise Invalid(_("Please say what is still wrong."), field="reason")
    report = Report(
        channel=request.channel,
        category_id=request.category_id,
        service_id=request.service_id,
        title=request.title,
        description="\n\n".join(filter(None, [reason.strip(), request.description])),
        place_id=request.place_id,
        place_note=request.place_note,
        requester_id=request.requester_id,
        contact_name=request.contact_name,
        contact_phone=request.contact_phone,
        contact_email=request.contact_email,
        department_id=request.department_id,
        language=request.language,
        urgency=request.urgency,
        impact=request.impact,
        safety=request.safety,
    )
    later = open_request(report=report, by=by, at=at, previous=request)
    progress.link_later(request_id=request.pk, later=later, by=by, by_name=by_name, at=at)
    tell_of_report(later, by=by)
    return later
