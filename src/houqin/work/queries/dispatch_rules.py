"""The rules of the house for dispatch, as they are set, or as they come."""

import datetime as dt

from houqin.work.models import DispatchRules, Priority, WorkOrder


def dispatch_rules() -> DispatchRules:
    """The one row; where nothing has been set yet, a new one with the defaults, not stored."""
    return DispatchRules.objects.filter(pk=1).first() or DispatchRules(pk=1)


def offer_lasts(order: WorkOrder, rules: DispatchRules) -> dt.timedelta:
    """How long an offer of the order stands: as its job type says, else as the house does.

    A critical order never waits longer than the house lets critical offers stand.
    """
    minutes = order.job_type.offer_minutes or rules.offer_minutes
    if order.priority == Priority.CRITICAL:
        minutes = min(minutes, rules.critical_offer_minutes)
    return dt.timedelta(minutes=minutes)
