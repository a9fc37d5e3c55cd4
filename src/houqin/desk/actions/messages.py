"""What is said about a request, the files that come with it, and chasing."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving
from houqin.desk.actions.requests import attach
from houqin.desk.models import Message, RequestEvent, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.kernel.errors import Invalid, Refused, StaleState

CHASE_AFTER = dt.timedelta(minutes=30)
"""How long after a chase the next one is taken."""


@transaction.atomic
def add(
    *,
    request_id: int,
    side: str,
    text: str,
    by: User | None,
    by_name: str = "",
    attachment_ids: Sequence[int] = (),
    at: dt.datetime | None = None,
) -> Message:
    """A message of the requester, to the requester, or among staff (`Message.Side`).

    Files of an internal note stay internal. A message to the requester is the first response if
    none was before; a note never is.
    """
    request = moving.lock(request_id)
    return say(
        request=request,
        side=side,
        text=text,
        by=by,
        by_name=by_name,
        attachment_ids=attachment_ids,
        at=moving.instant(request, at),
    )


def say(
    *,
    request: ServiceRequest,
    side: str,
    text: str,
    by: User | None,
    at: dt.datetime,
    by_name: str = "",
    attachment_ids: Sequence[int] = (),
) -> Message:
    """A message on a locked request. Raises `Invalid` when it says nothing."""
    if not text.strip():
        raise Invalid(_("Please write something."), field="text")
    message = Message.objects.create(
        request=request,
        side=side,
        author=by,
        author_name=by_name or (by.full_name if by else request.contact_name),
        text=text.strip(),
        at=at,
    )
    attach(
        request=request,
        attachment_ids=attachment_ids,
        by=by,
        message=message,
        public=side != Message.Side.INTERNAL,
    )
    return message


@transaction.atomic
def add_files(
    *,
    request_id: int,
    attachment_ids: Sequence[int],
    by: User | None,
    by_name: str = "",
    public: bool = True,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request with further files on it, recorded once for all of them."""
    request = moving.lock(request_id)
    attach(request=request, attachment_ids=attachment_ids, by=by, public=public)
    moving.record(
        request,
        "attached",
        by=by,
        by_name=by_name,
        at=moving.instant(request, at),
        public=public,
        data={"count": len(set(attachment_ids))},
    )
    return request


@transaction.atomic
def chase(
    *, request_id: int, by: User | None, by_name: str = "", note: str = "", at: dt.datetime | None = None
) -> RequestEvent:
    """The record that the requester asked to hurry (催办), with how many times that makes.

    Raises `Refused`, with the time from which it is possible again, within 30 minutes of the last
    one, and `StaleState` when nobody works on the request any more.
    """
    request = moving.lock(request_id)
    at = moving.instant(request, at)
    if request.status not in OPEN:
        raise StaleState(_("This request is not open any more; there is nothing to hurry."))
    if request.status == RequestStatus.NEED_INFO:
        raise Refused(_("We are waiting for your answer. Please answer the question first."))
    earlier = list(RequestEvent.objects.filter(request=request, kind="chased").order_by("-pk"))
    if earlier and (again := earlier[0].at + CHASE_AFTER) > at:
        raise Refused(
            _("We have been reminded a moment ago. From %(time)s you can do it again.")
            % {"time": timezone.localtime(again).strftime("%H:%M")},
            again_at=again,
        )
    return moving.record(
        request,
        "chased",
        by=by,
        by_name=by_name or ("" if by else request.contact_name),
        at=at,
        reason=note.strip(),
        data={"times": len(earlier) + 1},
        public=True,
    )
