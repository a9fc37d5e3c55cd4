"""Calls that ring at the desk: shown by themselves on the phone desk and above the queue."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.intake.queries.callers import Caller, callers
from houqin.intake.queries.calls import ringing_for
from houqin.web import pulse
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key

SECONDS = 1
"""How often an open desk asks whether a call has moved; a question costs no statement (`web.hearing`)."""


@require_GET
@requires("desk.register")
def ringing(request: HttpRequest) -> HttpResponse:
    """The calls that ring for me now, and where to ask again."""
    return render(request, "desk/phone_ringing.html", of_ringing(person_of(request)))


def of_ringing(user: User) -> dict[str, Any]:
    """What shows the calls that ring for somebody; nothing for who may not answer."""
    if not may(user, "desk.register"):
        return {}
    now = pulse.sign_of_calls()  # before the calls are read: what happens in between is asked for again
    return {
        "calls_ring": True,
        "ringing": [(call, _first(call.number, user)) for call in ringing_for(user)],
        "calls_pulse": pulse.address_of_calls(now),
        "calls_every": SECONDS,
        "ringing_key": new_form_key(),
        "sees_phone": may(user, "people.see_phones"),
    }


def _first(number: str, user: User) -> tuple[Caller | None, int]:
    """Who it is where that is certain, and how many it may be."""
    found = callers(number, user)
    return (found[0] if len(found) == 1 else None), len(found)
