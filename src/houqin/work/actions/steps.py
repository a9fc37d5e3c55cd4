"""Answering the checklist of an order."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing, NotPermitted
from houqin.work.actions import moving
from houqin.work.models import OrderStep, WorkOrder, WorkOrderStatus
from houqin.work.policies import may_record

S = WorkOrderStatus
TICKED = "yes"
"""The answer of a step that is ticked; an empty one is not."""

OPEN_FOR_WORK = frozenset({S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD})


@transaction.atomic
def answer(
    *, order_id: int, answers: Mapping[int, str], by: User, at: dt.datetime | None = None
) -> list[OrderStep]:
    """Store answers by the position of their step and return the steps that changed.

    An empty answer takes one away. A number may have a sign and decimals; a choice is one of the
    step's. All or nothing: raises `Invalid` naming the first step that does not fit, `Missing` for an
    unknown position, `NotPermitted` for somebody who does not work on the order, `StaleState`
    unless it is accepted and not yet completed.
    """
    order = moving.lock(order_id)
    if not may_record(by, order):
        raise NotPermitted(_("You do not work on this order."))
    if order.status not in OPEN_FOR_WORK:
        raise moving.stale(order)
    steps = {step.position: step for step in OrderStep.objects.filter(order=order)}
    when = moving.instant(order, at)
    changed = []
    for position, text in answers.items():
        if position not in steps:
            raise Missing(_("This line of the checklist does not exist."))
        step = steps[position]
        written = _checked(step, text.strip())
        if written != step.answer:
            _write(order, step, written, by=by, at=when)
            changed.append(step)
    if changed:
        moving.save(order, at=when)
    return changed


def _write(order: WorkOrder, step: OrderStep, written: str, *, by: User, at: dt.datetime) -> None:
    step.answer = written
    step.answered_at = at if written else None
    step.answered_by = by if written else None
    step.save(update_fields=["answer", "answered_at", "answered_by"])
    data = {"position": step.position, "step": step.text, "answer": written}
    moving.record(order, "step_answered", by=by, at=at, data=data)


def _checked(step: OrderStep, text: str) -> str:
    if not text:
        return ""
    field = f"step_{step.position}"
    match step.kind:
        case OrderStep.Kind.CHECK if text != TICKED:
            raise Invalid(_("“%(step)s” is ticked or not.") % {"step": step}, field=field)
        case OrderStep.Kind.NUMBER:
            return _number(step, text, field)
        case OrderStep.Kind.CHOICE if text not in step.choices:
            raise Invalid(_("“%(step)s” needs one of its choices.") % {"step": step}, field=field)
        case OrderStep.Kind.TEXT if len(text) > 200:  # noqa: PLR2004 - the column's length
            raise Invalid(_("The answer to “%(step)s” is too long.") % {"step": step}, field=field)
    return text


def _number(step: OrderStep, text: str, field: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(text) > 30:  # noqa: PLR2004 - no reading is longer
        raise Invalid(_("“%(step)s” needs a number.") % {"step": step}, field=field)
    return text
