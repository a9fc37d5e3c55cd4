"""The requester takes a request back before work has begun.

Writes: work (orders void), desk, notify.
Locks: the request, then its orders in pk order.
"""

import datetime as dt

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import progress
from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import require_step
from houqin.desk.queries.orders import orders_of
from houqin.flows.order_parts import let_go_of_parts
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.telling import tell_desk, tell_workers
from houqin.kernel.flow import flow
from houqin.work.actions import finishing
from houqin.work.models.orders import FINISHED


@flow
def withdraw_request(
    *, request_id: int, by: User | None, by_name: str = "", reason: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, withdrawn (撤销), and its orders void; who had them and the desk are told.

    Raises `Refused` when work on an order has begun, or while others wait for the same, and then
    writes nothing.
    """
    request = lock(request_id)
    require_step(by, request, "withdraw")
    progress.require_nobody_else(request)
    progress.require_not_begun(request)
    why = reason.strip() or _("Withdrawn by the requester")
    for order in orders_of(request).exclude(status__in=FINISHED):
        worker = order.worker
        void = finishing.cancel(order_id=order.pk, reason=why, by=by, granted=True, at=at)
        void.worker = worker
        let_go_of_parts(void)
        tell_workers(void, "cancelled", "cancelled", by=by, reason=why)
    request = progress.withdraw(request_id=request_id, by=by, by_name=by_name, reason=reason, at=at)
    refresh_clocks(request_id=request_id)
    tell_desk(request, "withdrawn", "withdrawn", by=by, reason=reason.strip())
    return request
