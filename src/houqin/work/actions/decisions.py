"""Every decision of dispatch, kept with all that was looked at."""

import datetime as dt
from collections.abc import Sequence

from houqin.accounts.models import User
from houqin.work.models import DispatchDecision, WorkOrder
from houqin.work.queries.candidates import Candidate, candidates, pool, weights_of
from houqin.work.queries.dispatch_rules import dispatch_rules
from houqin.work.queries.eligibility import Job


def looked_at(order: WorkOrder, job: Job, chosen: User | None) -> list[Candidate]:
    """Who was in question for a decision by hand: the order's pool, and who was chosen."""
    people = pool(order)
    if chosen is not None and chosen not in people:
        people.append(chosen)
    return candidates(order, people, job=job)


def keep(
    order: WorkOrder,
    *,
    mode: str,
    outcome: str,
    people: Sequence[Candidate],
    by: User | None,
    at: dt.datetime,
) -> DispatchDecision:
    """Append a decision about a locked order, which has its technician and crew already."""
    nobody = outcome == DispatchDecision.Outcome.NOBODY
    return DispatchDecision.objects.create(
        order=order,
        at=at,
        mode=mode,
        outcome=outcome,
        chosen=None if nobody else order.worker,
        crew=None if nobody else order.crew,
        by=by,
        people=[one.told() for one in people],
        weights=vars(weights_of(dispatch_rules())),
    )
