"""A triage rule in words: what it asks, and what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from houqin.desk.models import Channel, ContactKind, RuleHours, TriageRule
from houqin.desk.queries.accuracy import Tally
from houqin.desk.queries.triage import Known
from houqin.kernel.bilingual import in_language

FEW = 6
"""Words of a list that are shown; of more only how many there are."""


@dataclass(frozen=True)
class RuleRow:
    """A line of the list of rules."""

    rule: TriageRule
    asks: list[str]
    says: list[str]
    gone: list[str]
    """What it says that is out of use, so that nothing comes of it."""
    tally: Tally
    first: bool
    last: bool


def rows_of(known: Iterable[Known], tallies: dict[int, Tally]) -> list[RuleRow]:
    """The rules as lines of the list, in their order."""
    rules = list(known)
    return [
        RuleRow(
            rule=one.row,
            asks=asks(one),
            says=says(one),
            gone=gone(one),
            tally=tallies.get(one.row.pk, Tally()),
            first=number == 0,
            last=number == len(rules) - 1,
        )
        for number, one in enumerate(rules)
    ]


def asks(known: Known) -> list[str]:
    """The conditions, each in words; none for a rule that fits everything."""
    row = known.row
    parts = [
        (_("contains %(what)s"), _some(row.when_any, _(" or "))),
        (_("contains %(what)s"), _some(row.when_all, _(" and "))),
        (_("without %(what)s"), _some(row.when_none, _(" or "))),
        (_("by %(what)s"), _labels(row.when_channels, Channel)),
        (_("requester has %(what)s"), _labels(row.when_contacts, ContactKind)),
        (_("sender of %(what)s"), _some(row.when_domains, _(" or "))),
        (_("place in %(what)s"), _thing(known, "when_place")),
        (_("department %(what)s"), _thing(known, "when_department")),
        (_("reported as %(what)s"), _thing(known, "when_category") or _thing(known, "when_service")),
        ("%(what)s", _("nobody has said what it is") if row.when_unknown else ""),
        ("%(what)s", _labels([row.when_hours] if row.when_hours else [], RuleHours)),
        ("%(what)s", _window(row)),
    ]
    return [sentence % {"what": what} for sentence, what in parts if what]


def says(known: Known) -> list[str]:
    """What it says, each in words."""
    row = known.row
    parts = [
        (_("service: %(what)s"), _thing(known, "then_service")),
        (_("category: %(what)s"), _thing(known, "then_category")),
        (_("urgency: %(what)s"), row.get_then_urgency_display() if row.then_urgency else ""),
        (_("impact: %(what)s"), row.get_then_impact_display() if row.then_impact else ""),
        ("%(what)s", _("People are in danger") if row.then_safety else ""),
        (_("crew: %(what)s"), _thing(known, "then_crew")),
    ]
    return [sentence % {"what": what} for sentence, what in parts if what]


def gone(known: Known) -> list[str]:
    """What it points to that is not in use any more."""
    names = ("then_service", "then_category", "then_crew")
    return [
        str(getattr(known.row, name))
        for name in names
        if getattr(known.row, f"{name}_id") and name not in known.things
    ]


def _some(words: list[str], between: str) -> str:
    shown = between.join(words[:FEW])
    more = len(words) - FEW
    if more <= 0:
        return shown
    return shown + ngettext(" … %(count)d more", " … %(count)d more", more) % {"count": more}


def _labels(codes: Iterable[str], choices: Any) -> str:
    names = dict(choices.choices)
    return pgettext("between names", ", ").join(str(names.get(code, code)) for code in codes)


def _thing(known: Known, name: str) -> str:
    thing = known.things.get(name)
    return in_language(*thing.names) if thing else ""


def _window(row: TriageRule) -> str:
    if row.when_from is None or row.when_until is None:
        return ""
    return f"{row.when_from:%H:%M}–{row.when_until:%H:%M}"
