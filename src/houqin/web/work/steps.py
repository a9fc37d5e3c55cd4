"""The steps of a work order: what they are called, what they ask, which flow takes them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.flows.assign_work import (
    approve_work,
    assign_work,
    refuse_approval,
    schedule_work,
    submit_work,
)
from houqin.flows.charge_service import charge_service
from houqin.flows.dispatch_order import let_rule_decide
from houqin.flows.finish_work import cancel_work, complete_work, reject_work, verify_work
from houqin.flows.progress_work import (
    accept_work,
    arrive_at_work,
    claim_work,
    hold_work,
    resume_work,
    send_back_work,
    start_work,
)
from houqin.flows.record_time import enter_time
from houqin.web.steps import Button, Step
from houqin.web.work import forms
from houqin.work.actions import amending, coworkers
from houqin.work.models import WorkOrder
from houqin.work.models.orders import FINISHED
from houqin.work.policies import allowed_steps, leads, may_charge, may_dispatch, may_record


def _flow(flow: Callable[..., object]) -> Callable[..., object]:
    """A flow or an action as a step calls it."""

    def run(about: WorkOrder, by: User, **given: Any) -> object:
        return flow(order_id=about.pk, by=by, **given)

    return run


def _assign(about: WorkOrder, by: User, *, rule: bool, **given: Any) -> object:
    """Give the order to who was named, or let the rule name somebody."""
    if not rule:
        return assign_work(order_id=about.pk, by=by, **given)
    when = {name: given[name] for name in ("scheduled_from", "scheduled_until", "version")}
    return let_rule_decide(order_id=about.pk, by=by, **when)


_STEPS = (
    Step("claim", pgettext_lazy("button", "Claim"), "hand-grab", _("It is yours."), _flow(claim_work)),
    Step("accept", _("Accept"), "user-check", _("The order is accepted."), _flow(accept_work)),
    Step(
        "arrive",
        pgettext_lazy("button", "Arrived"),
        "map-pin-check",
        _("The arrival is recorded."),
        _flow(arrive_at_work),
    ),
    Step("start", pgettext_lazy("button", "Start"), "tool", _("Work is under way."), _flow(start_work)),
    Step(
        "resume",
        pgettext_lazy("button", "Resume"),
        "player-play",
        _("Work goes on; the clock runs."),
        _flow(resume_work),
    ),
    Step(
        "complete",
        pgettext_lazy("button", "Complete"),
        "checklist",
        _("Completed."),
        _flow(complete_work),
        forms.CompleteForm,
    ),
    Step(
        "hold",
        pgettext_lazy("button", "Hold"),
        "player-pause",
        _("On hold. The requester has been told why."),
        _flow(hold_work),
        forms.HoldForm,
        title=_("Why does it wait?"),
    ),
    Step(
        "send_back",
        pgettext_lazy("button", "Send back"),
        "arrow-back-up",
        _("It waits for dispatch again."),
        _flow(send_back_work),
        forms.ReasonForm,
    ),
    Step(
        "verify",
        pgettext_lazy("button", "Verify"),
        "circle-check",
        _("Verified and closed."),
        _flow(verify_work),
    ),
    Step(
        "reject_completion",
        pgettext_lazy("button", "Do not accept"),
        "refresh",
        _("The work goes on; the technician has been told."),
        _flow(reject_work),
        forms.ReasonForm,
        title=_("The work is not accepted"),
    ),
    Step("submit", pgettext_lazy("button", "Submit"), "send", _("Submitted."), _flow(submit_work)),
    Step(
        "approve",
        pgettext_lazy("button", "Approve"),
        "rubber-stamp",
        _("Approved; it waits for dispatch."),
        _flow(approve_work),
    ),
    Step(
        "refuse_approval",
        pgettext_lazy("button", "Do not approve"),
        "arrow-back-up",
        _("It is a draft again."),
        _flow(refuse_approval),
        forms.ReasonForm,
        title=_("The order is not approved"),
    ),
    Step(
        "assign",
        pgettext_lazy("button", "Dispatch"),
        "user-share",
        _("Dispatched; whoever gets it has been told."),
        _assign,
        forms.AssignForm,
        title=_("Who goes?"),
        shortcut="a",
    ),
    Step(
        "reassign",
        pgettext_lazy("button", "Reassign"),
        "user-share",
        _("Reassigned; whoever gets it has been told."),
        _assign,
        forms.AssignForm,
        title=_("Who goes instead?"),
        shortcut="a",
    ),
    Step(
        "schedule",
        pgettext_lazy("button", "Make an appointment"),
        "calendar-time",
        _("The appointment is kept."),
        _flow(schedule_work),
        forms.ScheduleForm,
    ),
    Step(
        "add_helper",
        pgettext_lazy("button", "Add a helper"),
        "user-plus",
        _("The helper is added."),
        _flow(coworkers.add_helper),
        forms.HelperForm,
    ),
    Step(
        "remove_helper",
        pgettext_lazy("button", "Take a helper off"),
        "user-minus",
        _("The helper is taken off."),
        _flow(coworkers.remove_helper),
        forms.OffForm,
    ),
    Step(
        "charge",
        pgettext_lazy("button", "Enter a bill"),
        "receipt-yuan",
        _("The cost is charged."),
        _flow(charge_service),
        forms.BillForm,
    ),
    Step(
        "enter_time",
        pgettext_lazy("button", "Enter working time"),
        "clock-play",
        _("The working time is kept."),
        _flow(enter_time),
        forms.TimeForm,
    ),
    Step(
        "note",
        pgettext_lazy("button", "Note"),
        "note",
        _("The note is kept."),
        _flow(coworkers.note),
        forms.NoteForm,
        title=_("Note among staff"),
    ),
    Step(
        "cancel",
        pgettext_lazy("button", "Void"),
        "ban",
        _("The order is void; whoever had it has been told."),
        _flow(cancel_work),
        forms.ReasonForm,
        title=_("Void this order?"),
        text=_("Work has not begun. Voiding cannot be undone."),
        danger=True,
    ),
    Step(
        "amend",
        pgettext_lazy("button", "Amend"),
        "pencil",
        _("Amended. What it said before is kept."),
        _flow(amending.amend),
        forms.AmendForm,
        title=_("Amend the closed order"),
        text=_(
            "What it said before, your name and the reason stay in its story. Clocks and figures do not move."
        ),
    ),
)
STEPS = {step.key: step for step in _STEPS}

ASSIGNED = frozenset({"dispatched", "accepted", "on_site", "on_hold"})
"""States in which somebody has the order: to give it away is to reassign it."""

ON_THE_LINE = 3
"""Buttons on the title line; the rest is in the menu."""

LAST = (
    "hold",
    "send_back",
    "schedule",
    "note",
    "enter_time",
    "charge",
    "add_helper",
    "remove_helper",
    "cancel",
    "amend",
)
"""Steps that are never the filled button."""


def steps_for(user: User, order: WorkOrder) -> list[str]:
    """Everything the person may do with the order now: the domain's steps and what goes with them."""
    found = [
        "reassign" if key == "assign" and order.status in ASSIGNED else key
        for key in allowed_steps(user, order)
    ]
    unfinished = order.status not in FINISHED
    if unfinished and may_dispatch(user, order):
        found.append("schedule")
    if may_record(user, order):
        found.append("note")
        if order.worker_id is not None and order.status not in {"closed", "cancelled", "verified"}:
            found.append("enter_time")
    if unfinished and order.worker_id is not None and (leads(user, order) or may_dispatch(user, order)):
        found += ["add_helper", "remove_helper"]
    if order.status != WorkOrder.Status.CANCELLED and may_charge(user, order):
        found.append("charge")
    return found


def buttons(
    order: WorkOrder, keys: Iterable[str], *, user: User, back: str
) -> tuple[list[Button], list[Button]]:
    """The buttons of the title line, the filled one first, and those of its menu."""
    known = [key for key in keys if key in STEPS]
    line = [key for key in known if key not in LAST][:ON_THE_LINE]
    named = {key: STEPS[key] for key in known}
    if "accept" in named and order.worker_id != user.pk:
        named["accept"] = replace(named["accept"], word=_("Accept for the technician"))
    first = [
        Button(named[key], url_of(order, key, back), "primary" if at == 0 else "")
        for at, key in enumerate(line)
    ]
    return first, [Button(named[key], url_of(order, key, back)) for key in known if key not in line]


def url_of(order: WorkOrder, key: str, back: str) -> str:
    """The address of a step that comes back to a page."""
    return f"{reverse('work:step', args=[order.number, key])}?{urlencode({'next': back})}"
