"""The tree of places."""

import decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from houqin.accounts.models import User
from houqin.accounts.policies import scope
from houqin.api.answers import Page, Ref, answer, ref_of
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Flag, Input, Key, Line, Name, Parameters, Query, need_text
from houqin.api.paging import Sort, page
from houqin.api.registers import changed
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.flows.refresh_clocks import refresh_open
from houqin.kernel.errors import Invalid, NotPermitted
from houqin.org.actions import places as setting_up
from houqin.org.models import Calendar, Department, Place, PlaceType
from houqin.org.policies import places_below, visible_places
from houqin.org.queries import places as reading

area = Area()
BY_CODE = Sort("code", kind=str)
MOST_LEVELS = 6
_OWN = (
    "type", "code", "name", "name_en", "lineage", "area_m2", "use", "criticality", "position", "active",
)  # fmt: skip

Type = Literal["site", "building", "floor", "room", "zone", "outdoor"]
SquareMetres = Annotated[
    decimal.Decimal,
    Field(strict=False, ge=0, max_digits=10, decimal_places=2),
    BeforeValidator(need_text),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"}),
]
"""An area in m², as a text so that nothing is rounded."""


class PlaceRow(BaseModel):
    """A place. `label` says where it is; `lineage` are the ids from the site down to itself."""

    id: int
    type: PlaceType
    code: str
    name: str
    name_en: str
    label: str
    parent: int | None
    lineage: list[int]
    area_m2: decimal.Decimal | None
    use: str
    criticality: int
    calendar: Ref | None
    department: Ref | None
    position: int
    active: bool


class PlaceDetail(PlaceRow):
    """A place with those around it and those right inside it."""

    path: list[Ref] = Field(description="From the site down to the place itself.")
    children: list[Ref]


class PlaceNode(PlaceRow):
    """A place in the order of the tree."""

    depth: int
    children: int = Field(description="How many of the answer stand right inside it.")


class Tree(BaseModel):
    """Places, each before those inside it."""

    items: list[PlaceNode]


class PlaceQuery(Query):
    """Which places."""

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$", description="Name, code or pinyin initials.")
    type: PlaceType | None = None
    below: Key | None = Field(None, description="This place and everything in it.")
    department: Key | None = None
    active: Flag = True


class TreeQuery(Parameters):
    """Which part of the tree."""

    below: Key | None = Field(None, description="Only what stands inside this place.")
    levels: int = Field(2, ge=1, le=MOST_LEVELS)


class PlaceIn(Input):
    """What is said about a place."""

    name_en: Annotated[Line, Field(max_length=160)] = Field(default_factory=str)
    area_m2: SquareMetres | None = None
    use: Annotated[Line, Field(max_length=60)] = Field(default_factory=str)
    criticality: Annotated[int, Field(ge=1, le=5)] = Field(default_factory=int)
    calendar: Key | None = None
    department: Key | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] = Field(default_factory=int)


class NewPlace(PlaceIn):
    """A place inside `parent`, or a site at the top."""

    parent: Key | None = None
    type: Type
    code: Annotated[Name, Field(max_length=40)]
    name: Annotated[Name, Field(max_length=120)]


class PlaceChange(PlaceIn):
    """What is to be different; what is not sent stays. Out of use, it takes everything inside along."""

    type: Type = Field(default_factory=lambda: "room")
    code: Annotated[Name, Field(max_length=40)] = Field(default_factory=str)
    name: Annotated[Name, Field(max_length=120)] = Field(default_factory=str)
    active: bool = Field(default_factory=bool)


class MoveIn(Input):
    """Into which place; null for the top."""

    parent: Key | None


@area.get("", response=Page[PlaceRow])
def list_places(request: HttpRequest, wanted: FromQuery[PlaceQuery]) -> HttpResponse:
    """The places, by code. Those out of use are shown to who sets places up."""
    chosen = reading.PlaceFilter(
        text=wanted.q,
        type=wanted.type or "",
        below_id=wanted.below,
        department_id=wanted.department,
        active=wanted.active,
    )
    rows = reading.places(chosen, seen(person_of(request))).select_related("calendar", "department")
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[PlaceRow](items=[row_of(place) for place in part.rows], next=part.next))


@area.get("/tree", response=Tree)
def get_place_tree(request: HttpRequest, wanted: FromQuery[TreeQuery]) -> HttpResponse:
    """The places in use in the order of the tree, some levels of it."""
    among = visible_places(person_of(request)).select_related("calendar", "department")
    top = found(among, pk=wanted.below) if wanted.below else None
    nodes = reading.tree(among, below=top, levels=wanted.levels)
    items = [PlaceNode(**_facts(node.place), depth=node.depth, children=node.children) for node in nodes]
    return answer(Tree(items=items))


@area.post("", response={201: PlaceDetail})
def create_place(request: HttpRequest, payload: NewPlace) -> HttpResponse:
    """Make a place."""
    user = person_of(request)
    parent = _target(user, payload.parent)
    facts = _columns(payload)
    made = setting_up.create(parent=parent, **facts)
    shape = shown(made)
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/places/{made.pk}")


@area.get("/{int:key}", response=PlaceDetail)
def get_place(request: HttpRequest, key: int) -> HttpResponse:
    """One place."""
    shape = shown(found(seen(person_of(request)), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/{int:key}", response=PlaceDetail)
def change_place(request: HttpRequest, key: int, payload: PlaceChange) -> HttpResponse:
    """Change what is sent; a new name shows in the labels of everything inside."""
    facts = _columns(payload)
    active = facts.pop("active", None)

    def change(place: Place) -> None:
        if facts:
            setting_up.change(place=place, **facts)
        if active is not None:
            (setting_up.reactivate if active else setting_up.deactivate)(place=place)

    shape = shown(changed(request, _managed(request, key), shown, change))
    if "calendar" in facts:
        refresh_open(because="calendar")
    return answer(shape, etag=content_tag(shape))


@area.post("/{int:key}/move", response=PlaceDetail)
def move_place(request: HttpRequest, key: int, payload: MoveIn) -> HttpResponse:
    """Move a place with everything inside it."""
    parent = _target(person_of(request), payload.parent)
    moved = changed(
        request, _managed(request, key), shown, lambda place: setting_up.move(place=place, parent=parent)
    )
    refresh_open(because="calendar")  # other hours may count where it stands now
    shape = shown(moved)
    return answer(shape, etag=content_tag(shape))


def seen(user: User) -> QuerySet[Place]:
    """The places in use, and those out of use that the person sets up."""
    held = scope(user, "org.manage")
    if held.everywhere:
        return places_below(None)
    return visible_places(user) | places_below(held.place_ids) if held.place_ids else visible_places(user)


def row_of(place: Place) -> PlaceRow:
    """A place in a list."""
    return PlaceRow(**_facts(place))


def shown(place: Place) -> PlaceDetail:
    """A place in full."""
    inside = reading.children(place, visible_places())
    return PlaceDetail(
        **_facts(place),
        path=[place_ref(one) for one in reading.path(place)],
        children=[place_ref(one) for one in inside],
    )


def place_ref(place: Place) -> Ref:
    """A place named by its own name."""
    return Ref(id=place.pk, code=place.code, name=place.own_name)


def _facts(place: Place) -> dict[str, Any]:
    own = (
        "type",
        "code",
        "name",
        "name_en",
        "lineage",
        "area_m2",
        "use",
        "criticality",
        "position",
        "active",
    )
    return {
        **{name: getattr(place, name) for name in own},
        "id": place.pk,
        "label": str(place),
        "parent": place.parent_id,
        "calendar": ref_of(place.calendar),
        "department": ref_of(place.department),
    }


def _columns(payload: PlaceIn) -> dict[str, Any]:
    """What was sent as facts about a place; null takes calendar, department and area away."""
    facts = payload.given()
    facts.pop("parent", None)
    for name, kind in (("calendar", Calendar), ("department", Department)):
        if facts.get(name) is not None:
            row = kind.objects.filter(pk=facts[name]).first()
            if row is None:
                raise Invalid(_("There is no such row."), field=name)
            facts[name] = row
    empty = [
        name for name in ("type", "code", "name", "criticality", "position") if facts.get(name, 0) is None
    ]
    if empty:
        raise Invalid(_("This cannot be empty."), field=empty[0])
    return {
        name: "" if value is None and name in {"name_en", "use"} else value for name, value in facts.items()
    }


def _managed(request: HttpRequest, key: int) -> Place:
    """A place that the caller sets up; one only seen is refused, one not seen is missing."""
    user = person_of(request)
    place = found(seen(user), pk=key)
    if not _may_set_up(user, place):
        raise NotPermitted(_("You may not set up this place."))
    return place


def _target(user: User, key: int | None) -> Place | None:
    """The place something is put into. Only who sets up everything puts it at the top."""
    parent = seen(user).filter(pk=key).first() if key is not None else None
    if key is not None and parent is None:
        raise Invalid(_("There is no such place."), field="parent")
    if not _may_set_up(user, parent):
        raise NotPermitted(_("You may not set up places there."))
    return parent


def _may_set_up(user: User, place: Place | None) -> bool:
    held = scope(user, "org.manage")
    return held.everywhere or (place is not None and not held.place_ids.isdisjoint(place.lineage))
