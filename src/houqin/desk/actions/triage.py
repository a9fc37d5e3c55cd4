"""What the desk decides about a request: accept, ask, reject, merge."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import following, messages, moving, proposals
from houqin.desk.models import Message, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import goes_on_as
from houqin.desk.queries.orders import orders_of
from houqin.kernel.errors import Invalid, Refused, StaleState
from houqin.work.models import WorkOrderStatus
from houqin.work.models.orders import FINISHED

S = RequestStatus


@transaction.atomic
def accept(
    *, request_id: int, by: User | None, version: int | None = None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, taken on. `accepted_at` keeps the first time. Raises `StaleState` once it was.

    What the triage rules said of it is judged by how it stands.
    """
    request = moving.lock(request_id, version=version)
    when = moving.instant(request, at)
    moving.move(request, S.ACCEPTED, "accepted", by=by, at=when)
    proposals.confirm(request=request, by=by, at=when)
    return request


@transaction.atomic
def ask_information(
    *, request_id: int, question: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> Message:
    """The question as a message to the requester; the request waits for the answer, its clocks too."""
    request = moving.lock(request_id, version=version)
    at = moving.instant(request, at)
    if not question.strip():
        raise Invalid(_("Please write what you want to know."), field="question")
    message = messages.say(request=request, side=Message.Side.STAFF, text=question, by=by, at=at)
    moving.move(
        request, S.NEED_INFO, "asked", by=by, at=at, reason=question.strip(), data={"message": message.pk}
    )
    return message


@transaction.atomic
def answer(
    *,
    request_id: int,
    text: str,
    by: User | None,
    by_name: str = "",
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """The requester's answer as a message; the request goes on: accepted, and under way if it was."""
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    if request.status != S.NEED_INFO:
        raise StaleState(_("Nobody waits for an answer any more. You can still write a message."))
    message = messages.say(
        request=request,
        side=Message.Side.REQUESTER,
        text=text,
        by=by,
        by_name=by_name,
        attachment_ids=attachment_ids,
        at=at,
    )
    moving.move(request, S.ACCEPTED, "answered", by=by, by_name=by_name, at=at, data={"message": message.pk})
    if orders_of(request).filter(started_at__isnull=False).exclude(status__in=FINISHED).exists():
        moving.move(request, S.IN_PROGRESS, "started", by=by, by_name=by_name, at=at, public=False)
    return message


@transaction.atomic
def reject(
    *, request_id: int, reason: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, not taken on, for a reason the requester reads.

    Raises `Refused` while a work order of it is not void.
    """
    request = moving.lock(request_id, version=version)
    if not reason.strip():
        raise Invalid(_("Please give the requester a reason."), field="reason")
    _require_no_work(request)
    moving.move(request, S.REJECTED, "rejected", by=by, at=moving.instant(request, at), reason=reason.strip())
    return request


@transaction.atomic
def merge(
    *, request_id: int, into_id: int, by: User, reason: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, merged into another one that is still open. Both are locked in pk order.

    The requester and the followers keep their own links and are told what the other comes to; all of
    them count as affected by that one now. Raises `Refused` for a request merged into itself or into
    one that has ended, merged ones included, so that there is no ring; and while a work order of it
    is not void.
    """
    if request_id == into_id:
        raise Refused(_("A request cannot be merged into itself."))
    both = moving.lock_all([request_id, into_id])
    request, into = both[request_id], both[into_id]
    at = max(moving.instant(request, at), moving.instant(into, at))
    _require_not_merged(request, into)
    if into.status not in OPEN:
        raise Refused(
            _("%(number)s is not open any more; nothing can be merged into it.") % {"number": into.number}
        )
    _require_no_work(request)
    moving.move(
        request,
        S.MERGED,
        "merged",
        by=by,
        at=at,
        reason=reason.strip(),
        data={"into": into.number},
        merged_into=into,
    )
    following.recount(request=into, kind="absorbed", by=by, at=at, data={"number": request.number})
    return request


def _require_not_merged(request: ServiceRequest, into: ServiceRequest) -> None:
    if into.status != S.MERGED:
        return
    end = goes_on_as(into)
    if end.pk == request.pk:
        raise Refused(
            _("%(number)s was merged into %(into)s already; it cannot go the other way round as well.")
            % {"number": into.number, "into": request.number}
        )
    raise Refused(
        _("%(number)s was itself merged into %(into)s. Merge into that one.")
        % {"number": into.number, "into": end.number}
    )


def _require_no_work(request: ServiceRequest) -> None:
    order = orders_of(request).exclude(status=WorkOrderStatus.CANCELLED).first()
    if order is not None:
        raise Refused(
            _("Work order %(number)s belongs to this request. Void it first.") % {"number": order.number}
        )
