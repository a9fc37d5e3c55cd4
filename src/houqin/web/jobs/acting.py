"""The steps of a job, one POST each; a form with errors opens its sheet again."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houqin.accounts.models import User
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
from houqin.kernel.errors import Refused
from houqin.web.access import requires
from houqin.web.jobs import forms
from houqin.web.jobs.views import job_page, person
from houqin.web.lists import is_key
from houqin.web.once import once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.uploads import stored
from houqin.work.actions import steps, time
from houqin.work.models import WorkOrder
from houqin.work.policies import visible_orders

Step = Callable[[WorkOrder, User], None]
PLAIN: dict[str, Callable[..., Any]] = {
    "claim": claim_work,
    "accept": accept_work,
    "arrive": arrive_at_work,
    "start": start_work,
    "resume": resume_work,
}


@require_POST
@requires("work.perform")
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step without a form: claim, accept, arrive, start, resume."""
    order = get_object_or_404(visible_orders(person(request)), number=number)
    if step not in PLAIN:
        raise Http404

    def effect() -> HttpResponse:
        PLAIN[step](order_id=order.pk, by=person(request))
        return go_to(request, "jobs:job", number)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", number)


def _form_step(
    request: HttpRequest, number: str, name: str, form: Form, effect: Callable[[], str]
) -> HttpResponse:
    """Run a step that takes a form: back to the job, or the sheet again with what is wrong."""
    if form.is_valid():
        try:
            return once(request, lambda: go_to(request, "jobs:job", number, said=effect()))
        except Refused as refusal:
            refused(form, refusal)
    return job_page(request, number, bound={name: form})


def _order(request: HttpRequest, number: str) -> WorkOrder:
    return get_object_or_404(visible_orders(person(request)).select_related("job_type"), number=number)


@require_POST
@requires("work.perform")
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Put the job on hold with a reason."""
    order, form = _order(request, number), forms.HoldForm(request.POST)

    def effect() -> str:
        hold_work(
            order_id=order.pk,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            promised_until=form.promised_until(),
            by=person(request),
        )
        return _("On hold. The requester can read why.")

    return _form_step(request, number, "hold", form, effect)


@require_POST
@requires("work.perform")
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """Complete the job; photos, cause and remedy where they are asked for."""
    order = _order(request, number)
    form = forms.CompleteForm(request.POST, request.FILES, order=order)

    def effect() -> str:
        given, user = form.cleaned_data, person(request)
        complete_work(
            order_id=order.pk,
            result=given["result"],
            result_note=given["result_note"],
            cause_id=given["cause"].pk if given["cause"] else None,
            remedy_id=given["remedy"].pk if given["remedy"] else None,
            photo_ids=stored(given["photos"], by=user),
            by=user,
        )
        return _("Completed. Well done.")

    return _form_step(request, number, "complete", form, effect)


@require_POST
@requires("work.perform")
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """Send the job back to the desk with a reason."""
    order, form = _order(request, number), forms.SendBackForm(request.POST)
    if not form.is_valid():
        return job_page(request, number, bound={"send_back": form})

    def effect() -> HttpResponse:
        send_back_work(order_id=order.pk, reason=form.cleaned_data["reason"], by=person(request))
        return go_to(request, "jobs:today", said=_("Sent back to the desk."))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", number)


@require_POST
@requires("work.perform")
def write(request: HttpRequest, number: str) -> HttpResponse:
    """A message to the requester, or a note, with photos."""
    order, form = _order(request, number), forms.WordsForm(request.POST, request.FILES)

    def effect() -> str:
        given, user = form.cleaned_data, person(request)
        write_from_work(
            order_id=order.pk,
            text=given["text"],
            to_requester=given["to_requester"],
            photo_ids=stored(given["photos"], by=user),
            by=user,
        )
        return _("Saved.")

    return _form_step(request, number, "write", form, effect)


@require_POST
@requires("work.perform")
def checklist(request: HttpRequest, number: str) -> HttpResponse:
    """Answers to lines of the checklist; a tick taken away takes the answer away."""
    order = _order(request, number)
    shown = [name for name in request.POST.getlist("shown") if is_key(name)]
    given = {int(name): request.POST.get(f"step-{name}", "") for name in shown[:200]}
    try:
        steps.answer(order_id=order.pk, answers=given, by=person(request))
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:job", number)
    return go_to(request, "jobs:job", number, said=_("Saved."))


@require_POST
@requires("work.perform")
def enter_time(request: HttpRequest, number: str) -> HttpResponse:
    """Own working time written down afterwards."""
    order, form = _order(request, number), forms.TimeForm(request.POST)

    def effect() -> str:
        user = person(request)
        time.enter(order_id=order.pk, user_id=user.pk, by=user, **form.cleaned_data)
        return _("Saved.")

    return _form_step(request, number, "time", form, effect)
