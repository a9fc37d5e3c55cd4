"""The steps of a request, one address each; the answer is the request as it stands afterwards."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.params.functions import Body

from houqin.api import request_shapes as shapes
from houqin.api.auth import person_of
from houqin.api.inputs import Nothing
from houqin.api.request_shapes import RequestDetail
from houqin.api.requests import locked_tag, shown_request
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import unchanged
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.flows import accept_result as results
from houqin.flows import add_message, triage_request
from houqin.flows.chase_request import chase_request as chase
from houqin.flows.reopen_request import reopen_request as reopen
from houqin.flows.withdraw_request import withdraw_request as withdraw
from houqin.kernel.errors import Invalid, Missing

area = Area()
NOTHING = Body(Nothing())
MAYBE_RESULT = Body(shapes.ResultIn())
MAYBE_REASON = Body(shapes.MaybeReasonIn())
MAYBE_NOTE = Body(shapes.ChaseIn())


@area.post("/{number}/accept", response=RequestDetail)
def accept_request(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Take a new request on."""
    return _take(request, number, triage_request.accept_request)


@area.post("/{number}/correct", response=RequestDetail)
def correct_request(request: HttpRequest, number: str, payload: shapes.CorrectIn) -> HttpResponse:
    """Put right what was put down wrong; due times are computed anew."""
    given = payload.given()
    ids = {f"{name}_id": given.pop(name) for name in ("category", "service", "place") if name in given}
    return _take(request, number, triage_request.correct_request, **given, **ids)


@area.post("/{number}/ask", response=RequestDetail)
def ask_requester(request: HttpRequest, number: str, payload: shapes.QuestionIn) -> HttpResponse:
    """Ask the requester; the restoration clock waits for the answer."""
    return _take(request, number, triage_request.ask_requester, question=payload.question)


@area.post("/{number}/answer", response=RequestDetail)
def answer_question(request: HttpRequest, number: str, payload: shapes.TextIn) -> HttpResponse:
    """Answer the question that was asked; the clocks go on."""
    return _take(request, number, triage_request.answer_question, **_said(payload))


@area.post("/{number}/reject", response=RequestDetail)
def reject_request(request: HttpRequest, number: str, payload: shapes.ReasonIn) -> HttpResponse:
    """Do not take the request on; the requester is told why."""
    return _take(request, number, triage_request.reject_request, reason=payload.reason)


@area.post("/{number}/merge", response=RequestDetail)
def merge_request(request: HttpRequest, number: str, payload: shapes.MergeIn) -> HttpResponse:
    """Merge the request into another open one."""
    other = visible_requests(person_of(request)).filter(number=payload.into.strip().upper()).first()
    found(visible_requests(person_of(request)), number=number)
    if other is None:
        raise Invalid(_("There is no request %(number)s.") % {"number": payload.into}, field="into")
    return _take(request, number, triage_request.merge_request, into_id=other.pk, reason=payload.reason)


@area.post("/{number}/promise", response=RequestDetail)
def promise_request(request: HttpRequest, number: str, payload: shapes.PromiseIn) -> HttpResponse:
    """Promise a restoration time instead of the computed one, or take the promise back with null."""
    return _take(
        request, number, triage_request.promise_time, target_at=payload.target_at, reason=payload.reason
    )


@area.post("/{number}/resolve", response=RequestDetail)
def resolve_request(
    request: HttpRequest,
    number: str,
    payload: shapes.ResultIn = MAYBE_RESULT,
) -> HttpResponse:
    """Settle the request without further work; the requester is asked to accept it."""
    return _take(request, number, triage_request.settle_request, result=payload.result)


@area.post("/{number}/withdraw", response=RequestDetail)
def withdraw_request(
    request: HttpRequest,
    number: str,
    payload: shapes.MaybeReasonIn = MAYBE_REASON,
) -> HttpResponse:
    """Take the request back before work has begun."""
    return _take(request, number, withdraw, reason=payload.reason)


@area.post("/{number}/chase", response=RequestDetail)
def chase_request(
    request: HttpRequest,
    number: str,
    payload: shapes.ChaseIn = MAYBE_NOTE,
) -> HttpResponse:
    """Ask to hurry; possible again after 30 minutes."""
    return _take(request, number, chase, note=payload.note)


@area.post("/{number}/messages", response=RequestDetail)
def write_request_message(request: HttpRequest, number: str, payload: shapes.MessageIn) -> HttpResponse:
    """Write to the requester, or as the requester to the desk."""
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    side = payload.side or ("requester" if one.requester_id == user.pk else "staff")
    write = add_message.write_as_requester if side == "requester" else add_message.write_to_requester
    return _take(request, number, write, **_said(payload))


@area.post("/{number}/notes", response=RequestDetail)
def write_request_note(request: HttpRequest, number: str, payload: shapes.TextIn) -> HttpResponse:
    """Leave a note among staff, which the requester never reads."""
    return _take(request, number, add_message.add_note, **_said(payload))


@area.post("/{number}/accept-result", response=RequestDetail)
def accept_request_result(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Accept what was done; the request and its completed work orders are closed."""
    return _take(request, number, results.accept_result)


@area.post("/{number}/refuse-result", response=RequestDetail)
def refuse_request_result(request: HttpRequest, number: str, payload: shapes.ReasonIn) -> HttpResponse:
    """Do not accept what was done; the work goes on."""
    return _take(request, number, results.refuse_result, reason=payload.reason)


@area.post("/{number}/reopen", response=RequestDetail)
def reopen_request(request: HttpRequest, number: str, payload: shapes.ReasonIn) -> HttpResponse:
    """Reopen a closed request; after the days for it, the answer is a new one that follows on."""
    return _take(request, number, reopen, reason=payload.reason)


@area.post("/{number}/rate", response=RequestDetail)
def rate_request(request: HttpRequest, number: str, payload: shapes.RatingIn) -> HttpResponse:
    """Rate what was done; a second time within 7 days changes the rating."""
    return _take(request, number, results.rate_request, **payload.model_dump())


def _said(payload: shapes.TextIn) -> dict[str, Any]:
    return {"text": payload.text, "attachment_ids": tuple(payload.attachments)}


def _take(request: HttpRequest, number: str, step: Callable[..., object], **given: Any) -> HttpResponse:
    """Take a step of a visible request and answer with the request that came of it.

    What the step misses was named by the input: the request itself had been found.
    """
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    try:
        with unchanged(request, lambda: locked_tag(one)):
            came = step(request_id=one.pk, by=user, **given)
    except Missing as refusal:
        raise Invalid(str(refusal)) from refusal
    other = came if isinstance(came, ServiceRequest) else one
    return shown_request(visible_requests(user).filter(pk=other.pk).first() or other, user)
