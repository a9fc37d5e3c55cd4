"""How work orders look in the API: their rows, one in full, and what is sent about them."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from houqin.api.answers import PersonRef, Ref, named, person_ref, shown_phone
from houqin.api.inputs import Day, Essay, Flag, Input, Key, Line, Moment, Query, Words
from houqin.api.request_shapes import Answered, File
from houqin.work.models import HoldReason, OrderResult, OrderStep, Priority, WorkKind, WorkOrderStatus
from houqin.work.queries.orders import OrderFilter

_NAMED = ("job_type", "crew", "standard")
COLUMNS = (
    "pk", "number", "status", "kind", "title", "place_note", "contact_name", "contact_phone",
    "priority", "source", "estimated_minutes", "scheduled_from", "scheduled_until", "raised_at",
    "dispatched_at", "accepted_at", "arrived_at", "started_at", "completed_at", "closed_at",
    "hold_reason", "hold_note", "held_at", "promised_until", "result", "arrival_due_at", "due_at",
    "paused", "changed_at", "version", "worker_id", "worker__full_name", "rework_of__number",
    "place_id", "place__code", "place__label", "place__label_en",
    *(f"{table}{column}" for table in _NAMED for column in ("_id", "__code", "__name", "__name_en")),
)  # fmt: skip
"""What a row is made of."""


class WorkOrderRow(BaseModel):
    """A work order in a list."""

    number: str
    status: WorkOrderStatus
    kind: WorkKind
    title: str
    job_type: Ref
    place: Ref | None
    place_note: str
    contact_name: str
    contact_phone: str = Field(description="Masked for who need not ring it.")
    priority: Priority
    standard: Ref | None
    crew: Ref | None
    worker: PersonRef | None
    source: str = Field(description="The number of what asked for it, such as a request.")
    rework_of: str | None
    estimated_minutes: int | None
    scheduled_from: dt.datetime | None
    scheduled_until: dt.datetime | None
    raised_at: dt.datetime
    dispatched_at: dt.datetime | None
    accepted_at: dt.datetime | None
    arrived_at: dt.datetime | None
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    closed_at: dt.datetime | None
    hold_reason: Literal[""] | HoldReason
    hold_note: str
    held_at: dt.datetime | None
    promised_until: dt.datetime | None
    result: Literal[""] | OrderResult
    arrival_due_at: dt.datetime | None = Field(description="Of whose promise it is, see `due_at`.")
    due_at: dt.datetime | None = Field(
        description="Of the contractor that has the order and is held to a standard of its own, else ours."
    )
    paused: bool
    changed_at: dt.datetime
    version: int


class ChecklistLine(BaseModel):
    """A line of the checklist and its answer; empty where there is none."""

    position: int
    text: str
    kind: OrderStep.Kind
    choices: list[str]
    required: bool
    answer: str
    answered_at: dt.datetime | None


class Checklist(BaseModel):
    """The checklist of an order."""

    items: list[ChecklistLine]


class Time(BaseModel):
    """Working time of one person; without an end the clock runs."""

    id: int
    person: PersonRef
    started_at: dt.datetime
    ended_at: dt.datetime | None
    entered_by_hand: bool


class Times(BaseModel):
    """Working time on an order: everybody's added up, and the time in which anybody worked."""

    items: list[Time]
    labour_minutes: int
    duration_minutes: int


class PartnerPromise(BaseModel):
    """A promise of a contractor for the order, from when it was given to it."""

    partner: Ref
    standard: Ref
    kind: Literal["response", "arrival", "resolution"]
    started_at: dt.datetime
    due_at: dt.datetime
    met_at: dt.datetime | None
    stopped_at: dt.datetime | None = Field(description="When the order was taken away or voided before.")
    paused: bool


class WorkOrderDetail(WorkOrderRow):
    """A work order in full."""

    description: str
    answers: list[Answered]
    problem: Ref | None
    cause: Ref | None
    remedy: Ref | None
    result_note: str
    helpers: list[PersonRef]
    checklist: list[ChecklistLine]
    attachments: list[File]
    partner_clocks: list[PartnerPromise] = Field(
        description="What contractors promised for it; people of a contractor see their own company's."
    )
    allowed_steps: list[str] = Field(description="What the caller may do with it now, the likeliest first.")


class WorkOrderQuery(Query):
    """Which work orders; the same names as in the address of the page."""

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$", description="Words, pinyin, a number, a phone.")
    status: list[WorkOrderStatus] = Field([], max_length=20)
    priority: list[Priority] = Field([], max_length=20)
    job_type: Key | None = None
    kind: WorkKind | None = None
    crew: Key | None = None
    worker: Key | None = None
    place: Key | None = Field(None, description="The place and everything in it.")
    hold_reason: HoldReason | None = None
    source: str = Field("", max_length=20, pattern=r"^[^\x00]*$")
    open: Flag = False
    overdue: Flag = False
    unassigned: Flag = False
    unassignable: Annotated[Flag, Field(description="Those a rule of dispatch found nobody for.")] = False
    rework: Flag = False
    raised_from: Day | None = Field(None, description="A local day, included, as the last one is.")
    raised_until: Day | None = None
    partner: Key | None = Field(
        None, description="Given to this contractor, which is held to a standard of its own."
    )
    partner_kept: Literal["", "yes", "no"] = Field(
        "", description="With `partner`: whether it kept the repair in time."
    )
    given_from: Day | None = Field(None, description="With `partner`: a local day, included, as is the last.")
    given_until: Day | None = None
    order: Literal["newest", "due"] = "newest"

    def wanted(self) -> OrderFilter:
        """The filter that pages and exports use."""
        return OrderFilter(
            q=self.q,
            statuses=frozenset(self.status),
            priorities=frozenset(self.priority),
            job_type_id=self.job_type,
            kind=self.kind or "",
            crew_id=self.crew,
            worker_id=self.worker,
            place_id=self.place,
            hold_reason=self.hold_reason or "",
            source=self.source,
            open_only=self.open,
            overdue=self.overdue,
            unassigned=self.unassigned,
            unassignable=self.unassignable,
            rework=self.rework,
            raised_from=self.raised_from,
            raised_until=self.raised_until,
            partner_id=self.partner,
            partner_kept=self.partner_kept,
            given_from=self.given_from,
            given_until=self.given_until,
        )


class Appointment(Input):
    """When somebody comes; both ends or none."""

    scheduled_from: Moment | None = None
    scheduled_until: Moment | None = None


class NewWorkOrder(Appointment):
    """An order for a request (by its number), or one that nobody asked for.

    For a request everything it says is taken over, and the job type is that of its service unless
    another one is named.
    """

    request: Annotated[Line, Field(max_length=20)] = ""
    job_type: Key | None = None
    title: Annotated[Line, Field(max_length=120)] = ""
    description: Essay | None = None
    crew: Key | None = None
    worker: Key | None = None
    place: Key | None = Field(None, description="Only without a request, as the next four.")
    place_note: Line = ""
    contact_name: Annotated[Line, Field(max_length=80)] = ""
    contact_phone: Annotated[Line, Field(max_length=30)] = ""
    priority: Literal["planned", "normal", "urgent", "critical"] | None = None


class AssignIn(Appointment):
    """To whom it goes; a reason is needed where somebody has it already."""

    crew: Key | None = None
    worker: Key | None = None
    reason: Words = ""


class NeededReasonIn(Input):
    """Why."""

    reason: Words


class HoldIn(Input):
    """What the work waits for."""

    reason: Literal[
        "parts", "access", "requester", "approval", "contractor", "permit", "weather", "budget", "other"
    ]
    note: Line = ""
    promised_until: Moment | None = None


class CompleteIn(Input):
    """How the work ended. Any result but `fixed` needs a note."""

    result: Literal["fixed", "temporary", "no_fault_found", "not_our_job", "duplicate"]
    result_note: Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")] = ""
    problem: Key | None = None
    cause: Key | None = None
    remedy: Key | None = None


class AmendIn(Input):
    """What a closed order should have said, and why; what is left out stays."""

    reason: Words
    arrived_at: Moment | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None
    result: Literal["fixed", "temporary", "no_fault_found", "not_our_job", "duplicate"] | None = None
    result_note: Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")] | None = None
    problem: Key | None = None
    cause: Key | None = None
    remedy: Key | None = None


class NoteIn(Input):
    """A note the requester does not see."""

    text: Essay


class AnswersIn(Input):
    """Answers by the position of their line; an empty one takes the answer away."""

    answers: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")], Line]


class TimeIn(Input):
    """Working time written down afterwards; the caller's own unless a person is named."""

    started_at: Moment
    ended_at: Moment
    person: Key | None = None


class TimeCorrection(Input):
    """Other times for an entry."""

    started_at: Moment
    ended_at: Moment


class HelperIn(Input):
    """Who helps."""

    person: Key


def row_facts(row: dict[str, Any], *, phones: bool) -> dict[str, Any]:
    """The members of a `WorkOrderRow` from its columns; `phones` says that numbers are shown in full."""
    refs = {
        name: named(row[f"{name}_id"], row[f"{name}__code"], row[f"{name}__name"], row[f"{name}__name_en"])
        for name in _NAMED
    }
    return {
        **row,
        **refs,
        "place": named(row["place_id"], row["place__code"], row["place__label"], row["place__label_en"]),
        "worker": person_ref(row["worker_id"], row["worker__full_name"]),
        "rework_of": row["rework_of__number"],
        "contact_phone": shown_phone(row["contact_phone"], plainly=phones),
    }
