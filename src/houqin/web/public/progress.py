"""How a request goes on, as whoever waits for it may read it: four steps, who comes, why it waits."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.web.ui.steps import Step, steps
from houqin.work.models import HoldReason, WorkOrder, WorkOrderStatus

S = RequestStatus
_LABELS = (
    pgettext_lazy("request", "new"),
    pgettext_lazy("request", "in progress"),
    pgettext_lazy("request", "awaiting acceptance"),
    pgettext_lazy("progress", "done"),
)
_ICONS = ("inbox", "tool", "checklist", "check")
_AT = {S.NEW: 0, S.NEED_INFO: 0, S.ACCEPTED: 1, S.IN_PROGRESS: 1, S.RESOLVED: 2, S.CLOSED: 4}
DONE = frozenset({WorkOrderStatus.COMPLETED, WorkOrderStatus.VERIFIED, WorkOrderStatus.CLOSED})
WAITING = {
    HoldReason.PARTS: gettext_lazy("We are waiting for a part."),
    HoldReason.ACCESS: gettext_lazy("We could not get in."),
    HoldReason.REQUESTER: gettext_lazy("We would like to arrange a time with you."),
    HoldReason.APPROVAL: gettext_lazy("We are waiting for an approval."),
    HoldReason.CONTRACTOR: gettext_lazy("We are waiting for a contractor."),
    HoldReason.PERMIT: gettext_lazy("We are waiting for a work permit."),
    HoldReason.WEATHER: gettext_lazy("We are waiting for better weather."),
    HoldReason.BUDGET: gettext_lazy("We are waiting for the money to be released."),
    HoldReason.OTHER: gettext_lazy("We have to wait."),
}


@dataclass(frozen=True)
class Coming:
    """One order as the requester sees it: who comes, when, and why it waits."""

    order: WorkOrder
    who: str
    crew: str
    phone: str
    waiting: str

    @property
    def what(self) -> str:
        """What was found and what was done about it, as far as it was written down."""
        return " → ".join(str(code) for code in (self.order.cause, self.order.remedy) if code)


def four_steps(found: ServiceRequest) -> list[Step]:
    """The bar of four steps; none for a request that took a side exit."""
    at = _AT.get(S(found.status))
    return [] if at is None else steps(_LABELS, at=at, icons=_ICONS)


def coming_for(found: ServiceRequest) -> list[Coming]:
    """The orders that a requester is shown: somebody comes, or has been there."""
    coming = []
    for order in orders_of(found).select_related("worker", "crew", "cause", "remedy"):
        if order.status in {WorkOrderStatus.TO_DISPATCH, WorkOrderStatus.AWAITING_APPROVAL}:
            continue
        waiting = str(WAITING[HoldReason(order.hold_reason)]) if order.hold_reason else ""
        who = order.worker.full_name if order.worker else ""
        phone = order.crew.phone if order.crew else ""
        coming.append(Coming(order, who, str(order.crew or ""), phone, waiting))
    return coming
