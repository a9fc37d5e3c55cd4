"""Who sees a request, and who may do what with it.

The requester and whoever holds the tracking link may do the same; None stands for the latter.
"""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.policies import Person, Scope, scope
from houqin.desk.models import Follower, FollowUp, RequestOrder, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.kernel.errors import NotPermitted, StaleState
from houqin.org.queries.organisation import organisation
from houqin.work.policies import visible_orders

S = RequestStatus
_ANY = frozenset(S.values)
_BEFORE_WORK = frozenset({S.NEW, S.NEED_INFO, S.ACCEPTED})

STAFF_STEPS: dict[str, tuple[str, frozenset[str]]] = {
    "accept": ("desk.triage", frozenset({S.NEW, S.NEED_INFO})),
    "correct": ("desk.triage", OPEN),
    "ask": ("desk.triage", frozenset({S.NEW, S.ACCEPTED, S.IN_PROGRESS})),
    "reject": ("desk.triage", _BEFORE_WORK),
    "merge": ("desk.triage", _BEFORE_WORK),
    "promise": ("desk.triage", OPEN),
    "resolve": ("desk.triage", frozenset({S.ACCEPTED, S.IN_PROGRESS})),
    "renew_link": ("desk.triage", _ANY),
    "raise_order": ("work.raise", frozenset({S.NEW, S.ACCEPTED, S.IN_PROGRESS})),
    "reply": ("desk.message", _ANY - {S.MERGED}),
    "note": ("desk.message", _ANY),
    "follow_up": ("desk.follow_up", frozenset({S.RESOLVED, S.CLOSED, S.IN_PROGRESS, S.MERGED})),
}
"""What staff do: the right it takes, and the states in which it is possible."""

REQUESTER_STEPS: dict[str, frozenset[str]] = {
    "answer": frozenset({S.NEED_INFO}),
    "message": _ANY - {S.MERGED},
    "withdraw": _BEFORE_WORK,
    "chase": OPEN - {S.NEED_INFO},
    "accept_result": frozenset({S.RESOLVED}),
    "refuse_result": frozenset({S.RESOLVED}),
    "reopen": frozenset({S.CLOSED}),
    "rate": frozenset({S.RESOLVED, S.CLOSED}),
}
"""What the requester does, and the states in which it is possible.

A merged request is rated as soon as the one it goes on as can be.
"""

FOLLOWER_STEPS: dict[str, frozenset[str]] = {
    "message": OPEN | {S.RESOLVED},
    "rate": frozenset({S.RESOLVED, S.CLOSED}),
    "leave": OPEN | {S.RESOLVED},
}
"""What a follower does, and the states in which it is possible of the request it goes on as.

Whoever holds a follower's link may do the same. The request itself is the requester's: a follower
neither withdraws nor accepts it.
"""

FOR_THE_REQUESTER = frozenset(REQUESTER_STEPS) - {"rate", "message"}
"""Steps that whoever registers requests may take for a requester on the phone; never the rating."""


def visible_requests(user: Person) -> QuerySet[ServiceRequest]:
    """The requests a person may open: own ones, those in the scope of `desk.view`, and of visible orders."""
    if not isinstance(user, User) or not user.is_active:
        return ServiceRequest.objects.none()
    view = scope(user, "desk.view")
    if view.everywhere:
        return ServiceRequest.objects.all()
    found = Q(requester=user)
    if (inside := view.condition(place="place", department="department")) is not None:
        found |= inside
    if scope(user, "work.view"):
        found |= Q(
            Exists(RequestOrder.objects.filter(request=OuterRef("pk"), order__in=visible_orders(user)))
        )
    return ServiceRequest.objects.filter(found)


def visible_follow_ups(user: Person) -> QuerySet[FollowUp]:
    """The follow-up calls a person may see: those on requests in the scope of `desk.follow_up`."""
    inside = scope(user, "desk.follow_up").condition(place="request__place", department="request__department")
    return FollowUp.objects.none() if inside is None else FollowUp.objects.filter(inside)


def allowed_steps(actor: Person | None, request: ServiceRequest) -> frozenset[str]:
    """The steps the actor may take on the request as it stands: the buttons of its page."""
    steps = _steps_of(actor, request)
    return frozenset(step for step, states in steps.items() if _state_for(step, request) in states)


def require_step(actor: Person | None, request: ServiceRequest, step: str) -> None:
    """Pass when the actor may take the step now.

    Raises `NotPermitted` when the actor never may, `StaleState` when the request stands elsewhere.
    """
    states = _steps_of(actor, request).get(step)
    if states is None:
        raise NotPermitted(_("You may not do this with this request."))
    if _state_for(step, request) not in states:
        raise StaleState(
            _("This is not possible while the request is “%(state)s”. Reload the page.")
            % {"state": request.get_status_display()}
        )


def steps_of_follower(follower: Follower) -> frozenset[str]:
    """The steps a follower may take as the request stands: none after leaving it."""
    if follower.left_at is not None:
        return frozenset()
    status = goes_on_as(follower.request).status
    return frozenset(step for step, states in FOLLOWER_STEPS.items() if status in states)


def require_follower_step(follower: Follower, step: str) -> None:
    """Pass when a follower may take the step now; raises `StaleState` otherwise."""
    if step not in steps_of_follower(follower):
        raise StaleState(_("This is not possible any more. Reload the page."))


def goes_on_as(request: ServiceRequest) -> ServiceRequest:
    """The request a merged one goes on as, by way of others too; any other request itself."""
    while request.merged_into is not None:
        request = request.merged_into
    return request


def reaches(where: Scope, request: ServiceRequest) -> bool:
    """True when a right that holds in `where` holds for the request; crews are not looked at."""
    if where.everywhere or request.department_id in where.department_ids:
        return True
    place = request.place if where.place_ids else None
    return place is not None and not where.place_ids.isdisjoint(place.lineage)


def may_reopen_still(request: ServiceRequest, at: dt.datetime) -> bool:
    """True within the organisation's days for reopening, counted as 24 hours each from the closing."""
    days = dt.timedelta(days=organisation().reopen_days)
    return request.closed_at is not None and at <= request.closed_at + days


def _state_for(step: str, request: ServiceRequest) -> str:
    return goes_on_as(request).status if step == "rate" else request.status


def _steps_of(actor: Person | None, request: ServiceRequest) -> dict[str, frozenset[str]]:
    if actor is None:
        return REQUESTER_STEPS
    if isinstance(actor, AnonymousUser) or not actor.is_active:
        return {}
    steps: dict[str, frozenset[str]] = {}
    if actor.pk == request.requester_id:
        steps.update(REQUESTER_STEPS)
    elif reaches(scope(actor, "desk.register"), request):
        steps.update({step: REQUESTER_STEPS[step] for step in FOR_THE_REQUESTER})
    held: dict[str, bool] = {}
    for step, (permission, states) in STAFF_STEPS.items():
        if permission not in held:
            held[permission] = _holds(actor, permission, request)
        if held[permission]:
            steps[step] = states
    return steps


def _holds(actor: User, permission: str, request: ServiceRequest) -> bool:
    where = scope(actor, permission)
    if reaches(where, request):
        return True
    if not where.own_crews:
        return False
    return RequestOrder.objects.filter(request=request, order__in=visible_orders(actor)).exists()
