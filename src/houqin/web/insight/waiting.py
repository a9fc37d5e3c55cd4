"""Where the time went: who had the working time of a period's requests, and the requests behind it."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.insight.time_owners import DIMENSIONS, TimeOwners, line_names, read, those
from houqin.kernel import clock
from houqin.kernel.time_owners import Owner
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.insight import charts, counting, pages
from houqin.web.insight.behind import behind
from houqin.web.insight.counts import COUNTS
from houqin.web.insight.links import page_address
from houqin.web.insight.owner_tables import GROUPS, TITLES, WAITED, owner_rows, tables
from houqin.web.insight.owner_workbook import workbook
from houqin.web.insight.periods import Period, named, period_of
from houqin.web.once import new_form_key, once
from houqin.web.owners import NAMES
from houqin.web.responses import go_to

KIND = "waiting"


@require_GET
@requires("insight.view")
def waiting(request: HttpRequest) -> HttpResponse:
    """Who had the time, as a whole and by month, service, building, crew, contractor and category."""
    (period, form), report = period_of(request.GET), _report(request)
    if report is None:
        return counting.waiting_page(request, KIND)
    if counting.asks_for_the_rest(request):
        return counting.shown_anew()
    link = partial(_list, person_of(request), period, report.as_of)
    shown = tables(report, link, whole=request.GET.getlist("all"))
    total = report.total
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "pages": pages.tabs(request),
        "period": period,
        "form": form,
        "named": [(label, one, one == period) for _name, label, one in named(clock.today())],
        "as_of": report.as_of,
        "query": request.GET.urlencode(),
        "form_key": new_form_key(),
        "total": total,
        "requests_url": link((), "", ""),
        "owners": owner_rows(total, link),
        "returned": total.times[Owner.RESOLVED],
        "groups": [name for _key, name, _owners in GROUPS],
        "tables": [(table, page_address(request, period, all=table.name)) for table in shown],
        "months": charts.time_by_month(next((table for table in shown if table.name == "month"), None)),
    }
    return render(request, "insight/waiting.html", context)


@require_GET
@requires("insight.view")
def requests(request: HttpRequest) -> HttpResponse:
    """The requests behind a figure, the longest wait first, each with its time; for who may see requests."""
    user, (period, _form), report = person_of(request), period_of(request.GET), _report(request)
    if not may(user, "desk.view"):
        raise Http404
    if report is None:
        return counting.waiting_page(request, KIND)
    owners = [owner for owner in WAITED if owner in request.GET.getlist("owner")]
    dimension, key = request.GET.get("by", ""), request.GET.get("key", "")
    if dimension not in DIMENSIONS:
        dimension, key = "", ""
    found = those(report.cases, owners=owners, dimension=dimension, key=key)
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "period": period,
        "as_of": report.as_of,
        "back": page_address_of(period),
        "owners": [NAMES[owner] for owner in owners],
        "line": _line_name(dimension, key),
        "list": behind(found, user, request.GET),
        "seconds": sum(seconds for _pk, seconds in found),
    }
    return render(request, "insight/waiting_requests.html", context)


@require_GET
@requires("insight.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The same figures as a workbook, one sheet for each table, in hours."""
    period, report = period_of(request.GET)[0], _report(request)
    if report is None:
        return counting.waiting_page(request, KIND)
    sheets = [(str(title), report.by(name)) for name, title in TITLES]
    name = f"{COUNTS[KIND].title} {period.start:%Y-%m-%d} {period.last:%Y-%m-%d}.xlsx"
    return FileResponse(workbook(report, sheets), as_attachment=True, filename=name)


@require_POST
@requires("insight.view")
def count(request: HttpRequest, kind: str) -> HttpResponse:
    """Have the figures of an address counted in the background, anew, and lead to their page."""
    if kind not in COUNTS:
        raise Http404

    def effect() -> HttpResponse:
        counting.begin(person_of(request), kind, request.GET)
        return go_to(request, f"{reverse(COUNTS[kind].page)}?{request.GET.urlencode()}")

    return once(request, effect)


def page_address_of(period: Period) -> str:
    """The page of a period."""
    query = urlencode({"start": period.start.isoformat(), "last": period.last.isoformat()})
    return f"{reverse('insight:waiting')}?{query}"


def _report(request: HttpRequest) -> TimeOwners | None:
    """The report of the address; None while it has to be counted in the background."""
    period = period_of(request.GET)[0]
    found = counting.figures(person_of(request), KIND, request.GET)
    if found is None:
        return None
    as_of = dt.datetime.fromisoformat(found["as_of"])
    return TimeOwners(start=period.start, end=period.end, as_of=as_of, cases=read(found["cases"]))


def _list(
    user: User, period: Period, as_of: dt.datetime, owners: Iterable[Owner], dimension: str, key: str
) -> str:
    """The list behind the time of some owners in a line; none for a reader who may not open requests."""
    if not may(user, "desk.view"):
        return ""
    query = {
        "start": period.start.isoformat(),
        "last": period.last.isoformat(),
        "as_of": as_of.isoformat(),
        "owner": [str(owner) for owner in owners],
        **({"by": dimension, "key": key} if dimension else {}),
    }
    return f"{reverse('insight:waiting_requests')}?{urlencode(query, doseq=True)}"


def _line_name(dimension: str, key: str) -> str:
    """What the line of a figure is called."""
    if not dimension:
        return ""
    title = dict(TITLES)[dimension]
    known: int | str = int(key) if key.isascii() and key.isdigit() and dimension != "month" else key
    return f"{title}: {line_names(dimension, [known or None])[known or None]}"
