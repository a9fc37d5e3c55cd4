"""The checklist of a job on the phone: each line is kept by itself, and a wrong one says so beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid
from houqin.web.lists import is_key
from houqin.work.actions import steps
from houqin.work.models import OrderStep, WorkOrder

MOST = 200


@dataclass(frozen=True)
class Line:
    """A line as it is shown: with its answer, or with what was written instead and why that is wrong."""

    step: OrderStep
    written: str
    error: str = ""


@dataclass(frozen=True)
class Wrong:
    """What was written into a line, and the sentence of its refusal."""

    written: str
    error: str


def given(post: QueryDict) -> dict[int, str]:
    """The answers that came with a form by position; a box without its tick is an empty answer."""
    shown = [name for name in post.getlist("shown")[:MOST] if is_key(name)]
    return {int(name): post.get(f"step-{name}", "") for name in shown}


def keep(*, order: WorkOrder, answers: Mapping[int, str], by: User) -> dict[int, Wrong]:
    """Store every answer that fits, and return those that do not by position.

    Raises `StaleState`, `NotPermitted` and `Missing` as `work.actions.steps.answer` does.
    """
    known = dict(OrderStep.objects.filter(order=order).values_list("position", "answer"))
    wrong = {}
    for position, text in answers.items():
        if known.get(position) == text.strip():
            continue
        try:
            steps.answer(order_id=order.pk, answers={position: text}, by=by)
        except Invalid as refusal:
            wrong[position] = Wrong(text[:200], str(refusal))
    return wrong


def lines(found: Iterable[OrderStep], wrong: Mapping[int, Wrong] | None = None) -> list[Line]:
    """The lines of a checklist, in its order."""
    wrong = wrong or {}
    return [
        Line(step, wrong[step.position].written, wrong[step.position].error)
        if step.position in wrong
        else Line(step, step.answer)
        for step in found
    ]
