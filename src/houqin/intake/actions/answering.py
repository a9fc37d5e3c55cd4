"""What the desk does with calls: takes them, files what was said, calls back, chooses its lines."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.actions.following import Contact
from houqin.desk.actions.requests import Report
from houqin.desk.models import Channel, ServiceRequest
from houqin.desk.policies import allowed_steps, visible_requests
from houqin.desk.queries.affected import known_marks, marks
from houqin.flows.add_message import add_note
from houqin.flows.chase_request import chase_request
from houqin.flows.follow_request import follow_request
from houqin.flows.submit_request import submit_request
from houqin.intake import call_remarks as remarks
from houqin.intake.actions.ringing import append, remark
from houqin.intake.models import Call, CallOutcome, CallStatus, MutedLine
from houqin.intake.policies import answerable_lines, visible_calls
from houqin.kernel import clock, phone_numbers
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused, StaleState

S = CallStatus
RINGS_FOR = dt.timedelta(minutes=10)
"""How long a call of which nothing more is told is taken to ring."""
TALKS_FOR = dt.timedelta(hours=4)
"""How long one that was answered is taken to go on."""


@transaction.atomic
def take(*, call_id: int, by: User) -> Call:
    """The call, taken by somebody at the desk; it rings for nobody else any more. Taken twice: the same.

    Of two operators one is first. Raises `StaleState` for the other, naming who has it, and for a call
    that is over; `Missing` for one the person does not see.
    """
    call = _lock(call_id, by)
    if call.operator_id == by.pk:
        return call
    if call.operator is not None:
        raise StaleState(_("%(name)s was quicker: the call is taken.") % {"name": call.operator})
    if call.status == S.MISSED:
        raise StaleState(_("The caller has hung up. The call is listed among the missed ones."))
    if call.status == S.ENDED:
        raise StaleState(_("This call is over."))
    now, before = clock.now(), call.status
    call.operator, call.taken_at = by, now
    if call.answered_at is None:
        call.status, call.answered_at = S.ANSWERED, max(now, call.rang_at)
    call.save()
    append(call, "taken", at=now, by=by, before=before)
    return call


@transaction.atomic
def file_request(
    *, report: Report, by: User, call_id: int | None = None
) -> tuple[ServiceRequest, Call | None]:
    """The new request of a caller, and the call it hangs on.

    Without `call_id` the call is written down by hand; what came by chat or was seen by staff has none.
    Raises `StaleState` for a call that has its request already, and what `submit_request` raises.
    """
    call = _own(call_id, by) if call_id is not None else None
    if report.channel == Channel.PHONE and call is not None and not report.contact_phone:
        report = replace(report, contact_phone=call.number[:30])
    request = submit_request(report=report, by=by)
    if report.channel != Channel.PHONE:
        return request, None
    return request, _settle(call, by, CallOutcome.REQUEST, request=request, report=report)


@transaction.atomic
def file_known(
    *, request_id: int, by: User, call_id: int | None = None, report: Report, note: str = ""
) -> tuple[ServiceRequest, Call, bool]:
    """The open request that a caller rang about, the call that hangs on it now, and whether it was chased.

    A caller whom the request does not know yet follows it from now on (我也遇到). What was said counts as
    asking to hurry; where that is not possible at the moment (within half an hour of the last time, or
    while we wait for an answer) it stays as a note among staff. `report` says who called. Raises
    `Missing` for a request the person does not see.
    """
    call = _own(call_id, by) if call_id is not None else None
    request = visible_requests(by).filter(pk=request_id).first()
    if request is None:
        raise Missing(_("This request does not exist."))
    name = _name_of(report) or report.contact_phone
    said = _("Called: %(name)s") % {"name": name} if name else _("Somebody called.")
    said = f"{said} {note}".strip()
    chased = _chase(request, by, said)
    if not chased:
        add_note(request_id=request.pk, text=said, by=by)
    _follow(request, report, call, by)
    call = _settle(call, by, CallOutcome.KNOWN, request=request, report=report)
    return request, call, chased


@transaction.atomic
def file_nothing(*, call_id: int, by: User, note: str = "") -> Call:
    """The call of which nothing is to be registered: a wrong number, a question that was answered."""
    return _settle(_own(call_id, by), by, CallOutcome.NOTHING, note=note)


@transaction.atomic
def call_back(*, call_id: int, by: User, note: str) -> Call:
    """The missed call that somebody has called back about, with what came of it.

    Raises `Invalid` when nothing is said of that, `StaleState` for a call that was not missed or was
    called back already.
    """
    call = _lock(call_id, by)
    if not may(by, "desk.register"):
        raise NotPermitted(_("You may not do this with this call."))
    if call.status != S.MISSED:
        raise StaleState(_("This call was not missed."))
    if call.called_back_by is not None:
        raise StaleState(_("%(name)s has called back already.") % {"name": call.called_back_by})
    if not note.strip():
        raise Invalid(_("Please say what came of it."), field="note")
    call.called_back_at, call.called_back_by, call.note = clock.now(), by, note.strip()
    call.save()
    append(call, "called_back", at=call.called_back_at, by=by, reason=call.note)
    return call


@transaction.atomic
def choose_lines(*, by: User, line_ids: Collection[int]) -> None:
    """Let only these lines ring for somebody, of those that may; a line that is made later rings, too."""
    muted = answerable_lines(by).exclude(pk__in=line_ids)
    MutedLine.objects.filter(user=by).delete()
    MutedLine.objects.bulk_create(MutedLine(user=by, line=line) for line in muted)


def end_silent(*, now: dt.datetime | None = None, limit: int = 200) -> int:
    """End calls of which nothing more was told for long; return how many.

    One that rang for ten minutes without a word is missed, one answered four hours ago over.
    """
    now = now or clock.now()
    silent = Call.objects.filter(status=S.RINGING, heard_at__lt=now - RINGS_FOR) | Call.objects.filter(
        status=S.ANSWERED, answered_at__lt=now - TALKS_FOR
    )
    return sum(_end(pk, now) for pk in silent.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _end(call_id: int, now: dt.datetime) -> int:
    call = Call.objects.select_for_update(of=("self",)).get(pk=call_id)
    if call.is_over:
        return 0
    before = call.status
    call.status = S.MISSED if call.answered_at is None else S.ENDED
    call.ended_at = max(now, call.answered_at or call.rang_at)
    remark(call, remarks.NO_END)
    call.save()
    append(call, "expired", at=call.ended_at, before=before)
    return 1


def _lock(call_id: int, by: User) -> Call:
    """A call the person sees, locked. Raises `Missing` for any other."""
    seen = visible_calls(by).filter(pk=call_id).exists()
    call = Call.objects.select_for_update(of=("self",)).filter(pk=call_id).first() if seen else None
    if call is None:
        raise Missing(_("There is no such call."))
    return call


def _own(call_id: int, by: User) -> Call:
    """A locked call that the person has taken, or takes by this. Raises `StaleState` once it is filed."""
    call = _lock(call_id, by)
    if call.operator is not None and call.operator_id != by.pk:
        raise StaleState(_("%(name)s was quicker: the call is taken.") % {"name": call.operator})
    if call.request is not None:
        raise StaleState(
            _("This call is filed already: %(number)s.") % {"number": call.request.number},
        )
    return call


def _settle(
    call: Call | None,
    by: User,
    outcome: str,
    *,
    request: ServiceRequest | None = None,
    report: Report | None = None,
    note: str = "",
) -> Call:
    """Write down what became of a call; one that no telephone system told of is made here."""
    now = clock.now()
    if call is None:
        number = phone_numbers.read(report.contact_phone) if report else None
        call = Call(
            status=S.ENDED,
            sent_number=report.contact_phone if report else "",
            number=number.key if number else "",
            heard_at=now,
            rang_at=now,
            answered_at=now,
            ended_at=now,
        )
    if call.operator is None:
        call.operator, call.taken_at = by, now
    if call.status == S.RINGING:
        call.status, call.answered_at = S.ANSWERED, max(now, call.rang_at)
    call.outcome, call.request, call.note = outcome, request, note.strip()[:500]
    if report is not None:
        call.caller_id = report.requester_id
        call.caller_name = _name_of(report)[:80]
    call.save()
    append(call, "filed", at=now, by=by, reason=call.note, outcome=outcome)
    return call


def _name_of(report: Report) -> str:
    if report.requester_id is None:
        return report.contact_name.strip()
    person = User.objects.filter(pk=report.requester_id).first()
    return person.full_name if person else report.contact_name.strip()


def _follow(request: ServiceRequest, report: Report, call: Call | None, by: User) -> None:
    """Let the caller follow an open fault that does not know them yet by account or number."""
    person = User.objects.filter(pk=report.requester_id).first() if report.requester_id else None
    number = report.contact_phone or (call.number if call else "")
    caller = marks(user=person, phone=number, email="")
    if not caller or not request.is_open or not caller.isdisjoint(known_marks(request)):
        return
    contact = Contact(
        name=report.contact_name,
        phone="" if person else number[:30],
        language=person.language if person else request.language,
        place_id=report.place_id,
        channel=Channel.PHONE,
    )
    try:
        with transaction.atomic():
            follow_request(request_id=request.pk, contact=contact, by=person, taken_by=by)
    except Refused:
        return  # a caller who follows very many is only not counted; the call is kept all the same


def _chase(request: ServiceRequest, by: User, note: str) -> bool:
    """Ask to hurry, where that is possible now."""
    if "chase" not in allowed_steps(by, request):
        return False
    try:
        with transaction.atomic():
            chase_request(request_id=request.pk, by=by, note=note)
    except Refused:
        return False
    return True
