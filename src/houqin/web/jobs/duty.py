"""The technician's own work: the switch 在岗, shifts, leave, licences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.staffing.actions.terms import set_duty
from houqin.staffing.models import Terms
from houqin.staffing.queries.licences import held_by
from houqin.staffing.queries.weeks import coming
from houqin.web.access import person_of, requires
from houqin.web.once import once
from houqin.web.responses import go_to, refused_back
from houqin.web.staffing.rows import Chip
from houqin.web.staffing.views import absences_of

WEEK = 7


@require_http_methods(["GET", "POST"])
@requires("work.perform")
def turn(request: HttpRequest) -> HttpResponse:
    """Turn one's own switch 在岗 on or off, and go back to where it stands."""
    if request.method == "GET":
        return redirect("jobs:today")
    user, on = person_of(request), request.POST.get("on") == "1"
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "jobs:today"

    def effect() -> HttpResponse:
        set_duty(user_id=user.pk, on_duty=on, by=user)
        said = _("You are on duty.") if on else _("You are off duty; no new work is given to you.")
        return go_to(request, back, said=said)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)


def switch(user: User) -> dict[str, Any]:
    """What the switch shows: on or off since when, and the shift that is under way or comes next."""
    terms = Terms.objects.filter(user=user).first()
    shifts = coming(user.pk, days=WEEK)
    return {
        "on": terms.on_duty if terms else True,
        "since": terms.on_duty_changed_at if terms else None,
        "shift": shifts[0] if shifts else None,
        "chip": Chip.of(shifts[0]) if shifts else None,
    }


def own_work(user: User) -> dict[str, Any]:
    """What one's own page tells of shifts of the next seven days, leave, and licences."""
    return {
        "duty": switch(user),
        "shifts": [(shift, Chip.of(shift)) for shift in coming(user.pk, days=WEEK)],
        "absences": absences_of(user),
        "licences": held_by([user.pk])[user.pk],
    }
