"""The list of work orders, and raising one that no request asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.flows.raise_work_order import raise_order_alone
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web import pulse
from houqin.web.access import person_of, requires
from houqin.web.lists import Tab, capped, counted, digest, in_all, list_query, page, renewed
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused
from houqin.web.work import filters
from houqin.web.work.forms import NewForm
from houqin.web.work.rows import rows_of
from houqin.work.policies import visible_orders
from houqin.work.queries import orders as queries
from houqin.work.queries.orders import OrderFilter

KEPT = frozenset({"tab", "order", *filters.FURTHER})


@require_GET
@requires("work.view")
def orders(request: HttpRequest) -> HttpResponse:
    """The orders of a tab. With `?poll=` only the list, when it shows something else than that digest."""
    user, wanted, now = person_of(request), filters.wanted(request.GET), pulse.sign()
    listed = queries.orders(wanted, user)
    found = page(listed, filters.sorting_of(request.GET), request.GET)
    rows, tabs = rows_of(found.rows), _tabs(request, wanted, user)
    context = {
        "rows": rows,
        "page": found,
        "total": lambda: in_all(listed.select_related(None), found),
        "tabs": tabs,
        "pulse": pulse.address(now),
        "digest": digest(tabs, [row.shown for row in rows]),
        "timed": wanted.overdue,
        "list_query": list_query(request.GET),
        "narrowed": filters.is_narrowed(request.GET),
        "may_raise": may(user, "work.raise"),
        "polled": "poll" in request.GET,
        "chapter": "work",
    }
    if "poll" in request.GET:
        return renewed(request, "work/orders.html#list", context)
    context |= {
        "form": filters.OrdersForm(request.GET),
        "further": list(filters.further(request.GET)),
        "kept": [(name, values) for name, values in request.GET.lists() if name in KEPT],
        "order": filters.order_of(request.GET),
        "organisation": organisation(),
    }
    return render(request, "work/orders.html", context)


@require_http_methods(["GET", "POST"])
@requires("work.raise")
def new(request: HttpRequest) -> HttpResponse:
    """Raise an order without a request."""
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _raised(request, form))
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "chapter": "work",
        "organisation": organisation(),
    }
    return render(request, "work/new.html", context, status=422 if form.errors else 200)


def _raised(request: HttpRequest, form: NewForm) -> HttpResponse:
    order = raise_order_alone(by=person_of(request), **form.arguments())
    return go_to(
        request, "work:order", order.number, said=_("%(number)s is raised.") % {"number": order.number}
    )


def _tabs(request: HttpRequest, wanted: OrderFilter, user: User) -> list[Tab]:
    """The tabs with what is in each; finished work is not counted."""
    chosen = filters.tab_of(request.GET)
    found = []
    for name, label, states in filters.TABS:
        inside = visible_orders(user).filter(filters.in_tab(wanted, name).condition()) if states else None
        count = "" if inside is None else counted(capped(inside))
        found.append(Tab(name, str(label), count, name == chosen))
    return found
