"""Who is to be told about a request."""

from collections.abc import Callable, Collection, Iterable

from django.db.models import Q, QuerySet

from houqin.accounts.models import Grant, User
from houqin.accounts.permissions import CREW_BOUND, ROLE_PERMISSIONS
from houqin.accounts.policies import may
from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.desk.queries.orders import orders_of
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.work.models import EscalationLevel, WorkOrder
from houqin.work.models.orders import FINISHED
from houqin.work.policies import visible_orders

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
    return holders_at(roles, place=place, department_id=department_id)


def holders_at(roles: Collection[str], *, place: Place | None, department_id: int | None) -> QuerySet[User]:
    """The people who have one of the roles everywhere, at a place or for a department."""
    where = Q(place__isnull=True, department__isnull=True)
    if place is not None:
        where |= Q(place__in=place.lineage)
    if department_id is not None:
        where |= Q(department=department_id)
    holders = Grant.objects.filter(where, role__in=roles).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).only(*TELLING).order_by("pk")


def told_of_request(level: EscalationLevel, request: ServiceRequest) -> list[User]:
    """Who a level of our own standard goes to; nobody where there is none, or none who sees the request.

    A crew of a contractor with a standard of its own is not told of ours.
    """
    place, department_id = request.place, request.department_id
    match level.recipient:
        case EscalationLevel.Recipient.ROLE:
            return list(holders_at([level.role], place=place, department_id=department_id))
        case EscalationLevel.Recipient.PERSON:
            return _who_sees(level, lambda person: visible_requests(person).filter(pk=request.pk).exists())
    live = orders_of(request).filter(crew__isnull=False).exclude(status__in=FINISHED)
    if not live.exists():
        return _leaders([request.crew])
    ours = live.filter(partner_clocks__isnull=True).select_related("crew__leader")
    return _leaders(order.crew for order in ours)


def told_of_order(level: EscalationLevel, order: WorkOrder) -> list[User]:
    """Who a level goes to that concerns an order by itself: its own promise, or that of its contractor."""
    match level.recipient:
        case EscalationLevel.Recipient.ROLE:
            department_id = order.place.department_id if order.place else None
            return list(holders_at([level.role], place=order.place, department_id=department_id))
        case EscalationLevel.Recipient.PERSON:
            return _who_sees(level, lambda person: visible_orders(person).filter(pk=order.pk).exists())
    return _leaders([order.crew])


def _leaders(crews: Iterable[Crew | None]) -> list[User]:
    leaders = {crew.leader.pk: crew.leader for crew in crews if crew is not None and crew.leader is not None}
    return [leader for _pk, leader in sorted(leaders.items()) if leader.is_active]


def _who_sees(level: EscalationLevel, sees: Callable[[User], bool]) -> list[User]:
    person = level.person
    return [person] if person is not None and person.is_active and sees(person) else []


def requesters_of(request: ServiceRequest) -> list[ServiceRequest]:
    """The request and those merged into it, by way of others too: their requesters wait for the same."""
    found, latest = [request], [request]
    while latest:
        merged = ServiceRequest.objects.filter(merged_into__in=latest, status=RequestStatus.MERGED)
        latest = list(merged.select_related("requester").order_by("pk"))
        found += latest
    return found
