"""What a closed order says is put right: rarely, by few, and never without a trace.

A closed order stays as it is; the trigger of the database sees to that. This action alone passes it
by, and leaves what was and what is as an event.
"""

import datetime as dt
from typing import Any

import pgtrigger
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Refused
from houqin.work.actions import moving
from houqin.work.actions.finishing import checked_note, code_of, require_codes
from houqin.work.models import WorkOrder

TIMES = ("arrived_at", "started_at", "completed_at")
CODES = ("problem", "cause", "remedy")
FIELDS = (*TIMES, *CODES, "result", "result_note")
"""What may be amended; the codes are given by their keys, as `cause_id`."""

_GUARD = "work.WorkOrder:work_order_closed_stays_closed"


@transaction.atomic
def amend(
    *,
    order_id: int,
    reason: str,
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
    **changes: Any,
) -> WorkOrder:
    """The closed order with other times, codes, result or note (`FIELDS`); what is not named stays.

    The event `amended` keeps the reason and of every column what was and what is. Clocks and figures
    are computed from the steps as they were recorded, so an amendment does not move them. Raises
    `Invalid` without a reason, for times that do not follow one another between raising and closing,
    and as completing does for result and codes; `Refused` when nothing is different; `NotPermitted`
    and `StaleState` unless the person may and the order is closed.
    """
    order = moving.lock_for("amend", order_id, by=by, version=version)
    reason = moving.needed(reason)
    wanted = {**{name: getattr(order, name) for name in FIELDS}, **_given(changes)}
    wanted["result_note"] = wanted["result_note"].strip()
    before = {name: getattr(order, name) for name in FIELDS if getattr(order, name) != wanted[name]}
    if not before:
        raise Refused(_("Nothing is different from what the order says."))
    if before.keys() & set(TIMES):
        _require_sequence(order, wanted)
    if before.keys() - set(TIMES):
        checked_note(wanted["result"], wanted["result_note"])
        require_codes(order, wanted["result"], wanted)
    when = moving.instant(order, at)
    with pgtrigger.ignore(_GUARD):
        moving.save(order, at=when, **{name: wanted[name] for name in before})
    told = {name: [_told(was), _told(wanted[name])] for name, was in before.items()}
    moving.record(order, "amended", by=by, at=when, reason=reason, data={"changes": told})
    return order


def _given(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes by column: codes looked up, times without fractions of a second."""
    given = dict(changes)
    for part in CODES:
        if f"{part}_id" in given:
            given[part] = code_of(part, given.pop(f"{part}_id"))
    if unknown := given.keys() - set(FIELDS):
        raise TypeError(f"not amendable: {sorted(unknown)}")
    times = {name: given[name].replace(microsecond=0) for name in TIMES if given.get(name)}
    return {**given, **times}


def _require_sequence(order: WorkOrder, wanted: dict[str, Any]) -> None:
    """Raise `Invalid`, naming the first time that lies before the one it follows or after the closing."""
    if wanted["completed_at"] is None:
        raise Invalid(_("A closed order was completed at some time."), field="completed_at")
    last = order.raised_at
    for name in TIMES:
        at = wanted[name]
        if at is None:
            continue
        if at < last or (order.closed_at is not None and at > order.closed_at):
            raise Invalid(
                _("The times follow one another: raised, arrived, started, completed, closed."), field=name
            )
        last = at


def _told(value: object) -> str | None:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return None if value is None else str(value)
