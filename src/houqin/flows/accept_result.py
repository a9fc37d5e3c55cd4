"""The requester accepts what was done, does not, says nothing, or rates it.

Writes: desk (the request, the rating, the follow-up), work (orders verified and closed, or under
way again), notify.
Locks: the request (rating a merged one: both, in pk order), then its orders in pk order.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import progress, ratings
from houqin.desk.actions.moving import lock
from houqin.desk.models import FollowUp, Rating, ServiceRequest
from houqin.desk.policies import require_step
from houqin.desk.queries.orders import orders_of
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.reopen_request import raise_rework
from houqin.flows.telling import tell_all_workers, tell_desk, tell_requester
from houqin.kernel.flow import flow
from houqin.work.actions import finishing
from houqin.work.models import WorkOrderStatus


@flow
def accept_result(
    *, request_id: int, by: User | None, by_name: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, accepted and closed, its completed orders verified and closed with it.

    `by` None is the holder of the tracking link; staff who register requests may record what a
    requester said on the phone.
    """
    require_step(by, lock(request_id), "accept_result")
    _verify_orders(request_id, by=by, silence=False, at=at)
    request = progress.close(request_id=request_id, by=by, by_name=by_name, at=at)
    refresh_clocks(request_id=request_id)
    if by is not None and by.pk != request.requester_id:
        tell_requester(request, "closed", f"closed:{request.reopen_count}", by=by)
    return request


@flow
def refuse_result(
    *, request_id: int, reason: str, by: User | None, by_name: str = "", at: dt.datetime | None = None
) -> ServiceRequest:
    """The request, back in progress: its completed orders are under way again with the reason.

    Where every order is closed already (verified by a leader) a rework order is raised instead.
    The desk and the technicians are told.
    """
    require_step(by, lock(request_id), "refuse_result")
    request = progress.refuse_result(request_id=request_id, reason=reason, by=by, by_name=by_name, at=at)
    completed = orders_of(request).filter(status=WorkOrderStatus.COMPLETED)
    for order in completed:
        finishing.reject_completion(order_id=order.pk, reason=reason, by=by, granted=True, at=at)
    if not completed:
        raise_rework(request, reason=reason, by=by, at=at)
    refresh_clocks(request_id=request_id)
    change = f"not_accepted:{request.reopen_count}"
    tell_all_workers(request, "not_accepted", change, by=by, reason=reason.strip())
    tell_desk(request, "not_accepted", change, by=by, reason=reason.strip())
    return request


@flow
def accept_by_silence(*, request_id: int, at: dt.datetime | None = None) -> ServiceRequest:
    """The request, closed because nobody objected in time; marked so, and told to the requester."""
    _verify_orders(request_id, by=None, silence=True, at=at)
    request = progress.close(request_id=request_id, by=None, silence=True, at=at)
    refresh_clocks(request_id=request_id)
    tell_requester(request, "closed", f"closed:{request.reopen_count}", by_silence=True)
    return request


@flow
def rate_request(
    *,
    request_id: int,
    speed: int,
    attitude: int,
    quality: int,
    by: User | None,
    solved: bool = True,
    comment: str = "",
    at: dt.datetime | None = None,
) -> Rating:
    """The requester's rating; a bad one has its follow-up call open and told at once.

    `request_id` is the requester's own request; was it merged, the one it goes on as is rated.
    Rating does not accept: a page that asks both calls `accept_result` first.
    """
    own, request = ratings.lock_rated(request_id)
    require_step(by, own, "rate")
    rating = ratings.rate(
        request_id=request_id,
        speed=speed,
        attitude=attitude,
        quality=quality,
        by=by,
        solved=solved,
        comment=comment,
        at=at,
    )
    tell_of_rating(rating, own=own, request=request, by=by)
    return rating


def tell_of_rating(rating: Rating, *, own: ServiceRequest, request: ServiceRequest, by: User | None) -> None:
    """Tell the desk of a rating, and of the call it opened who makes such calls."""
    follow_up = FollowUp.objects.filter(rating=rating, done_at__isnull=True).first()
    if follow_up is None:
        tell_desk(request, "rated", f"rated:{rating.pk}", by=by, score=rating.lowest)
        return
    facts: dict[str, Any] = {"score": rating.lowest, "due": follow_up.due_at}
    change = f"follow_up:{follow_up.pk}"
    tell_desk(own, "follow_up_opened", change, permission="desk.follow_up", by=by, **facts)


@flow
def finish_follow_up(*, follow_up_id: int, outcome: str, by: User, at: dt.datetime | None = None) -> FollowUp:
    """The follow-up call, made, with what came of it."""
    found = FollowUp.objects.filter(pk=follow_up_id).select_related("request").first()
    if found is not None:
        require_step(by, lock(found.request_id), "follow_up")
    return ratings.finish_follow_up(follow_up_id=follow_up_id, outcome=outcome, by=by, at=at)


def _verify_orders(request_id: int, *, by: User | None, silence: bool, at: dt.datetime | None) -> None:
    request = lock(request_id)
    for order in orders_of(request).filter(status=WorkOrderStatus.COMPLETED):
        finishing.verify(order_id=order.pk, by=by, granted=True, silence=silence, at=at)
