"""Follow-up calls after bad ratings: which are due, and what came of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.models import FollowUp
from houqin.desk.policies import visible_follow_ups
from houqin.flows.accept_result import finish_follow_up
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.desk.forms import FollowUpForm
from houqin.web.lists import Sorting, page
from houqin.web.steps import Step, take
from houqin.web.ui import clocks as chips


def _finish(about: FollowUp, by: User, *, outcome: str) -> FollowUp:
    return finish_follow_up(follow_up_id=about.pk, outcome=outcome, by=by)


FINISH = Step(
    "finish",
    pgettext_lazy("button", "Record the call"),
    "phone-call",
    _("The call is recorded."),
    _finish,
    FollowUpForm,
    title=_("What came of the follow-up call?"),
)


@require_GET
@requires("desk.follow_up")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """The calls to make, the soonest due first; `?done=1` those that were made, the newest first."""
    user, done = person_of(request), request.GET.get("done") == "1"
    found = visible_follow_ups(user).filter(done_at__isnull=not done)
    found = found.select_related("request__place", "request__requester", "rating", "done_by")
    shown = page(found, Sorting("done_at", newest=True) if done else Sorting("due_at"), request.GET)
    context = {
        "rows": [
            (one, None if done else chips.running(one.due_at, start=one.opened_at)) for one in shown.rows
        ],
        "page": shown,
        "done": done,
        "sees_phone": may(user, "people.see_phones"),
        "now": clock.now(),
        "chapter": "desk",
        "organisation": organisation(),
    }
    return render(request, "desk/follow_ups.html", context)


@require_http_methods(["GET", "POST"])
@requires("desk.follow_up")
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came of a call."""
    user = person_of(request)
    found = get_object_or_404(visible_follow_ups(user).select_related("request", "rating"), pk=pk)
    home = reverse("desk:follow_ups")
    return take(request, FINISH, about=found, by=user, home=home, template="desk/step.html", chapter="desk")
