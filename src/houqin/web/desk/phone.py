"""The phone desk: who calls, from where, about what; filed with the keys alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.actions.requests import Report
from houqin.desk.models import Category, Channel, ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.desk.queries.similar import similar_to
from houqin.intake.actions import answering
from houqin.intake.models import Call
from houqin.intake.policies import visible_calls
from houqin.intake.queries.callers import Caller, callers
from houqin.intake.queries.calls import TO_CALL, CallFilter, calls, last_of, lines_of
from houqin.kernel.errors import Refused
from houqin.org.models import Place
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.desk.phone_form import PhoneForm, meant, named
from houqin.web.desk.phone_ringing import of_ringing
from houqin.web.desk.phone_words import ByWords, by_words
from houqin.web.lists import capped, counted, is_key, numbers
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back

KNOWN_SHOWN = 4


@require_http_methods(["GET", "POST"])
@requires("desk.register")
def desk(request: HttpRequest) -> HttpResponse:
    """The one screen for a call: who, where, what; Enter files it. `?call=` is the call one has taken."""
    user = person_of(request)
    call = _call(request, user)
    form = PhoneForm(request.POST or None, initial=_initial(request, call))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _filed(request, form, call, user))
        except Refused as refusal:
            refused(form, refusal)
    number = str(request.POST.get("contact_phone", form.initial.get("contact_phone", "")))
    context = {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "call": call,
        "filed": _just_filed(request, user),
        "chapter": "desk",
        "organisation": organisation(),
        **_card(number, user, chosen=request.POST.get("who", "")),
        **of_ringing(user),
        **_around(user),
    }
    return render(request, "desk/phone.html", context, status=422 if form.errors else 200)


@require_GET
@requires("desk.register")
def caller(request: HttpRequest) -> HttpResponse:
    """The card of a number: who it may be, where they usually are, what they have open."""
    user = person_of(request)
    number = request.GET.get("contact_phone", "").strip()[:60]
    kept = numbers(request.GET, "place") is not None
    context = {"swapped": True, "kept": kept, **_card(number, user)}
    return render(request, "desk/phone_caller.html", context)


@require_GET
@requires("desk.register")
def about(request: HttpRequest) -> HttpResponse:
    """What a few typed letters mean among categories and services, to choose one."""
    typed = request.GET.get("about_text", "").strip()[:60]
    return render(request, "desk/phone_about.html", {"found": meant(typed), "typed": typed})


@require_GET
@requires("desk.register")
def known(request: HttpRequest) -> HttpResponse:
    """Open faults like this one at the place, which the caller may be about, and what the words tell."""
    user = person_of(request)
    context = {"known": _known(request, user), "words": _words(request), "form_key": new_form_key()}
    return render(request, "desk/phone_known.html", context)


@require_POST
@requires("desk.register")
def known_too(request: HttpRequest, number: str) -> HttpResponse:
    """Put the call on an open request instead of making another one."""
    user = person_of(request)
    about_it = get_object_or_404(visible_requests(user), number=number)
    form = PhoneForm(request.POST)
    form.is_valid()
    call = _call(request, user)
    here = reverse("desk:phone")

    def effect() -> HttpResponse:
        answering.file_known(
            request_id=about_it.pk,
            by=user,
            call_id=call.pk if call else None,
            report=_who_called(form),
            note=str(request.POST.get("title", "")).strip()[:400],
        )
        return go_to(request, f"{here}?{urlencode({'known': about_it.number})}")

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, here)


@require_POST
@requires("desk.register")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a ringing call; it disappears from everybody else's desk."""
    user, here = person_of(request), reverse("desk:phone")
    call = get_object_or_404(visible_calls(user), pk=pk)
    try:
        answering.take(call_id=call.pk, by=user)
    except Refused as refusal:
        return refused_back(request, refusal, here)
    return go_to(request, f"{here}?{urlencode({'call': pk})}")


@require_POST
@requires("desk.register")
def nothing(request: HttpRequest, pk: int) -> HttpResponse:
    """End a call of which nothing is to be registered."""
    user, here = person_of(request), reverse("desk:phone")
    call = get_object_or_404(visible_calls(user), pk=pk)
    note = str(request.POST.get("title", "")).strip()

    def effect() -> HttpResponse:
        answering.file_nothing(call_id=call.pk, by=user, note=note)
        return go_to(request, here, said=_("The call is kept without a request."))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, here)


@require_POST
@requires("desk.register")
def lines(request: HttpRequest) -> HttpResponse:
    """Choose the lines that ring on my desk."""
    user = person_of(request)
    chosen = {int(one) for one in request.POST.getlist("line") if is_key(one)}
    answering.choose_lines(by=user, line_ids=chosen)
    return go_to(request, "desk:phone", said=_("Your lines are remembered."))


def _call(request: HttpRequest, user: User) -> Call | None:
    """The call that is being answered; one that has been filed, or is somebody else's, is not."""
    pk = numbers(request.POST, "call") or numbers(request.GET, "call")
    seen = visible_calls(user).filter(operator=user, request__isnull=True)
    return seen.select_related("line", "caller").filter(pk=pk).first() if pk else None


def _initial(request: HttpRequest, call: Call | None) -> dict[str, Any]:
    number = call.number or call.sent_number if call else request.GET.get("phone", "")
    return {"contact_phone": number[:30]}


def _card(number: str, user: User, *, chosen: str = "") -> dict[str, Any]:
    """What is known of a number: who it may be, which of them is meant, and the last calls from it."""
    found = callers(number, user)
    picked = next((one for one in found if one.key == chosen), found[0] if len(found) == 1 else None)
    return {
        "number": number,
        "callers": found,
        "picked": picked,
        "usual": picked.places if picked else _places(found),
        "last_calls": last_of(number, user),
        "sees_phone": may(user, "people.see_phones"),
    }


def _places(found: list[Caller]) -> list[Place]:
    """Where any of several callers usually are; none of it is chosen."""
    return list({place.pk: place for one in found for place in one.places[:1]}.values())


def _known(request: HttpRequest, user: User) -> list[ServiceRequest]:
    place, chosen = _place(request), named(request.GET.get("about", ""))
    if place is None:
        return []
    category = chosen.category if chosen else Category()
    like = ServiceRequest(place=place, category=category, title=_said(request))
    return [one.request for one in similar_to(like, user)[:KNOWN_SHOWN]]


def _words(request: HttpRequest) -> ByWords | None:
    """What the triage rules make of the words, where nothing is chosen."""
    chosen = request.GET.get("about") or request.GET.get("about_text", "").strip()
    return None if chosen else by_words(_said(request), _place(request))


def _place(request: HttpRequest) -> Place | None:
    pk = numbers(request.GET, "place")
    return Place.objects.filter(pk=pk, active=True).first() if pk is not None else None


def _said(request: HttpRequest) -> str:
    return request.GET.get("title", "").replace("\0", "").strip()[:120]


def _who_called(form: PhoneForm) -> Report:
    place = form.cleaned_data.get("place")
    return Report(channel=Channel.PHONE, place_id=place.pk if place else None, **form.caller())


def _filed(request: HttpRequest, form: PhoneForm, call: Call | None, user: User) -> HttpResponse:
    made, _call = answering.file_request(report=form.report(), by=user, call_id=call.pk if call else None)
    return go_to(request, f"{reverse('desk:phone')}?{urlencode({'filed': made.number})}")


def _just_filed(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """The request whose number is to be read out to the caller."""
    for name in ("filed", "known"):
        if number := request.GET.get(name, "")[:20]:
            found = visible_requests(user).filter(number=number).select_related("place", "category").first()
            return {"request": found, "new": name == "filed"} if found else None
    return None


def _around(user: User) -> dict[str, Any]:
    missed = capped(calls(CallFilter(kind=TO_CALL), user).select_related(None))
    return {"lines": lines_of(user), "missed": counted(missed) if missed else ""}
