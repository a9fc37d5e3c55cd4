"""The tracking page: what a requester sees and does, by link or signed in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.ratings import rater_of
from houqin.desk.models import Message, Rating, RequestStatus, ServiceRequest
from houqin.desk.policies import REQUESTER_STEPS, allowed_steps, goes_on_as, may_reopen_still
from houqin.files.models import Attachment
from houqin.flows.accept_result import accept_result, rate_request, refuse_result
from houqin.flows.add_message import write_as_requester
from houqin.flows.chase_request import chase_request
from houqin.flows.reopen_request import reopen_request
from houqin.flows.withdraw_request import withdraw_request
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, Refused
from houqin.org.queries.organisation import organisation
from houqin.web import stream
from houqin.web.access import requires
from houqin.web.once import new_form_key, once
from houqin.web.public.forms import OptionalReasonForm, RatingForm, ReasonForm, WordsForm
from houqin.web.public.progress import DONE, coming_for, four_steps
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.uploads import serve, stored
from houqin.work.models.orders import FINISHED

S = RequestStatus


@require_GET
@requires("public")
def track(request: HttpRequest, token: str) -> HttpResponse:
    """State, who and when, why it waits, the story, and what the requester can do now.

    Of a merged request: how the other one stands, and who comes; nothing that others have written.
    """
    return _page(request, token)


def _request_of(token: str) -> ServiceRequest:
    try:
        return links.request_of(token)
    except Missing:
        raise Http404 from None


def _page(request: HttpRequest, token: str, *, forms: dict[str, Form] | None = None) -> HttpResponse:
    found = _request_of(token)
    allowed = allowed_steps(None, found) - ({"withdraw"} if found.affected > 1 else set())
    goes_on = goes_on_as(found)
    may_reopen, orders = "reopen" in allowed and may_reopen_still(found, clock.now()), coming_for(goes_on)
    rating = Rating.objects.filter(request=goes_on, rater=rater_of(found, None)).first()
    context: dict[str, Any] = {
        "found": found,
        "others": found.affected - 1,
        "token": token,
        "goes_on": goes_on,
        "steps": four_steps(goes_on),
        "coming": [one for one in orders if one.order.status not in FINISHED],
        "done": [one for one in orders if one.order.status in DONE],
        "question": _question(found),
        "link": request.build_absolute_uri(reverse("public:track", args=[token])),
        "entries": stream.of_request(found, public=True),
        "allowed": allowed,
        "may_reopen": may_reopen,
        "over": not found.is_open and not may_reopen and (rating is not None or "rate" not in allowed),
        "report_url": _report_address(found),
        "rating": rating,
        "organisation": organisation(),
        "forms": {name: (forms or {}).get(name) or form() for name, (form, _run) in STEPS.items()},
        "form_key": request.POST.get("form_key") or new_form_key(),
        "open_sheet": next(iter(forms), "") if forms else "",
    }
    return render(request, "public/track.html", context, status=422 if forms else 200)


def _report_address(found: ServiceRequest) -> str:
    """The report form, at the same place again."""
    query = f"?{urlencode({'place': found.place.code})}" if found.place else ""
    return reverse("public:report") + query


def _question(found: ServiceRequest) -> str:
    """What we asked the requester last, while we wait for the answer."""
    if found.status != S.NEED_INFO:
        return ""
    asked = found.messages.filter(side=Message.Side.STAFF).order_by("-pk").first()
    return asked.text if asked else ""


@require_http_methods(["GET", "POST"])
@requires("public")
def act(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """One step of the requester; a form with errors comes back open, a GET leads to the tracking page."""
    found = _request_of(token)
    if step not in STEPS or STEPS_ASK.get(step, step) not in REQUESTER_STEPS:
        raise Http404
    if request.method == "GET":
        return redirect("public:track", token)
    form_class, run = STEPS[step]
    form = form_class(request.POST, request.FILES) if form_class is WordsForm else form_class(request.POST)
    if not form.is_valid():
        return _page(request, token, forms={step: form})

    def effect() -> HttpResponse:
        said = run(found, form.cleaned_data, _by(request, found))
        return go_to(request, "public:track", links.token_of(found), said=said)

    try:
        return once(request, effect)
    except Invalid as refusal:
        refused(form, refusal)
        return _page(request, token, forms={step: form})
    except Refused as refusal:
        return refused_back(request, refusal, "public:track", token)


def _by(request: HttpRequest, found: ServiceRequest) -> User | None:
    """The signed-in requester, or None: whoever holds the link stands for the requester."""
    user = request.user
    return user if isinstance(user, User) and user.pk == found.requester_id else None


Given = dict[str, Any]


def _chase(found: ServiceRequest, given: Given, by: User | None) -> str:
    chase_request(request_id=found.pk, by=by, by_name=found.contact_name, note=given["reason"])
    return _("We have passed it on. Everybody concerned knows now.")


def _write(found: ServiceRequest, given: Given, by: User | None) -> str:
    photos = stored(given["photos"], by=by, photos=True)
    text = given["text"].strip() or _("See the photo.")
    write_as_requester(
        request_id=found.pk, text=text, by=by, by_name=found.contact_name, attachment_ids=photos
    )
    return _("Thank you, we have added it.")


def _withdraw(found: ServiceRequest, given: Given, by: User | None) -> str:
    withdraw_request(request_id=found.pk, by=by, by_name=found.contact_name, reason=given["reason"])
    return _("Your report is withdrawn.")


def _accept(found: ServiceRequest, given: Given, by: User | None) -> str:
    if found.status == S.RESOLVED:
        accept_result(request_id=found.pk, by=by, by_name=found.contact_name)
    rate_request(
        request_id=found.pk,
        speed=given["speed"],
        attitude=given["attitude"],
        quality=given["quality"],
        solved=not given["unsolved"],
        comment=given["comment"],
        by=by,
    )
    return _("Thank you for your rating.")


def _refuse(found: ServiceRequest, given: Given, by: User | None) -> str:
    refuse_result(request_id=found.pk, reason=given["reason"], by=by, by_name=found.contact_name)
    return _("We will come back to it.")


def _reopen(found: ServiceRequest, given: Given, by: User | None) -> str:
    reopen_request(request_id=found.pk, reason=given["reason"], by=by, by_name=found.contact_name)
    return _("We will come back to it.")


Run = Callable[[ServiceRequest, Given, User | None], str]
STEPS: dict[str, tuple[type[Form], Run]] = {
    "chase": (OptionalReasonForm, _chase),
    "message": (WordsForm, _write),
    "withdraw": (OptionalReasonForm, _withdraw),
    "accept": (RatingForm, _accept),
    "refuse": (ReasonForm, _refuse),
    "reopen": (ReasonForm, _reopen),
}
# Where the address says it shorter than the policy.
STEPS_ASK = {"accept": "accept_result", "refuse": "refuse_result"}


@require_GET
@requires("public")
def file(request: HttpRequest, token: str, key: str) -> FileResponse:
    """A photo or file of the request that is meant for the requester."""
    found = _request_of(token)
    shown = Attachment.objects.filter(key=key).filter(stream.shown_to_requester(found)).distinct()
    return serve(request, get_object_or_404(shown))
