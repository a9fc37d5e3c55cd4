"""Crews, their people, and trades."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.api.answers import Page, PersonRef, Ref, answer, ref_of, user_ref
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Day, Flag, Input, Key, Line, Name, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.kernel.errors import Invalid, Missing
from houqin.staffing.actions import crews
from houqin.staffing.models import Crew, CrewMember, Trade
from houqin.staffing.policies import visible_crews

area = Area()
BY_CODE = Sort("code", kind=str)


class CrewRow(BaseModel):
    """A crew in a list."""

    id: int
    code: str
    name: str
    name_en: str
    trades: list[Ref]
    leader: PersonRef | None
    partner: Ref | None
    place: Ref | None = Field(description="The only place it works at; null for everywhere.")
    phone: str
    active: bool


class Member(BaseModel):
    """A person of a crew, from a day until a day, the last one included."""

    person: PersonRef
    since: dt.date
    until: dt.date | None


class CrewDetail(CrewRow):
    """A crew with the people who ever belonged to it."""

    members: list[Member]


class TradeRow(BaseModel):
    """A craft."""

    id: int
    code: str
    name: str
    name_en: str


class CrewQuery(Query):
    """Which crews."""

    active: Flag | None = None
    trade: Key | None = None


class CrewIn(Input):
    """What is said about a crew."""

    name_en: Annotated[Line, Field(max_length=80)] = Field(default_factory=str)
    trades: Annotated[list[Key], Field(max_length=50)] = Field(default_factory=list)
    leader: Key | None = None
    partner: Key | None = None
    place: Key | None = None
    phone: Annotated[Line, Field(max_length=30)] = Field(default_factory=str)


class NewCrew(CrewIn):
    """A crew without members."""

    code: Code
    name: Annotated[Name, Field(max_length=80)]


class CrewChange(CrewIn):
    """What is to be different; what is not sent stays."""

    name: Annotated[Name, Field(max_length=80)] = Field(default_factory=str)
    active: bool = Field(default_factory=bool)


class MemberIn(Input):
    """Who joins, today unless a day is given."""

    person: Key
    since: Day | None = None


class TradeIn(Input):
    """A craft."""

    code: Code
    name: Annotated[Name, Field(max_length=80)]
    name_en: Annotated[Line, Field(max_length=80)] = ""


@area.get("/crews", response=Page[CrewRow])
def list_crews(request: HttpRequest, wanted: FromQuery[CrewQuery]) -> HttpResponse:
    """The crews the caller may see, by code."""
    rows = visible_crews(person_of(request)).select_related("leader", "partner", "place")
    if wanted.active is not None:
        rows = rows.filter(active=wanted.active)
    if wanted.trade is not None:
        rows = rows.filter(trades=wanted.trade)
    part = page(rows.prefetch_related("trades"), BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[CrewRow](items=[CrewRow(**_facts(crew)) for crew in part.rows], next=part.next))


@area.post("/crews", response={201: CrewDetail})
def create_crew(request: HttpRequest, payload: NewCrew) -> HttpResponse:
    """Make a crew."""
    try:
        made = crews.create_crew(by=person_of(request), **_columns(payload))
    except Missing as refusal:
        raise Invalid(str(refusal)) from refusal
    shape = shown(made)
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/crews/{made.pk}")


@area.get("/crews/{int:key}", response=CrewDetail)
def get_crew(request: HttpRequest, key: int) -> HttpResponse:
    """One crew with its people."""
    shape = shown(found(visible_crews(person_of(request)), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/crews/{int:key}", response=CrewDetail)
def change_crew(request: HttpRequest, key: int, payload: CrewChange) -> HttpResponse:
    """Change what is sent; orders the crew already has stay with it."""
    given = _columns(payload)

    def change(crew: Crew) -> None:
        crews.change_crew(crew_id=crew.pk, by=person_of(request), **{**_as_it_is(crew), **given})

    return _changed(request, key, change)


@area.post("/crews/{int:key}/members", response=CrewDetail)
def join_crew(request: HttpRequest, key: int, payload: MemberIn) -> HttpResponse:
    """Make a person a member."""
    by = person_of(request)
    return _changed(
        request,
        key,
        lambda crew: crews.join(crew_id=crew.pk, user_id=payload.person, since=payload.since, by=by),
    )


@area.delete("/crews/{int:key}/members/{int:person}", response=CrewDetail)
def leave_crew(request: HttpRequest, key: int, person: int) -> HttpResponse:
    """End a person's membership now."""
    crew = found(visible_crews(person_of(request)), pk=key)
    found(CrewMember.objects.filter(crew=crew, until__isnull=True), user_id=person)
    by = person_of(request)
    return _changed(request, key, lambda row: crews.leave(crew_id=row.pk, user_id=person, by=by))


@area.get("/trades", response=Page[TradeRow])
def list_trades(request: HttpRequest, wanted: FromQuery[Query]) -> HttpResponse:
    """The crafts, by code."""
    part = page(Trade.objects.all(), BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[TradeRow](items=[_trade(trade) for trade in part.rows], next=part.next))


@area.post("/trades", response={201: TradeRow})
def create_trade(request: HttpRequest, payload: TradeIn) -> HttpResponse:
    """Make a craft."""
    made = crews.create_trade(by=person_of(request), **payload.model_dump())
    return answer(_trade(made), status=201)


def shown(crew: Crew) -> CrewDetail:
    """A crew in full."""
    members = CrewMember.objects.filter(crew=crew).select_related("user").order_by("since", "pk")
    return CrewDetail(
        **_facts(crew),
        members=[
            Member(
                person=PersonRef(id=member.user_id, name=str(member.user)),
                since=member.since,
                until=member.until,
            )
            for member in members
        ],
    )


def _changed(request: HttpRequest, key: int, change: Any) -> HttpResponse:
    crew = found(visible_crews(person_of(request)), pk=key)
    try:
        shape = shown(changed(request, crew, shown, change))
    except Missing as refusal:
        raise Invalid(str(refusal)) from refusal
    return answer(shape, etag=content_tag(shape))


def _facts(crew: Crew) -> dict[str, Any]:
    return {
        "id": crew.pk,
        **{name: getattr(crew, name) for name in ("code", "name", "name_en", "phone", "active")},
        "trades": [Ref(id=trade.pk, code=trade.code, name=str(trade)) for trade in crew.trades.all()],
        "leader": user_ref(crew.leader),
        "partner": ref_of(crew.partner),
        "place": ref_of(crew.place),
    }


def _as_it_is(crew: Crew) -> dict[str, Any]:
    return {
        **{name: getattr(crew, name) for name in ("name", "name_en", "phone", "active")},
        **{name: getattr(crew, name) for name in ("leader_id", "partner_id", "place_id")},
        "trade_ids": list(crew.trades.values_list("pk", flat=True)),
    }


def _columns(payload: CrewIn) -> dict[str, Any]:
    facts = payload.given()
    renamed = {"leader": "leader_id", "partner": "partner_id", "place": "place_id", "trades": "trade_ids"}
    return {renamed.get(name, name): value for name, value in facts.items()}


def _trade(trade: Trade) -> TradeRow:
    return TradeRow(id=trade.pk, code=trade.code, name=trade.name, name_en=trade.name_en)
