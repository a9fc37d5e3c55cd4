"""Working calendars, the days that differ, and the public holidays of a year."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from ninja.params.functions import Body
from pydantic import BaseModel, Field

from houqin.api.answers import Page, answer
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Day, Input, Line, Name, Nothing, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed, stored
from houqin.api.routes import Area
from houqin.api.seen import found, missing
from houqin.api.versions import content_tag, unchanged
from houqin.flows.refresh_clocks import refresh_open
from houqin.org.actions import calendars as setting_up
from houqin.org.models import Calendar, CalendarDay, CalendarYear

area = Area()
BECAUSE = "calendar"
"""Why due times move, as their events tell it."""
NOTHING = Body(Nothing())
BY_CODE = Sort("code", kind=str)
BY_DATE = Sort("date", kind=dt.date)

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Window = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Weekday = Literal["0", "1", "2", "3", "4", "5", "6"]


class CalendarRow(BaseModel):
    """Weekly hours. Weekday 0 is Monday; a window is its beginning and its end."""

    id: int
    code: str
    name: str
    name_en: str
    time_zone: str
    follows_holidays: bool
    weekly: dict[str, list[list[str]]]
    version: int


class CalendarDetail(CalendarRow):
    """A calendar in full."""


class DayRow(BaseModel):
    """A day that differs; `shared` ones hold for every calendar that follows public holidays."""

    date: dt.date
    kind: Literal["holiday", "make_up", "closure", "opening"]
    name: str
    name_en: str
    hours: list[list[str]] | None = Field(description="The hours of that day; null for the usual ones.")
    shared: bool


class YearDetail(BaseModel):
    """The public holidays of a year; due times in it are provisional until it is confirmed."""

    year: int
    confirmed_at: dt.datetime | None
    confirmed_by: str
    days: list[DayRow]


class DayQuery(Query):
    """Which days, both ends included."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


class CalendarIn(Input):
    """What is said about a calendar."""

    name_en: Annotated[Line, Field(max_length=80)] = Field(default_factory=str)
    time_zone: Annotated[Line, Field(max_length=50)] = Field(default_factory=str)
    follows_holidays: bool = Field(default_factory=bool)
    weekly: dict[Weekday, Annotated[list[Window], Field(max_length=12)]] = Field(default_factory=dict)


class NewCalendar(CalendarIn):
    """A new calendar."""

    code: Code
    name: Annotated[Name, Field(max_length=80)]


class CalendarChange(CalendarIn):
    """What is to be different; what is not sent stays."""

    name: Annotated[Name, Field(max_length=80)] = Field(default_factory=str)


class DayIn(Input):
    """Closed or open on a day; hours only where they differ from the usual ones."""

    kind: Literal["closure", "opening"]
    name: Annotated[Line, Field(max_length=60)] = ""
    name_en: Annotated[Line, Field(max_length=80)] = ""
    hours: Annotated[list[Window], Field(max_length=12)] | None = None


@area.get("/calendars", response=Page[CalendarRow])
def list_calendars(request: HttpRequest, wanted: FromQuery[Query]) -> HttpResponse:
    """The working calendars, by code."""
    part = page(Calendar.objects.all(), BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[CalendarRow](items=[CalendarRow(**_facts(row)) for row in part.rows], next=part.next))


@area.post("/calendars", response={201: CalendarDetail})
def create_calendar(request: HttpRequest, payload: NewCalendar) -> HttpResponse:
    """Make a calendar; without hours it has office hours."""
    made = stored(Calendar(), {"code": payload.code, "name": payload.name, "name_en": payload.name_en})
    _set_hours(made, payload)
    shape = shown(Calendar.objects.get(pk=made.pk))
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/calendars/{shape.id}")


@area.get("/calendars/{int:key}", response=CalendarDetail)
def get_calendar(request: HttpRequest, key: int) -> HttpResponse:
    """One calendar."""
    shape = shown(found(Calendar.objects.all(), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/calendars/{int:key}", response=CalendarDetail)
def change_calendar(request: HttpRequest, key: int, payload: CalendarChange) -> HttpResponse:
    """Change what is sent; open due times are computed anew."""
    names = {name: value for name, value in payload.given().items() if name in {"name", "name_en"}}

    def change(row: Calendar) -> None:
        if names:
            stored(row, names)
        _set_hours(row, payload)

    shape = shown(changed(request, found(Calendar.objects.all(), pk=key), shown, change))
    refresh_open(because=BECAUSE)
    return answer(shape, etag=content_tag(shape))


@area.get("/calendars/{int:key}/days", response=Page[DayRow])
def list_calendar_days(request: HttpRequest, key: int, wanted: FromQuery[DayQuery]) -> HttpResponse:
    """The days of a calendar that differ from the week, its own and the shared ones."""
    row = found(Calendar.objects.all(), pk=key)
    shared = Q(calendar__isnull=True) if row.follows_holidays else Q(pk__in=[])
    days = CalendarDay.objects.filter(Q(calendar=row) | shared)
    if wanted.from_:
        days = days.filter(date__gte=wanted.from_)
    if wanted.to:
        days = days.filter(date__lte=wanted.to)
    part = page(days, BY_DATE, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[DayRow](items=[_day(day) for day in part.rows], next=part.next))


@area.put("/calendars/{int:key}/days/{date}", response=DayRow)
def set_calendar_day(request: HttpRequest, key: int, date: str, payload: DayIn) -> HttpResponse:
    """Close or open a day by hand."""
    day = _date(date)
    row = found(Calendar.objects.all(), pk=key)
    made: list[CalendarDay] = []

    def change(calendar: Calendar) -> None:
        facts = {"name": payload.name, "name_en": payload.name_en, "windows": payload.hours}
        made.append(setting_up.set_day(date=day, kind=payload.kind, calendar=calendar, **facts))  # type: ignore[arg-type]

    changed(request, row, shown, change)
    refresh_open(because=BECAUSE)
    return answer(_day(made[0]))


@area.delete("/calendars/{int:key}/days/{date}", response=CalendarDetail)
def clear_calendar_day(request: HttpRequest, key: int, date: str) -> HttpResponse:
    """Forget that a day differs."""
    row = found(Calendar.objects.all(), pk=key)
    day = found(CalendarDay.objects.filter(calendar=row), date=_date(date))
    shape = shown(changed(request, row, shown, lambda _row: setting_up.clear_day(day=day)))
    refresh_open(because=BECAUSE)
    return answer(shape, etag=content_tag(shape))


@area.get("/holidays/{int:year}", response=YearDetail)
def get_holidays(request: HttpRequest, year: int) -> HttpResponse:
    """The public holidays and make-up workdays of a year."""
    shape = _year(year)
    return answer(shape, etag=content_tag(shape))


@area.post("/holidays/{int:year}/fill", response=YearDetail)
def fill_holidays(request: HttpRequest, year: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Fill in what is known of a year; days entered by hand stay."""
    with unchanged(request, lambda: content_tag(_year(year))):
        setting_up.fill_year(year=year)
    refresh_open(because=BECAUSE)
    shape = _year(year)
    return answer(shape, etag=content_tag(shape))


@area.post("/holidays/{int:year}/confirm", response=YearDetail)
def confirm_holidays(request: HttpRequest, year: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Say that a year is settled."""
    with unchanged(request, lambda: content_tag(_year(year))):
        setting_up.confirm_year(year=year, by=person_of(request).username)
    refresh_open(because=BECAUSE)
    shape = _year(year)
    return answer(shape, etag=content_tag(shape))


def shown(row: Calendar) -> CalendarDetail:
    """A calendar in full."""
    return CalendarDetail(**_facts(row))


def _facts(row: Calendar) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in CalendarRow.model_fields if name != "id"}}


def _set_hours(row: Calendar, payload: CalendarIn) -> None:
    given = payload.given()
    if given.keys() & {"weekly", "time_zone", "follows_holidays"}:
        setting_up.set_hours(
            calendar=row,
            weekly=given.get("weekly", row.weekly),
            time_zone=given.get("time_zone"),
            follows_holidays=given.get("follows_holidays"),
        )


def _day(day: CalendarDay) -> DayRow:
    own = {name: getattr(day, name) for name in ("date", "kind", "name", "name_en")}
    return DayRow(**own, hours=day.windows, shared=day.calendar_id is None)


def _year(year: int) -> YearDetail:
    if year not in setting_up.YEARS:
        raise missing()
    known = CalendarYear.objects.filter(pk=year).first()
    days = CalendarDay.objects.filter(calendar__isnull=True, date__year=year).order_by("date")
    return YearDetail(
        year=year,
        confirmed_at=known.confirmed_at if known else None,
        confirmed_by=known.confirmed_by if known else "",
        days=[_day(day) for day in days],
    )


def _date(text: str) -> dt.date:
    """The day an address names; anything else is no address."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise missing() from None
    if day.year not in setting_up.YEARS or day.isoformat() != text:
        raise missing()
    return day
