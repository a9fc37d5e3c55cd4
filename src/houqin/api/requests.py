"""Requests: the list, one in full, reporting, its timeline and its files."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, UploadedFile

from houqin.accounts.models import User
from houqin.accounts.policies import may, scope
from houqin.api.answers import Page, answer, named, person_ref
from houqin.api.attached import (
    ANY_CONTENT,
    ROOT,
    UPLOAD,
    files_of_request,
    serve,
    shown,
    stored_upload,
    ties_of_request,
)
from houqin.api.auth import person_of
from houqin.api.paging import Sort, columns
from houqin.api.request_shapes import (
    COLUMNS,
    Answered,
    File,
    NewRequest,
    OrderOfRequest,
    RequestDetail,
    RequestQuery,
    RequestRow,
    Scores,
    Timeline,
    row_facts,
)
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.timelines import timeline_of_request
from houqin.api.versions import unchanged, version_tag
from houqin.desk import links
from houqin.desk.actions.messages import add_files
from houqin.desk.actions.moving import lock
from houqin.desk.actions.ratings import rater_of
from houqin.desk.actions.requests import Report
from houqin.desk.models import Channel, Rating, RequestAttachment, RequestOrder, ServiceRequest
from houqin.desk.policies import allowed_steps, goes_on_as, reaches, require_step, visible_requests
from houqin.desk.queries.orders import orders_of
from houqin.desk.queries.requests import condition
from houqin.flows.add_message import add_photos
from houqin.flows.submit_request import submit_request
from houqin.kernel.bilingual import in_language
from houqin.work.policies import visible_orders

area = Area()
SORTS = {
    "newest": Sort("opened_at", newest=True, kind=dt.datetime),
    "due": Sort("next_due_at", kind=dt.datetime),
}
_FURTHER = (
    "description", "answers", "contact_email", "language", "result", "accepted_by_silence",
    "merged_into__number", "previous__number",
)  # fmt: skip


@area.get("", response=Page[RequestRow])
def list_requests(request: HttpRequest, wanted: Query[RequestQuery]) -> HttpResponse:
    """The requests the caller may see, newest first or by due time."""
    user = person_of(request)
    seen = visible_requests(user).filter(condition(wanted.wanted(), user))
    rows, following = columns(seen, COLUMNS, SORTS[wanted.order], limit=wanted.limit, cursor=wanted.cursor)
    phones = may(user, "people.see_phones")
    items = [RequestRow(**row_facts(row, phones=phones, reader=user)) for row in rows]
    return answer(Page[RequestRow](items=items, next=following))


@area.post("", response={201: RequestDetail})
def create_request(request: HttpRequest, payload: NewRequest) -> HttpResponse:
    """Report something. The requester and the desk are told, and the clocks run from now."""
    user = person_of(request)
    made = submit_request(report=_report(payload), by=user)
    shape = detail(made, user, is_new=not payload.attachments)
    tag = version_tag(shape.version)
    return answer(shape, status=201, etag=tag, location=f"{ROOT}/requests/{made.number}")


@area.get("/{number}", response=RequestDetail)
def get_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request with its work orders, files and ratings, and what the caller may do with it now."""
    return shown_request(found(visible_requests(person_of(request)), number=number), person_of(request))


@area.get("/{number}/timeline", response=Timeline)
def get_request_timeline(request: HttpRequest, number: str) -> HttpResponse:
    """What happened on a request, oldest first; a requester reads what is meant for requesters."""
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    return answer(Timeline(items=timeline_of_request(one, public=not reads_as_staff(user, one), reader=user)))


@area.post("/{number}/attachments", response={201: File})
def add_request_attachment(
    request: HttpRequest,
    number: str,
    file: UploadedFile = UPLOAD,
) -> HttpResponse:
    """Add a photo or document; one from staff is not shown to the requester.

    Pictures are stored anew, without their metadata.
    """
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    with unchanged(request, lambda: locked_tag(one)), transaction.atomic():
        stored = stored_upload(file, by=user)
        own = one.requester_id == user.pk
        if own:
            add_photos(request_id=one.pk, attachment_ids=(stored.pk,), by=user)
        else:
            require_step(user, one, "note")
            add_files(request_id=one.pk, attachment_ids=(stored.pk,), by=user, public=False)
    path = f"{ROOT}/requests/{one.number}/attachments/{stored.pk}"
    return answer(shown(stored, path, public=own), status=201, location=path)


@area.get("/{number}/attachments/{int:key}", response={200: None}, openapi_extra=ANY_CONTENT)
def get_request_attachment(request: HttpRequest, number: str, key: int) -> FileResponse:
    """The content of a file of a request; `?size=small` for the thumbnail of a picture."""
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    ties = RequestAttachment.objects.filter(request=one).select_related("attachment")
    if not reads_as_staff(user, one):
        ties = ties.filter(public=True)
    return serve(request, found(ties, attachment_id=key).attachment)


def shown_request(one: ServiceRequest, user: User) -> HttpResponse:
    """A request in full, with its version."""
    shape = detail(one, user)
    return answer(shape, etag=version_tag(shape.version))


def locked_tag(one: ServiceRequest) -> str:
    """The ETag of a request, which stays locked."""
    return version_tag(lock(one.pk).version)


def reads_as_staff(user: User, one: ServiceRequest) -> bool:
    """True for who sees the request by a right, not only because it is their own."""
    if reaches(scope(user, "desk.view"), one):
        return True
    if not scope(user, "work.view"):
        return False
    return RequestOrder.objects.filter(request=one, order__in=visible_orders(user)).exists()


def detail(one: ServiceRequest, user: User, *, is_new: bool = False) -> RequestDetail:
    """A request in full as the person may see it; one that `is_new` has nothing hanging on it yet.

    A new one is told from memory, where all that it points to has just been looked at.
    """
    names = (*COLUMNS, *_FURTHER)
    row = (
        {name: column(one, name) for name in names}
        if is_new
        else ServiceRequest.objects.values(*names).get(pk=one.pk)
    )
    staff = one.requester_id != user.pk or reads_as_staff(user, one)
    phones = may(user, "people.see_phones")
    facts: dict[str, Any] = row_facts(row, phones=phones, reader=user)
    plainly = phones or one.requester_id == user.pk
    facts |= {
        "contact_email": row["contact_email"] if plainly else "",
        "answers": [answered(entry) for entry in row["answers"]],
        "merged_into": row["merged_into__number"],
        "previous": row["previous__number"],
        "orders": [] if is_new or not staff else _orders(one),
        "attachments": [] if is_new else files_of_request(one, ties_of_request(one, public=not staff)),
        "ratings": [] if is_new else _ratings(one, staff=staff),
        "allowed_steps": sorted(allowed_steps(user, one)),
        "tracking_url": _tracking_url(one, user),
    }
    return RequestDetail(**facts)


def column(one: ServiceRequest, name: str) -> Any:
    """What `values(name)` gives for a loaded request; nothing behind a tie that leads nowhere."""
    found: Any = one
    for part in name.split("__"):
        found = None if found is None else getattr(found, part)
    return found


def _report(payload: NewRequest) -> Report:
    return Report(
        channel=Channel.API,
        category_id=payload.category,
        service_id=payload.service,
        title=payload.title,
        description=payload.description,
        answers=payload.answers,
        place_id=payload.place,
        place_note=payload.place_note,
        requester_id=payload.requester,
        contact_name=payload.contact_name,
        contact_phone=payload.contact_phone,
        contact_email=payload.contact_email,
        department_id=payload.department,
        language=payload.language,
        urgency=payload.urgency,
        impact=payload.impact,
        safety=payload.safety,
        attachment_ids=payload.attachments,
    )


def answered(entry: dict[str, str]) -> Answered:
    """A stored answer in the caller's language."""
    return Answered(
        key=entry.get("key", ""),
        label=in_language(entry.get("label", ""), entry.get("label_en", "")),
        text=in_language(entry.get("text", ""), entry.get("text_en", "")),
    )


def _orders(one: ServiceRequest) -> list[OrderOfRequest]:
    columns_ = ("number", "status", "title", "crew_id", "crew__code", "crew__name", "crew__name_en")
    return [
        OrderOfRequest(
            **{name: row[name] for name in ("number", "status", "title")},
            crew=named(row["crew_id"], row["crew__code"], row["crew__name"], row["crew__name_en"]),
            worker=person_ref(row["worker_id"], row["worker__full_name"]),
        )
        for row in orders_of(one).values(*columns_, "worker_id", "worker__full_name")
    ]


def _ratings(one: ServiceRequest, *, staff: bool) -> list[Scores]:
    """How it was rated; a requester reads the own rating, also that of the request it was merged into."""
    found = Rating.objects.filter(request=goes_on_as(one))
    if not staff or one.merged_into_id is not None:
        found = found.filter(rater=rater_of(one, None))
    return [Scores(**row) for row in found.values(*Scores.model_fields)]


def _tracking_url(one: ServiceRequest, user: User) -> str | None:
    """The link opens the request to whoever holds it: for its requester and those who give it on."""
    if one.requester_id != user.pk and not reaches(scope(user, "desk.register"), one):
        return None
    return f"{settings.PUBLIC_URL}{links.path_of(one)}"
