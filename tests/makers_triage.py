"""Makers of triage rules and of requests that they are asked about."""

from typing import Any

from houqin.desk.actions import triage_rules
from houqin.desk.models import ServiceRequest, TriageProposal, TriageRule
from tests.makers_desk import make_request


def make_rule(*words: str, **facts: Any) -> TriageRule:
    """A rule behind all others that applies what it says when one of the words is there."""
    defaults = {"name": "规则", "mode": "apply", "when_any": list(words)}
    return triage_rules.add(**{**defaults, **facts})


def mailed(description: str = "卫生间漏水了", **facts: Any) -> ServiceRequest:
    """A request that came by mail: nobody chose a category."""
    return make_request(**{"channel": "email", "category": None, "description": description, **facts})


def proposal_of(request: ServiceRequest, field: str) -> TriageProposal:
    return TriageProposal.objects.get(request=request, field=field)


def proposals_of(request: ServiceRequest) -> dict[str, tuple[str, bool, str]]:
    """Value, whether it holds at once, and verdict of what the rules said, by field."""
    rows = TriageProposal.objects.filter(request=request)
    return {row.field: (row.value, row.applied, row.verdict) for row in rows}
