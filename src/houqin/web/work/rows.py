"""What a row of the list shows of an order, from its own columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from houqin.web.desk.rows import waiting_for
from houqin.web.ui import clocks as chips
from houqin.work.models import Offer, WorkOrder, WorkOrderStatus
from houqin.work.queries.offers import standing

S = WorkOrderStatus


@dataclass(frozen=True)
class Row:
    """An order with its clock."""

    order: WorkOrder
    clock: chips.Clock | None
    offer: Offer | None = None

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything the row shows that may change; a clock's own ticking is left to the browser."""
        one = self.order
        clock_ = (self.clock.kind, self.clock.due, self.clock.words) if self.clock else None
        told = (one.title, self.where, one.priority, one.status, clock_, one.scheduled_from, self.who)
        return one.pk, *told, self.offer.until if self.offer else None

    @property
    def where(self) -> str:
        """The place, or what was written about it."""
        return str(self.order.place) if self.order.place else self.order.place_note

    @property
    def who(self) -> str:
        """The technician, else the crew."""
        return str(self.order.worker or self.order.crew or "")


def rows_of(orders: Iterable[WorkOrder]) -> list[Row]:
    """The rows, in the same order. One statement at most, for the offers that stand."""
    found = list(orders)
    offers = standing(found)
    return [Row(order, clock_of(order), offers.get(order.pk)) for order in found]


def clock_of(order: WorkOrder) -> chips.Clock | None:
    """The restoration clock of an order, what it waits for, or whether it was completed in time."""
    if order.status == S.CANCELLED:
        return None
    if order.completed_at is not None:
        return _verdict(order)
    if order.status == S.ON_HOLD or order.paused:
        return chips.paused(waiting_for(order), due=order.due_at)
    if order.due_at is not None:
        return chips.running(order.due_at, start=order.raised_at)
    return chips.scheduled(order.scheduled_from) if order.scheduled_from else None


def _verdict(order: WorkOrder) -> chips.Clock | None:
    if order.due_at is None or order.completed_at is None:
        return None
    if order.completed_at <= order.due_at:
        return chips.Clock(chips.Kind.MET, words=_("in time"))
    return chips.Clock(chips.Kind.MISSED, words=_("too late"))
