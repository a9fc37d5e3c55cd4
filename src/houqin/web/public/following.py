"""A follower's page: how a fault that others reported goes on, and nothing that those others wrote."""

from collections.abc import Callable, Iterable
from typing import Any

from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.ratings import rater_of_follower
from houqin.desk.models import Follower, Rating, RequestAttachment, RequestEvent, ServiceRequest
from houqin.desk.policies import goes_on_as, steps_of_follower
from houqin.desk.queries.catalogue import kind_of
from houqin.desk.queries.orders import orders_of
from houqin.files.models import Attachment
from houqin.flows.follow_request import leave_request, rate_as_follower, write_as_follower
from houqin.journal.sentences import sentence
from houqin.kernel.errors import Invalid, Missing, Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import requires
from houqin.web.once import new_form_key, once
from houqin.web.public.forms import RatingForm, WordsForm
from houqin.web.public.progress import DONE, coming_for, four_steps
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.stream import LOOKS, Entry
from houqin.web.uploads import serve, stored
from houqin.work.models import OrderEvent
from houqin.work.models.orders import FINISHED

MILESTONES: dict[str, Promise] = {
    "accepted": gettext_lazy("We take care of it."),
    "rejected": gettext_lazy("We cannot take this on."),
    "reopened": gettext_lazy("It is open again."),
    "refused": gettext_lazy("It was not solved; work on it goes on."),
    "resolved": gettext_lazy("It is done."),
}
"""Steps of the request that a follower reads, in words of our own: never those of its requester."""


@require_GET
@requires("public")
def following(request: HttpRequest, token: str) -> HttpResponse:
    """State, who and when, why it waits, what the follower wrote, and what they can do now."""
    return _page(request, token)


@require_http_methods(["GET", "POST"])
@requires("public")
def act(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """One step of a follower; a form with errors comes back open, a GET leads to the page."""
    follower = _follower_of(token)
    if step not in STEPS:
        raise Http404
    if request.method == "GET":
        return redirect("public:following", token)
    form_class, run = STEPS[step]
    form = form_class(request.POST, request.FILES) if form_class is WordsForm else form_class(request.POST)
    if not form.is_valid():
        return _page(request, token, forms={step: form})

    def effect() -> HttpResponse:
        said = run(follower, form.cleaned_data, _by(request, follower))
        return go_to(request, "public:following", token, said=said)

    try:
        return once(request, effect)
    except Invalid as refusal:
        refused(form, refusal)
        return _page(request, token, forms={step: form})
    except Refused as refusal:
        return refused_back(request, refusal, "public:following", token)


@require_GET
@requires("public")
def file(request: HttpRequest, token: str, key: str) -> FileResponse:
    """A photo that the follower has added; nobody else's."""
    own = RequestAttachment.objects.filter(message__follower=_follower_of(token))
    return serve(request, get_object_or_404(Attachment, key=key, pk__in=own.values("attachment")))


def _follower_of(token: str) -> Follower:
    try:
        return links.follower_of(token)
    except Missing:
        raise Http404 from None


def _page(request: HttpRequest, token: str, *, forms: dict[str, Form] | None = None) -> HttpResponse:
    follower = _follower_of(token)
    goes_on = goes_on_as(follower.request)
    orders = coming_for(goes_on)
    allowed = steps_of_follower(follower)
    rating = Rating.objects.filter(request=goes_on, rater=rater_of_follower(follower)).first()
    context: dict[str, Any] = {
        "follower": follower,
        "token": token,
        "goes_on": goes_on,
        "kind": kind_of(goes_on),
        "others": goes_on.affected - 1,
        "steps": four_steps(goes_on),
        "coming": [one for one in orders if one.order.status not in FINISHED],
        "done": [one for one in orders if one.order.status in DONE],
        "entries": _story(follower, goes_on),
        "link": request.build_absolute_uri(reverse("public:following", args=[token])),
        "allowed": allowed,
        "rating": rating,
        "organisation": organisation(),
        "forms": {name: (forms or {}).get(name) or form() for name, (form, _run) in STEPS.items()},
        "form_key": request.POST.get("form_key") or new_form_key(),
        "open_sheet": next(iter(forms), "") if forms else "",
    }
    return render(request, "public/following.html", context, status=422 if forms else 200)


def _story(follower: Follower, goes_on: ServiceRequest) -> list[Entry]:
    """What happened since, newest first: our steps in our words, and what the follower wrote."""
    found = [*_steps(goes_on), *_written(follower)]
    found.append(Entry(at=follower.since, who=_("You have the same trouble."), icon="users"))
    found.sort(key=lambda entry: entry.at, reverse=True)
    return found


def _steps(goes_on: ServiceRequest) -> Iterable[Entry]:
    """The steps of the request and of its orders; what a person wrote with them is left out."""
    for event in RequestEvent.objects.filter(request=goes_on, kind__in=MILESTONES):
        icon, tone = LOOKS.get(event.kind, ("point", ""))
        yield Entry(at=event.at, who=str(MILESTONES[event.kind]), icon=icon, tone=tone)
    for step in OrderEvent.objects.filter(order__in=orders_of(goes_on), public=True).select_related("actor"):
        icon, tone = LOOKS.get(step.kind, ("point", ""))
        step.reason = ""
        yield Entry(at=step.at, who=sentence(step, public=True), icon=icon, tone=tone)


def _written(follower: Follower) -> Iterable[Entry]:
    for message in follower.messages.prefetch_related("attachments__attachment"):
        photos = [link.attachment for link in message.attachments.all()]
        entry = Entry(at=message.at, who=_("You added"), icon="message", says="mine", text=message.text)
        entry.photos = [photo for photo in photos if photo.is_image]
        yield entry


def _by(request: HttpRequest, follower: Follower) -> User | None:
    """The signed-in follower, or None: whoever holds the link stands for the follower."""
    user = request.user
    return user if isinstance(user, User) and user.pk == follower.user_id else None


Given = dict[str, Any]


def _write(follower: Follower, given: Given, by: User | None) -> str:
    photos = stored(given["photos"], by=by, photos=True)
    text = given["text"].strip() or _("See the photo.")
    write_as_follower(follower_id=follower.pk, text=text, by=by, attachment_ids=photos)
    return _("Thank you, we have added it.")


def _rate(follower: Follower, given: Given, by: User | None) -> str:
    solved = not given.pop("unsolved")
    rate_as_follower(follower_id=follower.pk, by=by, solved=solved, **given)
    return _("Thank you for your rating.")


def _leave(follower: Follower, given: Given, by: User | None) -> str:
    leave_request(follower_id=follower.pk, by=by)
    return _("You do not follow this any more.")


Run = Callable[[Follower, Given, User | None], str]
STEPS: dict[str, tuple[type[Form], Run]] = {
    "message": (WordsForm, _write),
    "rate": (RatingForm, _rate),
    "leave": (Form, _leave),
}
