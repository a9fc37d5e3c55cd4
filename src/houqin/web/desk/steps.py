"""The steps of a request: what they are called, what they ask, which flow takes them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.desk.models import RequestStatus, ServiceRequest
from houqin.flows.accept_result import accept_result, refuse_result
from houqin.flows.add_message import write_as_requester
from houqin.flows.chase_request import chase_request
from houqin.flows.dispatch_order import raise_by_rule
from houqin.flows.follow_request import renew_follower_link
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.triage_request import (
    accept_request,
    answer_question,
    ask_requester,
    correct_request,
    merge_request,
    promise_time,
    reject_request,
    renew_link,
    settle_request,
)
from houqin.flows.withdraw_request import withdraw_request
from houqin.web.desk import forms
from houqin.web.steps import Button, Step, VersionedForm

S = RequestStatus


def _flow(flow: Callable[..., object]) -> Callable[..., object]:
    """A flow as a step calls it."""

    def run(about: ServiceRequest, by: User, **given: Any) -> object:
        return flow(request_id=about.pk, by=by, **given)

    return run


def _raise(about: ServiceRequest, by: User, *, rule: bool, **given: Any) -> object:
    """Raise the order for who was named, or let the rule name somebody."""
    if not rule:
        return raise_work_order(request_id=about.pk, by=by, **given)
    facts = {name: value for name, value in given.items() if name not in {"worker_id", "crew_id"}}
    return raise_by_rule(request_id=about.pk, by=by, **facts)


def _renew_follower(about: ServiceRequest, by: User, *, follower_id: int) -> object:
    return renew_follower_link(follower_id=follower_id, by=by)


_STEPS = (
    Step(
        "accept",
        pgettext_lazy("button", "Accept"),
        "clipboard-check",
        _("Accepted. The requester has been told."),
        _flow(accept_request),
        VersionedForm,
    ),
    Step(
        "raise_order",
        pgettext_lazy("button", "Raise work order"),
        "clipboard-list",
        _("The work order is raised."),
        _raise,
        forms.RaiseForm,
        shortcut="a",
    ),
    Step(
        "answer",
        pgettext_lazy("button", "Record the answer"),
        "message-plus",
        _("The answer is recorded; the clock goes on."),
        _flow(answer_question),
        forms.AnswerForm,
    ),
    Step(
        "resolve",
        pgettext_lazy("button", "Settle"),
        "checklist",
        _("Settled. The requester is asked to accept it."),
        _flow(settle_request),
        forms.ResultForm,
        title=_("Settle without further work"),
    ),
    Step(
        "priority",
        pgettext_lazy("button", "Change priority"),
        "adjustments",
        _("The priority is changed; the due times are computed anew."),
        _flow(correct_request),
        forms.PriorityForm,
        needs="correct",
        shortcut="p",
    ),
    Step(
        "correct",
        pgettext_lazy("button", "Correct"),
        "edit",
        _("Corrected."),
        _flow(correct_request),
        forms.CorrectForm,
        title=_("Correct the request"),
    ),
    Step(
        "ask",
        pgettext_lazy("button", "Ask the requester"),
        "message-question",
        _("The question is sent."),
        _flow(ask_requester),
        forms.QuestionForm,
    ),
    Step(
        "promise",
        pgettext_lazy("button", "Promise a time"),
        "calendar-time",
        _("The promise is kept; the clock follows it."),
        _flow(promise_time),
        forms.PromiseForm,
    ),
    Step(
        "merge",
        pgettext_lazy("button", "Merge"),
        "git-merge",
        _("Merged. The requester has been told."),
        _flow(merge_request),
        forms.MergeForm,
        title=_("Merge into another request"),
        text=_("The requester keeps the own link and hears what comes of the other request."),
        shortcut="m",
    ),
    Step(
        "reject",
        pgettext_lazy("button", "Reject"),
        "arrow-back-up",
        _("Rejected. The requester has been told why."),
        _flow(reject_request),
        forms.ReasonForm,
        title=_("Reject the request"),
        danger=True,
    ),
    Step(
        "renew_link",
        pgettext_lazy("button", "Renew the link"),
        "link",
        _("The request has a new tracking link; the old one is void."),
        _flow(renew_link),
        title=_("Renew the tracking link?"),
        text=_("Every link given out so far opens nothing any more."),
    ),
    Step(
        "accept_result",
        pgettext_lazy("button", "Accept the result"),
        "circle-check",
        _("Accepted and closed."),
        _flow(accept_result),
        title=_("Did the requester accept the result?"),
        text=_("Recorded for the requester on the phone. The rating stays with the requester."),
    ),
    Step(
        "refuse_result",
        pgettext_lazy("button", "Do not accept"),
        "refresh",
        _("The work goes on; whoever does it has been told."),
        _flow(refuse_result),
        forms.NeededReasonForm,
        title=_("The requester does not accept the result"),
    ),
    Step(
        "chase",
        pgettext_lazy("button", "Chase"),
        "bell-ringing",
        _("The chase is recorded; whoever works on it has been told."),
        _flow(chase_request),
        forms.ChaseForm,
        title=_("The requester asks to hurry"),
    ),
    Step(
        "withdraw",
        pgettext_lazy("button", "Withdraw"),
        "circle-x",
        _("Withdrawn."),
        _flow(withdraw_request),
        forms.SilentReasonForm,
        title=_("Withdraw for the requester"),
        danger=True,
    ),
    Step(
        "reopen",
        pgettext_lazy("button", "Reopen"),
        "refresh",
        _("The request goes on."),
        _flow(reopen_request),
        forms.NeededReasonForm,
        title=_("Reopen the request"),
    ),
    Step(
        "message",
        pgettext_lazy("button", "Record a message"),
        "message-plus",
        _("The message is recorded."),
        _flow(write_as_requester),
        forms.AnswerForm,
        title=_("What the requester says"),
    ),
)
RENEW_FOLLOWER = Step(
    "renew_follower",
    pgettext_lazy("button", "Renew the link"),
    "link",
    _("The follower has a new link; the old one is void."),
    _renew_follower,
    forms.FollowerForm,
    needs="renew_link",
)
"""A step about one follower, offered beside that one and not on the title line."""

STEPS = {step.key: step for step in (*_STEPS, RENEW_FOLLOWER)}

LINE = {
    S.NEW: ("accept", "raise_order", "ask"),
    S.NEED_INFO: ("answer", "accept"),
    S.ACCEPTED: ("raise_order", "resolve", "ask"),
    S.IN_PROGRESS: ("resolve", "raise_order", "promise", "ask"),
    S.RESOLVED: ("accept_result", "refuse_result"),
    S.CLOSED: ("reopen",),
}
"""What stands on the title line in each state, the usual next step first."""

FILLED = frozenset({"accept", "raise_order", "answer", "resolve", "accept_result"})
"""Steps that bring a request on: the first of them is the filled button."""


def buttons(
    request: ServiceRequest, allowed: Iterable[str], *, back: str, has_live_order: bool
) -> tuple[list[Button], list[Button]]:
    """The buttons of the title line and those of its menu, exactly the steps that are allowed.

    While an order is unfinished nothing is settled and a further order is in the menu.
    """
    known = set(allowed)
    found = {step.key: step for step in _STEPS if step.allowed_as in known}
    line = [key for key in LINE.get(S(request.status), ()) if key in found]
    if has_live_order:
        found.pop("resolve", None)
        line = [key for key in line if key not in {"resolve", "raise_order"}]
    first = next((key for key in line if key in FILLED), "")
    shown = [
        Button(found[key], url_of(request, key, back), "primary" if key == first else "") for key in line
    ]
    rest = [Button(step, url_of(request, key, back)) for key, step in found.items() if key not in line]
    return shown, rest


def url_of(request: ServiceRequest, key: str, back: str) -> str:
    """The address of a step that comes back to a page."""
    return f"{reverse('desk:step', args=[request.number, key])}?{urlencode({'next': back})}"
