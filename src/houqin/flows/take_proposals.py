"""The desk decides about what the triage rules proposed for a request: takes it over, or leaves it.

Writes: desk (the request, the proposals), work (priority and due times of the orders).
Locks: the request, then its orders.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.accounts.models import User
from houqin.desk.actions import progress, proposals
from houqin.desk.actions.moving import instant, lock
from houqin.desk.models import Category, ProposalField, Service, ServiceRequest, TriageProposal
from houqin.desk.policies import require_step
from houqin.flows.triage_request import correct_request
from houqin.kernel.errors import Refused
from houqin.kernel.flow import flow
from houqin.staffing.models import Crew

F = ProposalField


@flow
def take_proposals(
    *,
    request_id: int,
    proposal_ids: Collection[int],
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request as the proposals say; the correction names the rules as its reason.

    All of them or none: raises `Missing` for a proposal of another request, `StaleState` for one
    that has been decided, `Refused` for a thing that is not in use any more, and what correcting a
    request raises.
    """
    request = lock(request_id, version=version)
    require_step(by, request, "correct")
    taken = proposals.waiting(request, proposal_ids)
    stands = proposals.values_of(request, F.values)
    different = [one for one in taken if stands[one.field] != one.value]
    if changes := _changes([one for one in different if one.field != F.CREW]):
        correct_request(request_id=request_id, reason=_reason(different), by=by, at=at, **changes)
    for one in different:
        if one.field == F.CREW:
            crew = _in_use(Crew.objects.filter(code=one.value, active=True).first(), one)
            progress.set_crew(request_id=request_id, crew=crew, by=by, at=at)
    request = lock(request_id)
    proposals.accept(request=request, proposals=taken, by=by, at=instant(request, at))
    return request


@flow
def leave_proposals(
    *,
    request_id: int,
    proposal_ids: Collection[int],
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request as it is; the proposals wait for nobody any more. Raises as `take_proposals` does."""
    require_step(by, lock(request_id, version=version), "correct")
    return proposals.leave(request_id=request_id, proposal_ids=proposal_ids, by=by, at=at)


def _changes(taken: list[TriageProposal]) -> dict[str, Any]:
    """What is to be corrected, as `desk.actions.requests.correct` takes it."""
    changes: dict[str, Any] = {}
    for one in taken:
        match one.field:
            case F.SERVICE:
                service = _in_use(Service.objects.filter(code=one.value, active=True).first(), one)
                changes["service_id"] = service.pk
            case F.CATEGORY:
                category = _in_use(Category.objects.filter(code=one.value, active=True).first(), one)
                changes["category_id"] = category.pk
            case F.SAFETY:
                changes["safety"] = True
            case _:
                changes[one.field] = one.value
    return changes


def _in_use(found: Any, one: TriageProposal) -> Any:
    if found is None:
        raise Refused(_("“%(code)s” is not in use any more. Choose something else.") % {"code": one.value})
    return found


def _reason(taken: list[TriageProposal]) -> str:
    """Why, in the language of the house: it is read by all of the staff."""
    with translation.override(settings.LANGUAGE_CODE):
        names = dict.fromkeys(str(one.rule) for one in taken)
        listed = pgettext("between names", ", ").join(names)
        return _("As the triage rule proposed: %(rules)s") % {"rules": listed}
