"""What a technician does with an order: take it, come, start, wait, go on, give it back."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.kernel.errors import Invalid, Refused, StaleState
from houqin.staffing.models import Crew
from houqin.work.actions import decisions, moving, time, whom
from houqin.work.models import DispatchDecision, DispatchMode, HoldReason, WorkOrder, WorkOrderStatus
from houqin.work.policies import leads
from houqin.work.queries.eligibility import Job

S = WorkOrderStatus


@transaction.atomic
def claim(*, order_id: int, by: User, at: dt.datetime | None = None) -> WorkOrder:
    """The order, accepted by whoever asked first; it was offered to a crew, or to a whole trade.

    The row is locked, so of many who claim at once one gets it. Raises `StaleState` for the others,
    naming who has it; `NotPermitted` for people of another crew or trade and for orders that are
    only assigned; `Refused` where a hard rule of dispatch stands in the way.
    """
    order = moving.lock(order_id)
    if order.status != S.TO_DISPATCH and order.worker is not None and may(by, "work.perform"):
        raise StaleState(
            _("%(name)s was quicker: %(number)s is taken.") % {"name": order.worker, "number": order.number}
        )
    order = moving.lock_for("claim", order_id, by=by)
    worker, when = whom.performer(by.pk), moving.instant(order, at)
    job = Job.of(order, at=when)
    whom.require_able(worker, job, trade=True)
    people = decisions.looked_at(order, job, worker)
    _take(order, "claimed", order.crew or whom.crew_along(order, worker), worker, by=by, at=at)
    given = DispatchDecision.Outcome.GIVEN
    decisions.keep(order, mode=DispatchMode.CLAIM, outcome=given, people=people, by=by, at=when)
    return order


@transaction.atomic
def accept(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order, accepted by the technician it was given to, or by the first of its crew to say so.

    A dispatcher may record it for the technician named. The hard rules hold for the first of a crew;
    who was named is only asked for what the law wants, the licences: at the rest it was looked when
    the order was given. Raises `NotPermitted`, naming who has the order, when it is somebody else's;
    `Refused` where a rule stands in the way; `StaleState` unless it waits for acceptance.
    """
    order = moving.lock_for("accept", order_id, by=by)
    taker = order.worker or by
    if taker is None:
        raise Invalid(_("Please name a crew or a technician."), field="worker")
    worker = whom.performer(taker.pk)
    job = Job.of(order, at=moving.instant(order, at))
    if order.worker is None:
        whom.require_able(worker, job)
    else:
        whom.require_licences(worker, job)
    _take(order, "accepted", order.crew, worker, by=by, at=at)
    return order


@transaction.atomic
def arrive(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order, with its technician on the spot. The first arrival is the one that counts."""
    order = moving.lock_for("arrive", order_id, by=by)
    moving.move(order, S.ON_SITE, "arrived", by=by, at=moving.instant(order, at))
    return order


@transaction.atomic
def start(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order under way, with the clock of its technician running.

    Raises `Refused` while the technician's clock runs on another order, naming it, or before the
    arrival where the job type asks for one; `StaleState` unless the order is accepted or on site.
    """
    order = moving.lock_for("start", order_id, by=by)
    if order.status == S.ACCEPTED and order.job_type.asks_arrival:
        raise Refused(_("Record the arrival first."))
    when = moving.instant(order, at)
    moving.move(order, S.IN_PROGRESS, "started", by=by, at=when)
    _run_clock(order, by, when)
    return order


@transaction.atomic
def hold(
    *,
    order_id: int,
    reason: str,
    by: User | None,
    note: str = "",
    promised_until: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, waiting for something (`reason`, a `HoldReason`); clocks that run on it stop.

    Told of an order on hold, it replaces the reason, the note and the promise; the hold goes on from
    where it began. Raises `Invalid` for an unknown reason, for "something else" without a note and
    for a promise in the past; `StaleState` unless the order is accepted, on site or under way.
    """
    order = moving.lock_for("hold", order_id, by=by)
    when = moving.instant(order, at)
    note = _checked_hold(reason, note, promised_until, when)
    fields: dict[str, Any] = {"hold_reason": reason, "hold_note": note, "promised_until": promised_until}
    data = {
        "hold_reason": reason,
        "note": note,
        "promised_until": promised_until.isoformat() if promised_until else "",
    }
    if order.status == S.ON_HOLD:
        moving.save(order, at=when, **fields)
        moving.record(order, "held", by=by, at=when, data=data, states=(S.ON_HOLD, S.ON_HOLD))
        return order
    time.stop_all(order, when)
    moving.move(
        order, S.ON_HOLD, "held", by=by, at=when, data=data, held_from=order.status, held_at=when, **fields
    )
    return order


@transaction.atomic
def resume(*, order_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order where it was held; work that was under way goes on, and with it the clock.

    Raises `StaleState` unless the order is on hold, `Refused` while the technician's clock runs on
    another order, naming it.
    """
    order = moving.lock_for("resume", order_id, by=by)
    when = moving.instant(order, at)
    moving.move(order, order.held_from, "resumed", by=by, at=when)
    if order.status == S.IN_PROGRESS:
        _run_clock(order, by, when)
    return order


@transaction.atomic
def lift(*, order_id: int) -> WorkOrder:
    """The order off its hold because what it waited for has come, where it was held.

    Nobody's clock runs: that the goods are there does not mean that somebody works. Raises `StaleState`
    unless the order is on hold.
    """
    order = moving.lock(order_id)
    if order.status != S.ON_HOLD:
        raise moving.stale(order)
    moving.move(order, order.held_from, "resumed", by=None, at=moving.instant(order, None))
    return order


@transaction.atomic
def send_back(*, order_id: int, reason: str, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order, waiting for dispatch again, with the reason why it came back.

    Sent back by its technician it stays with the crew; sent back for a crew, by its leader or a
    dispatcher, it returns to the desk. What was worked on it stays recorded. Raises `Invalid`
    without a reason, `StaleState` while work is under way (put it on hold first) or done.
    """
    order = moving.lock_for("send_back", order_id, by=by)
    reason = moving.needed(reason)
    crew = order.crew if by is not None and leads(by, order) else None
    moving.move(
        order,
        S.TO_DISPATCH,
        "sent_back",
        by=by,
        at=moving.instant(order, at),
        reason=reason,
        data=whom.named(crew, None),
        crew=crew,
        worker=None,
    )
    return order


def _take(
    order: WorkOrder, kind: str, crew: Crew | None, worker: User, *, by: User | None, at: dt.datetime | None
) -> None:
    moving.move(
        order,
        S.ACCEPTED,
        kind,
        by=by,
        at=moving.instant(order, at),
        data=whom.named(crew, worker),
        crew=crew,
        worker=worker,
    )
    whom.lead_is_no_helper(order)


def _run_clock(order: WorkOrder, by: User | None, at: dt.datetime) -> None:
    if order.worker is None:  # pragma: no cover - the schema holds that work under way has a worker
        raise moving.stale(order)
    time.run(order, order.worker, at, by=by)


def _checked_hold(reason: str, note: str, promised_until: dt.datetime | None, at: dt.datetime) -> str:
    note = note.strip()
    if reason not in HoldReason.values:
        raise Invalid(_("Please say what the work waits for."), field="reason")
    if reason == HoldReason.OTHER and not note:
        raise Invalid(_("Please write what the work waits for."), field="note")
    if promised_until is not None and promised_until <= at:
        raise Invalid(_("Please promise a time that is still to come."), field="promised_until")
    return note
