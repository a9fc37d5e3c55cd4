"""How an order ends: completed, verified and closed, not accepted, or void."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Refused
from houqin.work.actions import moving, time, whom
from houqin.work.models import (
    FailureCode,
    OrderAttachment,
    OrderResult,
    OrderStep,
    TimeEntry,
    WorkKind,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.policies import STEPS, require_step

S = WorkOrderStatus
REPAIRED = frozenset({OrderResult.FIXED, OrderResult.TEMPORARY})
"""Results for which something was repaired, so that a cause and a remedy can be named."""


@transaction.atomic
def complete(
    *,
    order_id: int,
    result: str,
    by: User | None,
    result_note: str = "",
    problem_id: int | None = None,
    cause_id: int | None = None,
    remedy_id: int | None = None,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, done, with its result (`OrderResult`); clocks that run on it stop.

    Raises `Invalid` for an unknown result, for any result but "fixed" without a note, and for codes
    that are missing (corrective work that repaired something, where the job type needs codes) or
    not of their part; `Refused` while required steps of the checklist are unanswered or a needed
    photo is missing; `StaleState` unless work is under way.
    """
    order = moving.lock_for("complete", order_id, by=by)
    note = checked_note(result, result_note)
    _require_steps(order)
    _require_photo(order)
    codes = _codes(order, result, problem_id=problem_id, cause_id=cause_id, remedy_id=remedy_id)
    when = moving.instant(order, at)
    time.stop_all(order, when)
    data = {"result": result, "note": note, **{part: str(code) for part, code in codes.items() if code}}
    moving.move(
        order, S.COMPLETED, "completed", by=by, at=when, data=data, result=result, result_note=note, **codes
    )
    return order


@transaction.atomic
def verify(
    *,
    order_id: int,
    by: User | None,
    granted: bool = False,
    silence: bool = False,
    at: dt.datetime | None = None,
) -> WorkOrder:
    """The order, verified and closed at once; from then on nothing of it changes.

    `granted` says that the caller has decided that the person may: the requester who accepts.
    `silence` says that nobody answered in time. Raises `NotPermitted` for who did the work and, where
    a requester is asked, for anybody else; `StaleState` unless the order is completed.
    """
    order = moving.lock_for("verify", order_id, by=by, granted=granted)
    when = moving.instant(order, at)
    moving.move(order, S.VERIFIED, "verified", by=by, at=when, data={"silence": True} if silence else None)
    moving.move(order, S.CLOSED, "closed", by=by, at=when)
    return order


@transaction.atomic
def reject_completion(
    *, order_id: int, reason: str, by: User | None, granted: bool = False, at: dt.datetime | None = None
) -> WorkOrder:
    """The order, under way again because the work was not accepted; no clock runs yet.

    `granted` as for `verify`. Raises `Invalid` without a reason, `NotPermitted` and `StaleState` as
    `verify` does.
    """
    order = moving.lock_for("reject_completion", order_id, by=by, granted=granted)
    reason = moving.needed(reason)
    moving.move(order, S.IN_PROGRESS, "not_accepted", by=by, at=moving.instant(order, at), reason=reason)
    return order


@transaction.atomic
def cancel(
    *, order_id: int, reason: str, by: User | None, granted: bool = False, at: dt.datetime | None = None
) -> WorkOrder:
    """The order, void. One that somebody has accepted is taken back from them first.

    `granted` says that the caller has decided that the person may: the requester who withdraws.
    Raises `Refused` once work has started or working time is recorded: such an order is completed
    with the result that nothing was to be done; `Invalid` without a reason; `StaleState` when the
    order is finished.
    """
    order = moving.lock(order_id)
    if not granted:
        require_step(by, order, "cancel")
    if not order.is_finished and (order.started_at or TimeEntry.objects.filter(order=order).exists()):
        raise Refused(
            _(
                "Work on %(number)s has begun, so it cannot be voided. Complete it with the result "
                "“no fault found”, “not our job” or “duplicate”."
            )
            % {"number": order.number}
        )
    if order.status not in STEPS["cancel"].sources:
        raise moving.stale(order)
    reason = moving.needed(reason)
    when = moving.instant(order, at)
    if S.CANCELLED not in WorkOrder.moves.reachable(order.status):
        data = whom.named(order.crew, None)
        moving.move(order, S.TO_DISPATCH, "sent_back", by=by, at=when, reason=reason, data=data, worker=None)
    moving.move(order, S.CANCELLED, "cancelled", by=by, at=when, reason=reason)
    return order


def checked_note(result: str, note: str) -> str:
    """The note without blanks around it. Raises `Invalid` for an unknown result, or one that needs a note."""
    note = note.strip()
    if result not in OrderResult.values:
        raise Invalid(_("Please say how the work ended."), field="result")
    if result != OrderResult.FIXED and not note:
        raise Invalid(_("Please write a few words about this result."), field="result_note")
    return note


def _require_steps(order: WorkOrder) -> None:
    missing = list(OrderStep.objects.filter(order=order, required=True, answer=""))
    if missing:
        raise Refused(
            _("The checklist is not complete: %(steps)s.")
            % {"steps": pgettext("between changes", "; ").join(str(step) for step in missing)}
        )


def _require_photo(order: WorkOrder) -> None:
    if not order.job_type.needs_photo:
        return
    shown = Q(attachment__content_type__startswith="image/", stage=OrderAttachment.Stage.AFTER)
    if not OrderAttachment.objects.filter(shown, order=order).exists():
        raise Refused(_("A photo of the finished work is needed."))


def _codes(order: WorkOrder, result: str, **ids: int | None) -> dict[str, Any]:
    """`problem_id=…` and so on as the codes themselves."""
    codes = {name.removesuffix("_id"): code_of(name.removesuffix("_id"), pk) for name, pk in ids.items()}
    require_codes(order, result, codes)
    return codes


def require_codes(order: WorkOrder, result: str, codes: Mapping[str, FailureCode | None]) -> None:
    """Pass when cause and remedy are named or not needed; raise `Invalid` else."""
    needed = order.job_type.needs_codes and order.kind == WorkKind.CORRECTIVE and result in REPAIRED
    if needed and codes["cause"] is None:
        raise Invalid(_("Please choose the cause."), field="cause")
    if needed and codes["remedy"] is None:
        raise Invalid(_("Please choose the remedy."), field="remedy")


def code_of(part: str, pk: int | None) -> FailureCode | None:
    """The code in use of that part, None for none. Raises `Invalid` for another one."""
    if pk is None:
        return None
    code = FailureCode.objects.filter(pk=pk, part=part, active=True).first()
    if code is None:
        raise Invalid(_("There is no such code."), field=part)
    return code
