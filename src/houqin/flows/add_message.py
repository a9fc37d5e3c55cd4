"""Requester and staff write to each other about a request, or staff among themselves.

Writes: desk (the message, its files), work (notes and photos of an order), notify.
Locks: the request, then the order.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import messages
from houqin.desk.actions.moving import lock
from houqin.desk.models import Message, RequestStatus
from houqin.desk.policies import require_step
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.request_of import locked_request_of
from houqin.flows.telling import tell_all_workers, tell_desk, tell_requester
from houqin.flows.triage_request import answer_question
from houqin.kernel.flow import flow
from houqin.work.actions import attachments, coworkers
from houqin.work.models import OrderAttachment, WorkOrder


@flow
def write_as_requester(
    *,
    request_id: int,
    text: str,
    by: User | None,
    by_name: str = "",
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """The requester's message, told to the desk and whoever works on it; it waits for an answer.

    While we wait for information it is the answer.
    """
    request = lock(request_id)
    if request.status == RequestStatus.NEED_INFO:
        return answer_question(
            request_id=request_id, text=text, by=by, by_name=by_name, attachment_ids=attachment_ids, at=at
        )
    require_step(by, request, "message")
    message = messages.add(
        request_id=request_id,
        side=Message.Side.REQUESTER,
        text=text,
        by=by,
        by_name=by_name,
        attachment_ids=attachment_ids,
        at=at,
    )
    refresh_clocks(request_id=request_id)
    facts: dict[str, Any] = {"author": message.author_name, "text": message.text}
    tell_desk(request, "message", f"message:{message.pk}", by=by, **facts)
    tell_all_workers(request, "message", f"message:{message.pk}", by=by, **facts)
    return message


@flow
def write_to_requester(
    *,
    request_id: int,
    text: str,
    by: User,
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """A message the requester reads; the first one is the first response."""
    request = lock(request_id)
    require_step(by, request, "reply")
    message = messages.add(
        request_id=request_id,
        side=Message.Side.STAFF,
        text=text,
        by=by,
        attachment_ids=attachment_ids,
        at=at,
    )
    refresh_clocks(request_id=request_id)
    change = f"message:{message.pk}"
    tell_requester(request, "message", change, by=by, author=message.author_name, text=message.text)
    return message


@flow
def add_note(
    *,
    request_id: int,
    text: str,
    by: User,
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """A note among staff; nobody is told, and it satisfies no clock."""
    require_step(by, lock(request_id), "note")
    return messages.add(
        request_id=request_id,
        side=Message.Side.INTERNAL,
        text=text,
        by=by,
        attachment_ids=attachment_ids,
        at=at,
    )


@flow
def write_from_work(
    *,
    order_id: int,
    text: str,
    by: User,
    to_requester: bool = True,
    photo_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> None:
    """What a technician says on the spot: photos on the order, and words to the requester or as a note.

    Photos taken before work began are so marked. Words about an order that no request stands
    behind are a note. Raises what attaching, writing and noting raise, and then keeps nothing.
    """
    request = locked_request_of(order_id)
    if photo_ids:
        begun = WorkOrder.objects.filter(pk=order_id, started_at__isnull=False).exists()
        stage = OrderAttachment.Stage.AFTER if begun else OrderAttachment.Stage.BEFORE
        attachments.attach(
            order_id=order_id, attachment_ids=photo_ids, by=by, stage=stage, public=to_requester, at=at
        )
    if text and to_requester and request is not None:
        write_to_requester(request_id=request.pk, text=text, by=by, at=at)
    elif text:
        coworkers.note(order_id=order_id, text=text, by=by, at=at)


@flow
def add_photos(
    *,
    request_id: int,
    attachment_ids: tuple[int, ...],
    by: User | None,
    by_name: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Further photos of the requester on a request."""
    require_step(by, lock(request_id), "message")
    messages.add_files(request_id=request_id, attachment_ids=attachment_ids, by=by, by_name=by_name, at=at)
