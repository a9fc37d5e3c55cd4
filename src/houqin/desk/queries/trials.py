"""What would happen: the rules asked about a report that is only thought of, and about past requests."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from houqin.accounts.policies import Person
from houqin.desk.models import Channel, ContactKind, ProposalField, ServiceRequest, TriageRule
from houqin.desk.policies import visible_requests
from houqin.desk.queries.priorities import proposed
from houqin.desk.queries.proposals import in_words, reason
from houqin.desk.queries.triage import YES, RuleBook, Said, case_of, rule_book
from houqin.desk.queries.triaging import Choice, Heard, classify
from houqin.kernel import clock
from houqin.kernel.rules import Fit
from houqin.org.models import Place
from houqin.org.queries.calendars import calendar_for, calendars_for

F = ProposalField
MOST_PAST = 500
"""Past requests that are looked at in one go, at most."""

MOST_SHOWN = 100
"""Rows of the table of differences, at most."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A report that somebody thinks of. `contact` is a `ContactKind`; `at` is now where it is left out."""

    text: str
    channel: str = Channel.EMAIL
    place: Place | None = None
    department_id: int | None = None
    email: str = ""
    contact: str = ContactKind.ACCOUNT
    choice: Choice = field(default_factory=Choice)
    at: dt.datetime | None = None
    also_unused: bool = False


@dataclass(frozen=True)
class Change:
    """What a rule says of a field; `holds` is `applied`, `proposed`, `late` or `same`.

    `late` is what an earlier rule has decided, `same` what stands there anyway.
    """

    field: str
    value: str
    holds: str
    label: str
    words: str


@dataclass(frozen=True)
class Step:
    """A rule that fits: why, what it says, and whether the others are still asked."""

    rule: TriageRule
    because: str
    changes: list[Change]
    stops: bool


@dataclass(frozen=True)
class Tried:
    """What would happen: the rules that fit, and the request as it would stand. Nothing was written."""

    asked: int
    steps: list[Step]
    request: ServiceRequest
    proposed: list[Change]
    """What would wait for a person."""


@dataclass(frozen=True)
class Difference:
    """A past request of which the rules say something else than stands there today."""

    request: ServiceRequest
    rules: list[str]
    changes: list[tuple[str, str, str]]
    """Field, what stands, what the rules say; in words."""


@dataclass(frozen=True)
class Past:
    """The last requests against the rules: `looked` at, `fitted` by a rule, `different` from what stands."""

    looked: int
    fitted: int
    different: int
    rows: list[Difference]
    by_rule: list[tuple[TriageRule, int, int]]
    """Each rule that fits, with how many it fits, and of how many it says something else."""


def try_rules(trial: Trial) -> Tried:
    """Ask the rules about a report, as if it came in so. Raises `Invalid` where `classify` does."""
    request = ServiceRequest(
        channel=trial.channel,
        description=trial.text,
        place=trial.place,
        department_id=trial.department_id,
        contact_email=trial.email,
        opened_at=trial.at or clock.now(),
    )
    book = rule_book(also_unused=trial.also_unused)
    heard = classify(
        request=request,
        choice=trial.choice,
        hours=calendar_for(trial.place, None),
        book=book,
        contact=trial.contact,
    )
    chosen = proposed(urgency=request.urgency, impact=request.impact, safety=request.safety)
    request.priority = chosen.priority
    steps = [_step(book, fit, heard) for fit in heard.outcome.fits]
    waiting = [change for step in steps for change in step.changes if change.holds == "proposed"]
    return Tried(len(book.known), steps, request, waiting)


def past(user: Person, *, most: int = MOST_PAST) -> Past:
    """Ask the rules about the last requests somebody sees, as they came in. Five statements.

    Compared is with how each stands today, after all corrections. Imported ones are left out. A
    request that did not come by mail counts as reported under its present category.
    """
    joined = ("place", "category", "service", "crew")
    seen = visible_requests(user).filter(imported=False).select_related(*joined)
    plain = seen.defer("search_text", "search_grams", "answers", "place__search_text", "place__search_grams")
    requests = list(plain.order_by("-pk")[: min(most, MOST_PAST)])
    book, hours = rule_book(), calendars_for(request.place for request in requests)
    fits: Counter[int] = Counter()
    differs: Counter[int] = Counter()
    fitted, rows = 0, []
    for request in requests:
        outcome = book.ask(case_of(request, hours=hours[request.place_id], chosen=_chosen(request)))
        fits.update(fit.key for fit in outcome.fits)
        fitted += bool(outcome.fits)
        if said := [one for one in book.said(outcome) if _stands(request)[one.field] != one.value]:
            differs.update({one.known.row.pk for one in said})
            rows.append(_difference(request, said))
    by_rule = [(known.row, fits[pk], differs[pk]) for pk, known in book.known.items() if fits[pk]]
    return Past(len(requests), fitted, len(rows), rows[:MOST_SHOWN], by_rule)


def _step(book: RuleBook, fit: Fit, heard: Heard) -> Step:
    known = book.known[fit.key]
    said = [(known.says(fit, name, value), "") for name, value in fit.decides.items()]
    late = [(known.says(fit, name, known.rule.then[name]), "late") for name in fit.too_late]
    return Step(
        rule=known.row,
        because=reason(known.because(fit)),
        changes=[_change(one, late or _holding(one, heard)) for one, late in (*said, *late)],
        stops=known.row.stops,
    )


def _holding(one: Said, heard: Heard) -> str:
    if heard.before[one.field][0] == one.value:
        return "same"
    return "applied" if one.field in heard.applied else "proposed"


def _change(one: Said, holds: str) -> Change:
    words = in_words(one.field, one.value, {one.value: one.names})
    return Change(one.field, one.value, holds, str(F(one.field).label), words)


def _chosen(request: ServiceRequest) -> tuple[int | None, int | None]:
    by_mail = request.channel == Channel.EMAIL
    return (None, None) if by_mail else (request.category_id, request.service_id)


def _stands(request: ServiceRequest) -> dict[str, str]:
    """What a request says today, as values of proposals."""
    return {
        F.CATEGORY: request.category.code,
        F.SERVICE: request.service.code if request.service else "",
        F.URGENCY: request.urgency,
        F.IMPACT: request.impact,
        F.SAFETY: YES if request.safety else "",
        F.CREW: request.crew.code if request.crew else "",
    }


def _difference(request: ServiceRequest, said: list[Said]) -> Difference:
    rows = [row for row in (request.category, request.service, request.crew) if row]
    called = {row.code: [row.name, row.name_en] for row in rows}
    stands = _stands(request)
    return Difference(
        request,
        list(dict.fromkeys(str(one.known.row) for one in said)),
        [
            (
                str(F(one.field).label),
                in_words(one.field, stands[one.field], called),
                in_words(one.field, one.value, {one.value: one.names}),
            )
            for one in said
        ],
    )
