"""Reports: the same figures as on the manager's pages and at the command line."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, ConfigDict, Field

from houqin.api.answers import answer
from houqin.api.auth import person_of
from houqin.api.inputs import Day, Moment, Parameters
from houqin.api.routes import Area
from houqin.insight.scope import counted_for
from houqin.insight.service_levels import service_levels
from houqin.insight.time_owners import time_owners
from houqin.kernel import clock
from houqin.kernel.errors import Invalid

area = Area()
LONGEST = dt.timedelta(days=3_700)


class Figures(BaseModel):
    """Counts and times of one set of requests; hours are elapsed ones."""

    opened: int
    closed: int
    closed_with_target: int
    on_time: int
    closed_before_opened: int
    open: int
    open_with_target: int
    open_overdue: int
    median_hours_to_close: float | None


class KeptFigures(BaseModel):
    """How often a promise was kept and how often not; overdue ones count as not kept."""

    met: int
    missed: int
    share: float | None


class PartnerFigures(BaseModel):
    """How a contractor kept what it promised for the orders it was given in the period."""

    orders: int
    response: KeptFigures | None = None
    arrival: KeptFigures | None = None
    resolution: KeptFigures | None = None


class RatingFigures(BaseModel):
    """Means from 1 to 5, shares from 0 to 1."""

    n: int
    mean: float | None
    mean_speed: float | None
    mean_attitude: float | None
    mean_quality: float | None
    low: int
    low_share: float | None


class SatisfactionFigures(BaseModel):
    """How many were asked, how many answered, and how well; crews with few ratings are left out."""

    asked: int
    answered: int
    response_rate: float | None
    scores: RatingFigures
    by_crew: dict[str, RatingFigures]


class ServiceLevelReport(Figures):
    """The figures of the requests opened on the days [from, to), as known at `as_of`."""

    model_config = ConfigDict(populate_by_name=True)

    start: dt.date = Field(alias="from")
    to: dt.date
    as_of: dt.datetime
    by_channel: dict[str, Figures]
    by_department: dict[str, Figures]
    by_service: dict[str, Figures]
    by_month: dict[str, Figures]
    by_place: dict[str, Figures]
    by_crew: dict[str, Figures]
    by_kind: dict[str, KeptFigures] = Field(
        description="Response, update, arrival, resolution; empty in a report of the past."
    )
    by_partner: dict[str, PartnerFigures] = Field(
        description="Contractors held to a standard of their own; empty in a report of the past."
    )
    satisfaction: SatisfactionFigures


class TimeLine(BaseModel):
    """Who had the time of one service, crew and so on, in seconds of working time.

    `seconds` names only owners that had any: `us`, `requester`, `parts`, `access`, `approval`,
    `contractor`, `permit`, `weather`, `budget`, `other`, and `resolved` for what passed between a
    repair and the day it came back, which is left out of `waited_seconds`.
    """

    key: str
    name: str
    requests: int
    seconds: dict[str, int]
    waited_seconds: int


class TimeOwnerReport(BaseModel):
    """Who had the time of the requests opened on the days [from, to), as known at `as_of`.

    Service, category, place and month are the request's; the crew is the one that had the order at
    the time, none before a dispatch, and the partner the company of that crew.
    """

    model_config = ConfigDict(populate_by_name=True)

    start: dt.date = Field(alias="from")
    to: dt.date
    as_of: dt.datetime
    requests: int
    seconds: dict[str, int]
    waited_seconds: int
    by_service: list[TimeLine]
    by_category: list[TimeLine]
    by_place: list[TimeLine]
    by_month: list[TimeLine]
    by_crew: list[TimeLine]
    by_partner: list[TimeLine]


class ReportQuery(Parameters):
    """Which days, the second one excluded, and as known when."""

    start: Day = Field(alias="from")
    to: Day
    as_of: Moment | None = None


@area.get("/service-levels", response=ServiceLevelReport, by_alias=True)
def get_service_levels(request: HttpRequest, wanted: FromQuery[ReportQuery]) -> HttpResponse:
    """How well requests were served, over what the caller's right to see figures reaches."""
    _checked(wanted)
    report = service_levels(
        start=wanted.start,
        end=wanted.to,
        as_of=min(wanted.as_of or clock.now(), clock.now()),
        among=counted_for(person_of(request)),
    )
    return answer(ServiceLevelReport(**report.as_json()))


@area.get("/time-owners", response=TimeOwnerReport, by_alias=True)
def get_time_owners(request: HttpRequest, wanted: FromQuery[ReportQuery]) -> HttpResponse:
    """Who had the time of requests, over what the caller's right to see figures reaches.

    Every request is measured from its history; ten thousand of them take some seconds.
    """
    _checked(wanted)
    report = time_owners(
        start=wanted.start,
        end=wanted.to,
        as_of=min(wanted.as_of or clock.now(), clock.now()),
        among=counted_for(person_of(request)),
    )
    return answer(TimeOwnerReport(**report.as_json()))


def _checked(wanted: ReportQuery) -> None:
    """Refuse a period that is none, or too long."""
    if not dt.timedelta(0) < wanted.to - wanted.start <= LONGEST:
        raise Invalid(_("The period ends after it begins, and has at most ten years."), field="to")
