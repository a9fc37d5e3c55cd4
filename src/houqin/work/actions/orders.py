"""Raising orders, having them approved, and giving them to people."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.files.models import Attachment
from houqin.journal.actions import numbers
from houqin.kernel import clock, numbering
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.work.actions import decisions, moving, offers, whom
from houqin.work.models import (
    BY_RULE,
    DispatchDecision,
    DispatchMode,
    JobType,
    OrderAttachment,
    OrderStep,
    Priority,
    ServiceStandard,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.policies import may_dispatch, may_hand_to, may_raise
from houqin.work.queries.candidates import Candidate
from houqin.work.queries.eligibility import Job

S = WorkOrderStatus
TITLE_LENGTH = 120


@transaction.atomic
def raise_order(
    *,
    job_type_id: int,
    title: str,
    by: User | None,
    description: str = "",
    answers: Sequence[Mapping[str, Any]] = (),
    place_id: int | None = None,
    place_note: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    priority: str = Priority.NORMAL,
    kind: str = "",
    standard_id: int | None = None,
    crew_id: int | None = None,
    source: str = "",
    rework_of_id: int | None = None,
    estimated_minutes: int | None = None,
    attachment_ids: Collection[int] = (),
    draft: bool = False,
    granted: bool = False,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """A new order with its number, the checklist of its job type and the attachments of the report.

    It waits for dispatch; for approval first where the job type asks for it; or stays a draft.
    What is not given comes from the job type: work type, crew, estimate, and the standard (else the
    default one). The attachments stay visible to the requester, who sent them. The number is that
    of the day of `at` where the organisation is, and taken last.

    `granted` says that the caller has decided that the person may, as when a requester reopens.
    Raises `Invalid` for a wrong input, `Missing` for an unknown id, `NotPermitted` where the person
    raises no orders at the place.
    """
    when = at or clock.now()
    job_type = JobType.objects.filter(pk=job_type_id, active=True).first()
    if job_type is None:
        raise Missing(_("There is no such job type."))
    place = _place(place_id)
    if by is not None and not granted and not may_raise(by, place):
        raise NotPermitted(_("You may not raise work orders here."))
    order = WorkOrder(
        job_type=job_type,
        kind=kind or job_type.kind,
        title=_titled(title),
        description=description.strip(),
        answers=[dict(answer) for answer in answers],
        place=place,
        place_note=place_note.strip(),
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        priority=_priority(priority),
        standard=_standard(standard_id, job_type),
        crew=whom.crew_for(crew_id, place) if crew_id is not None else _usual_crew(job_type, place),
        source=source,
        rework_of=_finished(rework_of_id),
        estimated_minutes=estimated_minutes or job_type.estimated_minutes,
        status=_first_state(job_type, draft=draft),
        raised_at=when,
        changed_at=when,
    )
    order.dispatch_at = when if order.status == S.TO_DISPATCH else None
    _store(order, when, _stored_files(attachment_ids))
    data = {
        **whom.named(order.crew, None),
        "source": source,
        "priority": order.priority,
        "rework_of": order.rework_of.number if order.rework_of else "",
    }
    moving.record(order, "raised", by=by, at=when, data=data, states=("", order.status))
    return order


@transaction.atomic
def submit(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """A draft, sent on: for approval where the job type asks for it, else for dispatch."""
    order = moving.lock_for("submit", order_id, by=by)
    to = S.AWAITING_APPROVAL if order.job_type.needs_approval else S.TO_DISPATCH
    kind = "submitted_for_approval" if order.job_type.needs_approval else "released"
    moving.move(order, to, kind, by=by, at=moving.instant(order, at))
    return order


@transaction.atomic
def approve(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order, approved and waiting for dispatch. Nobody approves what they raised themselves."""
    order = moving.lock_for("approve", order_id, by=by)
    moving.move(order, S.TO_DISPATCH, "released", by=by, at=moving.instant(order, at))
    return order


@transaction.atomic
def refuse_approval(
    *, order_id: int, reason: str, by: User | None, at: dt.datetime | None = None
) -> WorkOrder:
    """The order as a draft again, with the reason why it was not approved."""
    order = moving.lock_for("refuse_approval", order_id, by=by)
    reason = moving.needed(reason)
    moving.move(order, S.DRAFT, "approval_refused", by=by, at=moving.instant(order, at), reason=reason)
    return order


@transaction.atomic
def assign(
    *,
    order_id: int,
    by: User | None,
    crew_id: int | None = None,
    worker_id: int | None = None,
    scheduled_from: dt.datetime | None = None,
    scheduled_until: dt.datetime | None = None,
    reason: str = "",
    version: int | None = None,
    mode: str = DispatchMode.HAND,
    people: Sequence[Candidate] | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """Give the order to a crew, or to a technician, who has yet to accept it while the offer stands.

    A technician takes the order's crew along when belonging to it, else the first of their own
    crews. An order that somebody has already needs a reason to go to somebody else; one on site or
    on hold is taken back first. The appointment is kept when none is given. The decision is kept with
    everybody who was in question; a rule, which is another `mode`, brings its `people` along.

    Raises `Refused` when the person or crew cannot do it (crew that does not come to the place, any hard
    rule of `queries.eligibility`; a dispatcher may pass over the trade), `Invalid` without anybody, for
    a missing reason or an appointment that is in the past or ends before it starts, `StaleState` once
    work is under way or done.
    """
    order = moving.lock_for("assign", order_id, by=by, version=version)
    taken_back = order.status in {S.ON_SITE, S.ON_HOLD}
    crew, worker = whom.chosen(order, crew_id, worker_id)
    if by is not None and not may_hand_to(by, order, crew.pk if crew else None):
        raise NotPermitted(_("You may give work only to your own crew."))
    when = moving.instant(order, at)
    again = order.status != S.TO_DISPATCH
    reason = whom.reason_to_reassign(order, crew, worker, reason) if again else reason.strip()
    fields = _appointment(order, scheduled_from, scheduled_until, when)
    job = Job.of(order, start=scheduled_from, until=scheduled_until, at=when)
    if worker is not None:
        whom.require_able(worker, job, trade=mode != DispatchMode.HAND)
    people = decisions.looked_at(order, job, worker) if people is None else people
    if taken_back:
        taken = whom.named(order.crew, None)
        moving.move(order, S.TO_DISPATCH, "sent_back", by=by, at=when, reason=reason, data=taken, worker=None)
    moving.move(
        order,
        S.DISPATCHED,
        _how(mode, again=again),
        by=by,
        at=when,
        reason=reason,
        data={**whom.named(crew, worker), **{name: value.isoformat() for name, value in fields.items()}},
        crew=crew,
        worker=worker,
        **fields,
    )
    whom.lead_is_no_helper(order)
    offers.open_for(order, mode=mode, at=when)
    given = DispatchDecision.Outcome.GIVEN
    decisions.keep(order, mode=mode, outcome=given, people=people, by=by, at=when)
    return order


@transaction.atomic
def schedule(
    *,
    order_id: int,
    scheduled_from: dt.datetime | None,
    scheduled_until: dt.datetime | None,
    by: User | None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order with another appointment, or with none; its state stays.

    Raises `Invalid` for an appointment with one end, in a wrong order or in the past, `Refused` once it
    is finished. Where it waits for dispatch a rule looks at it again: other people may be there then.
    """
    order = _open_for_desk(order_id, by)
    when = moving.instant(order, at)
    fields = _appointment(order, scheduled_from, scheduled_until, when)
    data = {name: value.isoformat() for name, value in fields.items()}
    look = {"dispatch_at": when} if order.status == S.TO_DISPATCH else {}
    moving.save(order, at=when, scheduled_from=scheduled_from, scheduled_until=scheduled_until, **look)
    moving.record(order, "scheduled", by=by, at=when, data=data)
    return order


@transaction.atomic
def set_priority(
    *, order_id: int, priority: str, reason: str, by: User | None, at: dt.datetime | None = None
) -> WorkOrder:
    """The order with another priority; the reason is kept. The start of its clock stays.

    Raises `Invalid` for an unknown priority or no reason, `Refused` once the order is finished.
    """
    order = _open_for_desk(order_id, by)
    reason = moving.needed(reason)
    data = {"priority": [order.priority, _priority(priority)]}
    when = moving.instant(order, at)
    moving.save(order, at=when, priority=priority)
    moving.record(order, "priority", by=by, at=when, reason=reason, data=data)
    return order


def _open_for_desk(order_id: int, by: User | None) -> WorkOrder:
    order = moving.lock(order_id)
    if by is not None and not may_dispatch(by, order):
        raise NotPermitted(_("You may not dispatch this work order."))
    if order.is_finished:
        raise Refused(_("%(number)s is already finished.") % {"number": order.number})
    return order


def _how(mode: str, *, again: bool) -> str:
    """The kind of event: what a rule offers the requester hears of when it is accepted."""
    if mode in BY_RULE:
        return "offered"
    return "reassigned" if again else "dispatched"


def _first_state(job_type: JobType, *, draft: bool) -> str:
    if draft:
        return S.DRAFT
    return S.AWAITING_APPROVAL if job_type.needs_approval else S.TO_DISPATCH


def _stored_files(attachment_ids: Collection[int]) -> list[Attachment]:
    """The files, in the order in which they were named."""
    files = Attachment.objects.in_bulk(attachment_ids)
    if len(files) != len(set(attachment_ids)):
        raise Missing(_("There is no such file."))
    return [files[pk] for pk in dict.fromkeys(attachment_ids)]


def _store(order: WorkOrder, when: dt.datetime, files: list[Attachment]) -> None:
    day = timezone.localtime(when, timezone.get_default_timezone()).date()
    order.number = numbers.take(kind=numbering.WORK_ORDER, day=day)
    where = [order.place.code, order.place.label, order.place.label_en] if order.place else []
    order.set_search(
        order.number,
        order.title,
        order.source,
        order.contact_phone,
        *where,
        order.place_note,
        order.description,
        person_names=[order.contact_name],
    )
    order.save(force_insert=True)
    OrderStep.objects.bulk_create(
        OrderStep(
            order=order,
            position=position,
            text=line["text"],
            text_en=line.get("text_en", ""),
            kind=line.get("kind", OrderStep.Kind.CHECK),
            choices=line.get("choices", []),
            required=line.get("required", False),
        )
        for position, line in enumerate(order.job_type.steps, start=1)
    )
    OrderAttachment.objects.bulk_create(
        OrderAttachment(order=order, attachment=file, stage=OrderAttachment.Stage.REPORT, public=True)
        for file in files
    )


def _titled(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid(_("Please say in a few words what is to be done."), field="title")
    return title[:TITLE_LENGTH]


def _priority(priority: str) -> str:
    if priority not in Priority.values:
        raise Invalid(_("There is no such priority."), field="priority")
    return priority


def _place(place_id: int | None) -> Place | None:
    if place_id is None:
        return None
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise Missing(_("There is no such place."))
    return place


def _standard(standard_id: int | None, job_type: JobType) -> ServiceStandard | None:
    if standard_id is None:
        return job_type.standard or ServiceStandard.objects.filter(is_default=True).first()
    standard = ServiceStandard.objects.filter(pk=standard_id).first()
    if standard is None:
        raise Missing(_("There is no such service standard."))
    return standard


def _finished(order_id: int | None) -> WorkOrder | None:
    if order_id is None:
        return None
    order = WorkOrder.objects.filter(pk=order_id).first()
    if order is None:
        raise Missing(_("This work order does not exist."))
    if not order.is_finished:
        raise Refused(
            _("%(number)s is not finished yet, so nothing is to be done again.") % {"number": order.number}
        )
    return order


def _usual_crew(job_type: JobType, place: Place | None) -> Crew | None:
    """The job type's crew, unless it has ended or works only elsewhere."""
    crew = job_type.crew
    return crew if crew is not None and crew.active and whom.works_at(crew, place) else None


def _appointment(
    order: WorkOrder, start: dt.datetime | None, end: dt.datetime | None, when: dt.datetime
) -> dict[str, dt.datetime]:
    """The columns of an appointment; empty when none is given. Only the one there is may be in the past."""
    if start is None and end is None:
        return {}
    if start is None or end is None:
        raise Invalid(_("An appointment needs a beginning and an end."), field="scheduled_until")
    if end <= start:
        raise Invalid(_("The appointment ends before it begins."), field="scheduled_until")
    if start < when.replace(second=0, microsecond=0) and start != order.scheduled_from:
        raise Invalid(_("This time is already over. Choose a later one."), field="scheduled_from")
    return {"scheduled_from": start, "scheduled_until": end}
