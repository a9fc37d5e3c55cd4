"""Work orders: the list, one in full, raising, and the timeline."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.api.answers import Page, Ref, answer, named, user_ref
from houqin.api.attached import ROOT, files_of_order
from houqin.api.auth import person_of
from houqin.api.paging import Row, Sort, columns
from houqin.api.request_shapes import Timeline
from houqin.api.requests import answered
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.timelines import timeline_of_order
from houqin.api.versions import version_tag
from houqin.api.work_order_shapes import (
    COLUMNS,
    ChecklistLine,
    NewWorkOrder,
    PartnerPromise,
    WorkOrderDetail,
    WorkOrderQuery,
    WorkOrderRow,
    row_facts,
)
from houqin.desk.policies import visible_requests
from houqin.flows.raise_work_order import raise_order_alone, raise_work_order
from houqin.flows.request_of import locked_request_of
from houqin.kernel.errors import Invalid, Missing
from houqin.work.actions.moving import lock
from houqin.work.models import OrderAttachment, OrderStep, OrderWorker, PartnerClock, Priority, WorkOrder
from houqin.work.policies import allowed_steps, visible_orders

area = Area()
SORTS = {
    "newest": Sort("raised_at", newest=True, kind=dt.datetime),
    "due": Sort("due_at", kind=dt.datetime),
}
_CODES = ("problem", "cause", "remedy")
_FURTHER = (
    "description",
    "answers",
    "result_note",
    *(f"{table}{column}" for table in _CODES for column in ("_id", "__code", "__name", "__name_en")),
)
_OF_THE_REQUEST = ("place", "place_note", "contact_name", "contact_phone", "priority")


@area.get("", response=Page[WorkOrderRow])
def list_work_orders(request: HttpRequest, wanted: Query[WorkOrderQuery]) -> HttpResponse:
    """The work orders the caller may see, newest first or by due time."""
    user = person_of(request)
    seen = visible_orders(user).filter(wanted.wanted().condition())
    rows, following = columns(seen, COLUMNS, SORTS[wanted.order], limit=wanted.limit, cursor=wanted.cursor)
    phones = may(user, "people.see_phones")
    items = [WorkOrderRow(**row_facts(row, phones=phones)) for row in rows]
    return answer(Page[WorkOrderRow](items=items, next=following))


@area.post("", response={201: WorkOrderDetail})
def create_work_order(request: HttpRequest, payload: NewWorkOrder) -> HttpResponse:
    """Raise an order for a request, or one of its own; a crew or technician named is given it at once."""
    user = person_of(request)
    try:
        order = _raised_for(payload, user) if payload.request else _raised_alone(payload, user)
    except Missing as refusal:
        raise Invalid(str(refusal)) from refusal
    shape = detail(order, user)
    location = f"{ROOT}/work-orders/{order.number}"
    return answer(shape, status=201, etag=version_tag(shape.version), location=location)


@area.get("/{number}", response=WorkOrderDetail)
def get_work_order(request: HttpRequest, number: str) -> HttpResponse:
    """One order with its checklist and files, and what the caller may do with it now."""
    user = person_of(request)
    return shown_order(found(visible_orders(user), number=number), user)


@area.get("/{number}/timeline", response=Timeline)
def get_work_order_timeline(request: HttpRequest, number: str) -> HttpResponse:
    """What happened on an order, oldest first."""
    order = found(visible_orders(person_of(request)), number=number)
    return answer(Timeline(items=timeline_of_order(order, reader=person_of(request))))


def shown_order(order: WorkOrder, user: User) -> HttpResponse:
    """An order in full, with its version."""
    shape = detail(order, user)
    return answer(shape, etag=version_tag(shape.version))


def locked_tag(order: WorkOrder) -> str:
    """The ETag of an order, which stays locked; the request it serves is locked before it."""
    locked_request_of(order.pk)
    return version_tag(lock(order.pk).version)


def detail(order: WorkOrder, user: User) -> WorkOrderDetail:
    """An order in full as the person may see it."""
    (row,) = WorkOrder.objects.filter(pk=order.pk).values(*COLUMNS, *_FURTHER)
    now = WorkOrder.objects.select_related("place", "job_type", "worker").get(pk=order.pk)
    ties = OrderAttachment.objects.filter(order=order).select_related("attachment")
    helpers = OrderWorker.objects.filter(order=order).select_related("user")
    facts: dict[str, Any] = row_facts(row, phones=may(user, "people.see_phones"))
    facts |= {
        "answers": [answered(entry) for entry in row["answers"]],
        **{name: _code(row, name) for name in _CODES},
        "helpers": [user_ref(helper.user) for helper in helpers],
        "checklist": checklist(order),
        "attachments": files_of_order(order, ties),
        "partner_clocks": _promises(order, user),
        "allowed_steps": allowed_steps(user, now),
    }
    return WorkOrderDetail(**facts)


def checklist(order: WorkOrder) -> list[ChecklistLine]:
    """The lines of an order's checklist."""
    return [
        ChecklistLine(
            position=step.position,
            text=str(step),
            kind=OrderStep.Kind(step.kind),
            choices=[str(choice) for choice in step.choices],
            required=step.required,
            answer=step.answer,
            answered_at=step.answered_at,
        )
        for step in OrderStep.objects.filter(order=order)
    ]


def _promises(order: WorkOrder, user: User) -> list[PartnerPromise]:
    """What contractors promised; people of one read that of their own company."""
    rows = PartnerClock.objects.filter(order=order).select_related("partner", "standard")
    if user.partner_id is not None:
        rows = rows.filter(partner=user.partner_id)
    columns = ("kind", "started_at", "due_at", "met_at", "stopped_at", "paused")
    return [
        PartnerPromise(
            partner=Ref(id=row.partner.pk, code=row.partner.code, name=str(row.partner)),
            standard=Ref(id=row.standard.pk, code=row.standard.code, name=str(row.standard)),
            **{name: getattr(row, name) for name in columns},
        )
        for row in rows
    ]


def _code(row: Row, name: str) -> object:
    return named(row[f"{name}_id"], row[f"{name}__code"], row[f"{name}__name"], row[f"{name}__name_en"])


def _raised_for(payload: NewWorkOrder, user: User) -> WorkOrder:
    beside = [name for name in _OF_THE_REQUEST if getattr(payload, name)]
    if beside:
        raise Invalid(_("This is taken over from the request; leave it out."), field=beside[0])
    number = payload.request.strip().upper()
    of = visible_requests(user).filter(number=number).first()
    if of is None:
        raise Invalid(_("There is no request %(number)s.") % {"number": payload.request}, field="request")
    return raise_work_order(
        request_id=of.pk,
        by=user,
        job_type_id=payload.job_type,
        crew_id=payload.crew,
        worker_id=payload.worker,
        scheduled_from=payload.scheduled_from,
        scheduled_until=payload.scheduled_until,
        title=payload.title,
        description=payload.description,
    )


def _raised_alone(payload: NewWorkOrder, user: User) -> WorkOrder:
    if payload.job_type is None:
        raise Invalid(_("Please choose a job type."), field="job_type")
    return raise_order_alone(
        by=user,
        job_type_id=payload.job_type,
        title=payload.title,
        description=payload.description or "",
        place_id=payload.place,
        place_note=payload.place_note,
        contact_name=payload.contact_name,
        contact_phone=payload.contact_phone,
        priority=payload.priority or Priority.NORMAL,
        crew_id=payload.crew,
        worker_id=payload.worker,
        scheduled_from=payload.scheduled_from,
        scheduled_until=payload.scheduled_until,
    )
