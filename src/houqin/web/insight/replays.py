"""What if: the requests of a period under another standard, beside what was promised to them."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.insight.proposals import as_toml
from houqin.insight.replay import Outcome, counts_of
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.insight import charts, counting, pages
from houqin.web.insight.behind import behind
from houqin.web.insight.periods import Period, named, period_of
from houqin.web.insight.replay_tables import COUNTS, Table, kinds_table, replays, tables
from houqin.web.insight.trials import Trial, trial_of
from houqin.web.once import new_form_key
from houqin.web.story import NAMES
from houqin.work.models.standards import TargetKind

KIND = "replay"
RUN = "run"
"""The parameter of an address that asks for figures; without it only the form is shown."""

LINES = frozenset({"month", "priority", "service"})
WHAT = {
    "measured": pgettext_lazy("replay", "measured"),
    "met": pgettext_lazy("replay", "would be met"),
    "missed": pgettext_lazy("replay", "would be missed"),
    "undecided": pgettext_lazy("replay", "undecided"),
    "met_then": pgettext_lazy("replay", "met then"),
    "missed_then": pgettext_lazy("replay", "missed then"),
    "gained": pgettext_lazy("replay", "gained: missed then, would be met"),
    "lost": pgettext_lazy("replay", "lost: met then, would be missed"),
}
"""The counts of a line in words."""


@require_GET
@requires("insight.view")
def replay(request: HttpRequest) -> HttpResponse:
    """A standard to fill in and what it would have come to, by kind, month, priority and service."""
    (period, form), trial = period_of(request.GET), trial_of(request.GET)
    context: dict[str, Any] = {
        "chapter": "insight",
        "organisation": organisation(),
        "pages": pages.tabs(request),
        "period": period,
        "form": form,
        "trial": trial.form,
        "kind_names": [kind.label for kind in TargetKind],
        "hidden": [(name, request.GET[name]) for name in ("kind",) if name in request.GET],
        "named": [
            (label, _with(request.GET, one), one == period) for _name, label, one in named(clock.today())
        ],
        "query": request.GET.urlencode(),
    }
    if RUN in request.GET and trial.facts is not None and not form.errors:
        found = counting.figures(person_of(request), KIND, request.GET)
        if found is None:
            return counting.waiting_page(request, KIND)
        if counting.asks_for_the_rest(request):
            return counting.shown_anew()
        context |= _results(request, period, trial, found)
    return render(request, "insight/replay.html", context)


@require_GET
@requires("insight.view")
def requests(request: HttpRequest) -> HttpResponse:
    """The requests behind a count, with how each went then and would have gone; for who may see requests."""
    user, trial, query = person_of(request), trial_of(request.GET), request.GET
    kind, what = query.get("kind", ""), query.get("what", "")
    if not may(user, "desk.view") or kind not in TargetKind.values or what not in COUNTS:
        raise Http404
    found = counting.figures(user, KIND, query) if trial.facts else None
    if found is None:
        return counting.waiting_page(request, KIND)
    side = 1 if query.get("side") == "1" and trial.against else 0
    outcomes = [one for one in _outcomes(found) if one.kind == kind and _belongs(one, query)]
    shown = [(one.request_id, one) for one in outcomes if what in counts_of(one.would[side], one.was)]
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "period": period_of(query)[0],
        "as_of": dt.datetime.fromisoformat(found["as_of"]),
        "back": f"{reverse('insight:replay')}?{_of_the_page(query)}",
        "kind": NAMES[_kind(kind)],
        "what": WHAT[what],
        "standard": _sides(trial)[side],
        "side": side,
        "list": behind(shown, user, query),
    }
    return render(request, "insight/replay_requests.html", context)


@require_GET
@requires("insight.view")
def standard(request: HttpRequest) -> HttpResponse:
    """The standard of the form as a TOML file, which `houqin report replay` takes."""
    trial = trial_of(request.GET)
    if trial.facts is None:
        raise Http404
    answer = HttpResponse(as_toml(trial.facts), content_type="application/toml; charset=utf-8")
    name = f"{trial.facts['name']}.toml"
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or ""
    )
    return answer


def _results(request: HttpRequest, period: Period, trial: Trial, found: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of what was counted."""
    outcomes, sides = _outcomes(found), _sides(trial)
    as_of = dt.datetime.fromisoformat(found["as_of"])
    added = replays(outcomes, len(sides), start=period.start, end=period.end, as_of=as_of)
    link = partial(_list, person_of(request), request.GET, as_of)
    kinds = kinds_table(added, link)
    offered = [kind for kind in NAMES if any(str(kind) in one.total for one in added)]
    kind = _chosen(request.GET.get("kind", ""), [str(one) for one in offered])
    shown = tables(added, kind, link, whole=request.GET.getlist("all"))
    return {
        "as_of": as_of,
        "requests": len(found["requests"]),
        "sides": sides,
        "kinds": kinds,
        "kind_tabs": [(NAMES[one], _with_kind(request.GET, str(one)), str(one) == kind) for one in offered],
        "tables": [(table, _with_all(request.GET, table.name)) for table in shown],
        "chart": charts.met_by_month(_months(shown), sides),
        "form_key": new_form_key(),
    }


def _outcomes(found: dict[str, Any]) -> list[Outcome]:
    return [Outcome._make([*facts, tuple(would)]) for some in found["requests"] for *facts, would in some]


def _belongs(one: Outcome, query: QueryDict) -> bool:
    """Whether an outcome is of the line that a figure stands in."""
    dimension = query.get("by", "")
    return dimension not in LINES or getattr(one, dimension) == query.get("key", "")


def _sides(trial: Trial) -> list[str]:
    """What the standards that are tried are called, the one of the form first."""
    return [facts["name"] for facts in (trial.facts, trial.against) if facts]


def _kind(text: str) -> Any:
    return next(kind for kind in NAMES if str(kind) == text)


def _chosen(wanted: str, offered: Sequence[str]) -> str:
    """The kind of target whose tables are shown: the one asked for, else the restoration, else any."""
    usual = [kind for kind in (wanted, TargetKind.RESOLUTION, *offered) if kind in offered]
    return str(usual[0]) if usual else ""


def _months(shown: Sequence[Table]) -> Table | None:
    return next((table for table in shown if table.name == "month"), None)


def _list(
    user: User, query: QueryDict, as_of: dt.datetime, what: str, side: int, line: dict[str, str]
) -> str:
    """The list behind a count of a line; none for a reader who may not open requests."""
    if not may(user, "desk.view"):
        return ""
    wanted = query.copy()
    for name in ("all", "kind", RUN):
        wanted.pop(name, None)
    for name, value in {**line, "what": what, "side": str(side), "as_of": as_of.isoformat()}.items():
        wanted[name] = value
    return f"{reverse('insight:replay_requests')}?{wanted.urlencode()}"


def _of_the_page(query: QueryDict) -> str:
    """The parameters of the page that a list was opened from."""
    wanted = query.copy()
    for name in ("what", "side", "by", "key", "as_of", "page"):
        wanted.pop(name, None)
    wanted[RUN] = "1"
    return wanted.urlencode()


def _with(query: QueryDict, period: Period) -> str:
    return _changed(query, start=period.start.isoformat(), last=period.last.isoformat())


def _with_kind(query: QueryDict, kind: str) -> str:
    return _changed(query, kind=kind)


def _with_all(query: QueryDict, table: str) -> str:
    return _changed(query, all=table)


def _changed(query: QueryDict, **values: str) -> str:
    """The same page with other parameters."""
    wanted = query.copy()
    for name, value in values.items():
        wanted[name] = value
    return f"{reverse('insight:replay')}?{wanted.urlencode()}"
