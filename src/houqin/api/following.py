"""Known faults, and following one of them instead of reporting it again."""

import datetime as dt
from typing import Literal

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from ninja.params.functions import Body
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.api.answers import Page, PersonRef, Ref, answer, ref_of, shown_phone, user_ref
from houqin.api.auth import person_of
from houqin.api.inputs import Essay, Input, Key, Line, Nothing, Parameters, Query
from houqin.api.paging import NEWEST, page
from houqin.api.request_shapes import RatingIn
from houqin.api.requests import reads_as_staff
from houqin.api.routes import Area
from houqin.api.seen import found, missing
from houqin.desk import links
from houqin.desk.actions.following import Contact
from houqin.desk.models import Category, Channel, Follower, RequestStatus, ServiceRequest
from houqin.desk.policies import goes_on_as, steps_of_follower, visible_requests
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.catalogue import kind_of
from houqin.desk.queries.similar import Asked, Known, known_faults
from houqin.flows.follow_request import follow_request as follow
from houqin.flows.follow_request import leave_request, rate_as_follower, write_as_follower
from houqin.kernel.errors import Invalid, Missing
from houqin.org.models import Place

area = Area()
NOTHING = Body(Nothing())
State = Literal["new", "in_progress"]


class KnownFault(BaseModel):
    """An open fault that may be the same: nothing that anybody wrote, nobody's name."""

    known: str = Field(description="What is sent to follow it; it opens nothing.")
    category: str
    where: str = Field(description="The place that was asked for, or the floor it is on.")
    since: dt.datetime
    state: State
    affected: int = Field(description="How many people have the trouble.")
    number: str | None = Field(description="Only for those who may see the request.")


class KnownFaults(BaseModel):
    """The open faults that may be the same, the likeliest first, at most three."""

    items: list[KnownFault]


class SimilarQuery(Parameters):
    """What is about to be reported; without a place nothing is known."""

    place: Key | None = None
    place_note: Line = Field("", description="Where there is no place: what was written instead.")
    category: Key | None = None
    text: str = Field("", max_length=2_000, pattern=r"^[^\x00]*$", description="What is wrong, in words.")


class FollowIn(Input):
    """Which known fault somebody has too, where, and what they would like to add."""

    known: Line
    place: Key | None = None
    text: Essay = ""
    attachments: list[Key] = Field([], max_length=9, description="Ids of files the caller has stored.")


class SaidIn(Input):
    """What a follower says; the desk and the technician read it."""

    text: Essay
    attachments: list[Key] = Field([], max_length=9)


class Following(BaseModel):
    """A fault that the caller follows: how it stands, and nothing that others wrote."""

    id: int
    number: str = Field(description="Of the request it goes on as.")
    category: str
    place: Ref | None = Field(description="Where the caller has the trouble.")
    status: RequestStatus
    affected: int
    since: dt.datetime
    left_at: dt.datetime | None
    due_at: dt.datetime | None
    allowed_steps: list[str]
    tracking_url: str = Field(description="The caller's own page; it needs no account.")


class FollowerRow(BaseModel):
    """Who follows a request, as staff see it."""

    id: int
    person: PersonRef | None
    name: str
    phone: str = Field(description="Masked for who need not ring it.")
    place: Ref | None
    channel: Channel
    since: dt.datetime
    counted: bool = Field(description="False where the number or address was known with the request already.")


@area.get("/similar", response=KnownFaults)
def list_similar_requests(request: HttpRequest, wanted: FromQuery[SimilarQuery]) -> HttpResponse:
    """Open faults that may be the same as what is about to be reported."""
    asked = Asked(
        place=Place.objects.filter(pk=wanted.place, active=True).first() if wanted.place else None,
        place_note=wanted.place_note,
        category_id=wanted.category,
        text=wanted.text,
    )
    if wanted.place and asked.place is None:
        raise Invalid(_("There is no such place."), field="place")
    if wanted.category and not Category.objects.filter(pk=wanted.category).exists():
        raise Invalid(_("There is no such category."), field="category")
    user = person_of(request)
    return answer(KnownFaults(items=[_known(one, user) for one in known_faults(asked)]))


@area.post("/follow", response={201: Following})
def follow_request(request: HttpRequest, payload: FollowIn) -> HttpResponse:
    """Follow a known fault instead of reporting it again; who follows it already gets the same."""
    try:
        fault = links.known_of(payload.known)
    except Missing as refusal:
        raise Invalid(_("There is no such known fault. Ask for them again."), field="known") from refusal
    if payload.place and not Place.objects.filter(pk=payload.place, active=True).exists():
        raise Invalid(_("There is no such place."), field="place")
    made = follow(
        request_id=fault.pk,
        contact=Contact(place_id=payload.place, language=get_language() or "", channel=Channel.API),
        by=person_of(request),
        text=payload.text,
        attachment_ids=tuple(payload.attachments),
    )
    return answer(_following(made), status=201)


@area.get("/following", response=Page[Following])
def list_following(request: HttpRequest, wanted: FromQuery[Query]) -> HttpResponse:
    """What the caller follows, newest first."""
    part = page(_own(person_of(request)), NEWEST, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[Following](items=[_following(one) for one in part.rows], next=part.next))


@area.post("/following/{int:key}/messages", response=Following)
def write_as_a_follower(request: HttpRequest, key: int, payload: SaidIn) -> HttpResponse:
    """Add something to a fault the caller follows; other followers never read it."""
    one = found(_own(person_of(request)), pk=key)
    write_as_follower(
        follower_id=one.pk, text=payload.text, by=one.user, attachment_ids=tuple(payload.attachments)
    )
    return answer(_following(one))


@area.post("/following/{int:key}/rate", response=Following)
def rate_as_a_follower(request: HttpRequest, key: int, payload: RatingIn) -> HttpResponse:
    """Rate what was done; a second time within 7 days changes the rating."""
    one = found(_own(person_of(request)), pk=key)
    rate_as_follower(follower_id=one.pk, by=one.user, **payload.model_dump())
    return answer(_following(one))


@area.post("/following/{int:key}/leave", response=Following)
def leave_followed(request: HttpRequest, key: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Hear no more of it; a second time changes nothing."""
    one = found(_own(person_of(request)), pk=key)
    return answer(_following(leave_request(follower_id=one.pk, by=one.user)))


@area.get("/{number}/followers", response=Page[FollowerRow])
def list_followers(request: HttpRequest, number: str, wanted: FromQuery[Query]) -> HttpResponse:
    """Who follows a request, newest first."""
    user = person_of(request)
    one = found(visible_requests(user), number=number)
    if not reads_as_staff(user, one):
        raise missing()
    part = page(followers_of(one), NEWEST, limit=wanted.limit, cursor=wanted.cursor)
    phones = may(user, "people.see_phones")
    rows = [_row(follower, phones=phones) for follower in part.rows]
    return answer(Page[FollowerRow](items=rows, next=part.next))


def _own(user: User) -> QuerySet[Follower]:
    joined = ("request__category", "request__merged_into", "place", "user")
    return Follower.objects.filter(user=user).select_related(*joined)


def _known(one: Known, user: User) -> KnownFault:
    fault = links.known_of(one.token)
    seen = visible_requests(user).filter(pk=fault.pk).exists()
    return KnownFault(
        known=one.token,
        category=one.category,
        where=one.where,
        since=one.since,
        state="new" if one.waiting else "in_progress",
        affected=one.affected,
        number=fault.number if seen else None,
    )


def _following(one: Follower) -> Following:
    request: ServiceRequest = goes_on_as(one.request)
    return Following(
        id=one.pk,
        number=request.number,
        category=kind_of(request),
        place=ref_of(one.place),
        status=RequestStatus(request.status),
        affected=request.affected,
        since=one.since,
        left_at=one.left_at,
        due_at=request.due_at,
        allowed_steps=sorted(steps_of_follower(one)),
        tracking_url=f"{settings.PUBLIC_URL}{links.path_of_follower(one)}",
    )


def _row(one: Follower, *, phones: bool) -> FollowerRow:
    return FollowerRow(
        id=one.pk,
        person=user_ref(one.user),
        name=one.name,
        phone=shown_phone(one.phone, plainly=phones),
        place=ref_of(one.place),
        channel=Channel(one.channel),
        since=one.since,
        counted=one.counted,
    )
