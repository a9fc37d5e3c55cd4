"""What is known already of what somebody is about to report, and 我也遇到 instead of reporting it again.

Nothing of another person's report is shown: see `desk.queries.similar.Known`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, ServiceRequest
from houqin.desk.queries.recipients import requesters_of
from houqin.desk.queries.similar import Asked, known_faults
from houqin.flows.follow_request import follow_request
from houqin.kernel import clock
from houqin.kernel.errors import Missing, Refused, StaleState
from houqin.org.models import Place
from houqin.org.queries.organisation import organisation
from houqin.web.access import requires
from houqin.web.lists import numbers
from houqin.web.public.forms import LONGEST, ReportForm
from houqin.web.public.lately import WINDOW
from houqin.web.responses import go_to
from houqin.web.uploads import stored

FIELD = "known"
"""The button 我也遇到: its value names the fault."""
SEEN = "seen"
TAKEN = ("name", "email", "description", "photos")
"""Fields of the report form that a press takes along; the phone too, but it is never asked for."""
MOST_ANONYMOUS = 120


@require_GET
@requires("public")
def known(request: HttpRequest) -> HttpResponse:
    """The known faults that fit what is filled in so far, but for those that the form shows already."""
    given = request.GET
    asked = Asked(
        place=Place.objects.filter(code=given.get("place", ""), active=True).first(),
        place_note=given.get("place_note", "").strip()[:200],
        category_id=numbers(given, "category"),
        text=given.get("description", "").strip()[:LONGEST],
    )
    shown = set(given.getlist(SEEN))
    found = [one for one in known_faults(asked) if one.token not in shown]
    return render(request, "public/known.html", {"faults": found})


def asked_of(form: ReportForm) -> Asked:
    """What a form that was sent asks for, as far as it can be read."""
    given = form.cleaned_data if not form.errors or hasattr(form, "cleaned_data") else {}
    category = given.get("category")
    return Asked(
        place=given.get("place"),
        place_note=given.get("place_note", ""),
        category_id=category.pk if category else None,
        text=given.get("description", ""),
    )


def unseen(request: HttpRequest, asked: Asked) -> bool:
    """True when a fault is known that the form has not shown yet."""
    return not {one.token for one in known_faults(asked)} <= set(request.POST.getlist(SEEN))


def may_follow(form: ReportForm) -> bool:
    """True when what a press takes along is in order; what only a report needs is not asked for."""
    if "phone" in form.fields:
        form.fields["phone"].required = False
    for name in form.errors.keys() - {*TAKEN, "phone"}:
        del form.errors[name]
    return not form.errors


def follow(request: HttpRequest, form: ReportForm, *, channel: str, user: User | None) -> HttpResponse:
    """Follow the fault that was pressed, and go on to the own link.

    Who has reported it goes on to the link of the report. Raises `Refused` for a fault that is not
    open any more, or after very many presses without an account.
    """
    fault = _pressed(request)
    given = form.cleaned_data
    if user is not None and (own := _own_report(fault, user)) is not None:
        said = _("You have reported this yourself. Here is how it goes on.")
        return go_to(request, "public:track", links.token_of(own), said=said)
    if user is None:
        _not_too_many(fault)
    place: Place | None = given.get("place")
    follower = follow_request(
        request_id=fault.pk,
        contact=Contact(
            name=given.get("name", ""),
            phone=given.get("phone", ""),
            email=given.get("email", ""),
            language=get_language() or "",
            place_id=place.pk if place else None,
            channel=channel,
        ),
        by=user,
        text=given.get("description", ""),
        attachment_ids=stored(given.get("photos", []), by=user, photos=True),
    )
    said = _("Thank you. You hear of it by this page; it is yours alone.")
    return go_to(request, "public:following", links.token_of_follower(follower), said=said)


def _pressed(request: HttpRequest) -> ServiceRequest:
    try:
        return links.known_of(request.POST[FIELD])
    except Missing:
        raise StaleState(_("This is not open any more. Please report it.")) from None


def _own_report(fault: ServiceRequest, user: User) -> ServiceRequest | None:
    return next((own for own in requesters_of(fault) if own.requester_id == user.pk), None)


def _not_too_many(fault: ServiceRequest) -> None:
    """Keep a flood of nameless presses away, which would raise the priority of the fault."""
    recent = Follower.objects.filter(request=fault, user__isnull=True, since__gte=clock.now() - WINDOW)
    if recent[:MOST_ANONYMOUS].count() >= MOST_ANONYMOUS:
        phone = organisation().emergency_phone
        raise Refused(
            _("Very many people have told us of this in the last minutes. Please call %(phone)s.")
            % {"phone": phone or _("the service desk")}
        )
