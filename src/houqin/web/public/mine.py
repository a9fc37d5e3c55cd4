"""What a signed-in person asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.requests import listed
from houqin.web.access import requires
from houqin.web.lists import numbers

PER_PAGE = 30


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
    context = {"rows": rows, "more": more, "tab_set": "requester", "tab": "mine"}
    return render(request, "public/mine.html", context)
