"""The desk decides about a request: takes it on, puts it right, asks, rejects, merges, settles it.

Writes: desk, work (priority and due times of the orders), notify.
Locks: the request (when merging both, in pk order), then its orders.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import clocks, progress, requests, triage
from houqin.desk.actions.moving import lock
from houqin.desk.models import Message, ServiceRequest
from houqin.desk.policies import require_step
from houqin.desk.queries.orders import orders_of
from houqin.flows.follow_request import pass_impact_on
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.telling import tell_all_workers, tell_desk, tell_requester, tell_resolved
from houqin.kernel.flow import flow
from houqin.work.actions import orders
from houqin.work.models.orders import FINISHED


@flow
def accept_request(
    *, request_id: int, by: User, version: int | None = None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, taken on. Raises `NotPermitted` or `StaleState`."""
    require_step(by, lock(request_id, version=version), "accept")
    request = triage.accept(request_id=request_id, by=by, at=at)
    reading = refresh_clocks(request_id=request_id)
    tell_requester(request, "request_accepted", "accepted", by=by, due=reading.resolution.due_at)
    return request


@flow
def correct_request(
    *,
    request_id: int,
    reason: str,
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
    **changes: Any,
) -> ServiceRequest:
    """The request put right (`changes` as in `desk.actions.requests.correct`).

    A new priority goes to its unfinished orders, and all due times are computed anew; the start of
    the clocks and the pauses taken stay.
    """
    require_step(by, lock(request_id), "correct")
    request = requests.correct(request_id=request_id, reason=reason, by=by, version=version, at=at, **changes)
    for order in orders_of(request).exclude(status__in=FINISHED):
        if order.priority != request.priority:
            orders.set_priority(order_id=order.pk, priority=request.priority, reason=reason, by=None, at=at)
    refresh_clocks(request_id=request_id)
    return request


@flow
def promise_time(
    *, request_id: int, target_at: dt.datetime | None, reason: str, by: User, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request with a promised restoration time instead of the computed one; None takes it back."""
    require_step(by, lock(request_id), "promise")
    request = clocks.promise(request_id=request_id, target_at=target_at, reason=reason, by=by, at=at)
    refresh_clocks(request_id=request_id)
    return request


@flow
def ask_requester(
    *, request_id: int, question: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> Message:
    """The question, sent; the request and its restoration clock wait for the answer."""
    require_step(by, lock(request_id, version=version), "ask")
    message = triage.ask_information(request_id=request_id, question=question, by=by, at=at)
    refresh_clocks(request_id=request_id)
    tell_requester(message.request, "information_asked", f"asked:{message.pk}", by=by, text=message.text)
    return message


@flow
def answer_question(
    *,
    request_id: int,
    text: str,
    by: User | None,
    by_name: str = "",
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """The answer of the requester (None: by the tracking link); the request and its clocks go on."""
    require_step(by, lock(request_id), "answer")
    message = triage.answer(
        request_id=request_id, text=text, by=by, by_name=by_name, attachment_ids=attachment_ids, at=at
    )
    refresh_clocks(request_id=request_id)
    facts: dict[str, Any] = {"author": message.author_name, "text": message.text}
    tell_desk(message.request, "message", f"message:{message.pk}", by=by, **facts)
    tell_all_workers(message.request, "message", f"message:{message.pk}", by=by, **facts)
    return message


@flow
def reject_request(
    *, request_id: int, reason: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, not taken on, with the reason told to the requester."""
    require_step(by, lock(request_id, version=version), "reject")
    request = triage.reject(request_id=request_id, reason=reason, by=by, at=at)
    refresh_clocks(request_id=request_id)
    tell_requester(request, "rejected", "rejected", by=by, reason=reason.strip())
    return request


@flow
def merge_request(
    *, request_id: int, into_id: int, by: User, reason: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, merged into another open one; its requester is told what comes of that one."""
    both = {pk: lock(pk) for pk in sorted({request_id, into_id})}
    require_step(by, both[request_id], "merge")
    request = triage.merge(request_id=request_id, into_id=into_id, by=by, reason=reason, at=at)
    refresh_clocks(request_id=request_id)
    pass_impact_on(both[into_id], at=at)
    into = both[into_id].number
    tell_requester(request, "merged", f"merged:{into}", by=by, into=into)
    return request


@flow
def settle_request(
    *, request_id: int, result: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, done by the desk without (further) work and waiting to be accepted.

    Raises `Refused` while a work order is unfinished, `Invalid` without a written result where no
    order was completed.
    """
    require_step(by, lock(request_id, version=version), "resolve")
    request = progress.resolve(request_id=request_id, by=by, result=result, at=at)
    refresh_clocks(request_id=request_id)
    tell_resolved(request, by=by)
    return request


@flow
def renew_link(*, request_id: int, by: User, at: dt.datetime | None = None) -> ServiceRequest:
    """The request with a new tracking link; the old ones open nothing any more."""
    require_step(by, lock(request_id), "renew_link")
    return requests.renew_link(request_id=request_id, by=by, at=at)
