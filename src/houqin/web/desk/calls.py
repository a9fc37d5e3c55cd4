"""The calls a desk has had, those to call back, and reports that could not be taken."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.intake.actions import answering
from houqin.intake.call_remarks import worded
from houqin.intake.models import Call, PhoneLine, RefusedCallReport
from houqin.intake.policies import visible_calls
from houqin.intake.queries.calls import ANSWERED, CALLED, FILED, TO_CALL, CallFilter, calls
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.fields import text_field
from houqin.web.lists import Sorting, Tab, capped, counted, day, numbers, page
from houqin.web.steps import Step, StepForm, take

NEWEST = Sorting("rang_at", newest=True)
TABS = (
    ("", pgettext_lazy("tab", "All")),
    (TO_CALL, pgettext_lazy("tab", "To call back")),
    (CALLED, pgettext_lazy("tab", "Called back")),
    (ANSWERED, pgettext_lazy("tab", "Answered")),
    (FILED, pgettext_lazy("tab", "With a request")),
)


class CallsForm(forms.Form):
    """The controls above the list; each sends the form when it changes."""

    line = forms.ChoiceField(label=pgettext_lazy("filter", "Line"))

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        rows = [(line.pk, str(line)) for line in PhoneLine.objects.all()]
        self.fields["line"].choices = [("", _("all")), *rows]  # type: ignore[attr-defined]


class CallBackForm(StepForm):
    """What came of calling back."""

    note = text_field(_("What came of it"), most=500)


def _call_back(about: Call, by: User, *, note: str) -> Call:
    return answering.call_back(call_id=about.pk, by=by, note=note)


CALL_BACK = Step(
    "call_back",
    pgettext_lazy("button", "Called back"),
    "phone-call",
    _("The call is recorded."),
    _call_back,
    CallBackForm,
    title=_("What came of calling back?"),
)


@require_GET
@requires("desk.view")
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls, the newest first; every condition stands in the address."""
    user, chosen = person_of(request), wanted(request.GET)
    shown = page(calls(chosen, user), NEWEST, request.GET)
    context = {
        "rows": [(call, [worded(code) for code in call.remarks]) for call in shown.rows],
        "page": shown,
        "tabs": _tabs(request.GET, user),
        "kind": chosen.kind,
        "day": request.GET.get("day", "") if chosen.since else "",
        "number": chosen.number,
        "form": CallsForm(request.GET),
        "may_register": may(user, "desk.register"),
        "sees_phone": may(user, "people.see_phones"),
        "sees_refused": may(user, "intake.calls"),
        "chapter": "desk",
        "organisation": organisation(),
    }
    return render(request, "desk/calls.html", context)


@require_http_methods(["GET", "POST"])
@requires("desk.register")
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came of calling back about a missed call."""
    user = person_of(request)
    found = get_object_or_404(visible_calls(user).select_related("request"), pk=pk)
    home = f"{reverse('desk:calls')}?kind={TO_CALL}"
    return take(
        request, CALL_BACK, about=found, by=user, home=home, template="desk/step.html", chapter="desk"
    )


@require_GET
@requires("intake.calls")
def refused(request: HttpRequest) -> HttpResponse:
    """Reports of telephone systems that could not be taken, the newest first, with why."""
    found = RefusedCallReport.objects.all()
    if not may(person_of(request), "system.manage"):
        found = found.filter(source=person_of(request).username)
    shown = page(found, Sorting("received_at", newest=True), request.GET)
    context = {"page": shown, "rows": shown.rows, "chapter": "desk", "organisation": organisation()}
    return render(request, "desk/calls_refused.html", context)


def wanted(query: QueryDict) -> CallFilter:
    """The filter that an address means; what it cannot mean narrows nothing."""
    since = day(query, "day")
    kind = query.get("kind", "")
    return CallFilter(
        kind=kind if kind in {name for name, _label in TABS} else "",
        line_id=numbers(query, "line"),
        since=_midnight(since) if since else None,
        until=_midnight(since + dt.timedelta(days=1)) if since and since < dt.date.max else None,
        number=query.get("number", "").replace("\0", "")[:60],
    )


def _midnight(day_: dt.date) -> dt.datetime:
    return dt.datetime.combine(day_, dt.time(), timezone.get_current_timezone())


def _tabs(query: QueryDict, user: User) -> list[Tab]:
    """The tabs; the one that should come to nothing with what is in it."""
    chosen = wanted(query)
    found = []
    for name, label in TABS:
        count: Any = ""
        if name == TO_CALL:
            left = capped(calls(CallFilter(kind=TO_CALL), user).select_related(None))
            count = counted(left) if left else ""
        found.append(Tab(name, str(label), count, name == chosen.kind))
    return found
