"""What a signed-in person asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Follower, ServiceRequest
from houqin.desk.models.requests import ENDED
from houqin.desk.policies import goes_on_as
from houqin.desk.queries.catalogue import kind_of
from houqin.desk.queries.requests import listed
from houqin.web.access import requires
from houqin.web.lists import numbers

PER_PAGE = 30
MOST_FOLLOWED = 20


@require_GET
@requires("signed_in")
def mine(request: HttpRequest) -> HttpResponse:
    """One's own requests, newest first; `?before=` goes on to older ones."""
    if not isinstance(request.user, User):  # `requires` lets nobody else in
        raise TypeError(request.user)
    own = listed(ServiceRequest.objects.filter(requester=request.user)).order_by("-pk")
    before = numbers(request.GET, "before")
    if before is not None:
        own = own.filter(pk__lt=before)
    found = list(own[: PER_PAGE + 1])
    rows = [(one, links.token_of(one)) for one in found[:PER_PAGE]]
    more = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
    context = {
        "rows": rows,
        "more": more,
        "follows": _follows(request.user, before),
        "tab_set": "requester",
        "tab": "mine",
    }
    return render(request, "public/mine.html", context)


def _follows(user: User, before: int | None) -> list[tuple[ServiceRequest, str, Follower, str]]:
    """What the person follows and is not over, newest first: what it goes on as, its kind, the own link."""
    if before is not None:
        return []
    joined = ("request__category", "request__merged_into", "place")
    found = Follower.objects.filter(user=user, left_at__isnull=True).select_related(*joined).order_by("-pk")
    going = [(goes_on_as(one.request), one) for one in found[:MOST_FOLLOWED]]
    return [
        (request, kind_of(request), one, links.token_of_follower(one))
        for request, one in going
        if request.status not in ENDED
    ]
