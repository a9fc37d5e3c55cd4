"""Who could take a work order, and how it was decided who did."""

import datetime as dt
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from houqin.api.answers import PersonRef, Ref, answer, ref_of, user_ref
from houqin.api.auth import person_of
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.kernel.errors import NotPermitted
from houqin.work.models import DispatchDecision, DispatchMode, WorkOrder
from houqin.work.policies import may_read_decisions, visible_orders
from houqin.work.queries.candidates import anybody, candidates
from houqin.work.queries.eligibility import Hurdle, read, said

area = Area()


class Parts(BaseModel):
    """The parts of the points, 0 (nothing speaks against it) to 100."""

    load: int
    slack: int
    travel: int
    experience: int
    trade: int


class Obstacle(BaseModel):
    """A hard rule that stands in the way."""

    rule: str
    sentence: str


class Person(BaseModel):
    """Somebody in question: points and their parts, or what stands in the way."""

    person: PersonRef
    points: int | None = Field(description="0 to 100, fewer are better; null for who may not have it.")
    parts: Parts | None
    hurdles: list[Obstacle]


class Candidates(BaseModel):
    """Everybody a dispatcher could choose from, the best first, who may not have it last."""

    items: list[Person]


class Decision(BaseModel):
    """To whom an order went or was offered, and who else was looked at."""

    at: dt.datetime
    mode: DispatchMode
    outcome: Literal["given", "offered", "nobody"]
    chosen: PersonRef | None
    crew: Ref | None
    by: PersonRef | None = Field(description="Null for a rule.")
    people: list[Person]


class Decisions(BaseModel):
    """Every decision about an order, oldest first."""

    items: list[Decision]


@area.get("/{number}/candidates", response=Candidates)
def list_candidates(request: HttpRequest, number: str) -> HttpResponse:
    """Who could take the order now, with points, and why others may not."""
    order = _order(request, number)
    items = [
        Person(
            person=PersonRef(id=one.worker.pk, name=one.worker.full_name),
            points=None if one.hurdles else one.percent,
            parts=None if one.hurdles else Parts(**vars(one.parts)),
            hurdles=_told(one.worker.full_name, one.hurdles),
        )
        for one in candidates(order, anybody(order))
    ]
    return answer(Candidates(items=items))


@area.get("/{number}/decisions", response=Decisions)
def list_decisions(request: HttpRequest, number: str) -> HttpResponse:
    """How it was decided who gets the order, each time."""
    order = _order(request, number)
    rows = DispatchDecision.objects.filter(order=order).select_related("chosen", "crew", "by")
    items = [
        Decision(
            at=row.at,
            mode=DispatchMode(row.mode),
            outcome=cast("Any", row.outcome),
            chosen=user_ref(row.chosen),
            crew=ref_of(row.crew),
            by=user_ref(row.by),
            people=[
                Person(
                    person=PersonRef(id=one["id"], name=one["name"]),
                    points=one.get("points"),
                    parts=Parts(**one["parts"]) if "parts" in one else None,
                    hurdles=_told(one["name"], read(one.get("hurdles", ()))),
                )
                for one in row.people
            ],
        )
        for row in rows
    ]
    return answer(Decisions(items=items))


def _order(request: HttpRequest, number: str) -> WorkOrder:
    """The order, for who decides about it or looks at figures; raises `NotPermitted` for others."""
    user = person_of(request)
    order = found(visible_orders(user).select_related("job_type__trade", "place", "crew"), number=number)
    if not may_read_decisions(user, order):
        raise NotPermitted(_("You may not dispatch this work order."))
    return order


def _told(name: str, hurdles: tuple[Hurdle, ...]) -> list[Obstacle]:
    return [Obstacle(rule=str(one.rule), sentence=said(name, [one])) for one in hurdles]
