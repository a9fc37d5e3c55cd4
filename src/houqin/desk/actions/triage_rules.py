"""The list of triage rules: added to, changed, put into another order."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from houqin.desk.models import TriageRule
from houqin.kernel.errors import Invalid, Missing

_LOCK = 0x74726961
"""Whoever changes the order of the rules does so alone: an advisory lock, until the transaction ends."""


@transaction.atomic
def add(*, code: str = "", **facts: Any) -> TriageRule:
    """A new rule behind all others. Without a code it gets the next free one like `rule-12`.

    Raises `Invalid`, naming the field, for one that says nothing or whose conditions do not fit.
    """
    _alone()
    last = TriageRule.objects.aggregate(last=Max("position"))["last"] or 0
    rule = TriageRule(code=code or _free_code(), position=last + 1, **facts)
    _require_sense(rule)
    rule.save()
    return rule


@transaction.atomic
def change(*, rule_id: int, **facts: Any) -> TriageRule:
    """The rule with what is given changed. What it has proposed stays as it was."""
    rule = TriageRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None:
        raise Missing(_("There is no such rule."))
    for name, value in facts.items():
        setattr(rule, name, value)
    _require_sense(rule)
    rule.save()
    return rule


@transaction.atomic
def move(*, rule_id: int, to: int) -> TriageRule:
    """The rule at another place of the list, counted from 1; the others close up and count anew.

    A place beyond either end means the end.
    """
    _alone()
    rules = list(TriageRule.objects.order_by("position", "pk"))
    moved = next((rule for rule in rules if rule.pk == rule_id), None)
    if moved is None:
        raise Missing(_("There is no such rule."))
    rules.remove(moved)
    rules.insert(min(max(to, 1), len(rules) + 1) - 1, moved)
    changed = []
    for position, rule in enumerate(rules, start=1):
        if rule.position != position:
            rule.position = position
            changed.append(rule)
    TriageRule.objects.bulk_update(changed, ["position"])
    return moved


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _free_code() -> str:
    taken = set(TriageRule.objects.filter(code__startswith="rule-").values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := f"rule-{number}") not in taken)


def _require_sense(rule: TriageRule) -> None:
    """Pass a rule that the table takes, but for the code; raise `Invalid` where a sentence is due."""
    kind = rule.then_category_id or rule.then_service_id
    if not (kind or rule.then_urgency or rule.then_impact or rule.then_safety or rule.then_crew_id):
        raise Invalid(
            _("Say what the rule proposes: a category or service, urgency, impact, danger or a crew."),
            field="then_service",
        )
    if rule.then_category_id and rule.then_service_id:
        raise Invalid(_("Name a service or a category, not both."), field="then_category")
    if rule.when_category_id and rule.when_service_id:
        raise Invalid(_("Ask for a service or a category, not for both."), field="when_category")
    if (rule.when_from is None) != (rule.when_until is None):
        raise Invalid(_("Give both times, or none."), field="when_until")
