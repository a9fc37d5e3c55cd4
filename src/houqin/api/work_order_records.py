"""What is recorded on a work order: the checklist, working time, helpers, notes and files."""

from typing import Literal

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import UploadedFile
from ninja.params.functions import Form

from houqin.api import work_order_shapes as shapes
from houqin.api.answers import PersonRef, answer
from houqin.api.attached import ANY_CONTENT, ROOT, UPLOAD, serve, shown, stored_upload
from houqin.api.auth import person_of
from houqin.api.inputs import Nothing
from houqin.api.request_shapes import File
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import unchanged
from houqin.api.work_order_shapes import Checklist, Time, Times, WorkOrderDetail
from houqin.api.work_order_steps import NOTHING, take
from houqin.api.work_orders import checklist, locked_tag, shown_order
from houqin.flows import record_time
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing
from houqin.work.actions import attachments, coworkers, steps
from houqin.work.actions import time as working_time
from houqin.work.models import OrderAttachment, OrderWorker, TimeEntry, WorkOrder
from houqin.work.policies import visible_orders
from houqin.work.queries.time import worked

area = Area()
Stage = Literal["before", "after"]
STAGE = Form("after", description="When the picture was taken.")


@area.get("/{number}/steps", response=Checklist)
def list_work_order_steps(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist of an order."""
    return answer(Checklist(items=checklist(_seen(request, number))))


@area.post("/{number}/steps", response=WorkOrderDetail)
def answer_work_order_steps(request: HttpRequest, number: str, payload: shapes.AnswersIn) -> HttpResponse:
    """Answer lines of the checklist: all of them, or none where one does not fit."""
    answers = {int(position): text for position, text in payload.answers.items()}
    return take(request, number, steps.answer, answers=answers)


@area.post("/{number}/notes", response=WorkOrderDetail)
def write_work_order_note(request: HttpRequest, number: str, payload: shapes.NoteIn) -> HttpResponse:
    """Leave a note on the timeline that the requester does not see."""
    return take(request, number, coworkers.note, text=payload.text)


@area.post("/{number}/helpers", response=WorkOrderDetail)
def add_work_order_helper(request: HttpRequest, number: str, payload: shapes.HelperIn) -> HttpResponse:
    """Let somebody help; asked twice, they help once."""
    return take(request, number, coworkers.add_helper, user_id=payload.person)


@area.delete("/{number}/helpers/{int:key}", response=WorkOrderDetail)
def remove_work_order_helper(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Take a helper off the order; the working time stays."""
    found(OrderWorker.objects.filter(order=_seen(request, number)), user_id=key)
    return take(request, number, coworkers.remove_helper, user_id=key)


@area.get("/{number}/time", response=Times)
def list_time_entries(request: HttpRequest, number: str) -> HttpResponse:
    """Who worked on the order, and when."""
    entries = list(TimeEntry.objects.filter(order=_seen(request, number)).select_related("user"))
    total = worked(entries, now=clock.now())
    return answer(
        Times(
            items=[_time(entry) for entry in entries],
            labour_minutes=total.labour_minutes,
            duration_minutes=total.duration_minutes,
        )
    )


@area.post("/{number}/time", response={201: Time})
def enter_time(request: HttpRequest, number: str, payload: shapes.TimeIn) -> HttpResponse:
    """Write down working time afterwards."""
    user, order = person_of(request), _seen(request, number)
    try:
        with unchanged(request, lambda: locked_tag(order)):
            entry = record_time.enter_time(
                order_id=order.pk,
                user_id=payload.person or user.pk,
                started_at=payload.started_at,
                ended_at=payload.ended_at,
                by=user,
            )
    except Missing as refusal:
        raise Invalid(str(refusal), field="person") from refusal
    return answer(_time(entry), status=201)


@area.post("/{number}/time/begin", response=WorkOrderDetail)
def begin_time(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Start the caller's clock on the order."""
    return take(request, number, working_time.begin)


@area.post("/{number}/time/end", response=WorkOrderDetail)
def end_time(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Stop the caller's clock on the order."""
    return take(request, number, working_time.end)


@area.put("/{number}/time/{int:key}", response=Time)
def correct_time(request: HttpRequest, number: str, key: int, payload: shapes.TimeCorrection) -> HttpResponse:
    """Put an entry of working time right."""
    order = _seen(request, number)
    entry = found(TimeEntry.objects.filter(order=order), pk=key)
    with unchanged(request, lambda: locked_tag(order)):
        entry = record_time.correct_time(
            entry_id=entry.pk,
            started_at=payload.started_at,
            ended_at=payload.ended_at,
            by=person_of(request),
        )
    return answer(_time(entry))


@area.delete("/{number}/time/{int:key}", response=WorkOrderDetail)
def remove_time(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Take away a wrong entry; what it said stays in the timeline."""
    order = _seen(request, number)
    entry = found(TimeEntry.objects.filter(order=order), pk=key)
    with unchanged(request, lambda: locked_tag(order)):
        record_time.remove_time(entry_id=entry.pk, by=person_of(request))
    return shown_order(order, person_of(request))


@area.post("/{number}/attachments", response={201: File})
def add_work_order_attachment(
    request: HttpRequest, number: str, file: UploadedFile = UPLOAD, stage: Stage = STAGE
) -> HttpResponse:
    """Add a picture or document; the requester is shown those of the finished work."""
    user, order = person_of(request), _seen(request, number)
    public = stage == "after"
    with unchanged(request, lambda: locked_tag(order)), transaction.atomic():
        stored = stored_upload(file, by=user)
        attachments.attach(order_id=order.pk, attachment_ids=[stored.pk], by=user, stage=stage, public=public)
    path = f"{ROOT}/work-orders/{order.number}/attachments/{stored.pk}"
    return answer(shown(stored, path, public=public, stage=stage), status=201, location=path)


@area.get("/{number}/attachments/{int:key}", response={200: None}, openapi_extra=ANY_CONTENT)
def get_work_order_attachment(request: HttpRequest, number: str, key: int) -> FileResponse:
    """The content of a file of an order; `?size=small` for the thumbnail of a picture."""
    ties = OrderAttachment.objects.filter(order=_seen(request, number)).select_related("attachment")
    return serve(request, found(ties, attachment_id=key).attachment)


def _seen(request: HttpRequest, number: str) -> WorkOrder:
    return found(visible_orders(person_of(request)), number=number)


def _time(entry: TimeEntry) -> Time:
    return Time(
        id=entry.pk,
        person=PersonRef(id=entry.user_id, name=str(entry.user)),
        started_at=entry.started_at,
        ended_at=entry.ended_at,
        entered_by_hand=entry.entered_by_hand,
    )
