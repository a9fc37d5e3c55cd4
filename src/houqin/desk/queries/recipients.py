"""Who is to be told about a request."""

from django.db.models import Q, QuerySet

from houqin.accounts.models import Grant, User
from houqin.accounts.permissions import CREW_BOUND, ROLE_PERMISSIONS
from houqin.accounts.policies import may
from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.org.models import Place
from houqin.work.models import WorkOrder

TELLING = ("username", "full_name", "email", "language", "is_active", "quiet_from", "quiet_until")
"""What telling somebody needs to know of them."""


def staff_for(request: ServiceRequest, permission: str) -> QuerySet[User]:
    """The people who hold a right where the request is: everywhere, at its place or for its department."""
    return staff_at(permission, place=request.place, department_id=request.department_id)


def staff_for_order(order: WorkOrder, permission: str) -> list[User]:
    """The people who hold a right where an order is, and the leader of its crew if the role has it too."""
    department_id = order.place.department_id if order.place else None
    found = list(staff_at(permission, place=order.place, department_id=department_id))
    leader = order.crew.leader if order.crew else None
    if leader is not None and leader.is_active and leader not in found and may(leader, permission):
        found.append(leader)
    return found


def staff_at(permission: str, *, place: Place | None, department_id: int | None) -> QuerySet[User]:
    """The people who hold a right everywhere, at a place or for a department.

    With what it takes to tell them. Those whose rights come with a crew are left out; they are
    told of their orders.
    """
    roles = [
        role for role, rights in ROLE_PERMISSIONS.items() if permission in rights and role not in CREW_BOUND
    ]
    where = Q(place__isnull=True, department__isnull=True)
    if place is not None:
        where |= Q(place__in=place.lineage)
    if department_id is not None:
        where |= Q(department=department_id)
    holders = Grant.objects.filter(where, role__in=roles).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).only(*TELLING).order_by("pk")


def requesters_of(request: ServiceRequest) -> list[ServiceRequest]:
    """The request and those merged into it, by way of others too: their requesters wait for the same."""
    found, latest = [request], [request]
    while latest:
        merged = ServiceRequest.objects.filter(merged_into__in=latest, status=RequestStatus.MERGED)
        latest = list(merged.select_related("requester").order_by("pk"))
        found += latest
    return found
