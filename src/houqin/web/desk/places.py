"""Places found by a few typed letters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.org.policies import visible_places
from houqin.org.queries.places import find
from houqin.web.access import requires

PLACES = 8


@require_GET
@requires("desk.register", "desk.triage", "work.raise")
def places(request: HttpRequest) -> HttpResponse:
    """The places that a few typed letters mean, to choose one."""
    typed = request.GET.get("place_text", "").strip()[:60]
    found = find(typed, visible_places(), limit=PLACES)
    return render(request, "desk/places.html", {"places": found, "typed": typed})
