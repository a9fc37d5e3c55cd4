"""Registering what a caller reports: known callers and places appear while one types."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import visible_requests
from houqin.flows.submit_request import submit_request
from houqin.kernel.errors import Refused
from houqin.kernel.text_search import phone_digits
from houqin.org.models import Place
from houqin.org.policies import visible_places
from houqin.org.queries.organisation import organisation
from houqin.org.queries.places import find
from houqin.web.access import person_of, requires
from houqin.web.desk.register_form import RegisterForm
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused

FEWEST = 3
"""Digits or letters from which callers are looked up."""
MOST = 4
PLACES = 8


@require_http_methods(["GET", "POST"])
@requires("desk.register")
def new(request: HttpRequest) -> HttpResponse:
    """One form for a call: who, where, what, how urgent."""
    form = RegisterForm(request.POST or None, initial={"contact_phone": request.GET.get("phone", "")})
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _registered(request, form))
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "chapter": "desk",
        "organisation": organisation(),
    }
    return render(request, "desk/new.html", context, status=422 if form.errors else 200)


@require_GET
@requires("desk.register")
def caller(request: HttpRequest) -> HttpResponse:
    """Who calls from a number, what they have open, and where their last request was."""
    user = person_of(request)
    typed = request.GET.get("contact_phone", "").strip()
    digits = phone_digits(typed) or typed
    people = _people(digits) if len(digits) >= FEWEST else []
    known = (
        visible_requests(user).filter(_of(people, digits))
        if len(digits) >= FEWEST
        else ServiceRequest.objects.none()
    )
    recent = list(known.select_related("place").defer("search_text", "search_grams").order_by("-pk")[:20])
    context = {
        "people": people,
        "open": [one for one in recent if one.status in OPEN][:MOST],
        "places": list({one.place.pk: one.place for one in recent if one.place}.values())[:3],
        "typed": digits,
        "chosen": request.GET.get("requester", ""),
    }
    return render(request, "desk/caller.html", context)


@require_GET
@requires("desk.register", "desk.triage", "work.raise")
def places(request: HttpRequest) -> HttpResponse:
    """The places that a few typed letters mean, to choose one."""
    typed = request.GET.get("place_text", "").strip()[:60]
    found = find(typed, visible_places(), limit=PLACES)
    return render(request, "desk/places.html", {"places": found, "typed": typed})


def _people(digits: str) -> list[User]:
    """Active people with that phone, or that work number."""
    same = Q(phone=digits) | Q(username__iexact=digits)
    if len(digits) >= 7:  # noqa: PLR2004 - enough of a number to be somebody's
        same |= Q(search_grams__contains=[digits[-2:]], search_text__contains=digits)
    found = User.objects.filter(same, is_active=True).defer("search_text", "search_grams")
    return list(found.select_related("department")[:MOST])


def _of(people: list[User], digits: str) -> Q:
    return Q(requester__in=people) | Q(contact_phone=digits)


def _registered(request: HttpRequest, form: RegisterForm) -> HttpResponse:
    given = form.cleaned_data
    place: Place | None = given["place"]
    report = Report(
        channel=given["channel"],
        category_id=given["category"].pk,
        title="" if given["description"].strip() else str(given["category"]),
        description=given["description"],
        answers={key: request.POST.get(key, "") for key in request.POST if key.startswith("q")},
        place_id=place.pk if place else None,
        place_note=given["place_note"],
        requester_id=given["requester"],
        contact_name=given["contact_name"],
        contact_phone=given["contact_phone"],
        urgency=given["urgency"],
        safety=given["safety"],
    )
    made = submit_request(report=report, by=person_of(request))
    return go_to(
        request, "desk:request", made.number, said=_("Registered as %(number)s.") % {"number": made.number}
    )
