"""Mail that came in, with what became of it and why."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.api.answers import Page, answer
from houqin.api.auth import person_of
from houqin.api.inputs import Query
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.intake.models import InboundMessage, Outcome, Via
from houqin.intake.queries.inbound import InboundFilter, inbound
from houqin.intake.reasons import worded

area = Area()
NEWEST = Sort("received_at", newest=True, kind=dt.datetime)
_NO_NUL = r"^[^\x00]*$"


class Reason(BaseModel):
    """Why a mail became what it became."""

    code: str
    text: str = Field(description="The sentence in the caller's language.")


class InboundRow(BaseModel):
    """A mail that came in."""

    id: int
    received_at: dt.datetime
    via: Via
    sender: str = Field(serialization_alias="from", description="Its address; empty when it names none.")
    sender_name: str = Field(serialization_alias="from_name")
    subject: str
    message_id: str = Field(description="Without angle brackets; a mail without one is given one of ours.")
    outcome: Outcome
    reason: Reason | None
    request: str | None = Field(description="Number of the request it came to.")
    size: int = Field(description="Bytes.")
    deliveries: int = Field(description="How often the very same bytes were delivered.")
    replays: int = Field(description="How often it was looked at again.")


class InboundQuery(Query):
    """Which mail."""

    outcome: Outcome | None = None
    reason: str = Field("", max_length=40, pattern=_NO_NUL, description="A code.")
    request: str = Field("", max_length=20, pattern=_NO_NUL, description="A number.")
    sender: str = Field("", alias="from", max_length=320, pattern=_NO_NUL, description="An address.")
    q: str = Field("", max_length=100, pattern=_NO_NUL, description="Words in sender or subject, or an id.")


@area.get("/messages", response=Page[InboundRow], by_alias=True)
def list_inbound_messages(request: HttpRequest, wanted: FromQuery[InboundQuery]) -> HttpResponse:
    """The mail the caller may see, newest first, with what became of it."""
    chosen = InboundFilter(
        outcome=wanted.outcome or "",
        reason=wanted.reason,
        request=wanted.request,
        sender=wanted.sender,
        words=wanted.q,
    )
    found = page(inbound(chosen, person_of(request)), NEWEST, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[InboundRow](items=[_row(one) for one in found.rows], next=found.next))


def _row(one: InboundMessage) -> InboundRow:
    return InboundRow(
        id=one.pk,
        received_at=one.received_at,
        via=Via(one.via),
        sender=one.from_address,
        sender_name=one.from_name,
        subject=one.subject,
        message_id=one.message_id,
        outcome=Outcome(one.outcome),
        reason=Reason(code=one.reason, text=worded(one.reason, one.facts)) if one.reason else None,
        request=one.request_number or None,
        size=one.size,
        deliveries=one.deliveries,
        replays=one.replays,
    )
