"""How an order changes: locked, checked against the machine, stamped and recorded.

Every action of this domain goes through here; nothing else writes the state of an order.
"""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, Refused, StaleState
from houqin.work.actions import offers
from houqin.work.models import OrderEvent, WorkOrder, WorkOrderStatus
from houqin.work.models.orders import FINISHED
from houqin.work.policies import STEPS, require_step

S = WorkOrderStatus

PUBLIC = frozenset(
    {
        "dispatched",
        "reassigned",
        "scheduled",
        "accepted",
        "claimed",
        "sent_back",
        "arrived",
        "started",
        "held",
        "resumed",
        "completed",
    }
)
"""Kinds of events that the requester may read."""

_STAMPS = {
    S.DISPATCHED: "dispatched_at",
    S.ACCEPTED: "accepted_at",
    S.ON_SITE: "arrived_at",
    S.IN_PROGRESS: "started_at",
    S.COMPLETED: "completed_at",
    S.CLOSED: "closed_at",
    S.CANCELLED: "closed_at",
}
_FIRST_COUNTS = frozenset({"arrived_at", "started_at"})
_HOLD = {"hold_reason": "", "held_from": "", "hold_note": "", "held_at": None, "promised_until": None}


def lock(order_id: int, *, version: int | None = None) -> WorkOrder:
    """The order, locked until the end of the transaction and read after the lock was got.

    With `version`, raises `StaleState` when somebody has changed the order since that version was
    read. Raises `Missing` when there is none.
    """
    # No join here: PostgreSQL would re-read only the locked row after a wait and leave the joined
    # ones as they were before it.
    order = WorkOrder.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise Missing(_("This work order does not exist."))
    if version is not None and order.version != version:
        raise StaleState(_("Somebody else has changed this work order meanwhile. Reload the page."))
    return order


def lock_for(
    step: str, order_id: int, *, by: User | None, granted: bool = False, version: int | None = None
) -> WorkOrder:
    """The order, locked, where the person may take the step and the order stands where it starts.

    `granted` passes over the right, for a caller that has decided it. Raises `NotPermitted`,
    `StaleState` or `Missing`.
    """
    order = lock(order_id, version=version)
    if not granted:
        require_step(by, order, step)
    if order.status not in STEPS[step].sources:
        raise stale(order)
    return order


def instant(order: WorkOrder, at: dt.datetime | None) -> dt.datetime:
    """When a step on a locked order counts: `at`, or now; never before the order's last step.

    Raises `Refused` for an `at` that lies before the last step or in the future.
    """
    if at is None:
        return max(clock.now(), order.changed_at)
    if at < order.changed_at:
        raise Refused(_("Something was recorded on %(number)s after that time.") % {"number": order.number})
    if at > clock.now() + dt.timedelta(minutes=1):
        raise Refused(_("This time lies in the future."))
    return at


def record(
    order: WorkOrder,
    kind: str,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    states: tuple[str, str] = ("", ""),
) -> OrderEvent:
    """Append what happened; `states` are the one left and the one reached, empty without a move."""
    return OrderEvent.objects.create(
        order=order,
        at=at,
        actor=by,
        actor_name=by.full_name if by else "",
        kind=kind,
        from_status=states[0],
        to_status=states[1],
        reason=reason,
        data=data or {},
        public=kind in PUBLIC,
    )


def save(order: WorkOrder, *, at: dt.datetime, **fields: Any) -> None:
    """Set `fields` on a locked order and store them as its next version."""
    for name, value in fields.items():
        setattr(order, name, value)
    order.version += 1
    order.changed_at = at
    order.save(update_fields=["version", "changed_at", *fields])


def move(
    order: WorkOrder,
    to: str,
    kind: str,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> OrderEvent:
    """Move a locked order to a state, set its times and `fields`, and append the event.

    Raises `StaleState`, and writes nothing, when the machine has no such move from here.
    """
    if to not in WorkOrder.moves.reachable(order.status):
        raise stale(order)
    before = order.status
    if before == S.DISPATCHED:
        offers.end(order, to, kind, by=by, at=at)
    save(order, at=at, status=to, **{**_stamps(order, to, at), **fields})
    return record(order, kind, by=by, at=at, reason=reason, data=data, states=(before, to))


def stale(order: WorkOrder) -> StaleState:
    """The sentence for a step that the order's state does not allow."""
    return StaleState(
        _("%(number)s is now “%(state)s”, so this step is not possible. Reload the page.")
        % {"number": order.number, "state": order.get_status_display()},
        current=order.status,
    )


def needed(reason: str) -> str:
    """The reason without blanks around it; raises `Invalid` when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Please give a reason."), field="reason")
    return reason


def _stamps(order: WorkOrder, to: str, at: dt.datetime) -> dict[str, Any]:
    """The columns that follow from the move alone."""
    fields: dict[str, Any] = {}
    if order.status == S.ON_HOLD:
        fields |= _HOLD
    elif to in _STAMPS:
        name = _STAMPS[S(to)]
        if name not in _FIRST_COUNTS or getattr(order, name) is None:
            fields[name] = at
    if order.status == S.COMPLETED and to == S.IN_PROGRESS:
        fields |= {"completed_at": None, "result": ""}
    if to == S.TO_DISPATCH:
        fields |= {"dispatched_at": None, "accepted_at": None, "dispatch_at": at}
    elif order.status == S.TO_DISPATCH:
        fields |= {"dispatch_at": None, "unassignable_since": None}
    if not order.source:
        fields["warn_at"] = None if to in FINISHED else at
    return fields
