"""People, their roles, and whether they may sign in."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from ninja.params.functions import Body
from pydantic import BaseModel, Field

from houqin.accounts.actions import grants
from houqin.accounts.actions import people as entering
from houqin.accounts.models import Grant, Role, User
from houqin.accounts.policies import may, scope
from houqin.accounts.queries.people import PeopleFilter, people
from houqin.api.answers import Page, Ref, answer, ref_of, shown_phone
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Flag, Input, Key, Line, Name, Nothing, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag, unchanged
from houqin.flows.invite_person import invite_person as invite
from houqin.kernel.errors import Invalid
from houqin.org.models import Department, Partner, Place

area = Area()
NOTHING = Body(Nothing())
BY_NAME = Sort("pinyin_key", kind=str)


class PersonRow(BaseModel):
    """A person in a list."""

    id: int
    username: str
    full_name: str
    email: str
    phone: str = Field(description="Masked for who need not ring it.")
    department: Ref | None
    partner: Ref | None
    language: str
    active: bool


class Held(BaseModel):
    """A role that a person has: everywhere, below a place, or for a department."""

    id: int
    role: Role
    place: Ref | None
    department: Ref | None
    given_at: dt.datetime
    given_by: str


class PersonDetail(PersonRow):
    """A person with the roles they have."""

    grants: list[Held]
    must_change_password: bool
    joined_at: dt.datetime


class PersonQuery(Query):
    """Which people."""

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$", description="Name, pinyin, user name, phone.")
    role: Role | None = None
    department: Key | None = None
    partner: Key | None = None
    active: Flag = True


class PersonIn(Input):
    """What is said about a person."""

    email: Annotated[Line, Field(max_length=254)] = Field(default_factory=str)
    phone: Annotated[Line, Field(max_length=30)] = Field(default_factory=str)
    department: Key | None = None
    partner: Key | None = None
    language: Literal["zh-hans", "en"] = Field(default_factory=lambda: "zh-hans")


class NewPerson(PersonIn):
    """Somebody who cannot sign in before an invitation."""

    username: Annotated[Name, Field(max_length=60)]
    full_name: Annotated[Name, Field(max_length=80)]


class PersonChange(PersonIn):
    """What is to be different; what is not sent stays."""

    username: Annotated[Name, Field(max_length=60)] = Field(default_factory=str)
    full_name: Annotated[Name, Field(max_length=80)] = Field(default_factory=str)


class GrantIn(Input):
    """A role, everywhere unless a place or a department is named."""

    role: Literal[
        "requester",
        "technician",
        "dispatcher",
        "crew_leader",
        "storekeeper",
        "accountant",
        "manager",
        "administrator",
        "auditor",
    ]
    place: Key | None = None
    department: Key | None = None


class Invited(BaseModel):
    """The link to set a password; good once, for seven days. It is not shown again."""

    link: str | None


@area.get("", response=Page[PersonRow])
def list_people(request: HttpRequest, wanted: FromQuery[PersonQuery]) -> HttpResponse:
    """People by name: all of them for who sets people up, else the caller alone."""
    user = person_of(request)
    chosen = PeopleFilter(
        text=wanted.q,
        role=wanted.role or "",
        department_id=wanted.department,
        partner_id=wanted.partner,
        active=wanted.active,
    )
    among = people(chosen, user) & _seen(user)
    part = page(among, BY_NAME, limit=wanted.limit, cursor=wanted.cursor)
    items = [PersonRow(**_facts(person, user)) for person in part.rows]
    return answer(Page[PersonRow](items=items, next=part.next))


@area.post("", response={201: PersonDetail})
def create_person(request: HttpRequest, payload: NewPerson) -> HttpResponse:
    """Enter a person."""
    made = entering.create(**_columns(payload))
    shape = shown(made, person_of(request))
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/people/{made.pk}")


@area.get("/{int:key}", response=PersonDetail)
def get_person(request: HttpRequest, key: int) -> HttpResponse:
    """One person."""
    user = person_of(request)
    shape = shown(found(_seen(user), pk=key), user)
    return answer(shape, etag=content_tag(shape))


@area.patch("/{int:key}", response=PersonDetail)
def change_person(request: HttpRequest, key: int, payload: PersonChange) -> HttpResponse:
    """Change what is sent."""
    facts = _columns(payload)
    return _changed(request, key, lambda person: entering.change(person=person, **facts))


@area.post("/{int:key}/deactivate", response=PersonDetail)
def deactivate_person(request: HttpRequest, key: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Keep a person from signing in; sessions, tokens and invitations end at once."""
    return _changed(request, key, lambda person: entering.deactivate(person=person))


@area.post("/{int:key}/reactivate", response=PersonDetail)
def reactivate_person(request: HttpRequest, key: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Let a person sign in again; ended tokens stay ended."""
    return _changed(request, key, lambda person: entering.reactivate(person=person))


@area.post("/{int:key}/invite", response=Invited)
def invite_person(request: HttpRequest, key: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Make a link that sets a password, and mail it where there is an address."""
    user = person_of(request)
    person = found(_seen(user), pk=key)
    with transaction.atomic(), unchanged(request, lambda: content_tag(shown(person, user))):
        link = invite(person=person, by=user)
    made = answer(Invited(link=link))
    made.kept = answer(Invited(link=None)).content  # type: ignore[attr-defined]
    return made


@area.post("/{int:key}/grants", response=PersonDetail)
def give_role(request: HttpRequest, key: int, payload: GrantIn) -> HttpResponse:
    """Give a role; given twice it stays as it was."""
    place = _row(Place, payload.place, "place")
    department = _row(Department, payload.department, "department")
    by = person_of(request)

    def give(person: User) -> None:
        grants.give(person=person, role=payload.role, place=place, department=department, by=by)

    return _changed(request, key, give)


@area.delete("/{int:key}/grants/{int:grant}", response=PersonDetail)
def withdraw_role(request: HttpRequest, key: int, grant: int) -> HttpResponse:
    """Take a role away; it is gone with the person's next request."""
    person = found(_seen(person_of(request)), pk=key)
    held = found(Grant.objects.filter(user=person), pk=grant)
    return _changed(request, key, lambda _person: grants.withdraw(grant=held))


def shown(person: User, reader: User) -> PersonDetail:
    """A person in full."""
    held = Grant.objects.filter(user=person).select_related("place", "department")
    return PersonDetail(
        **_facts(person, reader),
        grants=[
            Held(
                id=grant.pk,
                role=Role(grant.role),
                place=ref_of(grant.place),
                department=ref_of(grant.department),
                given_at=grant.given_at,
                given_by=grant.given_by,
            )
            for grant in held
        ],
        must_change_password=person.must_change_password,
        joined_at=person.joined_at,
    )


def _seen(user: User) -> QuerySet[User]:
    """Everybody for who sets people up without bounds, else oneself."""
    everybody = User.objects.select_related("department", "partner").defer("search_text", "search_grams")
    return everybody if scope(user, "people.manage").everywhere else everybody.filter(pk=user.pk)


def _changed(request: HttpRequest, key: int, change: Any) -> HttpResponse:
    user = person_of(request)
    person = changed(request, found(_seen(user), pk=key), lambda row: shown(row, user), change)
    shape = shown(person, user)
    return answer(shape, etag=content_tag(shape))


def _facts(person: User, reader: User) -> dict[str, Any]:
    plainly = person.pk == reader.pk or may(reader, "people.see_phones")
    return {
        "id": person.pk,
        "username": person.username,
        "full_name": person.full_name,
        "email": person.email,
        "phone": shown_phone(person.phone, plainly=plainly),
        "department": ref_of(person.department),
        "partner": ref_of(person.partner),
        "language": person.language,
        "active": person.is_active,
    }


def _columns(payload: PersonIn) -> dict[str, Any]:
    facts = payload.given()
    for name, kind in (("department", Department), ("partner", Partner)):
        if name in facts:
            facts[name] = _row(kind, facts[name], name)
    return facts


def _row(kind: Any, key: int | None, name: str) -> Any:
    if key is None:
        return None
    row = kind.objects.filter(pk=key).first()
    if row is None:
        raise Invalid(_("There is no such row."), field=name)
    return row
