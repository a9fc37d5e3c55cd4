"""Putting something before those who must agree."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.approvals.actions import steps
from houqin.approvals.kinds import KINDS
from houqin.approvals.models import Approval, ApprovalEvent, ApprovalSeat, ApprovalStatus, ApprovalStep
from houqin.approvals.queries.routes import Route, route, short_of
from houqin.kernel import clock
from houqin.kernel.errors import Refused, StaleState
from houqin.org.models import Department


class NobodyToAsk(Refused):
    """No (further) person could agree."""

    code = "nobody_to_ask"


@transaction.atomic
def ask(
    *,
    kind: str,
    number: str,
    title: str,
    amount: Decimal,
    by: User,
    department: Department | None = None,
    reason: str = "",
    path: str = "",
    is_demo: bool = False,
) -> Approval:
    """The approval of a thing, waiting at its first step; approved at once where nobody has to agree.

    Who has to agree is fixed now; who stands in for somebody away is looked up when their step begins.
    Raises `NobodyToAsk` when the rules name too few people beside the asker for everybody to agree
    once, and `StaleState` while the thing is before them already.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    if Approval.objects.filter(kind=kind, number=number, status=ApprovalStatus.WAITING).exists():
        raise StaleState(_("%(number)s awaits approval already.") % {"number": number})
    planned = route(kind=kind, amount=amount, department=department, asker=by)
    short = short_of(planned)
    if short is not None:
        raise NobodyToAsk(
            _(
                "Nobody is left who could agree at step %(step)s: the rules for “%(kind)s” must name "
                "somebody beside %(asker)s, and nobody agrees twice."
            )
            % {"step": short, "kind": KINDS[kind].label, "asker": by}
        )
    now = clock.now()
    approval = Approval.objects.create(
        kind=kind,
        number=number,
        title=title[:200],
        amount=amount,
        department=department,
        reason=reason[:200],
        path=path,
        asked_by=by,
        asked_at=now,
        is_demo=is_demo,
        status=ApprovalStatus.WAITING if planned else ApprovalStatus.APPROVED,
        decided_at=None if planned else now,
    )
    steps.note(approval, ApprovalEvent.Kind.ASKED, by, note=reason)
    for step in planned:
        _plan(approval, step)
    if planned:
        steps.open_next(approval)
    return approval


def _plan(approval: Approval, planned: Route) -> None:
    step = ApprovalStep.objects.create(approval=approval, position=planned.position, mode=planned.mode)
    ApprovalSeat.objects.bulk_create(ApprovalSeat(step=step, person=person) for person in planned.people)
