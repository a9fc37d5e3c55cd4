"""How right the triage rules were: what people made of what they proposed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Count, QuerySet

from houqin.desk.models import TriageProposal, Verdict

V = Verdict
TOP = 3
"""Corrections that are named, the most frequent first."""


@dataclass(frozen=True)
class Tally:
    """So many proposals, and what people made of them; `instead` are the most frequent corrections."""

    accepted: int = 0
    corrected: int = 0
    passed: int = 0
    open: int = 0
    instead: tuple[tuple[str, int], ...] = field(default=())

    @property
    def proposed(self) -> int:
        """How many there were."""
        return self.judged + self.open

    @property
    def judged(self) -> int:
        """How many a person has judged."""
        return self.accepted + self.corrected + self.passed

    @property
    def percent(self) -> int | None:
        """The share of the judged ones that were accepted, rounded; None where none was judged."""
        return round(self.accepted * 100 / self.judged) if self.judged else None


def tallies(proposals: QuerySet[TriageProposal]) -> dict[int, Tally]:
    """What became of the proposals of each rule. One statement."""
    counted = proposals.order_by().values_list("rule_id", "verdict").annotate(count=Count("pk"))
    found: dict[int, Tally] = {}
    for rule_id, verdict, count in counted:
        found[rule_id] = _added(found.get(rule_id, Tally()), verdict, count)
    return found


def tallies_by_field(proposals: QuerySet[TriageProposal]) -> dict[tuple[int, str], Tally]:
    """What became of the proposals of each rule for each field, with what was put instead. One statement."""
    columns = ("rule_id", "field", "verdict", "corrected_to")
    found: dict[tuple[int, str], Tally] = {}
    instead: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for rule_id, name, verdict, value, count in (
        proposals.order_by().values_list(*columns).annotate(count=Count("pk"))
    ):
        key = (rule_id, name)
        found[key] = _added(found.get(key, Tally()), verdict, count)
        if verdict == V.CORRECTED:
            instead.setdefault(key, []).append((value, count))
    return {key: replace(tally, instead=_top(instead.get(key, []))) for key, tally in found.items()}


def total(found: Iterable[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in found:
        for verdict in V.values:
            whole = _added(whole, verdict, getattr(one, verdict))
    return whole


def _added(tally: Tally, verdict: str, count: int) -> Tally:
    return replace(tally, **{verdict: getattr(tally, verdict) + count})


def _top(found: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found, key=lambda one: (-one[1], one[0]))[:TOP])
