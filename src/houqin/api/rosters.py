"""Shifts, leave, licences, terms and the switch 在岗."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.api.answers import Page, PersonRef, Ref, answer, ref_of
from houqin.api.auth import person_of
from houqin.api.inputs import Day, Flag, Input, Key, Line, Moment, Query
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing
from houqin.staffing.actions import absences, licences, rosters
from houqin.staffing.actions import terms as working
from houqin.staffing.models import Absence, CrewMember, Hours, Licence, Shift, Terms
from houqin.staffing.policies import may_manage, planned_people, visible_crews, visible_staff
from houqin.staffing.queries.crews import memberships_on

area = Area()
BY_KEY = Sort()
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
LeaveKind = Literal["leave", "sick", "training", "other"]


class ShiftRow(BaseModel):
    """A shift; one over midnight belongs to the `day` it begins on."""

    id: int
    person: PersonRef
    kind: Ref | None
    day: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime


class ShiftIn(Input):
    """A shift of a kind, or from `begins` until `ends` (the next day, where that is not later)."""

    person: Key
    day: Day
    kind: Key | None = None
    begins: Clock | None = None
    ends: Clock | None = None
    instead: bool = Field(default=False, description="Take away what else begins on that day.")


class AbsenceRow(BaseModel):
    """Leave; why is null for who does not plan for the person."""

    id: int
    person: PersonRef
    kind: str | None
    note: str | None
    starts_at: dt.datetime
    ends_at: dt.datetime


class AbsenceIn(Input):
    """When somebody is away, and why."""

    person: Key
    starts_at: Moment
    ends_at: Moment
    kind: LeaveKind = "leave"
    note: Annotated[Line, Field(max_length=200)] = ""


class LicenceRow(BaseModel):
    """A licence, valid from a day until a day, both included."""

    id: int
    person: PersonRef
    kind: Ref | None
    number: str
    valid_from: dt.date
    valid_until: dt.date


class LicenceIn(Input):
    """A licence to enter; a renewal is a new one."""

    person: Key
    kind: Key
    number: Annotated[Line, Field(max_length=60)] = ""
    valid_from: Day
    valid_until: Day


class TermsRow(BaseModel):
    """How a person works; without terms of their own, what holds for everybody."""

    hours: Hours
    day_minutes: int
    open_limit: int
    on_duty: bool
    on_duty_changed_at: dt.datetime | None


class TermsIn(Input):
    """What is to be different; what is not sent stays."""

    hours: Literal["any", "calendar", "roster"] | None = None
    day_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    open_limit: Annotated[int, Field(ge=1, le=200)] | None = None


class DutyIn(Input):
    """The switch 在岗."""

    on_duty: bool


class SpanQuery(Query):
    """Of whom, and on which days."""

    crew: Key | None = None
    person: Key | None = None
    since: Day | None = Field(None, description="From this day on.")
    until: Day | None = Field(None, description="Up to and including this day.")


class LicenceQuery(Query):
    """Of whom, and until when they hold at most."""

    person: Key | None = None
    until: Day | None = Field(None, description="Those that end on this day or before.")
    held: Flag | None = Field(None, description="Only those that hold today, or only those that do not.")


@area.get("/shifts", response=Page[ShiftRow])
def list_shifts(request: HttpRequest, wanted: FromQuery[SpanQuery]) -> HttpResponse:
    """The shifts of people of the crews the caller may see."""
    rows = Shift.objects.filter(user__in=_people(request, wanted).values("pk")).select_related("user", "kind")
    if wanted.since is not None:
        rows = rows.filter(day__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(day__lte=wanted.until)
    part = page(rows, BY_KEY, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[ShiftRow](items=[_shift(row) for row in part.rows], next=part.next))


@area.post("/shifts", response={201: ShiftRow})
def plan_shift(request: HttpRequest, payload: ShiftIn) -> HttpResponse:
    """Plan a shift; planned already, it is answered as it is."""
    person = _planned(request, payload.person)
    try:
        made = rosters.plan_shift(
            user_id=person.pk,
            day=payload.day,
            kind_id=payload.kind,
            begins=dt.time.fromisoformat(payload.begins) if payload.begins else None,
            ends=dt.time.fromisoformat(payload.ends) if payload.ends else None,
            instead=payload.instead,
            by=person_of(request),
        )
    except Missing as refusal:
        raise Invalid(str(refusal), field="kind") from refusal
    return answer(_shift(made), status=201)


@area.delete("/shifts/{int:key}", response=ShiftRow)
def remove_shift(request: HttpRequest, key: int) -> HttpResponse:
    """Take a shift away."""
    among = Shift.objects.filter(user__in=planned_people(person_of(request)).values("pk"))
    row = _shift(found(among.select_related("user", "kind"), pk=key))
    rosters.remove_shift(shift_id=key, by=person_of(request))
    return answer(row)


@area.get("/absences", response=Page[AbsenceRow])
def list_absences(request: HttpRequest, wanted: FromQuery[SpanQuery]) -> HttpResponse:
    """When people of the crews the caller may see are away."""
    rows = Absence.objects.filter(user__in=_people(request, wanted).values("pk")).select_related("user")
    if wanted.since is not None:
        rows = rows.filter(ends_at__gt=absences.whole_days(wanted.since, wanted.since).start)
    if wanted.until is not None:
        rows = rows.filter(starts_at__lt=absences.whole_days(wanted.until, wanted.until).end)
    part = page(rows, BY_KEY, limit=wanted.limit, cursor=wanted.cursor)
    told = _told(request, [row.user_id for row in part.rows])
    items = [_absence(row, told=row.user_id in told) for row in part.rows]
    return answer(Page[AbsenceRow](items=items, next=part.next))


@area.post("/absences", response={201: AbsenceRow})
def enter_absence(request: HttpRequest, payload: AbsenceIn) -> HttpResponse:
    """Enter leave."""
    person = _planned(request, payload.person)
    facts = payload.model_dump(exclude={"person"})
    made = absences.enter(user_id=person.pk, by=person_of(request), **facts)
    return answer(_absence(made, told=True), status=201)


@area.delete("/absences/{int:key}", response=AbsenceRow)
def cancel_absence(request: HttpRequest, key: int) -> HttpResponse:
    """Take leave back."""
    found(Absence.objects.filter(user__in=planned_people(person_of(request)).values("pk")), pk=key)
    return answer(_absence(absences.cancel(absence_id=key, by=person_of(request)), told=True))


@area.get("/licences", response=Page[LicenceRow])
def list_licences(request: HttpRequest, wanted: FromQuery[LicenceQuery]) -> HttpResponse:
    """The licences of the people whose papers the caller may read."""
    people, today = visible_staff(person_of(request)), clock.today()
    rows = Licence.objects.filter(user__in=people.values("pk")).select_related("user", "kind")
    if wanted.person is not None:
        rows = rows.filter(user=wanted.person)
    if wanted.until is not None:
        rows = rows.filter(valid_until__lte=wanted.until)
    if wanted.held is not None:
        now = {"valid_from__lte": today, "valid_until__gte": today}
        rows = rows.filter(**now) if wanted.held else rows.exclude(**now)
    part = page(rows, BY_KEY, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[LicenceRow](items=[_licence(row) for row in part.rows], next=part.next))


@area.post("/licences", response={201: LicenceRow})
def grant_licence(request: HttpRequest, payload: LicenceIn) -> HttpResponse:
    """Enter a licence."""
    person = _seen(request, payload.person)
    try:
        made = licences.grant(
            user_id=person.pk,
            kind_id=payload.kind,
            number=payload.number,
            valid_from=payload.valid_from,
            valid_until=payload.valid_until,
            by=person_of(request),
        )
    except Missing as refusal:
        raise Invalid(str(refusal), field="kind") from refusal
    return answer(_licence(made), status=201)


@area.get("/people/{int:key}/terms", response=TermsRow)
def get_terms(request: HttpRequest, key: int) -> HttpResponse:
    """How a person works."""
    person = found(visible_staff(person_of(request)), pk=key)
    return answer(_terms(Terms.objects.filter(user=person).first() or Terms(user=person)))


@area.patch("/people/{int:key}/terms", response=TermsRow)
def set_terms(request: HttpRequest, key: int, payload: TermsIn) -> HttpResponse:
    """Change what is sent of how a person works."""
    person = found(visible_staff(person_of(request)), pk=key)
    return answer(_terms(working.set_terms(user_id=person.pk, by=person_of(request), **payload.given())))


@area.post("/people/{int:key}/duty", response=TermsRow)
def turn_duty(request: HttpRequest, key: int, payload: DutyIn) -> HttpResponse:
    """Turn the switch 在岗: one's own, or that of somebody the caller plans for."""
    user = person_of(request)
    own = User.objects.filter(pk=user.pk) | User.objects.filter(pk__in=planned_people(user).values("pk"))
    person = found(own, pk=key)
    return answer(_terms(working.set_duty(user_id=person.pk, on_duty=payload.on_duty, by=user)))


def _people(request: HttpRequest, wanted: SpanQuery) -> QuerySet[User]:
    """The people of the visible crews, leaders included, and oneself, as the query narrows them."""
    user = person_of(request)
    crews = visible_crews(user)
    if wanted.crew is not None:
        crews = crews.filter(pk=wanted.crew)
    member = CrewMember.objects.filter(memberships_on(clock.today()), crew__in=crews, user=OuterRef("pk"))
    people = User.objects.filter(Exists(member)) | User.objects.filter(pk__in=crews.values("leader"))
    if wanted.crew is None:
        people = people | User.objects.filter(pk=user.pk)
        if may_manage(user):
            people = people | User.objects.filter(pk__in=visible_staff(user).values("pk"))
    return people if wanted.person is None else people.filter(pk=wanted.person)


def _planned(request: HttpRequest, key: int) -> User:
    return _one(planned_people(person_of(request)), key)


def _seen(request: HttpRequest, key: int) -> User:
    return _one(visible_staff(person_of(request)), key)


def _one(people: QuerySet[User], key: int) -> User:
    try:
        return found(people, pk=key)
    except Missing as refusal:
        raise Invalid(str(refusal), field="person") from refusal


def _told(request: HttpRequest, ids: list[int]) -> set[int]:
    user = person_of(request)
    return {*planned_people(user).filter(pk__in=ids).values_list("pk", flat=True), user.pk}


def _person(row: Any) -> PersonRef:
    return PersonRef(id=row.user_id, name=str(row.user))


def _shift(row: Shift) -> ShiftRow:
    return ShiftRow(
        id=row.pk,
        person=_person(row),
        kind=ref_of(row.kind),
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _absence(row: Absence, *, told: bool) -> AbsenceRow:
    return AbsenceRow(
        id=row.pk,
        person=_person(row),
        kind=row.kind if told else None,
        note=row.note if told else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _licence(row: Licence) -> LicenceRow:
    return LicenceRow(
        id=row.pk,
        person=_person(row),
        kind=ref_of(row.kind),
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _terms(row: Terms) -> TermsRow:
    return TermsRow(
        hours=Hours(row.hours),
        day_minutes=row.day_minutes,
        open_limit=row.open_limit,
        on_duty=row.on_duty,
        on_duty_changed_at=row.on_duty_changed_at,
    )
