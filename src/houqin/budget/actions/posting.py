"""Posting costs: rows are only appended."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from houqin.accounts.models import User
from houqin.budget.models import CostEntry, Element
from houqin.kernel import clock
from houqin.kernel.money import cents


@dataclass(frozen=True)
class Cost:
    """An amount in yuan, spent on a cost object at an instant."""

    cost_object: str
    amount: Decimal
    at: dt.datetime
    note: str = ""


def post_costs(
    costs: Iterable[Cost], *, element: Element, source: str, by: User | None, is_demo: bool = False
) -> list[CostEntry]:
    """The entries of what was spent, one for each cost that is not nothing; in the open transaction."""
    now = clock.now()
    return CostEntry.objects.bulk_create(
        CostEntry(
            cost_object=cost.cost_object,
            element=element,
            amount=cents(cost.amount),
            at=cost.at,
            source=source,
            note=cost.note,
            by=by,
            posted_at=now,
            is_demo=is_demo,
        )
        for cost in costs
        if cost.amount
    )
