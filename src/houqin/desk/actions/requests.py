"""Opening a request, and putting right what was put down wrong."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import clocks as copies
from houqin.desk.actions import moving, proposals
from houqin.desk.actions.answers import answered
from houqin.desk.models import Category, Channel, Message, RequestAttachment, Service, ServiceRequest
from houqin.desk.queries.alarms import first_look
from houqin.desk.queries.catalogue import pausing_reasons, standard_of, wanted
from houqin.desk.queries.clocks import first_clocks
from houqin.desk.queries.priorities import proposed
from houqin.desk.queries.triaging import Choice, classify
from houqin.files.models import Attachment
from houqin.journal.actions import numbers
from houqin.kernel import clock, numbering
from houqin.kernel.errors import Invalid, Missing, StaleState
from houqin.org.models import Place
from houqin.org.queries.calendars import calendar_for
from houqin.org.queries.organisation import organisation
from houqin.work.models import Priority

TITLE_LENGTH = 120
_DOORS_OF_STRANGERS = frozenset({Channel.QR, Channel.WEB})


@dataclass(frozen=True, kw_only=True)
class Report:
    """What somebody reports. Title or description is needed, of the rest what is known.

    Of category and service one is enough; where neither is there the triage rules say what it is
    about, else it goes under the last category. Contact, department and language come from the
    requester's account where they are left out, urgency, impact and safety from the service, the
    category's own service (`is_fallback`) standing in for one that is not known. `answers` maps keys
    of the service's questions to answers.
    """

    channel: str
    category_id: int | None = None
    service_id: int | None = None
    title: str = ""
    description: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    place_id: int | None = None
    place_note: str = ""
    requester_id: int | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    department_id: int | None = None
    language: str = ""
    urgency: str = ""
    impact: str = ""
    safety: bool = False
    target_at: dt.datetime | None = None
    attachment_ids: Sequence[int] = ()

    @property
    def choice(self) -> Choice:
        """What was said of its nature; the rules may decide what is left open."""
        return Choice(self.category_id, self.service_id, self.urgency, self.impact, self.safety)


@transaction.atomic
def open_request(
    *,
    report: Report,
    by: User | None,
    at: dt.datetime | None = None,
    previous: ServiceRequest | None = None,
) -> ServiceRequest:
    """A new request with its number (FW, counted by the local day), priority, standard, clocks and link.

    The triage rules are asked once: what they say holds at once or is kept as a proposal. The event
    `opened` keeps how the priority came about. Raises `Invalid`, naming the field, when neither
    title nor description, a required answer, or a phone number the organisation asks for is there.
    """
    at = at or clock.now()
    request = ServiceRequest(
        channel=report.channel,
        title=report.title.strip(),
        description=report.description.strip(),
        place=_place(report.place_id) if report.place_id else None,
        place_note=report.place_note.strip(),
        target_at=report.target_at,
        opened_at=at,
        previous=previous,
        link_nonce=secrets.token_hex(16),
    )
    _put_requester(request, report, _requester(report, by))
    _require_contact(request)
    hours = calendar_for(request.place, None)
    heard = classify(request=request, choice=report.choice, hours=hours)
    request.title = _title(report, request.service, request.category)
    request.answers = answered(heard.asked, report.answers)
    chosen = proposed(urgency=request.urgency, impact=request.impact, safety=request.safety)
    request.priority = chosen.priority
    clocks = first_clocks(request, hours=hours)
    copies.put(request=request, clocks=clocks, look_at=first_look(request, clocks, hours=hours))
    request.number = numbers.take(kind=numbering.REQUEST, day=timezone.localtime(at).date())
    _set_search(request)
    request.save()
    moving.record(
        request,
        "opened",
        by=by,
        at=at,
        by_name=request.contact_name,
        public=True,
        data=_facts(request, chosen.because),
    )
    proposals.keep(request=request, said=heard.said, applied=heard.applied, before=heard.before, at=at)
    attach(request=request, attachment_ids=report.attachment_ids, by=by)
    return request


def attach(
    *,
    request: ServiceRequest,
    attachment_ids: Sequence[int],
    by: User | None,
    message: Message | None = None,
    public: bool = True,
) -> None:
    """Hang stored files on a request; `public` ones are shown to the requester. Once is enough.

    Only files that the person has stored, or without an account files that nobody has used yet:
    an id alone opens nobody's file. Raises `Missing` for any other.
    """
    mine = Attachment.objects.filter(pk__in=attachment_ids, uploaded_by=by)
    if by is None:
        used = RequestAttachment.objects.filter(attachment=OuterRef("pk")).exclude(request=request)
        mine = mine.exclude(Exists(used))
    if mine.count() != len(set(attachment_ids)):
        raise Missing(_("There is no such file."))
    RequestAttachment.objects.bulk_create(
        [
            RequestAttachment(request=request, attachment_id=attachment_id, message=message, public=public)
            for attachment_id in dict.fromkeys(attachment_ids)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def correct(
    *,
    request_id: int,
    reason: str,
    by: User,
    category_id: int | None = None,
    service_id: int | None = None,
    urgency: str | None = None,
    impact: str | None = None,
    safety: bool | None = None,
    priority: str | None = None,
    place_id: int | None = None,
    place_note: str | None = None,
    title: str | None = None,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request with what is given put right; None leaves a field as it is.

    A `priority` is set by hand and stays until a danger is noted or an empty one gives it back to
    the matrix; without one the priority follows urgency, impact and safety. A category without a
    service takes the category's own service. The event keeps every change as [old, new] with the
    reason, the names (Chinese, English) that the codes in it had, and the hold reasons that paused
    the clocks until then.

    Raises `Invalid` without a reason or when nothing would change, `StaleState` once the request is
    no longer open. What the triage rules said of a changed field is judged by it.
    """
    request = moving.lock(request_id, version=version)
    at = moving.instant(request, at)
    if not request.is_open:
        raise StaleState(_("This request is not open any more; it cannot be corrected."))
    if not reason.strip():
        raise Invalid(_("Please say why."), field="reason")
    before, names = _comparable(request), _named(request)
    paused_by = pausing_reasons(request.standard, request.priority)
    _reclassify(request, category_id=category_id, service_id=service_id)
    for name, value in {
        "urgency": urgency,
        "impact": impact,
        "safety": safety,
        "place_note": place_note,
        "title": title.strip() if title else None,
    }.items():
        if value is not None:
            setattr(request, name, value)
    if place_id is not None:
        request.place = _place(place_id)
    _set_priority(request, priority, new_danger=request.safety and not before["safety"])
    changes = {name: [before[name], now] for name, now in _comparable(request).items() if before[name] != now}
    if not changes:
        raise Invalid(_("Nothing has been changed."))
    _set_search(request)
    _store_correction(request)
    names |= _named(request)
    codes = {code for pair in changes.values() for code in pair if code in names}
    data: dict[str, Any] = {"changes": changes, "called": {code: names[code] for code in codes}}
    if {"standard", "priority"} & changes.keys():
        data["paused_by"] = paused_by
    moving.record(request, "corrected", by=by, at=at, reason=reason.strip(), data=data)
    proposals.judge(request=request, changed=changes, by=by, at=at)
    return request


@transaction.atomic
def renew_link(*, request_id: int, by: User, at: dt.datetime | None = None) -> ServiceRequest:
    """The request with a new tracking link; every link given out before opens nothing any more."""
    request = moving.lock(request_id)
    moving.save(request, link_nonce=secrets.token_hex(16))
    moving.record(request, "link_renewed", by=by, at=moving.instant(request, at))
    return request


def _requester(report: Report, by: User | None) -> User | None:
    if by is not None and report.requester_id == by.pk:
        return by
    return User.objects.filter(pk=report.requester_id).first() if report.requester_id else None


def _place(place_id: int) -> Place:
    place = Place.objects.filter(pk=place_id, active=True).first()
    if place is None:
        raise Invalid(_("There is no such place."), field="place")
    return place


def _title(report: Report, service: Service | None, category: Category) -> str:
    first_line = next(iter(report.description.strip().splitlines()), "")
    if title := (report.title.strip() or first_line.strip()):
        return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"
    if report.answers and service:
        return service.name[:TITLE_LENGTH]
    raise Invalid(
        _("Please say in a few words what is wrong (%(category)s).") % {"category": category},
        field="description",
    )


def _put_requester(request: ServiceRequest, report: Report, requester: User | None) -> None:
    request.requester = requester
    request.contact_name = report.contact_name.strip() or (requester.full_name if requester else "")
    request.contact_phone = report.contact_phone.strip() or (requester.phone if requester else "")
    request.contact_email = report.contact_email.strip() or (requester.email if requester else "")
    request.language = report.language or (requester.language if requester else "zh-hans")
    of_place = request.place.department_id if request.place else None
    request.department_id = (
        report.department_id or (requester.department_id if requester else None) or of_place
    )


def _require_contact(request: ServiceRequest) -> None:
    in_question = request.channel in _DOORS_OF_STRANGERS and not request.contact_phone
    if in_question and organisation().contact_needed:
        raise Invalid(_("Please leave a phone number, so that we can reach you."), field="contact_phone")


def _facts(request: ServiceRequest, because: str) -> dict[str, Any]:
    return {
        "channel": request.channel,
        "priority": request.priority,
        "because": because,
        "urgency": request.urgency,
        "impact": request.impact,
        "safety": request.safety,
        "standard": request.standard.code if request.standard else "",
    }


def _set_search(request: ServiceRequest) -> None:
    place = request.place
    request.set_search(
        request.number,
        request.title,
        request.description,
        place.label if place else "",
        place.code if place else "",
        request.place_note,
        request.contact_phone,
        person_names=[request.contact_name],
    )


def _comparable(request: ServiceRequest) -> dict[str, Any]:
    return {
        "category": request.category.code,
        "service": request.service.code if request.service else "",
        "urgency": request.urgency,
        "impact": request.impact,
        "safety": request.safety,
        "priority": request.priority,
        "priority_by_hand": request.priority_by_hand,
        "standard": request.standard.code if request.standard else "",
        "place": request.place.code if request.place else "",
        "place_note": request.place_note,
        "title": request.title,
    }


def _named(request: ServiceRequest) -> dict[str, list[str]]:
    """What a request refers to by code, with its names in Chinese and English."""
    rows = [row for row in (request.category, request.service, request.standard) if row]
    names = {row.code: [row.name, row.name_en] for row in rows}
    if request.place:
        names[request.place.code] = [request.place.label, request.place.label_en]
    return names


def _reclassify(request: ServiceRequest, *, category_id: int | None, service_id: int | None) -> None:
    if service_id is None and category_id is None:
        return
    service, category = wanted(category_id=category_id, service_id=service_id)
    request.service, request.category = service, category
    request.standard = standard_of(service)
    request.crew = service.job_type.crew if service and service.job_type else None
    request.safety = request.safety or bool(service and service.safety)


def _set_priority(request: ServiceRequest, given: str | None, *, new_danger: bool) -> None:
    chosen = proposed(urgency=request.urgency, impact=request.impact, safety=request.safety)
    if given:
        if given not in Priority.values:
            raise Invalid(_("There is no such priority."), field="priority")
        request.priority, request.priority_by_hand = given, given != chosen.priority
    elif given == "" or not request.priority_by_hand or new_danger:
        request.priority, request.priority_by_hand = chosen.priority, False


def _store_correction(request: ServiceRequest) -> None:
    request.version += 1
    request.save(
        update_fields=[
            "category",
            "service",
            "urgency",
            "impact",
            "safety",
            "priority",
            "priority_by_hand",
            "standard",
            "crew",
            "place",
            "place_note",
            "title",
            "search_text",
            "search_grams",
            "version",
        ]
    )
