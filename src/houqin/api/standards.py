"""Service standards and what they promise."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
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
from houqin.work.actions.catalogue import set_levels
from houqin.work.models import EscalationLevel, ServiceStandard, StandardTarget

area = Area()
BY_CODE = Sort("code", kind=str)
_TARGET = (
    "priority", "kind", "minutes", "working_days", "end_of_day", "around_the_clock", "pausing_reasons",
    "warn_minutes",
)  # fmt: skip

_LEVEL = (
    "kind", "priority", "number", "minutes", "working_days", "around_the_clock", "recipient", "role",
    "person_id",
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


class Level(Input):
    """Who is told of a target so long before (negative) or after its due time."""

    kind: Literal["response", "update", "arrival", "resolution"]
    priority: Literal["", "planned", "normal", "urgent", "critical"] = Field(
        "", description="Empty for all; a level for one priority stands in for the general one."
    )
    number: Annotated[int, Field(ge=1, le=9)]
    minutes: Annotated[int, Field(ge=-525_600, le=525_600)] | None = None
    working_days: Annotated[int, Field(ge=-365, le=365)] | None = None
    around_the_clock: bool = Field(
        default=False, description="Told at any hour; else in the hours of who is told."
    )
    recipient: Literal["role", "leader", "person"]
    role: Literal["", "dispatcher", "manager", "administrator", "auditor"] = ""
    person: Key | None = None


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
    """A standard with its targets and its levels of escalation."""

    targets: list[Target]
    levels: list[Level]


class StandardIn(Input):
    """What is said about a standard. `targets` and `levels` replace all there were."""

    name_en: Annotated[Line, Field(max_length=80)] = Field(default_factory=str)
    calendar: Key | None = None
    is_default: bool = Field(default_factory=bool)
    targets: Annotated[list[Target], Field(max_length=16)] = Field(default_factory=list)
    levels: Annotated[list[Level], Field(max_length=180)] = Field(default_factory=list)


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
    levels = EscalationLevel.objects.filter(standard=row).values(*_LEVEL)
    return StandardDetail(
        **_facts(row),
        targets=[Target(**target) for target in targets],
        levels=[_shown_level(level) for level in levels],
    )


def _shown_level(row: dict[str, Any]) -> Level:
    return Level(**{name: row[name] for name in _LEVEL if name != "person_id"}, person=row["person_id"])


@transaction.atomic
def _stored(row: ServiceStandard, payload: StandardIn) -> ServiceStandard:
    facts = columns_of(payload, links=("calendar",))
    facts.pop("targets", None)
    facts.pop("levels", None)
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
    if "levels" in payload.model_fields_set:
        set_levels(standard=row, levels=[_level(level) for level in payload.levels])
    return row


def _level(level: Level) -> EscalationLevel:
    """A level as it is stored. Raises `Invalid` for one without an offset or without one recipient."""
    if (level.minutes is None) == (level.working_days is None):
        raise Invalid(_("Give minutes or working days, not both."), field="levels")
    given = {"role": bool(level.role), "person": level.person is not None}
    if given != {name: name == level.recipient for name in given}:
        raise Invalid(_("Name the role or the person that the level goes to, and only that."), field="levels")
    if level.person is not None and not User.objects.filter(pk=level.person, is_active=True).exists():
        raise Invalid(_("There is no such person."), field="levels")
    facts = level.model_dump(exclude={"person"})
    return EscalationLevel(**facts, person_id=level.person)


def _require_one_each(targets: list[Target]) -> None:
    if len({(target.priority, target.kind) for target in targets}) != len(targets):
        raise Invalid(_("One target for each priority and kind."), field="targets")
    if any((target.minutes is None) == (target.working_days is None) for target in targets):
        raise Invalid(_("Give minutes or working days, not both."), field="targets")


def _facts(row: ServiceStandard) -> dict[str, Any]:
    own = ("code", "name", "name_en", "is_default", "version")
    return {"id": row.pk, **{name: getattr(row, name) for name in own}, "calendar": ref_of(row.calendar)}
