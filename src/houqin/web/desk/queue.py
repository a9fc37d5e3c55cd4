"""The queue: a table by clock, and beside it what the dispatcher decides on."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_follow_ups, visible_requests
from houqin.desk.queries.requests import RequestFilter, condition, requests
from houqin.flows.assign_work import assign_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web import pulse
from houqin.web.access import person_of, requires
from houqin.web.desk import filters
from houqin.web.desk.panel import panel_of, to_dispatch
from houqin.web.desk.phone_ringing import of_ringing
from houqin.web.desk.rows import drawn, rows_of
from houqin.web.lists import Tab, capped, counted, digest, in_all, list_query, numbers, page, renewed
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused_back
from houqin.web.steps import way_back
from houqin.work.models import WorkOrder

SHOWN = (
    "number", "title", "status", "priority", "place_note", "opened_at", "resolved_at", "due_at",
    "next_due_at", "escalated", "paused", "provisional", "affected", "category__name",
    "category__name_en", "place__label", "place__label_en", "crew__name", "crew__name_en",
)  # fmt: skip
"""What a row is made of."""

KEPT = frozenset({"tab", "order", *filters.FURTHER})
"""Parameters that a change of a control must not lose."""


@require_GET
@requires("desk.view")
def queue(request: HttpRequest) -> HttpResponse:
    """The requests of a tab. With `?poll=` only the list, when it shows something else than that digest."""
    user, wanted, now = person_of(request), filters.wanted(request.GET), pulse.sign()
    listed = requests(wanted, user)
    found = page(_few_joins(listed), filters.sorting_of(request.GET), request.GET)
    rows, tabs = rows_of(found.rows), _tabs(request, wanted, user)
    query, chosen = list_query(request.GET), request.GET.get("show", "")
    context = {
        "rows": rows,
        "table": drawn(rows, query=query, chosen=chosen),
        "page": found,
        "total": lambda: in_all(listed.select_related(None), found),
        "tabs": tabs,
        "pulse": pulse.address(now),
        "digest": digest(tabs, [row.shown for row in rows]),
        "timed": filters.changes_with_time(wanted),
        "list_query": query,
        "narrowed": filters.is_narrowed(request.GET),
        "may_register": may(user, "desk.register"),
        "polled": "poll" in request.GET,
        "chapter": "desk",
    }
    if "poll" in request.GET:
        return renewed(request, "desk/queue.html#list", context)
    context |= _around(request, user)
    return render(request, "desk/queue.html", context)


@require_GET
@requires("desk.view")
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The panel of one request, asked for by the script when its row is chosen."""
    user = person_of(request)
    found = get_object_or_404(_seen(user), number=number)
    shown = panel_of(found, user, back=_here(request, number))
    context = {"panel": shown, "form_key": new_form_key(), "list_query": list_query(request.GET)}
    answer = render(request, "desk/panel.html", context)
    answer["HX-Replace-Url"] = shown.back
    return answer


@require_POST
@requires("work.dispatch")
def dispatch(request: HttpRequest, number: str) -> HttpResponse:
    """Give a request to one technician at once: its order that waits, or a new one."""
    user = person_of(request)
    found = get_object_or_404(visible_requests(user), number=number)
    worker_id, version_ = numbers(request.POST, "worker"), numbers(request.POST, "version")
    back = way_back(request, reverse("desk:queue"))

    def effect() -> HttpResponse:
        order = to_dispatch(found)
        if order is None:
            order = raise_work_order(request_id=found.pk, by=user, worker_id=worker_id, version=version_)
        else:
            order = assign_work(order_id=order.pk, by=user, worker_id=worker_id, version=order.version)
        return go_to(request, back, said=assigned(order))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)


def assigned(order: WorkOrder) -> str:
    """What is said when an order has been given to somebody, or why it could not be yet."""
    if order.worker is not None:
        return _("%(number)s goes to %(name)s.") % {"number": order.number, "name": order.worker}
    return _("%(number)s: %(state)s.") % {"number": order.number, "state": order.get_status_display()}


def _around(request: HttpRequest, user: User) -> dict[str, object]:
    """What stands around the table."""
    shown = _seen(user).filter(number=request.GET["show"]).first() if request.GET.get("show") else None
    return {
        "form": filters.QueueForm(request.GET),
        "further": list(filters.further(request.GET)),
        "order": filters.order_of(request.GET),
        "kept": [(name, value) for name, value in request.GET.lists() if name in KEPT],
        "organisation": organisation(),
        "panel": panel_of(shown, user, back=_here(request, shown.number)) if shown else None,
        "form_key": new_form_key(),
        **of_ringing(user),
        "follow_ups": capped(visible_follow_ups(user).filter(done_at__isnull=True)),
    }


def _seen(user: User) -> QuerySet[ServiceRequest]:
    """The requests somebody sees, with what the panel shows of them."""
    joined = ("category", "service__job_type__trade", "place", "crew", "requester")
    return visible_requests(user).select_related(*joined).defer("search_text", "search_grams")


def _here(request: HttpRequest, number: str) -> str:
    """The queue as it is looked at, with a request chosen."""
    query = list_query(request.GET)
    return f"{reverse('desk:queue')}?{query}{'&' if query else ''}show={number}"


def _tabs(request: HttpRequest, wanted: RequestFilter, user: User) -> list[Tab]:
    """The tabs; those that should come to nothing with what is in them."""
    chosen = filters.tab_of(request.GET)
    found = []
    for name, label, counts in filters.TABS:
        inside = (
            visible_requests(user).filter(condition(filters.in_tab(wanted, name), user)) if counts else None
        )
        count = "" if inside is None else counted(capped(inside))
        found.append(Tab(name, str(label), count, name == chosen))
    return found


def _few_joins(found: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """The same with just what a row shows: seven joins take far longer to plan."""
    return found.select_related(None).select_related("category", "place", "crew").only(*SHOWN)
