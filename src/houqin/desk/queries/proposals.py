"""What the triage rules proposed for requests, as people read it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.desk.models import (
    Category,
    Channel,
    ContactKind,
    Impact,
    ProposalField,
    RuleHours,
    Service,
    ServiceRequest,
    TriageProposal,
    Urgency,
    Verdict,
)
from houqin.kernel.bilingual import in_language
from houqin.kernel.rules import STAR
from houqin.staffing.models import Crew

F = ProposalField
_WORDS: dict[str, Mapping[str, Any]] = {
    F.URGENCY: dict(Urgency.choices),
    F.IMPACT: dict(Impact.choices),
}


@dataclass(frozen=True)
class Told:
    """A proposal in words: what it is about, what was said, what stood there, and why."""

    proposal: TriageProposal
    field: str
    value: str
    before: str
    because: str
    corrected_to: str


def told_of(request: ServiceRequest) -> list[Told]:
    """What the rules said of a request, in words, those that wait for a person first. One statement."""
    rows = list(TriageProposal.objects.filter(request=request))
    return [told(row) for row in sorted(rows, key=lambda row: (not row.is_open, row.pk))]


def waiting(request: ServiceRequest) -> list[Told]:
    """What the rules proposed for a request and nobody has decided, in words. One statement."""
    rows = TriageProposal.objects.filter(request=request, applied=False, verdict=Verdict.OPEN)
    return [told(row) for row in rows]


def told(row: TriageProposal) -> Told:
    """A proposal in the reader's language. No statement."""
    return Told(
        proposal=row,
        field=str(F(row.field).label),
        value=in_words(row.field, row.value, row.called),
        before=in_words(row.field, row.before, row.called),
        because=reason(row.because),
        corrected_to=in_words(row.field, row.corrected_to, row.called),
    )


def in_words(field: str, value: str, called: Mapping[str, list[str]]) -> str:
    """A value of a proposal as people read it; `called` has the names of codes."""
    if field == F.SAFETY:
        return _("yes") if value == "yes" else _("no")
    if names := called.get(value):
        return in_language(*names)
    return str(_WORDS.get(field, {}).get(value, value)) or pgettext("no value", "none")


def value_in_words(value: str, called: Mapping[str, list[str]]) -> str:
    """The same where nobody says what it is about: no two fields share a value."""
    if value in {"yes", "no"}:
        return in_words(F.SAFETY, value, called)
    field = next((name for name, words in _WORDS.items() if value in words), F.SERVICE)
    return in_words(field, value, called)


def names_of(codes: Collection[str]) -> dict[str, list[str]]:
    """The names of the services, categories and crews among some codes. At most three statements."""
    found: dict[str, list[str]] = {}
    if codes:
        for model in (Crew, Category, Service):
            rows = model._default_manager.filter(code__in=codes)  # noqa: SLF001
            found |= {code: [zh, en] for code, zh, en in rows.values_list("code", "name", "name_en")}
    return found


def reason(because: Mapping[str, Any]) -> str:
    """Why a rule fitted, in one sentence without a full stop."""
    parts = [sentence % {"what": what} for sentence, what in _conditions(because) if what]
    name = in_language(*because.get("rule", ["", ""]))
    if not parts:
        return _("Rule “%(rule)s”, which asks nothing") % {"rule": name}
    listed = pgettext("between reasons", "; ").join(parts)
    return _("Rule “%(rule)s”: %(reasons)s") % {"rule": name, "reasons": listed}


def rule_name(because: Mapping[str, Any]) -> str:
    """What the rule was called."""
    return in_language(*because.get("rule", ["", ""]))


def crew_by_rule(request: ServiceRequest) -> int | None:
    """The crew that a rule gave a request, if it still has it and the crew can come there."""
    crew = request.crew
    if crew is None or not crew.active:
        return None
    if crew.place_id is not None and (request.place is None or crew.place_id not in request.place.lineage):
        return None
    holds = Q(applied=True) | Q(verdict=Verdict.ACCEPTED)
    by_rule = TriageProposal.objects.filter(holds, request=request, field=F.CREW, value=crew.code)
    return crew.pk if by_rule.exists() else None


def _conditions(because: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sentences of the conditions that held, each with what was found."""
    window = because.get("window", [])
    return [
        (_("the text says %(what)s"), _quoted(because.get("words", []))),
        (_("it came by %(what)s"), _labels(because.get("channels", []), Channel)),
        (_("who reports has %(what)s"), _labels(because.get("contacts", []), ContactKind)),
        (_("the sender writes from %(what)s"), _listed(because.get("domains", []))),
        (_("the place is in %(what)s"), _name(because.get("place"))),
        (_("the department is %(what)s"), _name(because.get("department"))),
        (_("it was reported as %(what)s"), _name(because.get("service") or because.get("category"))),
        ("%(what)s", _("nobody has said what it is") if because.get("unknown") else ""),
        (_("it came %(what)s"), _labels([because["hours"]] if "hours" in because else [], RuleHours)),
        (_("it came between %(what)s"), "–".join(window)),
    ]


def _quoted(words: Iterable[str]) -> str:
    return _listed(_("“%(word)s”") % {"word": word.rstrip(STAR)} for word in words)


def _labels(codes: Iterable[str], choices: Any) -> str:
    names = dict(choices.choices)
    return _listed(str(names.get(code, code)) for code in codes)


def _listed(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)


def _name(names: list[str] | None) -> str:
    return in_language(*names) if names else ""
