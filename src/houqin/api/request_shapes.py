"""How requests look in the API: their rows, one in full, and what is sent about them."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.api.answers import PersonRef, Ref, named, person_ref, shown_phone
from houqin.api.inputs import Day, Essay, Flag, Input, Key, Line, Moment, Query, Words
from houqin.desk.models import Channel, Impact, RequestStatus, Urgency
from houqin.desk.queries.requests import RequestFilter
from houqin.work.models import Priority

COLUMNS = (
    "pk", "number", "status", "title", "place_note", "contact_name", "contact_phone", "channel",
    "priority", "urgency", "impact", "safety", "opened_at", "responded_at", "accepted_at",
    "resolved_at", "closed_at", "target_at", "response_due_at", "arrival_due_at", "due_at",
    "update_due_at", "next_due_at", "escalated", "affected", "paused", "provisional", "reopen_count",
    "flags", "imported", "external_source", "external_id", "version", "requester_id",
    "requester__full_name", "place_id", "place__code", "place__label", "place__label_en",
    *(
        f"{table}{column}"
        for table in ("category", "service", "department", "crew", "standard")
        for column in ("_id", "__code", "__name", "__name_en")
    ),
)  # fmt: skip
"""What a row is made of."""


class RequestRow(BaseModel):
    """A request in a list. Due times are those computed last; `next_due_at` is the nearest of them."""

    number: str
    status: RequestStatus
    title: str
    category: Ref
    service: Ref | None
    place: Ref | None
    place_note: str
    department: Ref | None
    crew: Ref | None
    standard: Ref | None
    requester: PersonRef | None
    contact_name: str
    contact_phone: str = Field(description="Masked for who need not ring it.")
    channel: Channel
    priority: Priority
    urgency: Urgency
    impact: Impact
    safety: bool
    opened_at: dt.datetime
    responded_at: dt.datetime | None
    accepted_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None
    target_at: dt.datetime | None = Field(description="A fixed promise instead of the computed time.")
    response_due_at: dt.datetime | None
    arrival_due_at: dt.datetime | None
    due_at: dt.datetime | None
    update_due_at: dt.datetime | None = Field(
        description="By when a message of the requester that waits is to be answered."
    )
    next_due_at: dt.datetime | None
    escalated: int = Field(
        description="The highest escalation level that was told and holds; 0 for none, and for the requester."
    )
    paused: bool
    provisional: bool
    reopen_count: int
    affected: int = Field(description="How many people are known to have the trouble.")
    flags: list[str] = Field(description="How an imported request contradicts itself.")
    imported: bool
    external_source: str
    external_id: str
    version: int


class Answered(BaseModel):
    """A question of the service as it was asked, and its answer."""

    key: str
    label: str
    text: str


class OrderOfRequest(BaseModel):
    """A work order raised for a request."""

    number: str
    status: str
    title: str
    crew: Ref | None
    worker: PersonRef | None


class File(BaseModel):
    """A photo or file; its content is at `path`."""

    id: int
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    stage: str = Field(description="When it was taken: report, before, after; empty on a request.")
    public: bool = Field(description="Shown to the requester.")
    path: str


class Scores(BaseModel):
    """How the requester rated the result."""

    speed: int
    attitude: int
    quality: int
    solved: bool
    comment: str
    rated_at: dt.datetime


class RequestDetail(RequestRow):
    """A request in full. A requester is not shown the work orders behind it."""

    description: str
    answers: list[Answered]
    contact_email: str
    language: str
    result: str
    accepted_by_silence: bool
    merged_into: str | None
    previous: str | None = Field(description="The request this one follows on.")
    orders: list[OrderOfRequest]
    attachments: list[File]
    ratings: list[Scores]
    allowed_steps: list[str] = Field(description="What the caller may do with it now.")
    tracking_url: str | None = Field(
        description="The page for who has no account; only for those who give it on."
    )


class Happened(BaseModel):
    """A line of the timeline: an event told in the caller's language, or a message."""

    at: dt.datetime
    type: Literal["event", "message", "note"]
    kind: str = Field(description="The kind of event; for a message `requester`, `staff` or `internal`.")
    order: str | None = Field(description="The work order it happened on.")
    author: str
    text: str
    attachments: list[int]


class Timeline(BaseModel):
    """What happened, oldest first."""

    items: list[Happened]


class RequestQuery(Query):
    """Which requests; the same names as in the address of the queue page."""

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$", description="Words, pinyin, a number, a phone.")
    tab: Literal["pending", "to_assign", "unassignable", "mine", "all"] = "all"
    status: list[RequestStatus] = Field([], max_length=20)
    priority: list[Priority] = Field([], max_length=20)
    channel: list[Channel] = Field([], max_length=20)
    category: Key | None = None
    service: Key | None = None
    place: Key | None = Field(None, description="The place and everything in it.")
    department: Key | None = None
    crew: Key | None = None
    requester: Key | None = None
    open: Flag | None = None
    overdue: Flag | None = None
    due_soon: Flag | None = None
    paused: Flag | None = None
    escalated: Annotated[int, Field(ge=1, le=9)] | None = Field(
        None, description="At this escalation level or a higher one."
    )
    flagged: Flag | None = None
    imported: Flag | None = None
    reopened: Flag | None = None
    on_time: Literal["", "yes", "no", "none"] = ""
    opened_from: Day | None = Field(None, description="A local day, included, as the last one is.")
    opened_to: Day | None = None
    closed_from: Day | None = None
    closed_to: Day | None = None
    order: Literal["newest", "due"] = "newest"

    def wanted(self) -> RequestFilter:
        """The filter that pages and exports use."""
        return RequestFilter(
            q=self.q,
            tab=self.tab,
            statuses=frozenset(self.status),
            priorities=frozenset(self.priority),
            channels=frozenset(self.channel),
            category_id=self.category,
            service_id=self.service,
            place_id=self.place,
            department_id=self.department,
            crew_id=self.crew,
            requester_id=self.requester,
            open=self.open,
            overdue=self.overdue,
            due_soon=self.due_soon,
            paused=self.paused,
            escalated=self.escalated,
            flagged=self.flagged,
            imported=self.imported,
            reopened=self.reopened,
            on_time=self.on_time,
            opened_from=self.opened_from,
            opened_to=self.opened_to,
            closed_from=self.closed_from,
            closed_to=self.closed_to,
        )


Answer = str | int | float | bool


class NewRequest(Input):
    """A report. Of service and category one is needed, of title and description too.

    What is left out comes from the requester's account and from the service. Without the right to
    register requests for others it is the caller's own.
    """

    service: Key | None = None
    category: Key | None = None
    title: Annotated[Line, Field(max_length=120)] = ""
    description: Essay = ""
    answers: dict[str, Answer] = Field({}, description="Keys of the service's questions and the answers.")
    place: Key | None = None
    place_note: Line = ""
    requester: Key | None = None
    contact_name: Annotated[Line, Field(max_length=80)] = ""
    contact_phone: Annotated[Line, Field(max_length=30)] = ""
    contact_email: Annotated[Line, Field(max_length=254)] = ""
    department: Key | None = None
    language: Literal["", "zh-hans", "en"] = ""
    urgency: Literal["", "low", "normal", "high"] = ""
    impact: Literal["", "person", "room", "building"] = ""
    safety: bool = False
    attachments: list[Key] = Field([], max_length=9, description="Ids of files the caller has stored.")


class ReasonIn(Input):
    """Why; the requester reads it."""

    reason: Words


class MaybeReasonIn(Input):
    """Why, where there is something to say."""

    reason: Words = ""


class QuestionIn(Input):
    """What the requester is asked."""

    question: Words


class TextIn(Input):
    """What is said, with files the caller has stored."""

    text: Essay
    attachments: list[Key] = Field([], max_length=9)


class CorrectIn(Input):
    """What was put down wrong, and why; what is left out stays.

    An empty `priority` gives it back to the matrix.
    """

    reason: Words
    category: Key | None = None
    service: Key | None = None
    urgency: Literal["low", "normal", "high"] | None = None
    impact: Literal["person", "room", "building"] | None = None
    safety: bool | None = None
    priority: Literal["", "planned", "normal", "urgent", "critical"] | None = None
    place: Key | None = None
    place_note: Line | None = None
    title: Annotated[Line, Field(max_length=120)] | None = None


class MergeIn(Input):
    """The number of the open request it goes into."""

    into: Annotated[Line, Field(max_length=20)]
    reason: Words = ""


class PromiseIn(Input):
    """Until when it is promised; null goes back to the standard."""

    target_at: Moment | None
    reason: Words


class ResultIn(Input):
    """What was done; needed where no work order was completed."""

    result: Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")] = ""


class ChaseIn(Input):
    """What was said when asking to hurry."""

    note: Words = ""


class MessageIn(TextIn):
    """A message to the requester (`staff`) or from the requester (`requester`); empty: by who calls."""

    side: Literal["", "staff", "requester"] = ""


class RatingIn(Input):
    """Three scores from 1 to 5, and whether it is solved."""

    speed: Annotated[int, Field(ge=1, le=5)]
    attitude: Annotated[int, Field(ge=1, le=5)]
    quality: Annotated[int, Field(ge=1, le=5)]
    solved: bool = True
    comment: Words = ""


_OURS = ("target_at", "response_due_at", "arrival_due_at", "due_at", "update_due_at", "next_due_at")


def row_facts(row: dict[str, Any], *, phones: bool, reader: User) -> dict[str, Any]:
    """The members of a `RequestRow` from its columns; `phones` says that the reader sees numbers in full.

    People of a contractor are held to what their company has promised, not to our due times; whom we
    told of a delay is not for the requester.
    """
    refs = {
        name: named(row[f"{name}_id"], row[f"{name}__code"], row[f"{name}__name"], row[f"{name}__name_en"])
        for name in ("category", "service", "department", "crew", "standard")
    }
    own = row["requester_id"] == reader.pk
    plainly = phones or own
    hidden: dict[str, Any] = {"escalated": 0} if own else {}
    if reader.partner_id is not None:
        hidden = {**dict.fromkeys(_OURS), "escalated": 0}
    return {
        **row,
        **refs,
        **hidden,
        "place": named(row["place_id"], row["place__code"], row["place__label"], row["place__label_en"]),
        "requester": person_ref(row["requester_id"], row["requester__full_name"]),
        "contact_phone": shown_phone(row["contact_phone"], plainly=plainly),
    }
