"""Service standards and what they promise."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.api.answers import Page, Ref, answer, ref_of
from houqin.api.attached import ROOT
from houqin.api.inputs import Code, Input, Key, Line, Name, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed, columns_of, stored
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.flows.refresh_clocks import refresh_open
from houqin.kernel.errors import Invalid
from houqin.work.models import ServiceStandard, StandardTarget

area = Area()
BY_CODE = Sort("code", kind=str)
_TARGET = (
    "priority", "kind", "minutes", "working_days", "end_of_day", "around_the_clock", "pausing_reasons",
    "warn_minutes",
)  # fmt: skip

Reason = Literal[
    "parts", "access", "requester", "approval", "contractor", "permit", "weather", "budget", "other"
]

PAUSING: list[Reason] = ["requester", "access", "parts", "permit", "weather"]
"""What pauses a clock unless the standard says otherwise, as in `work.models.standards`."""


class Target(Input):
    """One promise, in minutes or in working days."""

    priority: Literal["planned", "normal", "urgent", "critical"]
    kind: Literal["response", "update", "arrival", "resolution"]
    minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    working_days: Annotated[int, Field(ge=1, le=365)] | None = None
    end_of_day: bool = False
    around_the_clock: bool = False
    pausing_reasons: Annotated[list[Reason], Field(max_length=9)] = PAUSING
    warn_minutes: Annotated[int, Field(ge=0, le=10_080)] = 15


class StandardRow(BaseModel):
    """A standard in a list."""

    id: int
    code: str
    name: str
    name_en: str
    calendar: Ref | None
    is_default: bool
    version: int


class StandardDetail(StandardRow):
    """A standard with its targets."""

    targets: list[Target]


class StandardIn(Input):
    """What is said about a standard. `targets` replace all there were."""

    name_en: Annotated[Line, Field(max_length=80)] = Field(default_factory=str)
    calendar: Key | None = None
    is_default: bool = Field(default_factory=bool)
    targets: Annotated[list[Target], Field(max_length=16)] = Field(default_factory=list)


class NewStandard(StandardIn):
    """A new standard."""

    code: Code
    name: Annotated[Name, Field(max_length=80)]


class StandardChange(StandardIn):
    """What is to be different; what is not sent stays."""

    name: Annotated[Name, Field(max_length=80)] = Field(default_factory=str)


@area.get("", response=Page[StandardRow])
def list_standards(request: HttpRequest, wanted: FromQuery[Query]) -> HttpResponse:
    """The service standards, by code."""
    rows = ServiceStandard.objects.select_related("calendar")
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[StandardRow](items=[StandardRow(**_facts(row)) for row in part.rows], next=part.next))


@area.post("", response={201: StandardDetail})
def create_standard(request: HttpRequest, payload: NewStandard) -> HttpResponse:
    """Make a standard."""
    made = _stored(ServiceStandard(version=0), payload)
    shape = shown(ServiceStandard.objects.get(pk=made.pk))
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/standards/{shape.id}")


@area.get("/{int:key}", response=StandardDetail)
def get_standard(request: HttpRequest, key: int) -> HttpResponse:
    """One standard with its targets."""
    shape = shown(found(ServiceStandard.objects.all(), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/{int:key}", response=StandardDetail)
def change_standard(request: HttpRequest, key: int, payload: StandardChange) -> HttpResponse:
    """Change what is sent; the due times of open requests are computed anew."""
    row = found(ServiceStandard.objects.all(), pk=key)
    with transaction.atomic():
        after = changed(request, row, shown, lambda one: _stored(one, payload))
        refresh_open(standard_id=row.pk, because="standard")
    shape = shown(after)
    return answer(shape, etag=content_tag(shape))


def shown(row: ServiceStandard) -> StandardDetail:
    """A standard in full."""
    targets = StandardTarget.objects.filter(standard=row).values(*_TARGET)
    return StandardDetail(**_facts(row), targets=[Target(**target) for target in targets])


@transaction.atomic
def _stored(row: ServiceStandard, payload: StandardIn) -> ServiceStandard:
    facts = columns_of(payload, links=("calendar",))
    facts.pop("targets", None)
    if facts.get("is_default"):
        others = ServiceStandard.objects.filter(is_default=True).exclude(pk=row.pk)
        others.update(is_default=False)
    stored(row, {**facts, "version": row.version + 1})
    if "targets" in payload.model_fields_set:
        _require_one_each(payload.targets)
        StandardTarget.objects.filter(standard=row).delete()
        StandardTarget.objects.bulk_create(
            StandardTarget(standard=row, **target.model_dump()) for target in payload.targets
        )
    return row


def _require_one_each(targets: list[Target]) -> None:
    if len({(target.priority, target.kind) for target in targets}) != len(targets):
        raise Invalid(_("One target for each priority and kind."), field="targets")
    if any((target.minutes is None) == (target.working_days is None) for target in targets):
        raise Invalid(_("Give minutes or working days, not both."), field="targets")


def _facts(row: ServiceStandard) -> dict[str, Any]:
    own = ("code", "name", "name_en", "is_default", "version")
    return {"id": row.pk, **{name: getattr(row, name) for name in own}, "calendar": ref_of(row.calendar)}
