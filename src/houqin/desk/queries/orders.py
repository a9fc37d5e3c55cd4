"""The work orders of a request."""

from django.db.models import QuerySet

from houqin.desk.models import ServiceRequest
from houqin.work.models import WorkOrder


def orders_of(request: ServiceRequest) -> QuerySet[WorkOrder]:
    """The orders raised for a request, oldest first."""
    return WorkOrder.objects.filter(request_link__request=request).order_by("pk")


def request_of_order(order_id: int) -> ServiceRequest | None:
    """The request an order was raised for, or None."""
    return ServiceRequest.objects.filter(order_links__order_id=order_id).first()
