"""Triage rules: their list and order, one of them, and what would happen with them."""

from functools import partial
from typing import Any

from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.policies import may
from houqin.desk.actions import triage_rules
from houqin.desk.models import TriageProposal, TriageRule
from houqin.desk.queries.accuracy import Tally, tallies
from houqin.desk.queries.proposals import in_words
from houqin.desk.queries.triage import rule_book
from houqin.desk.queries.trials import MOST_PAST, MOST_SHOWN, Tried, past, try_rules
from houqin.flows.take_starter_rules import take_starter_rules
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.lists import Tab, numbers
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup.triage_forms import RuleForm, TrialForm
from houqin.web.setup.triage_words import rows_of

RIGHT = "catalogue.manage"
COUNTS = (100, 200, MOST_PAST)
"""How many past requests may be looked at."""


@require_GET
@requires(RIGHT)
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules in the order they are asked, each with what it asks, says, and how right it was."""
    rows = rows_of(rule_book(also_unused=True).known.values(), tallies(TriageProposal.objects.all()))
    context = {**_frame(request, "rules"), "rows": rows, "form_key": new_form_key()}
    return render(request, "setup/triage.html", context)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One rule, new or existing."""
    rule = get_object_or_404(TriageRule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _saved(request, form, rule))
        except Refused as refusal:
            refused(form, refusal)
    known = rule_book(also_unused=True).known.get(rule.pk) if rule else None
    tally = tallies(TriageProposal.objects.filter(rule=rule)).get(rule.pk, Tally()) if rule else Tally()
    context = {
        "chapter": "setup",
        "rule": rule,
        "known": known,
        "form": form,
        "tally": tally,
        "accuracy": _accuracy(request),
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "setup/triage_rule.html", context, status=422 if form.errors else 200)


@require_POST
@requires(RIGHT)
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another place in the order: `to` counts from 1; beyond the ends means the end."""
    rule = get_object_or_404(TriageRule, pk=pk)
    to = numbers(request.POST, "to")

    def effect() -> HttpResponse:
        triage_rules.move(rule_id=rule.pk, to=rule.position if to is None else to)
        return go_to(request, f"{reverse('setup:triage')}#rule-{rule.pk}")

    return once(request, effect)


@require_POST
@requires(RIGHT)
def rule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a rule that has proposed nothing yet."""
    rule = get_object_or_404(TriageRule, pk=pk)
    try:
        rule.delete()
    except ProtectedError:
        sentence = _("“%(name)s” has proposed something already and stays. Take it out of use instead.")
        return refused_back(request, Refused(sentence % {"name": rule}), "setup:triage_rule", pk)
    return go_to(request, "setup:triage", said=_("Deleted."))


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def try_out(request: HttpRequest) -> HttpResponse:
    """What would happen with a report; nothing is written."""
    form = TrialForm(request.POST or None)
    tried: Tried | None = None
    if request.method == "POST" and form.is_valid():
        try:
            tried = try_rules(form.trial())
        except Refused as refusal:
            refused(form, refusal)
    context = {**_frame(request, "try"), "form": form, "tried": tried, "stands": _stands(tried)}
    template = "setup/triage_try.html#result" if getattr(request, "htmx", False) else "setup/triage_try.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_GET
@requires(RIGHT)
def past_requests(request: HttpRequest) -> HttpResponse:
    """The last requests against the rules: of how many they say something else than stands there today."""
    most = numbers(request.GET, "n")
    chosen = most if most in COUNTS else COUNTS[0]
    context = {
        **_frame(request, "past"),
        "past": past(person_of(request), most=chosen),
        "counts": [(count, count == chosen) for count in COUNTS],
        "most_shown": MOST_SHOWN,
    }
    return render(request, "setup/triage_past.html", context)


@require_POST
@requires(RIGHT)
def take_starter(request: HttpRequest) -> HttpResponse:
    """Take the usual rules where there are none."""
    take = partial(take_starter_rules, by=person_of(request))
    try:
        return once(request, lambda: go_to(request, "setup:triage", said=_taken(take())))
    except Refused as refusal:
        return refused_back(request, refusal, "setup:triage")


def _taken(count: int) -> str:
    return _("%(count)d rules are asked now. Look through them and change what does not fit.") % {
        "count": count
    }


def _saved(request: HttpRequest, form: RuleForm, rule: TriageRule | None) -> HttpResponse:
    if rule is None:
        triage_rules.add(**form.facts())
    else:
        triage_rules.change(rule_id=rule.pk, **form.facts())
    return go_to(request, "setup:triage", said=_("Saved. It holds for requests that come in from now on."))


def _frame(request: HttpRequest, on: str) -> dict[str, Any]:
    tabs = [
        ("rules", pgettext("tab", "Rules"), reverse("setup:triage")),
        ("try", pgettext("tab", "What would happen"), reverse("setup:triage_try")),
        ("past", pgettext("tab", "Past requests"), reverse("setup:triage_past")),
    ]
    return {
        "chapter": "setup",
        "tabs": [(url, Tab(name, label, "", name == on)) for name, label, url in tabs],
        "accuracy": _accuracy(request),
    }


def _accuracy(request: HttpRequest) -> str:
    """Where the figures of the rules are, for who may see figures."""
    return reverse("insight:triage") if may(request.user, "insight.view") else ""


def _stands(tried: Tried | None) -> list[tuple[str, str]]:
    """The request as it would stand, in words."""
    if tried is None:
        return []
    one = tried.request
    return [
        (_("category"), str(one.category)),
        (_("service"), str(one.service or "—")),
        (_("urgency"), one.get_urgency_display()),
        (_("impact"), one.get_impact_display()),
        (_("safety at risk"), in_words("safety", "yes" if one.safety else "no", {})),
        (_("crew"), str(one.crew or "—")),
    ]
