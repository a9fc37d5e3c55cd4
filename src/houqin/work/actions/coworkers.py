"""Who helps the technician of an order, and what people note on it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.staffing.queries.crews import crew_ids_of
from houqin.work.actions import moving, whom
from houqin.work.models import OrderEvent, OrderWorker, TimeEntry, WorkOrder
from houqin.work.policies import leads, may_dispatch, may_record
from houqin.work.queries.eligibility import Job


@transaction.atomic
def add_helper(*, order_id: int, user_id: int, by: User | None, at: dt.datetime | None = None) -> OrderWorker:
    """Let a person help with an order that somebody has; asked twice, they help once.

    The technician and the dispatcher may add anybody who carries out work; people of the crew may
    join by themselves. The hard rules of dispatch hold for helpers, too, but for the trade and the
    number of their own orders. Raises `NotPermitted` for others, `Refused` for the technician, where a
    rule stands in the way, and for finished orders.
    """
    order = _open(order_id)
    if by is not None and not _may_add(by, order, user_id):
        raise NotPermitted(_("You may not add people to this work order."))
    person = whom.performer(user_id)
    if order.worker_id is None:
        raise Refused(_("%(number)s has no technician yet.") % {"number": order.number})
    if order.worker_id == person.pk:
        raise Refused(_("%(name)s already has %(number)s.") % {"name": person, "number": order.number})
    known = OrderWorker.objects.filter(order=order, user=person).first()
    if known is not None:
        return known
    when = moving.instant(order, at)
    whom.require_able(person, Job.of(order, at=when), cap=False)
    helper = OrderWorker.objects.create(order=order, user=person, since=when)
    moving.save(order, at=when)
    data = {"helper_id": person.pk, "helper": person.full_name}
    moving.record(order, "helper_added", by=by, at=when, data=data)
    return helper


@transaction.atomic
def remove_helper(
    *, order_id: int, user_id: int, by: User | None, at: dt.datetime | None = None
) -> WorkOrder:
    """The order without that helper, whose working time stays. Helpers may leave by themselves.

    Raises `Refused` while the helper's clock runs and when the person does not help.
    """
    order = _open(order_id)
    if by is not None and by.pk != user_id and not leads(by, order) and not may_dispatch(by, order):
        raise NotPermitted(_("You may not take people off this work order."))
    helper = OrderWorker.objects.filter(order=order, user_id=user_id).select_related("user").first()
    if helper is None:
        raise Refused(_("This person does not help with %(number)s.") % {"number": order.number})
    if TimeEntry.objects.filter(order=order, user_id=user_id, ended_at__isnull=True).exists():
        raise Refused(_("%(name)s's clock is running. Stop it first.") % {"name": helper.user})
    when = moving.instant(order, at)
    moving.save(order, at=when)
    data = {"helper_id": user_id, "helper": helper.user.full_name}
    moving.record(order, "helper_removed", by=by, at=when, data=data)
    helper.delete()
    return order


@transaction.atomic
def note(*, order_id: int, text: str, by: User, at: dt.datetime | None = None) -> OrderEvent:
    """A note on the order's timeline that the requester does not see. Raises `Invalid` when empty."""
    order = moving.lock(order_id)
    if not may_record(by, order):
        raise NotPermitted(_("You do not work on this order."))
    text = text.strip()
    if not text:
        raise Invalid(_("Please write something."), field="text")
    return moving.record(order, "note", by=by, at=moving.instant(order, at), reason=text)


def _open(order_id: int) -> WorkOrder:
    order = moving.lock(order_id)
    if order.is_finished:
        raise StaleState(_("%(number)s is already finished.") % {"number": order.number})
    return order


def _may_add(by: User, order: WorkOrder, user_id: int) -> bool:
    if leads(by, order) or may_dispatch(by, order):
        return True
    return by.pk == user_id and may(by, "work.perform") and order.crew_id in crew_ids_of(by)
