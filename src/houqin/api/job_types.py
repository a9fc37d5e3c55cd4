"""How kinds of work are done, and the codes by which failures are told apart."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.api.answers import Page, Ref, answer, ref_of
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Flag, Input, Key, Line, Name, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed, columns_of, stored
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.kernel.errors import Invalid
from houqin.staffing.models import LicenceKind
from houqin.work.models import DispatchMode, FailureCode, JobType, OrderStep, WorkKind
from houqin.work.queries.dispatch_rules import dispatch_rules

area = Area()
BY_CODE = Sort("code", kind=str)
_LINKS = ("trade", "crew", "standard")
_OWN = (
    "code", "name", "name_en", "kind", "asks_arrival", "needs_photo", "needs_codes", "needs_approval",
    "leader_verifies", "dispatch_mode", "offer_minutes", "estimated_minutes", "active",
)  # fmt: skip
Mode = Literal["hand", "claim", "rotation", "load", "best"]
Kind = Literal["corrective", "preventive", "inspection", "statutory", "project", "cleaning", "move"]


class StepLine(Input):
    """A line of the checklist."""

    text: Name
    text_en: Line = ""
    kind: Literal["check", "number", "text", "choice"] = "check"
    choices: Annotated[list[Name], Field(max_length=20)] = []
    required: bool = False


class JobTypeRow(BaseModel):
    """What an order of a kind asks for."""

    id: int
    code: str
    name: str
    name_en: str
    kind: WorkKind
    trade: Ref | None
    crew: Ref | None
    standard: Ref | None
    asks_arrival: bool
    needs_photo: bool
    needs_codes: bool
    needs_approval: bool
    leader_verifies: bool
    dispatch_mode: DispatchMode
    offer_minutes: int | None = Field(description="How long an offer stands; null as long as the house says.")
    estimated_minutes: int | None
    active: bool


class JobTypeDetail(JobTypeRow):
    """A job type with its checklist, and the licences without which nobody does it."""

    licences: list[Ref]
    steps: list[StepLine]


class FailureCodeRow(BaseModel):
    """A problem, cause or remedy, of one trade or of all."""

    id: int
    part: Literal["problem", "cause", "remedy"]
    code: str
    name: str
    name_en: str
    trade: Ref | None
    active: bool


class JobTypeQuery(Query):
    """Which job types."""

    active: Flag = True


class FailureCodeQuery(Query):
    """Which codes."""

    part: Literal["problem", "cause", "remedy"] | None = None
    trade: Key | None = Field(None, description="Codes of this trade and those of all.")
    active: Flag = True


class JobTypeIn(Input):
    """What is said about a job type."""

    name_en: Annotated[Line, Field(max_length=80)] = Field(default_factory=str)
    kind: Kind = Field(default_factory=lambda: "corrective")
    trade: Key | None = None
    crew: Key | None = None
    standard: Key | None = None
    asks_arrival: bool = Field(default_factory=bool)
    needs_photo: bool = Field(default_factory=bool)
    needs_codes: bool = Field(default_factory=bool)
    needs_approval: bool = Field(default_factory=bool)
    leader_verifies: bool = Field(default_factory=bool)
    dispatch_mode: Mode = Field(default_factory=lambda: "claim")
    offer_minutes: Annotated[int, Field(ge=1, le=1_440)] | None = None
    licences: Annotated[list[Key], Field(max_length=20)] = Field(default_factory=list)
    estimated_minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    steps: Annotated[list[StepLine], Field(max_length=100)] = Field(default_factory=list)
    active: bool = Field(default_factory=bool)


class NewJobType(JobTypeIn):
    """A new job type."""

    code: Code
    name: Annotated[Name, Field(max_length=80)]


class JobTypeChange(JobTypeIn):
    """What is to be different; what is not sent stays."""

    code: Code = Field(default_factory=str)
    name: Annotated[Name, Field(max_length=80)] = Field(default_factory=str)


@area.get("/job-types", response=Page[JobTypeRow])
def list_job_types(request: HttpRequest, wanted: FromQuery[JobTypeQuery]) -> HttpResponse:
    """The job types, by code."""
    rows = JobType.objects.select_related(*_LINKS).filter(active=wanted.active)
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[JobTypeRow](items=[JobTypeRow(**_facts(row)) for row in part.rows], next=part.next))


@area.post("/job-types", response={201: JobTypeDetail})
def create_job_type(request: HttpRequest, payload: NewJobType) -> HttpResponse:
    """Make a job type."""
    shape = shown(
        _stored(JobType(dispatch_mode=dispatch_rules().default_mode), columns_of(payload, links=_LINKS))
    )
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/job-types/{shape.id}")


@area.get("/job-types/{int:key}", response=JobTypeDetail)
def get_job_type(request: HttpRequest, key: int) -> HttpResponse:
    """One job type with its checklist."""
    shape = shown(found(JobType.objects.all(), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/job-types/{int:key}", response=JobTypeDetail)
def change_job_type(request: HttpRequest, key: int, payload: JobTypeChange) -> HttpResponse:
    """Change what is sent; orders raised before keep their checklist."""
    facts = columns_of(payload, links=_LINKS)
    row = found(JobType.objects.all(), pk=key)
    shape = shown(changed(request, row, shown, lambda one: _stored(one, facts)))
    return answer(shape, etag=content_tag(shape))


@area.get("/failure-codes", response=Page[FailureCodeRow])
def list_failure_codes(request: HttpRequest, wanted: FromQuery[FailureCodeQuery]) -> HttpResponse:
    """The codes a work order is completed with."""
    person_of(request)
    rows = FailureCode.objects.select_related("trade").filter(active=wanted.active)
    if wanted.part:
        rows = rows.filter(part=wanted.part)
    if wanted.trade is not None:
        rows = rows.filter(trade=wanted.trade) | rows.filter(trade__isnull=True)
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    items = [
        FailureCodeRow(
            id=row.pk,
            **{name: getattr(row, name) for name in ("part", "code", "name", "name_en", "active")},
            trade=ref_of(row.trade),
        )
        for row in part.rows
    ]
    return answer(Page[FailureCodeRow](items=items, next=part.next))


def shown(row: JobType) -> JobTypeDetail:
    """A job type in full."""
    return JobTypeDetail(
        **_facts(row),
        steps=[StepLine(**_line(line)) for line in row.steps],
        licences=[ref for ref in map(ref_of, row.licences.all()) if ref],
    )


@transaction.atomic
def _stored(row: JobType, facts: dict[str, Any]) -> JobType:
    """The row with its columns and, where they are named, with exactly these licences."""
    wanted = facts.get("licences")
    made = stored(row, {name: value for name, value in facts.items() if name != "licences"})
    if wanted is not None:
        kinds = LicenceKind.objects.filter(pk__in=wanted)
        if len(kinds) != len(set(wanted)):
            raise Invalid(_("There is no such licence."), field="licences")
        made.licences.set(kinds)
    return made


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "kind": line.get("kind", OrderStep.Kind.CHECK)}


def _facts(row: JobType) -> dict[str, Any]:
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in _OWN},
        **{name: ref_of(getattr(row, name)) for name in _LINKS},
    }
