"""When silence accepts what was done."""

import datetime as dt

from django.db.models import QuerySet

from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.kernel import clock
from houqin.org.queries.calendars import calendar_for
from houqin.org.queries.organisation import organisation


def silence_at(request: ServiceRequest) -> dt.datetime | None:
    """When a resolved request counts as accepted: so many working days after it was resolved.

    Working days are those of the place; the clock time stays. None for one that is not resolved.
    """
    if request.status != RequestStatus.RESOLVED or request.resolved_at is None:
        return None
    days = organisation().silence_days
    return calendar_for(request.place, None).add_days(request.resolved_at, days).astimezone(dt.UTC)


def silent_requests(now: dt.datetime | None = None) -> list[ServiceRequest]:
    """The resolved requests whose time to object is over, oldest first."""
    now = now or clock.now()
    earliest = now - dt.timedelta(days=organisation().silence_days)  # a working day is at least a day
    resolved: QuerySet[ServiceRequest] = ServiceRequest.objects.filter(
        status=RequestStatus.RESOLVED, resolved_at__lte=earliest, imported=False
    )
    waiting = (
        resolved.select_related("place").defer("search_text", "search_grams").order_by("resolved_at", "pk")
    )
    return [request for request in waiting if (due := silence_at(request)) is not None and due <= now]
