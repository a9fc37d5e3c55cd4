"""What may be done with an approval: what it is called, what it asks, and the flow that takes it."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.approvals.models import Approval
from houqin.flows.decide_approval import decide_approval
from houqin.web.approvals import forms
from houqin.web.steps import Step


def _decide(verb: str) -> Callable[..., object]:
    def run(about: Approval, by: User, **given: object) -> object:
        return decide_approval(approval_id=about.pk, by=by, verb=verb, **given)  # type: ignore[arg-type]

    return run


_STEPS = (
    Step(
        "agree",
        pgettext_lazy("button", "Agree"),
        "circle-check",
        _("You have agreed."),
        _decide("agree"),
        forms.AgreeForm,
        title=_("Agree to this?"),
    ),
    Step(
        "refuse",
        pgettext_lazy("button", "Refuse"),
        "arrow-back-up",
        _("You have refused; who asked has been told why."),
        _decide("refuse"),
        forms.RefuseForm,
        title=_("Why not?"),
        danger=True,
    ),
    Step(
        "hand_on",
        pgettext_lazy("button", "Hand on"),
        "user-share",
        _("Handed on."),
        _decide("hand_on"),
        forms.WhoForm,
        title=_("Who decides instead of you?"),
    ),
    Step(
        "add",
        pgettext_lazy("button", "Ask somebody further"),
        "user-plus",
        _("Asked; their word is needed, too."),
        _decide("add"),
        forms.WhoForm,
        title=_("Who has to agree besides?"),
    ),
    Step(
        "recall",
        pgettext_lazy("button", "Recall"),
        "refresh",
        _("Recalled; it is a draft again."),
        _decide("recall"),
        forms.RecallForm,
        title=_("Recall this?"),
        text=_("Nobody is asked any more. You can put it before them again later."),
    ),
)
STEPS = {step.key: step for step in _STEPS}
