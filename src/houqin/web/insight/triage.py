"""How right the triage rules were, and the list of requests behind every number."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.desk.models import Verdict
from houqin.insight.rule_accuracy import Line, rule_accuracy
from houqin.insight.scope import counted_for
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.insight.links import Lists, lists_for, page_address
from houqin.web.insight.periods import Period, named, period_of

VERDICTS = (Verdict.ACCEPTED, Verdict.CORRECTED, Verdict.PASSED, Verdict.OPEN)


@dataclass(frozen=True)
class Row:
    """A line of the table with the list behind each of its numbers."""

    line: Line
    first: bool
    """Whether it is the first of its rule."""
    counts: list[tuple[int, str]]
    """Proposed, accepted, corrected, not taken, not judged yet."""
    instead: list[tuple[str, int, str]]


@require_GET
@requires("insight.view")
def accuracy(request: HttpRequest) -> HttpResponse:
    """The rules with what people made of their proposals, for the requests of a period."""
    user = person_of(request)
    period, form = period_of(request.GET)
    found = rule_accuracy(start=period.start, last=period.last, among=counted_for(user))
    lists = lists_for(user)
    rules = [line.rule.pk for line in found.lines]
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "period": period,
        "form": form,
        "named": [
            (label, page_address(request, one), one == period) for _name, label, one in named(clock.today())
        ],
        "whole": found.whole,
        "rows": [
            _row(line, period, lists, first=rules.index(line.rule.pk) == number)
            for number, line in enumerate(found.lines)
        ],
        "may_change": may(user, "catalogue.manage"),
    }
    return render(request, "insight/triage.html", context)


def _row(line: Line, period: Period, lists: Lists, *, first: bool) -> Row:
    which = {"rule": str(line.rule.pk), "proposed": line.field}
    tally = line.tally
    judged = [
        (getattr(tally, verdict), lists.proposals(period, **which, verdict=verdict)) for verdict in VERDICTS
    ]
    instead = [
        (name, count, lists.proposals(period, **which, verdict=Verdict.CORRECTED, instead=code))
        for code, name, count in line.instead
    ]
    counts = [(tally.proposed, lists.proposals(period, **which)), *judged]
    return Row(line, first, counts, instead)
