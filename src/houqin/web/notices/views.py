"""The bell: what happened, the newest first; opening a notice marks it read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from houqin.notify.actions.bell import mark_read
from houqin.notify.queries.bell import newest, one
from houqin.org.queries.organisation import organisation
from houqin.web.access import SIGNED_IN, person_of, requires
from houqin.web.accounts.mine import frame
from houqin.web.lists import numbers
from houqin.web.responses import go_to

PER_PAGE = 30


@require_GET
@requires(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """One's notices; `?unread=1` only those not opened yet, `?before=` goes on to older ones."""
    user = person_of(request)
    unread_only = request.GET.get("unread") == "1"
    found = newest(user, limit=PER_PAGE + 1, before=numbers(request.GET, "before"), unread_only=unread_only)
    context = {
        "rows": found[:PER_PAGE],
        "more": found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        "unread_only": unread_only,
        "organisation": organisation(),
        **frame(user),
    }
    return render(request, "notices/inbox.html", context)


@require_POST
@requires(SIGNED_IN)
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    mark_read(person=person_of(request))
    return go_to(request, "notify:inbox", said=_("All notices are marked as read."))


@require_POST
@requires(SIGNED_IN)
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go on to its page."""
    user = person_of(request)
    notice = one(user, pk)
    if notice is None:
        raise Http404
    mark_read(person=user, notice_ids=[pk])
    return go_to(request, notice.path or "notify:inbox")
