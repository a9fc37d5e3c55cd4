"""Reporting: from a label's address, from a link, or from the start page; with or without an account."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk import links
from houqin.desk.actions.requests import Report
from houqin.desk.models import Channel, ServiceRequest
from houqin.desk.queries.similar import Asked, known_faults
from houqin.flows.submit_request import submit_request
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.kernel.text_search import matches
from houqin.org.actions.qrcodes import record_scan
from houqin.org.models import Place
from houqin.org.models.places import PlaceType
from houqin.org.queries.organisation import organisation
from houqin.org.queries.qrcodes import scanned
from houqin.web.access import requires
from houqin.web.once import new_form_key, once
from houqin.web.public import known
from houqin.web.public.forms import ReportForm
from houqin.web.public.lately import WINDOW, noted, sent_lately
from houqin.web.responses import go_to, refused
from houqin.web.uploads import stored

MOST_FROM_ONE_PLACE = 40
MOST_WITHOUT_PLACE = 120
SUGGESTIONS = 8


@require_http_methods(["GET", "POST"])
@requires("public")
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """The address on a label: the report form with the place filled in. An unknown code says so."""
    code = scanned(token)
    if code is None or code.retired_at is not None:
        context = {"organisation": organisation()}
        return render(request, "public/unknown_code.html", context, status=404)
    if request.method == "GET":
        person = request.user.username if isinstance(request.user, User) else ""
        record_scan(code=code, person=person)
    place = code.place if code.place and code.place.active else None
    return _report(request, place=place, channel=Channel.QR)


@require_http_methods(["GET", "POST"])
@requires("public")
def report(request: HttpRequest) -> HttpResponse:
    """The report form without a label; `?place=CODE` fills the place in."""
    place = Place.objects.filter(code=request.GET.get("place", ""), active=True).first()
    return _report(request, place=place, channel=Channel.WEB)


@require_GET
@requires("public")
def places(request: HttpRequest) -> HttpResponse:
    """Places that fit what is being typed, for choosing one without a label."""
    typed = request.GET.get("place_note", "").strip()[:60]
    found: list[Place] = []
    if typed:
        rows = Place.objects.filter(matches(typed), active=True).exclude(type=PlaceType.SITE)
        found = list(rows.defer("search_text", "search_grams").order_by("type", "label", "pk")[:SUGGESTIONS])
    return render(request, "public/places.html", {"places": found})


def _report(request: HttpRequest, *, place: Place | None, channel: str) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    given: dict[str, Any] = {"initial": {"place": place, "urgency": "normal"}, "signed_in": user is not None}
    form = ReportForm(request.POST or None, request.FILES or None, **given)
    if request.method != "POST":
        return _page(request, form, Asked(place=place), user)
    return _sent(request, form, channel=channel, user=user) or _page(
        request, form, known.asked_of(form), user
    )


def _sent(request: HttpRequest, form: ReportForm, *, channel: str, user: User | None) -> HttpResponse | None:
    """The way on after a report or a press on 我也遇到; None where the form comes back with its errors."""
    follows = known.FIELD in request.POST
    if not (known.may_follow(form) if follows else form.is_valid()):
        return None
    if link := sent_lately(request):
        said = _("You have just reported this. Here is how it goes on; you can add to it below.")
        return go_to(request, link, said=said)

    def effect() -> HttpResponse:
        if follows:
            return known.follow(request, form, channel=channel, user=user)
        asked = known.asked_of(form)
        # Inside `once`, so that the second of two clicks is not told of what the first one has made.
        if known.unseen(request, asked):
            return _page(request, form, asked, user, stopped=True)
        return _submit(request, form, channel=channel, user=user)

    try:
        return noted(request, once(request, effect))
    except Refused as refusal:
        refused(form, refusal)
        return None


def _page(
    request: HttpRequest, form: ReportForm, asked: Asked, user: User | None, *, stopped: bool = False
) -> HttpResponse:
    """The form, with what is known of the place; `stopped` asks to look at that before it is sent."""
    context = {
        "known": known_faults(asked),
        "stopped": stopped,
        "form": form,
        "place": asked.place,
        "organisation": organisation(),
        "form_key": request.POST.get("form_key") or new_form_key(),
        "tab_set": "requester" if user else "",
        "tab": "report",
        "jobs_here": _jobs_at(asked.place, user),
    }
    answer = render(request, "public/report.html", context, status=422 if form.errors else 200)
    if stopped:
        answer["HX-Reswap"] = "outerHTML show:#known:top"
    return answer


def _jobs_at(place: Place | None, user: User | None) -> str:
    """For a technician who scanned a label: where the jobs of the place are."""
    if place is None or user is None or not may(user, "work.perform"):
        return ""
    return f"{reverse('jobs:scan')}?{urlencode({'code': place.code})}"


def _submit(request: HttpRequest, form: ReportForm, *, channel: str, user: User | None) -> HttpResponse:
    given = form.cleaned_data
    place: Place | None = given["place"]
    if user is None:
        _not_too_many(place)
    category = given["category"]
    description = given["description"].strip()
    reported = submit_request(
        report=Report(
            channel=channel,
            category_id=category.pk,
            title="" if description else str(category),
            description=description,
            answers={key: request.POST.get(key, "") for key in request.POST if key.startswith("q")},
            place_id=place.pk if place else None,
            place_note=given["place_note"] if place is None else "",
            contact_name=given.get("name", ""),
            contact_phone=given.get("phone", ""),
            contact_email=given.get("email", ""),
            urgency=given["urgency"],
            language=get_language() or "",
            attachment_ids=stored(given["photos"], by=user, photos=True),
        ),
        by=user,
    )
    return go_to(
        request, "public:track", links.token_of(reported), said=_("Thank you. We have received your report.")
    )


def _not_too_many(place: Place | None) -> None:
    """Keep a flood of anonymous reports away, by place: a whole campus shares one address."""
    recent = ServiceRequest.objects.filter(
        opened_at__gte=clock.now() - WINDOW,
        requester__isnull=True,
        channel__in=[Channel.QR, Channel.WEB],
        place=place,
    )
    most = MOST_FROM_ONE_PLACE if place else MOST_WITHOUT_PLACE
    if recent[:most].count() >= most:
        phone = organisation().emergency_phone
        raise Refused(
            _("There have been very many reports from here in the last minutes. Please call %(phone)s.")
            % {"phone": phone or _("the service desk")}
        )
