"""What a manager reads of the stores: receipts, issues and balance, what expires, who used what."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.inventory.policies import sees_value
from houqin.inventory.queries import holdings, turnover
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.lists import day
from houqin.web.stores import filters
from houqin.web.stores.paging import by_code

MOST = 200


def period_of(query: QueryDict) -> tuple[dt.date, dt.date]:
    """The days `?first=` to `?last=`; without them this month up to today."""
    today = clock.today()
    last = day(query, "last") or today
    first = day(query, "first") or last.replace(day=1)
    return min(first, last), max(first, last)


@require_GET
@requires("stock.see_value")
def balance(request: HttpRequest) -> HttpResponse:
    """Receipts, issues and balance of a period, by item; each figure opens its documents."""
    user = person_of(request)
    wanted, (first, last) = filters.stores_of(request.GET, user), period_of(request.GET)
    page = by_code(turnover.moving_items(wanted.ids, last), request.GET)
    rows = turnover.turnover([item.pk for item in page.rows], wanted.ids, first, last)
    opening, came, went = turnover.totals(wanted.ids, first, last)
    context = {
        **_frame("balance"),
        "wanted": wanted,
        "first": first,
        "last": last,
        "page": page,
        "rows": [(item, rows[item.pk]) for item in page.rows],
        "totals": (opening, came, went, opening + came - went),
    }
    return render(request, "stores/balance.html", context)


@require_GET
@requires("stock.see")
def expiring(request: HttpRequest) -> HttpResponse:
    """What expires within 90 days or has expired, by lot and location."""
    wanted = filters.stores_of(request.GET, person_of(request))
    context = {
        **_frame("expiring"),
        "may_value": sees_value(person_of(request)),
        "wanted": wanted,
        "rows": turnover.expiring(wanted.ids, holdings.SOON)[:MOST],
        "today": clock.today(),
    }
    return render(request, "stores/expiring.html", context)


@require_GET
@requires("stock.see_value")
def consumption(request: HttpRequest) -> HttpResponse:
    """Who used what in a period, the dearest first."""
    user = person_of(request)
    wanted, (first, last) = filters.stores_of(request.GET, user), period_of(request.GET)
    who = request.GET.get("charged_to", "").strip()[:40]
    context = {
        **_frame("consumption"),
        "wanted": wanted,
        "first": first,
        "last": last,
        "who": who,
        "rows": turnover.used(wanted.ids, first, last, charged_to=who, most=MOST),
        "values": sees_value(user),
    }
    return render(request, "stores/consumption.html", context)


def _frame(tab: str) -> dict[str, Any]:
    return {"chapter": "stores", "tab": tab, "organisation": organisation()}
