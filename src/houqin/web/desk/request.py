"""One request: what happened on the left, its clocks and facts on the right, and its steps."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk import links
from houqin.desk.actions.ratings import rater_of
from houqin.desk.models import Rating, RequestAttachment, RequestStatus, ServiceRequest
from houqin.desk.policies import allowed_steps, goes_on_as, require_step, visible_requests
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.clocks import clocks_and_owners
from houqin.desk.queries.orders import orders_of
from houqin.desk.queries.requests import requests
from houqin.desk.queries.similar import similar_to
from houqin.files.models import Attachment
from houqin.intake.queries.calls import calls_of
from houqin.kernel.bilingual import in_language
from houqin.kernel.errors import Refused
from houqin.notify.queries.returns import hint_for
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.desk import filters
from houqin.web.desk.compose import QUICK, ComposeForm, say
from houqin.web.desk.forms import MOST_SIMILAR
from houqin.web.desk.proposals import by_rules
from houqin.web.desk.steps import STEPS, buttons, url_of
from houqin.web.lists import list_query, neighbours
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.steps import take, way_back
from houqin.web.story import lines, of_contractors, owners, read_by
from houqin.web.stream import of_request
from houqin.web.ui import nav
from houqin.web.uploads import serve
from houqin.work.models import OrderAttachment, WorkOrder
from houqin.work.models.orders import FINISHED
from houqin.work.policies import may_dispatch

CALLS = 10
"""Calls shown beside a request, the newest."""
READERS = ("desk.view", "desk.message")


@require_GET
@requires(*READERS)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a request. The parameters of the list it was opened from give its neighbours."""
    found = _found(person_of(request), number)
    return _page(request, found, ComposeForm())


@require_POST
@requires("desk.message")
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Write to the requester, or leave a note among staff; both with photos."""
    user = person_of(request)
    found = _found(user, number)
    form = ComposeForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return once(request, lambda: _said(request, found, form, user))
        except Refused as refusal:
            refused(form, refusal)
    return _page(request, found, form)


@require_http_methods(["GET", "POST"])
@requires("desk.view", "desk.message", "desk.register")
def step(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A step of the request: its form, and taking it."""
    user = person_of(request)
    found, wanted = _found(user, number), STEPS.get(key)
    if wanted is None:
        raise Http404
    home = reverse("desk:request", args=[number])
    if request.method == "GET":
        try:
            require_step(user, found, wanted.allowed_as)
        except Refused as refusal:
            return refused_back(request, refusal, way_back(request, home))
    elif key == "accept" and found.status == RequestStatus.ACCEPTED:
        return go_to(request, way_back(request, home), said=_("It has been accepted already."))
    return take(request, wanted, about=found, by=user, home=home, template="desk/step.html", chapter="desk")


@require_GET
@requires(*READERS)
def file(request: HttpRequest, number: str, key: str) -> FileResponse:
    """A photo or file of the request or of one of its orders."""
    found = get_object_or_404(visible_requests(person_of(request)), number=number)
    return serve(request, get_object_or_404(attached(found), key=key))


def attached(request: ServiceRequest) -> QuerySet[Attachment]:
    """Every file of a request and of its orders: whoever sees the request as staff may open them."""
    own = RequestAttachment.objects.filter(request=request).values("attachment")
    of_orders = OrderAttachment.objects.filter(order__request_link__request=request).values("attachment")
    return Attachment.objects.filter(Q(pk__in=own) | Q(pk__in=of_orders))


def _found(user: User, number: str) -> ServiceRequest:
    joined = ("category", "service", "place", "department", "crew", "standard", "requester")
    texts = ("search_text", "search_grams", "requester__search_text", "requester__search_grams")
    seen = visible_requests(user).select_related(*joined).defer(*texts)
    return get_object_or_404(seen, number=number)


def _said(request: HttpRequest, found: ServiceRequest, form: ComposeForm, user: User) -> HttpResponse:
    message = say(found, form, user)
    told = _("The note is kept.") if message.side == message.Side.INTERNAL else _("Sent to the requester.")
    back = way_back(request, reverse("desk:request", args=[found.number]))
    return go_to(request, back, said=told)


def _page(request: HttpRequest, found: ServiceRequest, form: ComposeForm) -> HttpResponse:
    user = person_of(request)
    context = {
        "subject": found,
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "quick": QUICK,
        "file_door": "desk:file",
        "answers": [
            (
                in_language(one["label"], one.get("label_en", "")),
                in_language(one["text"], one.get("text_en", "")),
            )
            for one in found.answers
        ],
        "chapter": "desk",
        "organisation": organisation(),
        **_history(found, user),
        **_facts(request, found, user),
        **_around(request, found, user),
    }
    return render(request, "desk/request.html", context, status=422 if form.errors else 200)


def _history(found: ServiceRequest, user: User) -> dict[str, Any]:
    """What happened, and the clocks: ours, but for people of a contractor, who are held to theirs."""
    clocks, times = clocks_and_owners(found)
    parts, minutes = owners(times)
    entries = read_by(user, of_request(found, public=False))
    return {
        "ours": user.partner_id is None,
        "clocks": lines(clocks),
        "standard": found.standard or "",
        "owners": parts,
        "minutes": minutes,
        "entries": entries,
    }


def _facts(request: HttpRequest, found: ServiceRequest, user: User) -> dict[str, Any]:
    orders = list(orders_of(found).select_related("crew", "worker").defer("search_text", "search_grams"))
    allowed = allowed_steps(user, found)
    back = request.POST.get("next") or request.get_full_path()
    live = any(order.status not in FINISHED for order in orders)
    line, rest = buttons(found, allowed, back=back, has_live_order=live)
    follows = followers_of(found) if found.affected > 1 else ()
    return {
        "orders": orders,
        "to_give": next((one for one in orders if _waits_for(one, user)), None),
        "theirs": of_contractors(order for order in orders if _shows(order, user)),
        "allowed": allowed,
        "line": line,
        "rest": rest,
        "back": back,
        "similar": _similar(found, user, back) if "merge" in allowed else [],
        "followers": [
            (one, settings.PUBLIC_URL.rstrip("/") + links.path_of_follower(one)) for one in follows
        ],
        "renew_follower": url_of(found, "renew_follower", back) if "renew_link" in allowed else "",
        "ratings": _ratings(found),
        **by_rules(found, allowed, back=back),
        "merged": found.merged.only("number", "title"),
        "tracking": settings.PUBLIC_URL.rstrip("/") + links.path_of(found),
        "sees_phone": may(user, "people.see_phones"),
        "returned": hint_for([found.contact_email, found.requester.email if found.requester else ""]),
        "sees_returns": may(user, "system.manage"),
        "calls": calls_of(found, user)[:CALLS],
    }


def _similar(found: ServiceRequest, user: User, back: str) -> list[tuple[ServiceRequest, str]]:
    """The likeliest of the open requests that may be the same, each with where it is merged into it."""
    alike = [one.request for one in similar_to(found, user)[:MOST_SIMILAR] if one.is_same]
    merge = url_of(found, "merge", back)
    return [(one, f"{merge}&{urlencode({'candidate': one.number})}") for one in alike]


def _waits_for(order: WorkOrder, user: User) -> bool:
    """Whether an order waits for somebody whom this person may name."""
    return order.status == WorkOrder.Status.TO_DISPATCH and may_dispatch(user, order)


def _shows(order: WorkOrder, user: User) -> bool:
    """Whether somebody may read what the contractor of an order promised: one of ours, or of that company."""
    return user.partner_id is None or (order.crew is not None and order.crew.partner_id == user.partner_id)


def _ratings(found: ServiceRequest) -> Iterable[Rating]:
    """What was said of the work, once there was any to speak of."""
    if found.merged_into_id is not None:
        own = Rating.objects.filter(request=goes_on_as(found), rater=rater_of(found, None))
        return own.select_related("follow_up__done_by")
    if found.resolved_at is None and not found.reopen_count:
        return ()
    return Rating.objects.filter(request=found).select_related("follow_up__done_by")


def _around(request: HttpRequest, found: ServiceRequest, user: User) -> dict[str, Any]:
    """The list it was opened from, and the requests before and behind it there.

    Who may not open the queue goes back to where their own work is.
    """
    query = list_query(request.GET)
    if not may(user, "desk.view"):
        return {"list_query": "", "home": next(nav.chapters(request), None)}
    if not query:
        return {"list_query": ""}
    listed = requests(filters.wanted(request.GET), user)
    previous, following = neighbours(listed, filters.sorting_of(request.GET), found)
    return {"list_query": query, "previous": previous, "following": following}
