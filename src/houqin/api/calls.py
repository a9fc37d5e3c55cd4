"""Telephone calls: what a telephone system reports, and the calls a desk has had."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from pydantic import BaseModel, Field, StringConstraints

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.api.answers import Page, PersonRef, Ref, answer, ref_of, shown_phone, user_ref
from houqin.api.auth import person_of
from houqin.api.inputs import Input, Key, Moment, Query
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.intake.actions import ringing
from houqin.intake.call_remarks import worded
from houqin.intake.models import Call, CallOutcome, CallStatus, Direction
from houqin.intake.queries.calls import CallFilter, calls
from houqin.kernel.phone_numbers import LONGEST

area = Area()
NEWEST = Sort("rang_at", newest=True, kind=dt.datetime)
_NO_NUL = r"^[^\x00]*$"


class Remark(BaseModel):
    """Something odd about a call."""

    code: str
    text: str = Field(description="The sentence in the caller's language.")


class CallReported(BaseModel):
    """A call as the telephone system may know it: nothing of who is calling."""

    id: int
    external_id: str
    state: CallStatus
    number: str = Field(description="In comparable form; empty where it is not shown or cannot be read.")
    remarks: list[Remark]


class CallRow(CallReported):
    """A call."""

    direction: Direction
    queue: str = Field(description="The line by the name the telephone system gives it.")
    line: Ref | None
    rang_at: dt.datetime
    answered_at: dt.datetime | None
    ended_at: dt.datetime | None
    operator: PersonRef | None = Field(description="Who took it at the desk.")
    caller: PersonRef | None
    caller_name: str
    outcome: CallOutcome | None
    request: str | None = Field(description="Number of the request it is about.")
    called_back_at: dt.datetime | None
    called_back_by: PersonRef | None
    note: str


class CallIn(Input):
    """One report of a call. The same report again changes nothing."""

    number: Annotated[str, StringConstraints(max_length=LONGEST, pattern=_NO_NUL)] = Field(
        description="The caller's number as it comes; empty or `anonymous` where it is not shown."
    )
    queue: Annotated[str, StringConstraints(max_length=60, pattern=_NO_NUL)] = Field(
        description="The queue or line that rings, as it stands in the setup."
    )
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_NO_NUL)] = Field(
        description="The telephone system's own name for the call, the same in all its reports."
    )
    event: Literal["ringing", "answered", "ended"]
    at: Moment
    direction: Literal["in", "out"] = "in"


class CallQuery(Query):
    """Which calls."""

    kind: Literal["to_call", "called", "answered", "filed"] | None = Field(
        None, description="Missed and nobody has called back, called back, answered, with a request."
    )
    line: Key | None = None
    rang_from: Moment | None = None
    rang_to: Moment | None = None
    number: str = Field("", max_length=LONGEST, pattern=_NO_NUL)


@area.post("", response={200: CallReported, 201: CallReported})
def report_call(request: HttpRequest, payload: CallIn) -> HttpResponse:
    """Report that a call rings, is answered or has ended; 201 for the first report of a call."""
    told = ringing.Report(source=person_of(request).username, **payload.model_dump())
    call, new = ringing.report(told)
    return answer(CallReported(**_reported(call, call.number)), status=201 if new else 200)


@area.get("", response=Page[CallRow])
def list_calls(request: HttpRequest, wanted: FromQuery[CallQuery]) -> HttpResponse:
    """The calls the caller may see, newest first."""
    user = person_of(request)
    chosen = CallFilter(
        kind=wanted.kind or "",
        line_id=wanted.line,
        since=wanted.rang_from,
        until=wanted.rang_to,
        number=wanted.number,
    )
    found = page(calls(chosen, user), NEWEST, limit=wanted.limit, cursor=wanted.cursor)
    plainly = may(user, "people.see_phones")
    rows = [_row(call, plainly=plainly) for call in found.rows]
    return answer(Page[CallRow](items=rows, next=found.next))


def remember_refused(request: HttpRequest, errors: list[dict[str, str]]) -> None:
    """Keep a report of a call that has not the form it should have; anything else passes."""
    match = request.resolver_match
    if match is None or match.url_name != report_call.__name__ or request.method != "POST":
        return
    user = request.user
    source = user.username if isinstance(user, User) else ""
    ringing.keep_refused(source=source, sent=request.body.decode("utf-8", "replace"), faults=errors)


def _reported(call: Call, number: str) -> dict[str, Any]:
    return {
        "id": call.pk,
        "external_id": call.external_id,
        "state": CallStatus(call.status),
        "number": number,
        "remarks": [Remark(code=code, text=worded(code)) for code in call.remarks],
    }


def _row(call: Call, *, plainly: bool) -> CallRow:
    return CallRow(
        **_reported(call, shown_phone(call.number, plainly=plainly)),
        direction=Direction(call.direction),
        queue=call.queue,
        line=ref_of(call.line),
        rang_at=call.rang_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        operator=user_ref(call.operator),
        caller=user_ref(call.caller),
        caller_name=call.caller_name,
        outcome=CallOutcome(call.outcome) if call.outcome else None,
        request=call.request.number if call.request else None,
        called_back_at=call.called_back_at,
        called_back_by=user_ref(call.called_back_by),
        note=call.note,
    )
