"""From urgency and impact to a priority."""

from dataclasses import dataclass

from houqin.desk.models import Impact, PriorityRule, Urgency
from houqin.work.models import Priority

MATRIX: dict[tuple[str, str], str] = {
    (Urgency.LOW, Impact.PERSON): Priority.PLANNED,
    (Urgency.LOW, Impact.ROOM): Priority.NORMAL,
    (Urgency.LOW, Impact.BUILDING): Priority.NORMAL,
    (Urgency.NORMAL, Impact.PERSON): Priority.NORMAL,
    (Urgency.NORMAL, Impact.ROOM): Priority.NORMAL,
    (Urgency.NORMAL, Impact.BUILDING): Priority.URGENT,
    (Urgency.HIGH, Impact.PERSON): Priority.URGENT,
    (Urgency.HIGH, Impact.ROOM): Priority.URGENT,
    (Urgency.HIGH, Impact.BUILDING): Priority.CRITICAL,
}
"""What holds for a cell that nobody has set."""


@dataclass(frozen=True)
class Proposal:
    """A priority and why it is that one: `matrix` or `safety`."""

    priority: str
    because: str


def matrix() -> dict[tuple[str, str], str]:
    """The priority of every cell (urgency, impact): as somebody set it, else as it ships. One statement."""
    return MATRIX | {(rule.urgency, rule.impact): rule.priority for rule in PriorityRule.objects.all()}


def proposed(*, urgency: str, impact: str, safety: bool) -> Proposal:
    """The priority of a request: critical where safety is at risk, else the cell of the matrix."""
    if safety:
        return Proposal(Priority.CRITICAL, "safety")
    rule = PriorityRule.objects.filter(urgency=urgency, impact=impact).first()
    return Proposal(rule.priority if rule else MATRIX[urgency, impact], "matrix")
