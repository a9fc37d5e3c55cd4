"""From an order to the request it was raised for, in the order in which everybody locks."""

from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.orders import request_of_order


def locked_request_of(order_id: int) -> ServiceRequest | None:
    """The request of an order, locked; to be called before the order is. None for an order alone.

    The tie never changes, so it may be read before the lock.
    """
    request = request_of_order(order_id)
    return lock(request.pk) if request is not None else None
