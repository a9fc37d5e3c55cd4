"""Who is to be told about a request."""

from django.db.models import Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.permissions import CREW_BOUND, ROLE_PERMISSIONS
from houqin.desk.models import RequestStatus, ServiceRequest


def staff_for(request: ServiceRequest, permission: str) -> QuerySet[User]:
    """The people who hold a right where the request is: everywhere, at its place or for its department.

    Those whose rights come with a crew are left out; they are told of their orders.
    """
    roles = [
        role for role, rights in ROLE_PERMISSIONS.items() if permission in rights and role not in CREW_BOUND
    ]
    where = Q(grants__place__isnull=True, grants__department__isnull=True)
    if request.place is not None:
        where |= Q(grants__place__in=request.place.lineage)
    if request.department_id is not None:
        where |= Q(grants__department=request.department_id)
    return (
        User.objects.filter(Q(grants__role__in=roles) & where, is_active=True)
        .defer("search_text", "search_grams")
        .order_by("pk")
        .distinct()
    )


def requesters_of(request: ServiceRequest) -> list[ServiceRequest]:
    """The request and those merged into it, each standing for a requester who waits for the same."""
    merged = ServiceRequest.objects.filter(merged_into=request, status=RequestStatus.MERGED)
    return [request, *merged.select_related("requester").order_by("pk")]
