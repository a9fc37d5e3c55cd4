"""Counts that come round by themselves: every rule plans its share of a day once."""

from houqin.inventory.actions import counting
from houqin.inventory.models import CountRule, CountSession
from houqin.kernel import clock
from houqin.kernel.errors import Refused


def plan_due_counts() -> list[CountSession]:
    """The counts that the rules in use want today, each in its own transaction.

    A rule plans once a day, however often this is called; what lies behind is not lost, because a rule
    always wants what was not counted for longest.
    """
    today = clock.today()
    done = CountSession.objects.filter(planned_for=today, rule__isnull=False).values("rule")
    rules = CountRule.objects.filter(active=True, warehouse__active=True).exclude(pk__in=done)
    return [session for rule in rules if (session := _planned(rule)) is not None]


def _planned(rule: CountRule) -> CountSession | None:
    try:
        return counting.plan_by_rule(rule=rule)
    except Refused:
        # Somebody planned the same by hand in this very moment.
        return None
