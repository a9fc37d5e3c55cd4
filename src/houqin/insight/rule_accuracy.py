"""How right each triage rule was in a period: field by field, and what people put instead."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from houqin.desk.models import ProposalField, ServiceRequest, TriageProposal, TriageRule
from houqin.desk.queries.accuracy import Tally, tallies_by_field, total
from houqin.desk.queries.counted import on_days
from houqin.desk.queries.proposals import names_of, value_in_words

ORDER = list(ProposalField.values)


@dataclass(frozen=True)
class Line:
    """One field of one rule. `instead` has the code, the name and the number of each correction."""

    rule: TriageRule
    field: str
    tally: Tally
    instead: list[tuple[str, str, int]]

    @property
    def label(self) -> str:
        """What it is about, in words."""
        return str(ProposalField(self.field).label)


@dataclass(frozen=True)
class RuleAccuracy:
    """The lines in the order of the rules, and all of them together."""

    lines: list[Line]
    whole: Tally


def rule_accuracy(
    *, start: dt.date, last: dt.date, among: QuerySet[ServiceRequest] | None = None
) -> RuleAccuracy:
    """What people made of the proposals for requests reported on the local days from start to last.

    `among` are the requests somebody's figures reach, None for all. At most five statements. A share
    is of the judged ones alone: a proposal nobody has decided is neither right nor wrong.
    """
    requests = ServiceRequest.objects.all() if among is None else among
    counted = TriageProposal.objects.filter(request__in=requests.filter(on_days("opened_at", start, last)))
    found = tallies_by_field(counted)
    rules = TriageRule.objects.in_bulk({rule_id for rule_id, _field in found})
    names = names_of(_codes(found.values()))
    lines = [
        Line(
            rules[rule_id],
            field,
            tally,
            [(code, value_in_words(code, names), count) for code, count in tally.instead],
        )
        for (rule_id, field), tally in found.items()
    ]
    lines.sort(key=lambda line: (line.rule.position, line.rule.pk, ORDER.index(line.field)))
    return RuleAccuracy(lines, total(found.values()))


def _codes(found: Iterable[Tally]) -> set[str]:
    return {code for tally in found for code, _count in tally.instead}
