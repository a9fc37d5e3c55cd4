"""What the rule of a job type makes of an order that waits, and of an offer that nobody accepted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.dispatch_score import by_load, in_turn
from houqin.kernel.errors import Refused
from houqin.staffing.models import Crew
from houqin.work.actions import decisions, moving, orders, whom
from houqin.work.models import (
    BY_RULE,
    DispatchDecision,
    DispatchMode,
    JobType,
    Offer,
    RotationTurn,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.queries.candidates import Candidate, candidates, pool

S = WorkOrderStatus
LOOK_AGAIN = dt.timedelta(minutes=1)
"""After which time an order that nobody can take is looked at again: a shift may have begun."""


@dataclass(frozen=True)
class Ruling:
    """What became of an order: given to its technician, offered to `people`, or nobody can take it.

    `news` is False where that was known before; `ruled` is False where no rule is asked.
    """

    order: WorkOrder
    ruled: bool = True
    news: bool = False
    people: list[User] = field(default_factory=list)


@transaction.atomic
def dispatch(*, order_id: int, at: dt.datetime | None = None) -> Ruling:
    """Let the rule of its job type decide about an order that waits; the decision is kept.

    In turn, by load or by best score it goes to somebody, who is given time to accept it; where
    people claim it is offered to all who may have it; by hand nothing is done. Where nobody may have
    it, it is marked and looked at again every minute. Raises `Missing` for no such order.
    """
    order = moving.lock(order_id)
    mode = DispatchMode(order.job_type.dispatch_mode)
    if order.status != S.TO_DISPATCH or mode == DispatchMode.HAND:
        _keep(order, dispatch_at=None, unassignable_since=None)
        return Ruling(order, ruled=False)
    when = at or clock.now()
    people = candidates(order, pool(order), by_rule=True)
    able = [one for one in people if not one.hurdles]
    if not able:
        return _nobody(order, mode, people, when)
    if mode == DispatchMode.CLAIM:
        _keep(order, dispatch_at=None, unassignable_since=None)
        offered = DispatchDecision.Outcome.OFFERED
        decisions.keep(order, mode=mode, outcome=offered, people=people, by=None, at=when)
        return Ruling(order, news=True, people=[one.worker for one in able])
    for chosen in ranked(order, mode, able):
        if given := _given(order, mode, chosen, people, when):
            return Ruling(given, news=True, people=[chosen.worker])
    return _nobody(order, mode, people, when)


@transaction.atomic
def let_rule_decide(
    *, order_id: int, by: User, version: int | None = None, at: dt.datetime | None = None
) -> Ruling:
    """Give an order that waits to whoever the rule names, because a dispatcher asks for it.

    The rule is that of the job type where it names somebody, else the best score. Raises
    `NotPermitted`, `StaleState` once somebody has the order, and `Refused` where the rule finds
    nobody; then nothing is written.
    """
    order = moving.lock_for("assign", order_id, by=by, version=version)
    if order.status != S.TO_DISPATCH:
        raise moving.stale(order)
    mode = naming(order.job_type)
    when = moving.instant(order, at)
    people = candidates(order, pool(order), by_rule=True)
    able = [one for one in people if not one.hurdles]
    for chosen in ranked(order, mode, able):
        if given := _given(order, mode, chosen, people, when, by=by):
            return Ruling(given, news=True, people=[chosen.worker])
    raise Refused(
        _("The rule finds nobody who may have %(number)s now. The list says why.") % {"number": order.number}
    )


def naming(job_type: JobType) -> DispatchMode:
    """The mode in which a rule names somebody: that of the job type, else by best score."""
    mode = DispatchMode(job_type.dispatch_mode)
    return mode if mode in BY_RULE else DispatchMode.BEST


def ranked(order: WorkOrder, mode: str, able: Sequence[Candidate]) -> list[Candidate]:
    """Those who may have the order, in the order in which the rule asks them."""
    by_key = {one.worker.pk: one for one in able}
    if mode == DispatchMode.ROTATION:
        return [by_key[pk] for pk in in_turn(by_key, _turns(order))]
    if mode == DispatchMode.LOAD:
        loads = {pk: (one.facts.queue_minutes, one.facts.day_minutes) for pk, one in by_key.items()}
        return [by_key[pk] for pk in by_load(loads)]
    return list(able)


@transaction.atomic
def pass_on(*, offer_id: int, at: dt.datetime | None = None) -> Offer | None:
    """End an offer that nobody accepted in time; None while it stands, and once it has ended.

    A rule takes the order back, so that somebody else is asked; what a dispatcher gave by hand stays
    with its technician, and it is for the dispatcher to decide. The order is locked before the offer.
    """
    order_id = Offer.objects.values_list("order_id", flat=True).get(pk=offer_id)
    order = moving.lock(order_id)
    offer = Offer.objects.get(pk=offer_id)
    when = max(at or clock.now(), order.changed_at)
    if offer.outcome != Offer.Outcome.OPEN or offer.until > when:
        return None
    offer.outcome, offer.ended_at = Offer.Outcome.EXPIRED, when
    if offer.mode not in BY_RULE:
        offer.save(update_fields=["outcome", "ended_at"])
        return offer
    data = {**whom.named(order.crew, None), "was": offer.user.full_name}
    moving.move(order, S.TO_DISPATCH, "offer_expired", by=None, at=when, data=data, worker=None)
    return offer


def put_off(*, order_id: int, at: dt.datetime) -> None:
    """Look at an order again after a while: what went wrong with it may have passed by then."""
    WorkOrder.objects.filter(pk=order_id, status=S.TO_DISPATCH).update(dispatch_at=at + LOOK_AGAIN)


def _given(
    order: WorkOrder,
    mode: str,
    chosen: Candidate,
    people: Sequence[Candidate],
    at: dt.datetime,
    *,
    by: User | None = None,
) -> WorkOrder | None:
    """The order, given to the one chosen; None when something has come in between meanwhile."""
    try:
        given = orders.assign(
            order_id=order.pk,
            by=by,
            crew_id=order.crew_id,
            worker_id=chosen.worker.pk,
            mode=mode,
            people=people,
            at=max(at, order.changed_at),
        )
    except Refused:
        return None
    if mode == DispatchMode.ROTATION:
        _take_turn(order, chosen.worker)
    return given


def _nobody(order: WorkOrder, mode: str, people: Sequence[Candidate], at: dt.datetime) -> Ruling:
    """Mark the order; the decision is kept the first time, and when other reasons stand in the way."""
    before = DispatchDecision.objects.filter(order=order).last()
    told = [one.told() for one in people]
    news = order.unassignable_since is None
    if news or before is None or before.people != told:
        nobody = DispatchDecision.Outcome.NOBODY
        decisions.keep(order, mode=mode, outcome=nobody, people=people, by=None, at=at)
    _keep(order, dispatch_at=at + LOOK_AGAIN, unassignable_since=order.unassignable_since or at)
    return Ruling(order, news=news)


def _keep(order: WorkOrder, **fields: dt.datetime | None) -> None:
    """Set columns that are no step of the order: its version stays."""
    if any(getattr(order, name) != value for name, value in fields.items()):
        WorkOrder.objects.filter(pk=order.pk).update(**fields)
        for name, value in fields.items():
            setattr(order, name, value)


def _turns(order: WorkOrder) -> dict[int, int]:
    """The last turn of each in the circle of the order, which is locked: turns are taken one by one."""
    if order.crew_id is not None:
        Crew.objects.select_for_update(of=("self",), no_key=True).get(pk=order.crew_id)
    else:
        JobType.objects.select_for_update(of=("self",), no_key=True).get(pk=order.job_type_id)
    return dict(RotationTurn.objects.filter(**_circle(order)).values_list("user_id", "turn"))


def _take_turn(order: WorkOrder, worker: User) -> None:
    last = RotationTurn.objects.filter(**_circle(order)).aggregate(last=Max("turn"))["last"] or 0
    defaults = {"turn": last + 1}
    RotationTurn.objects.update_or_create(defaults=defaults, user=worker, **_circle(order))


def _circle(order: WorkOrder) -> dict[str, Any]:
    if order.crew_id is not None:
        return {"crew_id": order.crew_id}
    return {"job_type_id": order.job_type_id}
