"""A work order is raised, for a request or without one.

Writes: desk (accepts a new request, the tie, the crew), work (the order), notify.
Locks: the request, then the number counter of the day.
"""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.actions.moving import lock
from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.policies import require_step
from houqin.desk.queries.proposals import crew_by_rule
from houqin.flows.assign_work import assign_work, schedule_work
from houqin.flows.refresh_clocks import refresh_clocks, refresh_order
from houqin.flows.telling import tell_approvers, tell_requester
from houqin.kernel.errors import Invalid
from houqin.kernel.flow import flow
from houqin.work.actions import orders
from houqin.work.models import WorkOrder


@flow
def raise_work_order(
    *,
    request_id: int,
    by: User,
    job_type_id: int | None = None,
    crew_id: int | None = None,
    worker_id: int | None = None,
    scheduled_from: dt.datetime | None = None,
    scheduled_until: dt.datetime | None = None,
    title: str = "",
    description: str | None = None,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, with everything the request says, and given to a worker or crew that is named.

    A new request is accepted by it. The job type is that of the service unless another one is
    named; where it asks for approval the order waits for that first, and nobody is assigned. A crew
    that a triage rule gave the request is the order's, unless another one is named. Raises
    `Invalid` where no job type is known, and what raising and assigning raise.
    """
    request = lock(request_id, version=version)
    require_step(by, request, "raise_order")
    job_type_id = job_type_id or (request.service.job_type_id if request.service else None)
    if job_type_id is None:
        raise Invalid(_("Please choose a job type."), field="job_type")
    if request.status == RequestStatus.NEW:
        request = triage.accept(request_id=request_id, by=by, at=at)
        tell_requester(request, "request_accepted", "accepted", by=by, due=request.due_at)
    crew_at_first = crew_id if crew_id is not None else crew_by_rule(request)
    facts: dict[str, Any] = {"title": title, "description": description}
    order = raise_for(request, job_type_id=job_type_id, by=by, crew_id=crew_at_first, at=at, **facts)
    appointment = (scheduled_from, scheduled_until)
    return _given(order, by=by, crew_id=crew_id, worker_id=worker_id, appointment=appointment, at=at)


@flow
def raise_order_alone(
    *,
    by: User,
    crew_id: int | None = None,
    worker_id: int | None = None,
    scheduled_from: dt.datetime | None = None,
    scheduled_until: dt.datetime | None = None,
    at: dt.datetime | None = None,
    **facts: Any,
) -> WorkOrder:
    """An order that no request stands behind, with clocks of its own, given to who is named.

    `facts` as in `work.actions.orders.raise_order`. Raises what raising and assigning raise, and
    then there is no order.
    """
    order = orders.raise_order(by=by, crew_id=crew_id, at=at, **facts)
    refresh_order(order_id=order.pk)
    tell_approvers(order, by=by)
    appointment = (scheduled_from, scheduled_until)
    order = _given(order, by=by, crew_id=crew_id, worker_id=worker_id, appointment=appointment, at=at)
    order.refresh_from_db()
    return order


def raise_for(
    request: ServiceRequest,
    *,
    job_type_id: int,
    by: User | None,
    crew_id: int | None = None,
    title: str = "",
    description: str | None = None,
    rework_of: WorkOrder | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """An order that copies a locked request, tied to it both ways, with the request's due times.

    Photos of internal notes stay with the notes: what is on the order is shown to the requester.
    """
    order = orders.raise_order(
        job_type_id=job_type_id,
        title=title or request.title,
        description=request.description if description is None else description,
        answers=request.answers,
        place_id=request.place_id,
        place_note=request.place_note,
        contact_name=request.contact_name,
        contact_phone=request.contact_phone,
        priority=request.priority,
        standard_id=request.standard_id,
        crew_id=crew_id,
        source=request.number,
        rework_of_id=rework_of.pk if rework_of else None,
        attachment_ids=list(request.attachments.filter(public=True).values_list("attachment_id", flat=True)),
        by=by,
        granted=rework_of is not None,
        at=at,
    )
    progress.link_order(request_id=request.pk, order=order, by=by, at=at)
    progress.set_crew(request_id=request.pk, crew=order.crew, by=by, at=at)
    refresh_clocks(request_id=request.pk)
    order.refresh_from_db()
    tell_approvers(order, by=by)
    return order


def _given(
    order: WorkOrder,
    *,
    by: User,
    crew_id: int | None,
    worker_id: int | None,
    appointment: tuple[dt.datetime | None, dt.datetime | None],
    at: dt.datetime | None,
) -> WorkOrder:
    """The order, given to a worker or crew that is named, unless it waits for approval or is a draft.

    An appointment is kept even where nobody is named yet.
    """
    if order.status != WorkOrder.Status.TO_DISPATCH:
        return order
    if not (worker_id or crew_id):
        if appointment[0] is None and appointment[1] is None:
            return order
        return schedule_work(
            order_id=order.pk, scheduled_from=appointment[0], scheduled_until=appointment[1], by=by, at=at
        )
    return assign_work(
        order_id=order.pk,
        by=by,
        crew_id=crew_id,
        worker_id=worker_id,
        scheduled_from=appointment[0],
        scheduled_until=appointment[1],
        at=at,
    )
