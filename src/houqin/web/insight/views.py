"""The manager's page: how well we serve, and the list behind every figure."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.insight.scope import counted_for
from houqin.insight.service_levels import ServiceLevels, service_levels
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.insight import charts, pages
from houqin.web.insight.links import Lists, lists_for, page_address
from houqin.web.insight.periods import Period, named, period_of
from houqin.web.insight.tables import TABLES, Table, contractors, promises, row_of, tables
from houqin.web.insight.workbook import workbook


@require_GET
@requires("insight.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Four figures, two charts, and the figures by month, service, building, crew, department and channel."""
    period, form = period_of(request.GET)
    report, lists = _report(request, period), lists_for(person_of(request))
    house = organisation()
    whole = request.GET.getlist("all")
    shown = tables(report, period, lists, whole=whole)
    months = next((table for table in shown if table.name == "month"), Table("month", "", []))
    context = {
        "chapter": "insight",
        "organisation": house,
        "pages": pages.tabs(request),
        "period": period,
        "form": form,
        "named": [(label, one, one == period) for _name, label, one in named(clock.today())],
        "report": report,
        "total": row_of("", report.total, period, lists, {}),
        "ratings_url": lists.ratings(period) if report.satisfaction.scores.n else "",
        "tables": [(table, page_address(request, period, all=table.name)) for table in shown],
        "months": charts.on_time(months, house.on_time_goal),
        "load": charts.load(months),
        "crews": _crews(report, period, lists),
        "promises": promises(report, period, lists),
        "contractors": contractors(report, period, linked=may(person_of(request), "work.view")),
    }
    return render(request, "insight/overview.html", context)


@require_GET
@requires("insight.view")
def export(request: HttpRequest) -> FileResponse:
    """The same figures as a workbook, one sheet for each table."""
    period, _form = period_of(request.GET)
    report = _report(request, period)
    sheets = [(str(title), getattr(report, f"by_{name}")) for name, title in TABLES]
    ours = promises(report, period, lists_for(person_of(request)))
    theirs = contractors(report, period, linked=False)
    name = f"{_('Service levels')} {period.start:%Y-%m-%d} {period.last:%Y-%m-%d}.xlsx"
    return FileResponse(workbook(report, sheets, ours, theirs), as_attachment=True, filename=name)


def _report(request: HttpRequest, period: Period) -> ServiceLevels:
    """The report over what the person's right to see figures reaches."""
    return service_levels(start=period.start, end=period.end, among=counted_for(person_of(request)))


def _crews(report: ServiceLevels, period: Period, lists: Lists) -> list[dict[str, object]]:
    """What each crew was told, the best first."""
    found = report.satisfaction
    return [
        {
            "name": name,
            "scores": scores,
            "all": lists.ratings(period, crew=str(found.crews[name])),
            "low": lists.ratings(period, crew=str(found.crews[name]), low="1"),
        }
        for name, scores in sorted(found.by_crew.items(), key=lambda one: one[1].mean or 0, reverse=True)
    ]
