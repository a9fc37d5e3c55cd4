"""What waits for my decision, what I have asked for, and one of them with its course."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.approvals.kinds import KINDS
from houqin.approvals.models import Approval
from houqin.approvals.policies import allowed_verbs, visible_approvals
from houqin.approvals.queries import inbox as queries
from houqin.kernel.errors import StaleState
from houqin.org.queries.organisation import organisation
from houqin.web.access import SIGNED_IN, person_of, requires
from houqin.web.accounts.mine import frame
from houqin.web.approvals.steps import STEPS
from houqin.web.lists import Sorting, Tab, capped, counted, page
from houqin.web.once import new_form_key
from houqin.web.responses import refused_back
from houqin.web.steps import Button, take, way_back

TABS = {
    "waiting": pgettext_lazy("approvals", "Waiting for me"),
    "mine": pgettext_lazy("approvals", "Asked by me"),
    "decided": pgettext_lazy("approvals", "Decided by me"),
    "all": pgettext_lazy("approvals", "All"),
}
LOOKS = {
    "asked": ("send", "info"),
    "agreed": ("circle-check", "ok"),
    "refused": ("circle-x", "danger"),
    "sent_back": ("arrow-back-up", "warn"),
    "handed_on": ("user-share", ""),
    "added": ("user-plus", ""),
    "recalled": ("refresh", "idle"),
}


@require_GET
@requires(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me, the longest waiting first; `?view=` what I asked, decided, or all I may see."""
    user = person_of(request)
    views = [name for name in TABS if name != "all" or may(user, "approvals.view")]
    view = request.GET.get("view", "")
    view = view if view in views else "waiting"
    found = queries.listed(user, view)
    shown = page(found, Sorting("asked_at", newest=view != "waiting"), request.GET)
    waiting = capped(queries.waiting_for(user))
    context = {
        "rows": [(one, KINDS[one.kind].label if one.kind in KINDS else one.kind) for one in shown.rows],
        "page": shown,
        "view": view,
        "tabs": [
            Tab(name, str(TABS[name]), counted(waiting) if name == "waiting" else "", on=name == view)
            for name in views
        ],
        **_around(user),
    }
    return render(request, "approvals/inbox.html", context)


@require_GET
@requires(SIGNED_IN)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what it is about, who has said what, and what I may do."""
    user = person_of(request)
    about = _found(user, pk)
    context = {
        "about": about,
        "kind": KINDS[about.kind].label if about.kind in KINDS else about.kind,
        "steps": queries.steps_of(about),
        "story": [(event, *LOOKS[event.kind]) for event in queries.story_of(about)],
        "buttons": _buttons(request, about, user),
        "form_key": new_form_key(),
        **_around(user),
    }
    return render(request, "approvals/approval.html", context)


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def step(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A step of it: its form, and taking it."""
    user = person_of(request)
    about, wanted = _found(user, pk), STEPS.get(key)
    if wanted is None:
        raise Http404
    home = reverse("approvals:approval", args=[pk])
    if request.method == "GET" and key not in allowed_verbs(user, about):
        sentence = _("%(number)s does not wait for you.") % {"number": about.number}
        return refused_back(request, StaleState(sentence), way_back(request, home))
    return take(
        request, wanted, about=about, by=user, home=home, template="desk/step.html", chapter="approvals"
    )


def _found(user: User, pk: int) -> Approval:
    seen = visible_approvals(user).select_related("asked_by", "department")
    return get_object_or_404(seen, pk=pk)


def _buttons(request: HttpRequest, about: Approval, user: User) -> list[Button]:
    home = urlencode({"next": request.get_full_path()})
    return [
        Button(
            STEPS[key],
            f"{reverse('approvals:step', args=[about.pk, key])}?{home}",
            "primary" if at == 0 and key == "agree" else "",
        )
        for at, key in enumerate(allowed_verbs(user, about))
    ]


def _around(user: User) -> dict[str, Any]:
    """The layout: the desk's for who has one, the phone's for others."""
    return {**frame(user), "chapter": "approvals", "organisation": organisation()}
