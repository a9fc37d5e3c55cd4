"""What the triage rules proposed for a request: taken over or left aside with one press."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.desk.queries.proposals import told_of
from houqin.flows.take_proposals import leave_proposals, take_proposals
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.desk.steps import url_of
from houqin.web.lists import is_key, numbers
from houqin.web.once import once
from houqin.web.responses import go_to, refused_back
from houqin.web.steps import way_back

MOST = 10


def by_rules(found: ServiceRequest, allowed: Collection[str], *, back: str) -> dict[str, Any]:
    """What the rules said of a request: what waits for the reader, and everything else. One statement."""
    told = told_of(found)
    may = "correct" in allowed
    return {
        "waiting": [one for one in told if may and one.proposal.is_open],
        "decided": [one for one in told if not (may and one.proposal.is_open)],
        "other_url": url_of(found, "correct", back),
    }


@require_POST
@requires("desk.triage")
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Take the proposals named by `proposal`, or leave them where `answer` is `leave`."""
    user = person_of(request)
    found = get_object_or_404(visible_requests(user), number=number)
    back = way_back(request, reverse("desk:request", args=[number]))
    leave = request.POST.get("answer") == "leave"
    ids = [int(key) for key in request.POST.getlist("proposal")[:MOST] if is_key(key)]

    def effect() -> HttpResponse:
        step = leave_proposals if leave else take_proposals
        step(request_id=found.pk, proposal_ids=ids, by=user, version=numbers(request.POST, "version"))
        return go_to(request, back, said=_("Left as it was.") if leave else _("Taken over."))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)
