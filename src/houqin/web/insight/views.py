"""The manager's page: how well we serve, and the list behind every figure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from houqin.accounts.policies import scope
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.insight.service_levels import Figures, Line, ServiceLevels, service_levels
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import requires
from houqin.web.insight.periods import Period, named, period_of
from houqin.web.insight.workbook import workbook
from houqin.web.jobs.views import person

SHOWN = 12
TABLES = (
    ("service", gettext_lazy("By service"), "service"),
    ("place", gettext_lazy("By building"), "place"),
    ("crew", gettext_lazy("By crew"), "crew"),
    ("department", gettext_lazy("By department"), "department"),
    ("channel", gettext_lazy("By channel"), "channel"),
)


@dataclass(frozen=True)
class Row:
    """A line of a table, each figure with the address of its list."""

    name: str
    figures: Figures
    opened: str
    on_time: str
    late: str
    overdue: str

    @property
    def percent(self) -> float | None:
        """The share on time in percent with one decimal."""
        share = self.figures.on_time_share
        return None if share is None else round(share * 100, 1)


@require_GET
@requires("insight.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Four figures, two charts, and the figures by service, building, crew, department, channel and month."""
    period, form = period_of(request.GET)
    report = _report(request, period)
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "period": period,
        "form": form,
        "named": [(label, one, one == period) for _name, label, one in named(clock.today())],
        "report": report,
        "total": _row(period, Line(key="", name="", figures=report.total), ""),
        "links": {
            "all": _list(period),
            "open": _list(period, open="1"),
            "closed": _list(period, on_time="yes"),
        },
        "tables": [
            (name, label, [_row(period, line, parameter) for line in getattr(report, f"by_{name}")[:SHOWN]])
            for name, label, parameter in TABLES
        ],
        "months": _months(report),
        "load": _load(report),
        "crews": sorted(
            report.satisfaction.by_crew.items(), key=lambda item: item[1].mean or 0, reverse=True
        ),
    }
    return render(request, "insight/overview.html", context)


@require_GET
@requires("insight.view")
def export(request: HttpRequest) -> FileResponse:
    """The same figures as a workbook, one sheet for each table."""
    period, _form = period_of(request.GET)
    report = _report(request, period)
    tables = [(_("Month"), report.by_month)]
    tables += [(str(label), getattr(report, f"by_{name}")) for name, label, _parameter in TABLES]
    name = f"{_('service-levels')}-{period.start:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    return FileResponse(workbook(report, tables), as_attachment=True, filename=name)


def _report(request: HttpRequest, period: Period) -> ServiceLevels:
    """The report over what the person's right to see figures reaches."""
    user = person(request)
    among = None
    if not scope(user, "insight.view").everywhere:
        inside = scope(user, "insight.view").condition(place="place", department="department")
        among = ServiceRequest.objects.none() if inside is None else ServiceRequest.objects.filter(inside)
    elif not scope(user, "desk.view").everywhere and scope(user, "desk.view"):
        among = visible_requests(user)
    return service_levels(start=period.start, end=period.end, among=among)


def _list(period: Period, **conditions: str) -> str:
    query = {
        "tab": "all",
        "opened_from": period.start.isoformat(),
        "opened_to": period.last.isoformat(),
        **conditions,
    }
    return f"{reverse('desk:queue')}?{urlencode(query)}"


def _row(period: Period, line: Line, parameter: str) -> Row:
    own = {parameter: line.key} if parameter and line.key else {}
    return Row(
        name=line.name,
        figures=line.figures,
        opened=_list(period, **own),
        on_time=_list(period, on_time="yes", **own),
        late=_list(period, on_time="no", **own),
        overdue=_list(period, open="1", overdue="1", **own),
    )


def _months(report: ServiceLevels) -> dict[str, Any]:
    shares = [line.figures.on_time_share for line in report.by_month]
    return {
        "categories": [line.name for line in report.by_month],
        "unit": "%",
        "series": [
            {
                "name": pgettext("count", "on time"),
                "kind": "line",
                "values": [None if share is None else round(share * 100, 1) for share in shares],
            }
        ],
        "links": [_list(_month(line.key), on_time="no") for line in report.by_month],
    }


def _load(report: ServiceLevels) -> dict[str, Any]:
    return {
        "categories": [line.name for line in report.by_month],
        "unit": "",
        "series": [
            {
                "name": pgettext("count", "reported"),
                "kind": "bar",
                "look": "hollow",
                "values": [x.figures.opened for x in report.by_month],
            },
            {
                "name": pgettext("count", "repaired"),
                "kind": "bar",
                "values": [x.figures.closed for x in report.by_month],
            },
        ],
        "links": [_list(_month(line.key)) for line in report.by_month],
    }


def _month(key: str) -> Period:
    first = dt.date.fromisoformat(f"{key}-01")
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return Period(first, following - dt.timedelta(days=1))
