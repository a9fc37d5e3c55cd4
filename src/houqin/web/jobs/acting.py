"""The steps of a job, one POST each; a form with errors opens its sheet again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from houqin.flows import record_time
from houqin.flows.add_message import write_from_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import (
    accept_work,
    arrive_at_work,
    claim_work,
    hold_work,
    resume_work,
    send_back_work,
    start_work,
)
from houqin.kernel.errors import NotPermitted, Refused, StaleState
from houqin.web.access import requires
from houqin.web.jobs import checks, forms
from houqin.web.jobs.views import checklist_context, job_page, person
from houqin.web.once import once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.uploads import stored
from houqin.work.actions import coworkers
from houqin.work.models import WorkOrder
from houqin.work.policies import visible_orders

PLAIN: dict[str, Callable[..., Any]] = {
    "claim": claim_work,
    "accept": accept_work,
    "arrive": arrive_at_work,
    "start": start_work,
    "resume": resume_work,
}


View = Callable[..., HttpResponse]


def taken(view: View) -> View:
    """A step of an order the person may see. Its address opened as a page leads to the job's own."""

    @require_http_methods(["GET", "POST"])
    @requires("work.perform")
    @wraps(view)
    def step(request: HttpRequest, number: str, **given: str) -> HttpResponse:
        seen = visible_orders(person(request)).select_related("job_type")
        order = get_object_or_404(seen, number=number)
        if request.method == "GET":
            return redirect("jobs:job", number)
        return view(request, order, **given)

    return cast("View", step)


@taken
def act(request: HttpRequest, order: WorkOrder, step: str) -> HttpResponse:
    """A step without a form: claim, accept, arrive, start, resume."""
    if step not in PLAIN:
        raise Http404

    def effect() -> HttpResponse:
        PLAIN[step](order_id=order.pk, by=person(request))
        return go_to(request, "jobs:job", order.number)

    try:
        return once(request, effect)
    except Refused as refusal:
        return _back(request, refusal, order)


def _back(request: HttpRequest, refusal: Refused, order: WorkOrder) -> HttpResponse:
    """Back to the job with the sentence; with a way to the other job when that one is in the way."""
    busy = refusal.facts.get("busy")
    if not busy:
        return refused_back(request, refusal, "jobs:job", order.number)
    other = reverse("jobs:job", args=[busy])
    messages.error(request, format_html('{} <a href="{}">{}</a>', str(refusal), other, _("Go there")))
    return go_to(request, "jobs:job", order.number)


def _form_step(
    request: HttpRequest, order: WorkOrder, name: str, form: Form, effect: Callable[[], str]
) -> HttpResponse:
    """Run a step that takes a form: back to the job, or the sheet again with what is wrong."""
    if form.is_valid():
        try:
            return once(request, lambda: go_to(request, "jobs:job", order.number, said=effect()))
        except (StaleState, NotPermitted) as refusal:  # there may be no such sheet any more
            return refused_back(request, refusal, "jobs:job", order.number)
        except Refused as refusal:
            refused(form, refusal)
    return job_page(request, order.number, bound={name: form}, asked=checks.given(request.POST))


@taken
def hold(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Put the job on hold with a reason."""
    form = forms.HoldForm(request.POST)

    def effect() -> str:
        hold_work(
            order_id=order.pk,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            promised_until=form.promised_until(),
            by=person(request),
        )
        return _("On hold. The requester can read why.")

    return _form_step(request, order, "hold", form, effect)


@taken
def complete(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Complete the job; photos, cause and remedy where they are asked for."""
    form = forms.CompleteForm(request.POST, request.FILES, order=order, auto_id="complete_%s")
    answers = checks.given(request.POST)
    try:
        wrong = checks.keep(order=order, answers=answers, by=person(request))
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", order.number)
    if wrong:
        return job_page(request, order.number, bound={"complete": form}, asked=answers, wrong=wrong)

    def effect() -> str:
        given, user = form.cleaned_data, person(request)
        complete_work(
            order_id=order.pk,
            result=given["result"],
            result_note=given["result_note"],
            cause_id=given["cause"].pk if given["cause"] else None,
            remedy_id=given["remedy"].pk if given["remedy"] else None,
            photo_ids=stored(given["photos"], by=user, photos=True),
            by=user,
        )
        return _("Completed. Well done.")

    return _form_step(request, order, "complete", form, effect)


@taken
def send_back(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Send the job back to the desk with a reason."""
    form = forms.SendBackForm(request.POST)
    if not form.is_valid():
        return job_page(request, order.number, bound={"send_back": form})

    def effect() -> HttpResponse:
        send_back_work(order_id=order.pk, reason=form.cleaned_data["reason"], by=person(request))
        return go_to(request, "jobs:today", said=_("Sent back to the desk."))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", order.number)


@taken
def helper(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Somebody comes along; the hard rules hold for them, too."""
    form = forms.HelperForm(request.POST, order=order, auto_id="helper_%s")

    def effect() -> str:
        added = coworkers.add_helper(
            order_id=order.pk, user_id=form.cleaned_data["helper"], by=person(request)
        )
        return _("%(name)s comes along.") % {"name": added.user}

    return _form_step(request, order, "helper", form, effect)


@taken
def write(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """A message to the requester, or a note, with photos."""
    form = forms.WordsForm(request.POST, request.FILES, auto_id="write_%s")

    def effect() -> str:
        given, user = form.cleaned_data, person(request)
        write_from_work(
            order_id=order.pk,
            text=given["text"],
            to_requester=given["to_requester"],
            photo_ids=stored(given["photos"], by=user, photos=True),
            by=user,
        )
        return _("Saved.")

    return _form_step(request, order, "write", form, effect)


@taken
def checklist(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Answers to lines of the checklist, each kept as soon as it is given; a tick taken away counts too."""
    answers = checks.given(request.POST)
    try:
        wrong = checks.keep(order=order, answers=answers, by=person(request))
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", order.number)
    if getattr(request, "htmx", False):
        context = checklist_context(request, order, answers, wrong)
        return render(request, "jobs/checked.html", context, status=422 if wrong else 200)
    if wrong:
        return job_page(request, order.number, bound={}, wrong=wrong)
    return go_to(request, "jobs:job", order.number, said=_("Saved."))


@taken
def enter_time(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """Own working time written down afterwards."""
    form = forms.TimeForm(request.POST)

    def effect() -> str:
        user = person(request)
        record_time.enter_time(order_id=order.pk, user_id=user.pk, by=user, **form.cleaned_data)
        return _("Saved.")

    return _form_step(request, order, "time", form, effect)
