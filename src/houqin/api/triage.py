"""Triage rules, how right they were, and what would happen with a report."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.api.answers import Ref, answer, named, ref_of
from houqin.api.auth import person_of
from houqin.api.inputs import Essay, Input, Key, Line, Moment
from houqin.api.routes import Area
from houqin.desk.models import Channel, ContactKind, Impact, RuleHours, RuleMode, TriageProposal, Urgency
from houqin.desk.policies import visible_requests
from houqin.desk.queries.accuracy import Tally, tallies
from houqin.desk.queries.triage import Known, rule_book
from houqin.desk.queries.triaging import Choice
from houqin.desk.queries.trials import Step, Trial, Tried, try_rules
from houqin.kernel.errors import Invalid
from houqin.org.models import Place
from houqin.work.models import Priority

area = Area()
_DOORS = Literal["qr", "web", "phone", "email", "chat", "api", "staff"]


class RuleConditions(BaseModel):
    """When a rule fits: all that is set must hold, nothing set fits everything."""

    any_words: list[str] = Field(description="One of these is enough.")
    all_words: list[str]
    no_words: list[str]
    channels: list[Channel]
    contacts: list[ContactKind] = Field(description="By what the requester can be reached.")
    domains: list[str] = Field(description="Of the sender's address; those below count too.")
    place: Ref | None = Field(description="The place and everything in it.")
    department: Ref | None = Field(description="The department and the units below it.")
    category: Ref | None = Field(description="What somebody chose, or an earlier rule said.")
    service: Ref | None
    unknown: bool = Field(description="Neither a person nor an earlier rule has said what it is.")
    hours: RuleHours | None = Field(description="By the working calendar of the place.")
    between: list[dt.time] = Field(description="Two local times or none; the end may be on the next day.")


class RuleResult(BaseModel):
    """What a rule says; what is null or false it does not speak of."""

    category: Ref | None
    service: Ref | None
    urgency: Urgency | None
    impact: Impact | None
    safety: bool
    crew: Ref | None


class RuleFigures(BaseModel):
    """What people made of its proposals for requests the caller sees."""

    proposed: int
    accepted: int
    corrected: int
    not_taken: int
    not_judged: int


class TriageRuleRow(BaseModel):
    """A triage rule."""

    id: int
    code: str
    name: str
    name_en: str
    position: int = Field(description="Rules are asked in this order.")
    active: bool
    mode: RuleMode = Field(description="Whether what it says holds at once or waits for a person.")
    stops: bool = Field(description="No rule behind it is asked where it fits.")
    when: RuleConditions
    then: RuleResult
    figures: RuleFigures


class TriageRules(BaseModel):
    """All of them, in their order."""

    items: list[TriageRuleRow]


class TrialReport(Input):
    """A report that is only thought of. Of category and service at most one."""

    text: Annotated[Essay, Field(min_length=1)]
    channel: _DOORS = "email"
    place: Key | None = None
    department: Key | None = None
    category: Key | None = None
    service: Key | None = None
    urgency: Literal["", "low", "normal", "high"] = ""
    impact: Literal["", "person", "room", "building"] = ""
    safety: bool = False
    contact: Literal["account", "phone", "email", "none"] = "account"
    email: Line = ""
    at: Moment | None = Field(None, description="When it comes in; now where it is left out.")
    also_unused: bool = Field(default=False, description="Also ask rules that are not in use.")


class SaidByRule(BaseModel):
    """What a rule says of a field."""

    field: Literal["category", "service", "urgency", "impact", "safety", "crew"]
    value: str = Field(description="A code; `yes` for safety.")
    text: str = Field(description="The value in the caller's language.")
    holds: Literal["applied", "proposed", "late", "same"] = Field(
        description="`late`: an earlier rule has decided it. `same`: it stands there anyway."
    )


class FittingRule(BaseModel):
    """A rule that fits, and why."""

    rule: Ref
    because: str
    says: list[SaidByRule]
    stops: bool


class TriedRequest(BaseModel):
    """The request as it would stand."""

    category: Ref
    service: Ref | None
    urgency: Urgency
    impact: Impact
    safety: bool
    priority: Priority
    crew: Ref | None


class TriedRules(BaseModel):
    """What would happen. Nothing was written."""

    asked: int = Field(description="How many rules there are to ask.")
    rules: list[FittingRule]
    request: TriedRequest


@area.get("", response=TriageRules)
def list_triage_rules(request: HttpRequest) -> HttpResponse:
    """The triage rules in the order they are asked, those out of use too."""
    figures = _figures(person_of(request))
    known = rule_book(also_unused=True).known
    return answer(TriageRules(items=[_row(one, figures.get(pk, Tally())) for pk, one in known.items()]))


@area.post("/try", response=TriedRules)
def try_triage_rules(request: HttpRequest, payload: TrialReport) -> HttpResponse:
    """Ask the rules about a report as if it came in; nothing is written, so a token to read is enough."""
    tried = try_rules(_trial(payload))
    rules = [_fitting(step) for step in tried.steps]
    return answer(TriedRules(asked=tried.asked, rules=rules, request=_stands(tried)))


def _figures(user: User) -> dict[int, Tally]:
    return tallies(TriageProposal.objects.filter(request__in=visible_requests(user)))


def _row(known: Known, tally: Tally) -> TriageRuleRow:
    row = known.row
    plain = ("code", "name", "name_en", "position", "active", "stops")
    return TriageRuleRow(
        id=row.pk,
        **{name: getattr(row, name) for name in plain},
        mode=RuleMode(row.mode),
        when=_conditions(known),
        then=RuleResult(
            category=_thing(known, "then_category"),
            service=_thing(known, "then_service"),
            urgency=Urgency(row.then_urgency) if row.then_urgency else None,
            impact=Impact(row.then_impact) if row.then_impact else None,
            safety=row.then_safety,
            crew=_thing(known, "then_crew"),
        ),
        figures=RuleFigures(
            proposed=tally.proposed,
            accepted=tally.accepted,
            corrected=tally.corrected,
            not_taken=tally.passed,
            not_judged=tally.open,
        ),
    )


def _conditions(known: Known) -> RuleConditions:
    row = known.row
    things: Mapping[str, Any] = {
        name: _thing(known, f"when_{name}") for name in ("place", "department", "category", "service")
    }
    return RuleConditions(
        any_words=row.when_any,
        all_words=row.when_all,
        no_words=row.when_none,
        channels=[Channel(one) for one in row.when_channels],
        contacts=[ContactKind(one) for one in row.when_contacts],
        domains=row.when_domains,
        **things,
        unknown=row.when_unknown,
        hours=RuleHours(row.when_hours) if row.when_hours else None,
        between=[at for at in (row.when_from, row.when_until) if at is not None],
    )


def _thing(known: Known, name: str) -> Ref | None:
    thing = known.things.get(name)
    return named(thing.pk, thing.code, *thing.names) if thing else None


def _trial(payload: TrialReport) -> Trial:
    place = None
    if payload.place is not None:
        place = Place.objects.filter(pk=payload.place, active=True).first()
        if place is None:
            raise Invalid(_("There is no such place."), field="place")
    if payload.category is not None and payload.service is not None:
        raise Invalid(_("Name a service or a category, not both."), field="category")
    return Trial(
        text=payload.text,
        channel=payload.channel,
        place=place,
        department_id=payload.department,
        email=payload.email,
        contact=payload.contact,
        choice=Choice(payload.category, payload.service, payload.urgency, payload.impact, payload.safety),
        at=payload.at,
        also_unused=payload.also_unused,
    )


def _fitting(step: Step) -> FittingRule:
    says = [
        SaidByRule(field=one.field, value=one.value, text=one.words, holds=one.holds)  # type: ignore[arg-type]
        for one in step.changes
    ]
    rule = Ref(id=step.rule.pk, code=step.rule.code, name=str(step.rule))
    return FittingRule(rule=rule, because=step.because, says=says, stops=step.stops)


def _stands(tried: Tried) -> TriedRequest:
    one = tried.request
    category = Ref(id=one.category.pk, code=one.category.code, name=str(one.category))
    return TriedRequest(
        category=category,
        service=ref_of(one.service),
        urgency=Urgency(one.urgency),
        impact=Impact(one.impact),
        safety=one.safety,
        priority=Priority(one.priority),
        crew=ref_of(one.crew),
    )
