"""The triage rules as they are asked: read in one statement, and a report as they look at it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONArray

from houqin.desk.models import (
    Category,
    ContactKind,
    ProposalField,
    RuleMode,
    Service,
    ServiceRequest,
    TriageRule,
)
from houqin.kernel.rules import KIND, Case, Conditions, Fit, Kind, Outcome, Rule, Value, clean_words, judged
from houqin.kernel.text_search import normalise
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Department, Place
from houqin.staffing.models import Crew

Names = list[str]
"""The Chinese and the English name of something."""

LEVELS = 4
"""How many levels of units below a department a rule about it means too."""

YES = "yes"
_PLAIN = ("urgency", "impact")
_CONDITIONS = ("when_place", "when_department", "when_category", "when_service")


@dataclass(frozen=True)
class Thing:
    """A row that a rule points to."""

    pk: int
    code: str
    names: Names
    category: "Thing | None" = None


@dataclass(frozen=True)
class Known:
    """A rule as it was read: what it is called, and what it points to, by field and key."""

    row: TriageRule
    rule: Rule
    things: Mapping[str, Thing]

    @property
    def applies(self) -> bool:
        """True where what it says holds without a person."""
        return self.row.mode == RuleMode.APPLY

    def because(self, fit: Fit) -> dict[str, Any]:
        """Why it fitted, as data: its names, the words found, and the other conditions it has."""
        row = self.row
        found: dict[str, Any] = {
            "rule": [row.name, row.name_en],
            "words": list(fit.words),
            "channels": row.when_channels,
            "contacts": row.when_contacts,
            "domains": row.when_domains,
            "unknown": row.when_unknown,
            "hours": row.when_hours,
            "window": [f"{at:%H:%M}" for at in (row.when_from, row.when_until) if at],
            **{
                name.removeprefix("when_"): self.things[name].names
                for name in _CONDITIONS
                if name in self.things
            },
        }
        return {name: value for name, value in found.items() if value}

    def says(self, fit: Fit, name: str, value: Value | Kind) -> "Said":
        """What it says of a field, as a proposal has it."""
        if isinstance(value, Kind):
            field = ProposalField.CATEGORY if value.service is None else ProposalField.SERVICE
            thing = self.things[f"then_{field}"]
            return Said(self, fit, field, thing.code, thing.names, thing.pk)
        if name == ProposalField.CREW:
            thing = self.things["then_crew"]
            return Said(self, fit, name, thing.code, thing.names, thing.pk)
        return Said(self, fit, name, YES if value is True else str(value), [])


@dataclass(frozen=True)
class Said:
    """What a rule decides about one field of a request. `pk` is the key where the value is a thing."""

    known: Known
    fit: Fit
    field: str
    value: str
    names: Names
    pk: int | None = None

    @property
    def applies(self) -> bool:
        """True where it holds without a person."""
        return self.known.applies


@dataclass(frozen=True)
class RuleBook:
    """The rules in their order."""

    known: Mapping[int, Known]

    def ask(self, case: Case) -> Outcome:
        """Ask all of them about a report."""
        return judged((one.rule for one in self.known.values()), case)

    def said(self, outcome: Outcome) -> list[Said]:
        """What was decided, field by field, in the order of the rules."""
        return [
            self.known[fit.key].says(fit, name, value)
            for fit in outcome.fits
            for name, value in fit.decides.items()
        ]


def rule_book(*, also_unused: bool = False) -> RuleBook:
    """The rules in use (or all), with the names of what they point to. One statement.

    What is out of use itself (a service, a crew) is not proposed any more; a rule that would say
    nothing else is still asked, because it may stop the others.
    """
    rows = TriageRule.objects.raw(*_statement(also_unused=also_unused))
    return RuleBook({row.pk: _known(row) for row in rows})


def case_of(
    request: ServiceRequest,
    *,
    hours: WorkingCalendar,
    chosen: tuple[int | None, int | None],
    contact: str = "",
) -> Case:
    """A report as the rules look at it; `chosen` are the category and service a person chose.

    The request need not be stored. Its place is looked at, so have it loaded. `hours` are those of
    the place; the time is when it was reported.
    """
    local = request.opened_at.astimezone(hours.tz)
    return Case(
        text=normalise(f"{request.title}\n{request.description}"),
        channel=request.channel,
        contact=contact or contact_of(request),
        domain=request.contact_email.rpartition("@")[2].lower(),
        places=frozenset(request.place.lineage if request.place else ()),
        department=request.department_id,
        category=chosen[0],
        service=chosen[1],
        minute=local.hour * 60 + local.minute,
        is_open=hours.is_open(request.opened_at),
        is_working_day=hours.is_working_day(local.date()),
    )


def contact_of(request: ServiceRequest) -> str:
    """By what whoever reported it can be reached."""
    if request.requester_id is not None:
        return ContactKind.ACCOUNT
    if request.contact_phone:
        return ContactKind.PHONE
    return ContactKind.EMAIL if request.contact_email else ContactKind.NONE


@cache
def _statement(*, also_unused: bool) -> tuple[str, tuple[Any, ...]]:
    """The statement that reads the rules; to put it together takes far longer than to run it."""
    rows = TriageRule.objects.order_by("position", "pk")
    if not also_unused:
        rows = rows.filter(active=True)
    sql, given = _with_names(rows).query.sql_with_params()
    return sql, tuple(given)


def _with_names(rows: QuerySet[TriageRule]) -> QuerySet[TriageRule]:
    """The rows with what they point to, as subqueries: eight joins would take long to plan."""
    below = Q(pk=OuterRef("when_department"))
    for level in range(1, LEVELS + 1):
        below |= Q(**{"__".join(["parent"] * level): OuterRef("when_department")})
    service = ("pk", "code", "name", "name_en", "active", "category__active")
    of_category = ("category_id", "category__code", "category__name", "category__name_en")
    return rows.annotate(
        units=ArraySubquery(Department.objects.filter(below).values("pk")),
        at_place=_told(Place, "when_place", "pk", "code", "label", "label_en"),
        of_department=_told(Department, "when_department", "pk", "code", "name", "name_en"),
        of_category=_told(Category, "when_category", "pk", "code", "name", "name_en"),
        of_service=_told(Service, "when_service", "pk", "code", "name", "name_en"),
        to_category=_told(Category, "then_category", "pk", "code", "name", "name_en", "active"),
        to_service=_told(Service, "then_service", *service, *of_category),
        to_crew=_told(Crew, "then_crew", "pk", "code", "name", "name_en", "active"),
    )


def _told(model: type[Model], reference: str, *columns: str) -> Subquery:
    rows: QuerySet[Model] = QuerySet(model).filter(pk=OuterRef(reference)).order_by()
    return Subquery(rows.values(told=JSONArray(*(F(column) for column in columns)))[:1])


def _known(row: Any) -> Known:
    """A rule of the rows that are read above."""
    named = {
        "when_place": _read(row.at_place),
        "when_department": _read(row.of_department),
        "when_category": _read(row.of_category),
        "when_service": _read(row.of_service),
        "then_category": _read(row.to_category),
        "then_crew": _read(row.to_crew),
    }
    service = _read(row.to_service)
    # After key, code and names stands whether it is in use.
    things = {name: _thing(told) for name, told in named.items() if told and all(told[4:])}
    if service and all(service[4:6]):
        things["then_service"] = _thing(service, _thing(service[6:]))
    return Known(row, _rule(row, things), things)


def _read(told: str | None) -> list[Any]:
    """What a rule points to; without a queryset it comes as the text of the array."""
    return list(json.loads(told)) if told else []


def _thing(told: list[Any], category: Thing | None = None) -> Thing:
    return Thing(told[0], told[1], [told[2], told[3]], category)


def _rule(row: Any, things: Mapping[str, Thing]) -> Rule:
    then: dict[str, Value | Kind] = {
        name: value for name in _PLAIN if (value := getattr(row, f"then_{name}"))
    }
    if (service := things.get("then_service")) and service.category:
        then[KIND] = Kind(category=service.category.pk, service=service.pk)
    elif category := things.get("then_category"):
        then[KIND] = Kind(category=category.pk)
    if row.then_safety:
        then["safety"] = True
    if crew := things.get("then_crew"):
        then["crew"] = crew.pk
    return Rule(key=row.pk, when=_conditions(row), then=then, stops=row.stops)


def _conditions(row: Any) -> Conditions:
    window = None
    if row.when_from is not None and row.when_until is not None:
        window = (_minute(row.when_from), _minute(row.when_until))
    return Conditions(
        some=clean_words(row.when_any),
        every=clean_words(row.when_all),
        none=clean_words(row.when_none),
        channels=frozenset(row.when_channels),
        contacts=frozenset(row.when_contacts),
        domains=tuple(domain.lower() for domain in row.when_domains),
        place=row.when_place_id,
        departments=frozenset(row.units if row.when_department_id else ()),
        categories=_keys(row.when_category_id),
        services=_keys(row.when_service_id),
        unknown=row.when_unknown,
        hours=row.when_hours,
        window=window,
    )


def _keys(key: int | None) -> frozenset[int]:
    return frozenset() if key is None else frozenset({key})


def _minute(at: dt.time) -> int:
    return at.hour * 60 + at.minute
