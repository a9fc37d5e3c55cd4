"""One work order: what happened on the left, clocks, facts, people and checklist on the right."""

from decimal import Decimal
from typing import Any

import segno
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.budget.queries.costs import entries_of
from houqin.desk.models import RequestAttachment, ServiceRequest
from houqin.desk.queries.clocks import clocks_and_owners, clocks_and_owners_of_order
from houqin.files.models import Attachment
from houqin.kernel import clock
from houqin.kernel.errors import StaleState
from houqin.org.queries.organisation import organisation
from houqin.web.access import holds, person_of, requires
from houqin.web.lists import list_query, neighbours
from houqin.web.offering import afterwards
from houqin.web.once import new_form_key
from houqin.web.reasons import counted, looked_at
from houqin.web.responses import refused_back
from houqin.web.steps import take, way_back
from houqin.web.story import lines, of_contractors, owners, read_by
from houqin.web.stream import of_orders, of_request
from houqin.web.uploads import serve
from houqin.web.work import filters
from houqin.web.work.steps import STEPS, buttons, steps_for
from houqin.work.models import DispatchDecision, Offer, OrderAttachment, WorkOrder
from houqin.work.policies import may_read_decisions, may_see_cost, visible_orders
from houqin.work.queries import orders as queries
from houqin.work.queries.time import worked


@require_GET
@requires("work.view")
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The page of an order. The parameters of the list it was opened from give its neighbours."""
    user = person_of(request)
    order = _found(user, number)
    asked = _request_of(order) if order.source else None
    context = {
        "subject": order,
        "asked": asked,
        "form_key": new_form_key(),
        "file_door": "work:file",
        "chapter": "work",
        "organisation": organisation(),
        "sees_phone": may(user, "people.see_phones"),
        **_history(order, asked, user),
        **_people(order),
        **(_spent(order) if may_see_cost(user) else {}),
        **(_decided(order) if may_read_decisions(user, order) else {}),
        **_steps(request, order, user),
        **_around(request, order, user),
    }
    return render(request, "work/order.html", context)


@require_http_methods(["GET", "POST"])
@requires("work.view")
def step(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A step of the order: its form, and taking it."""
    user = person_of(request)
    order, wanted = _found(user, number), STEPS.get(key)
    if wanted is None:
        raise Http404
    home = reverse("work:order", args=[number])
    if request.method == "GET" and key not in steps_for(user, order):
        sentence = _("This is not possible while the order is “%(state)s”.") % {
            "state": order.get_status_display()
        }
        return refused_back(request, StaleState(sentence), way_back(request, home))
    return take(request, wanted, about=order, by=user, home=home, template="desk/step.html", chapter="work")


@require_GET
@requires("work.view")
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The order on paper (A4), with a code that opens it on a phone and a row for signatures."""
    user = person_of(request)
    order = _found(user, number)
    address = settings.PUBLIC_URL.rstrip("/") + f"/jobs/{order.number}/"
    context = {
        "order": order,
        "steps": list(order.steps.all()),
        "helpers": list(order.helpers.select_related("user")),
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2),
        "address": address,
        "organisation": organisation(),
        "printed_at": clock.now(),
        "back": reverse("work:order", args=[number]),
        "sees_phone": may(user, "people.see_phones"),
    }
    return render(request, "work/slip.html", context)


@require_GET
@requires("work.view")
def file(request: HttpRequest, number: str, key: str) -> FileResponse:
    """A photo or file of the order, or of the request it was raised for."""
    order = get_object_or_404(visible_orders(person_of(request)), number=number)
    return serve(request, get_object_or_404(attached(order), key=key))


def attached(order: WorkOrder) -> QuerySet[Attachment]:
    """Every file of an order and of its request: whoever sees the order may open them."""
    own = OrderAttachment.objects.filter(order=order).values("attachment")
    asked = RequestAttachment.objects.filter(request__order_links__order=order).values("attachment")
    siblings = OrderAttachment.objects.filter(order__request_link__request__order_links__order=order)
    return Attachment.objects.filter(
        Q(pk__in=own) | Q(pk__in=asked) | Q(pk__in=siblings.values("attachment"))
    )


def _found(user: User, number: str) -> WorkOrder:
    joined = ("place", "job_type", "crew", "worker", "standard")
    seen = visible_orders(user).select_related(*joined).defer("search_text", "search_grams")
    return get_object_or_404(seen, number=number)


def _request_of(order: WorkOrder) -> ServiceRequest | None:
    found = ServiceRequest.objects.filter(order_links__order=order).select_related("place", "standard")
    return found.defer("search_text", "search_grams").first()


def _history(order: WorkOrder, asked: ServiceRequest | None, user: User) -> dict[str, Any]:
    """What happened, and the clocks: ours and the contractor's; people of a contractor read their own."""
    theirs = of_contractors([order])
    found: dict[str, Any] = {"theirs": theirs, "ours": user.partner_id is None or not theirs}
    if asked is None:
        entries = sorted(of_orders([order], public=False), key=lambda entry: entry.at, reverse=True)
        clocks, times = clocks_and_owners_of_order(order)
    else:
        entries = of_request(asked, public=False)
        clocks, times = clocks_and_owners(asked)
    parts, minutes = owners(times)
    shown = read_by(user, entries)
    return {**found, "clocks": lines(clocks), "entries": shown, "owners": parts, "minutes": minutes}


def _people(order: WorkOrder) -> dict[str, Any]:
    """Who works on it, for how long, and the checklist."""
    entries = list(order.time_entries.select_related("user"))
    minutes: dict[int, int] = {}
    now = clock.now()
    for entry in entries:
        spent = int(((entry.ended_at or max(now, entry.started_at)) - entry.started_at).total_seconds())
        minutes[entry.user_id] = minutes.get(entry.user_id, 0) + spent // 60
    helpers = [helper.user for helper in order.helpers.select_related("user")]
    lead = [(order.worker, True, minutes.pop(order.worker.pk, 0))] if order.worker else []
    others = [(person, False, minutes.pop(person.pk, 0)) for person in helpers]
    former = {entry.user_id: entry.user for entry in entries if entry.user_id in minutes}
    others += [(person, False, minutes[pk]) for pk, person in former.items()]
    return {
        "people": [*lead, *others],
        "worked": worked(entries, now=now),
        "checklist": list(order.steps.all()),
        "reworks": list(order.reworks.only("number", "title", "status")) if order.is_finished else [],
    }


def _spent(order: WorkOrder) -> dict[str, Any]:
    """The cost sheet: every entry with its document, and their sum."""
    entries = list(entries_of(order.number))
    return {"costs": entries, "cost": sum((entry.amount for entry in entries), Decimal(0))}


def _decided(order: WorkOrder) -> dict[str, Any]:
    """The last decision about who goes, with everybody it looked at, and an offer that stands."""
    joined = ("chosen", "crew", "by")
    last = DispatchDecision.objects.filter(order=order).select_related(*joined).last()
    if last is None:
        return {"decision": None}
    nobody = counted(last) if order.unassignable_since and last.outcome == "nobody" else ""
    standing = Offer.objects.filter(order=order, outcome=Offer.Outcome.OPEN).first()
    return {"decision": last, "looked_at": looked_at(last), "nobody": nobody} | _offered(standing)


def _offered(offer: Offer | None) -> dict[str, Any]:
    """An offer that stands, and what happens once its time is up."""
    return {"offer": offer, "afterwards": afterwards(offer) if offer else ""}


def _steps(request: HttpRequest, order: WorkOrder, user: User) -> dict[str, Any]:
    back = request.get_full_path()
    allowed = steps_for(user, order)
    line, rest = buttons(order, allowed, user=user, back=back)
    sees = (order.source and holds(user, "desk.view")) or holds(user, "desk.message")
    return {"allowed": allowed, "line": line, "rest": rest, "back": back, "sees_request": bool(sees)}


def _around(request: HttpRequest, order: WorkOrder, user: User) -> dict[str, Any]:
    """The list it was opened from, and the orders before and behind it there."""
    query = list_query(request.GET)
    if not query:
        return {"list_query": ""}
    found = queries.orders(filters.wanted(request.GET), user)
    previous, following = neighbours(found, filters.sorting_of(request.GET), order)
    return {"list_query": query, "previous": previous, "following": following}
