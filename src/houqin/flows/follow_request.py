"""Somebody has the same trouble (我也遇到): follows a known fault, says something, rates it, leaves.

Writes: desk (the follower, the message, how many are affected, the impact, the rating), work (the
priority of the orders), notify.
Locks: the request it goes on as, then its orders in pk order.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import following, ratings
from houqin.desk.actions.following import Contact
from houqin.desk.actions.moving import lock
from houqin.desk.models import Follower, Message, Rating, ServiceRequest
from houqin.desk.policies import require_follower_step, require_step
from houqin.desk.queries.catalogue import kind_of
from houqin.desk.queries.orders import orders_of
from houqin.flows.accept_result import tell_of_rating
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.telling import tell_all_workers, tell_desk
from houqin.flows.telling_followers import tell_follower
from houqin.kernel.flow import flow
from houqin.work.actions import orders
from houqin.work.models.orders import FINISHED


@flow
def follow_request(
    *,
    request_id: int,
    contact: Contact,
    by: User | None,
    taken_by: User | None = None,
    text: str = "",
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Follower:
    """The follower with an own link, told of it; what they wrote and photographed goes to staff.

    `by` is the account that follows; `taken_by` is who at the desk wrote it down for a caller.

    The number of people affected goes up, and with it the impact where the rules say so; then the
    desk is told. Raises what `desk.actions.following.follow` raises, and nothing is written then.
    """
    before = following.lock_target(request_id)
    follower = following.follow(request_id=before.pk, contact=contact, by=by, taken_by=taken_by, at=at)
    pass_impact_on(before, at=at)
    tell_follower(follower, before, "following", "following")
    if text.strip() or attachment_ids:
        said = text.strip() or kind_of(before)
        write_as_follower(follower_id=follower.pk, text=said, by=by, attachment_ids=attachment_ids, at=at)
    return follower


@flow
def leave_request(*, follower_id: int, by: User | None, at: dt.datetime | None = None) -> Follower:
    """The follower, who hears no more of it. A second time changes nothing."""
    return following.leave(follower_id=follower_id, by=by, at=at)


@flow
def write_as_follower(
    *,
    follower_id: int,
    text: str,
    by: User | None,
    attachment_ids: tuple[int, ...] = (),
    at: dt.datetime | None = None,
) -> Message:
    """What a follower says, told to the desk and whoever works on it; no other follower ever reads it."""
    message = following.write(follower_id=follower_id, text=text, by=by, attachment_ids=attachment_ids, at=at)
    change = f"message:{message.pk}"
    facts: dict[str, Any] = {"author": message.author_name, "text": message.text}
    tell_desk(message.request, "message", change, by=by, **facts)
    tell_all_workers(message.request, "message", change, by=by, **facts)
    return message


@flow
def rate_as_follower(
    *,
    follower_id: int,
    speed: int,
    attitude: int,
    quality: int,
    by: User | None,
    solved: bool = True,
    comment: str = "",
    at: dt.datetime | None = None,
) -> Rating:
    """A follower's own rating of the request it went on as; a bad one opens a call to that follower."""
    follower = Follower.objects.get(pk=follower_id)
    own, request = ratings.lock_rated(follower.request_id)
    follower = Follower.objects.select_related("request__merged_into").get(pk=follower_id)
    require_follower_step(follower, "rate")
    rating = ratings.rate(
        request_id=own.pk,
        speed=speed,
        attitude=attitude,
        quality=quality,
        by=by,
        solved=solved,
        comment=comment,
        follower=follower,
        at=at,
    )
    tell_of_rating(rating, own=own, request=request, by=by)
    return rating


@flow
def renew_follower_link(*, follower_id: int, by: User, at: dt.datetime | None = None) -> Follower:
    """The follower with a new link; the old ones open nothing any more."""
    require_step(by, lock(Follower.objects.get(pk=follower_id).request_id), "renew_link")
    return following.renew_link(follower_id=follower_id, by=by, at=at)


def pass_impact_on(before: ServiceRequest, *, at: dt.datetime | None = None) -> None:
    """Give the priority that more people have raised to the orders and the clocks, and tell the desk.

    `before` is the locked request as it was; nothing happens when its impact is still the same.
    """
    request = lock(before.pk)
    if request.impact == before.impact:
        return
    with translation.override(settings.LANGUAGE_CODE):  # all of the staff read it
        why = _("People affected: %(affected)s.") % {"affected": request.affected}
    for order in orders_of(request).exclude(status__in=FINISHED):
        if order.priority != request.priority:
            orders.set_priority(order_id=order.pk, priority=request.priority, reason=why, by=None, at=at)
    refresh_clocks(request_id=request.pk)
    tell_desk(
        request,
        "more_affected",
        f"affected:{request.impact}:{request.affected}",
        affected=request.affected,
        priority=request.priority,
    )
