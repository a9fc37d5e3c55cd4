"""What a new request is about: as somebody chose it, else as the rules say, else the last category.

What a person chose stays as chosen: there a rule only proposes. Where somebody said what it is
about, everything a rule says is a proposal, but for danger to people: a rule that applies raises it
at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from houqin.desk.models import Category, ProposalField, Service, ServiceRequest
from houqin.desk.queries.catalogue import fallback_of, last_resort, standard_of, wanted
from houqin.desk.queries.triage import YES, Names, RuleBook, Said, case_of, rule_book
from houqin.kernel.rules import Outcome
from houqin.kernel.working_time import WorkingCalendar
from houqin.staffing.models import Crew

F = ProposalField
KIND = frozenset({F.CATEGORY, F.SERVICE})
Before = Mapping[str, tuple[str, Names]]


@dataclass(frozen=True)
class Choice:
    """What somebody said of a request; what is empty they left open."""

    category_id: int | None = None
    service_id: int | None = None
    urgency: str = ""
    impact: str = ""
    safety: bool = False

    @property
    def says_what(self) -> bool:
        """True where a category or a service was chosen."""
        return self.category_id is not None or self.service_id is not None

    def leaves_open(self, field: str) -> bool:
        """True where a rule that applies may decide a field."""
        if field == F.SAFETY:
            return True
        return not self.says_what and not getattr(self, field, "")


@dataclass(frozen=True)
class Heard:
    """What the rules said, which fields hold at once, and what each field would have without them.

    `outcome` has the rules that fitted, in order. `asked` is the service whose questions the person
    could answer.
    """

    outcome: Outcome
    said: list[Said]
    applied: frozenset[str]
    before: Before
    asked: Service | None


def classify(
    *,
    request: ServiceRequest,
    choice: Choice,
    hours: WorkingCalendar,
    book: RuleBook | None = None,
    contact: str = "",
) -> Heard:
    """Put on a request that is not stored what it is about, its standard and its crew; nothing is written.

    The rules (those in use, unless a `book` is given) are asked once. `contact` is by what the
    requester can be reached, where the request does not show it. Raises `Invalid`, naming the field,
    for a category or service that is not in use, and where none is.
    """
    chosen = (
        wanted(category_id=choice.category_id, service_id=choice.service_id) if choice.says_what else None
    )
    keys = (chosen[1].pk, choice.service_id) if chosen else (None, None)
    case = case_of(request, hours=hours, chosen=keys, contact=contact)
    book = rule_book() if book is None else book
    outcome = book.ask(case)
    said = book.said(outcome)
    held = {one.field: one for one in said if one.applies and choice.leaves_open(one.field)}
    service, category = chosen or _about(held)
    before = _put(request, choice, service, category, by_rule=not KIND.isdisjoint(held))
    for one in held.values():
        _hold(request, one)
    return Heard(outcome, said, frozenset(held), before, chosen[0] if chosen else None)


def _about(held: Mapping[str, Said]) -> tuple[Service | None, Category]:
    """What the rules that apply say, else the category for what nobody knows."""
    if service := held.get(F.SERVICE):
        return wanted(service_id=service.pk)
    if category := held.get(F.CATEGORY):
        return wanted(category_id=category.pk)
    category_for_all = last_resort()
    return fallback_of(category_for_all), category_for_all


def _put(
    request: ServiceRequest, choice: Choice, service: Service | None, category: Category, *, by_rule: bool
) -> Before:
    """Put on the request what follows from service and choice, and return by field what it would be.

    A category that came `by_rule` replaces nothing.
    """
    request.service, request.category, request.standard = service, category, standard_of(service)
    request.crew = service.job_type.crew if service and service.job_type else None
    request.urgency = choice.urgency or (service.default_urgency if service else "normal")
    request.impact = choice.impact or (service.default_impact if service else "room")
    request.safety = choice.safety or bool(service and service.safety)
    nothing: tuple[str, Names] = ("", [])
    return {
        F.CATEGORY: nothing if by_rule else _named(category),
        F.SERVICE: nothing if by_rule else _named(service or category),
        F.URGENCY: (request.urgency, []),
        F.IMPACT: (request.impact, []),
        F.SAFETY: (YES if request.safety else "", []),
        F.CREW: _named(request.crew) if request.crew else nothing,
    }


def _named(row: Category | Service | Crew) -> tuple[str, Names]:
    return row.code, [row.name, row.name_en]


def _hold(request: ServiceRequest, one: Said) -> None:
    """Let what a rule says hold; category and service do already."""
    if one.field == F.SAFETY:
        request.safety = True
    elif one.field == F.CREW:
        request.crew_id = one.pk
    elif one.field not in KIND:
        setattr(request, one.field, one.value)
