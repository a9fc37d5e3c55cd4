"""Somebody has the same trouble: follows a fault, stops following it, says something about it.

How many are affected is counted anew under the lock of the request, and the impact goes up with it.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving
from houqin.desk.actions.requests import attach
from houqin.desk.models import Channel, Follower, Impact, Message, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import goes_on_as
from houqin.desk.queries import affected
from houqin.desk.queries.catalogue import pausing_reasons
from houqin.desk.queries.priorities import proposed
from houqin.desk.queries.recipients import requesters_of
from houqin.kernel.errors import Invalid, Missing, Refused, StaleState
from houqin.org.queries.organisation import organisation

_RANK = {impact: rank for rank, impact in enumerate(Impact.values)}
_MOST_TRIES = 10
MOST_IN_AN_HOUR = 10
"""How many faults one account, number or address may follow within an hour."""
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who follows, as far as somebody without an account says so, and where they have the trouble."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    place_id: int | None = None
    channel: str = Channel.WEB


def lock_target(request_id: int) -> ServiceRequest:
    """The request that another one goes on as, locked: itself unless it was merged. Raises `Missing`."""
    for _try in range(_MOST_TRIES):
        found = ServiceRequest.objects.filter(pk=request_id).first()
        request = moving.lock(goes_on_as(found).pk if found else request_id)
        if request.merged_into_id is None:
            return request
    raise StaleState(_("Somebody else has changed this request meanwhile. Reload the page."))


@transaction.atomic
def follow(
    *,
    request_id: int,
    contact: Contact,
    by: User | None,
    taken_by: User | None = None,
    at: dt.datetime | None = None,
) -> Follower:
    """The follower with an own link; one more person affected, unless the request knows them already.

    `by` is the account that follows; `taken_by` is who at the desk wrote it down for somebody else.

    An account that follows already gets the follower it has. Somebody without one always gets a new
    one: a phone number proves nobody, so it opens nobody's link; a number or address that is known
    stays with who left it first, and nobody more is counted.

    Raises `StaleState` when the fault is not open any more, `Refused` for its own requester and for an
    account, number or address that has pressed `MOST_IN_AN_HOUR` times within the hour.
    """
    request = lock_target(request_id)
    at = moving.instant(request, at)
    if request.status not in OPEN:
        raise StaleState(
            _("This is not open any more. Please report it, so that somebody looks at it again.")
        )
    if by is not None:
        if any(own.requester_id == by.pk for own in requesters_of(request)):
            raise Refused(_("You have reported this yourself; you hear of it anyway."))
        if (known := affected.followers_of(request).filter(user=by).first()) is not None:
            return known
    _require_few(request, contact, by, at)
    follower = _made(request, contact, by, at)
    recount(request=request, kind="followed", by=taken_by or by, by_name=follower.name, at=at)
    return follower


@transaction.atomic
def leave(*, follower_id: int, by: User | None, at: dt.datetime | None = None) -> Follower:
    """The follower, who hears no more of it and is not counted any longer. Twice is as once.

    The impact stays: what has been raised is for the desk to lower.
    """
    request = lock_target(_following(follower_id).request_id)
    at = moving.instant(request, at)
    follower = Follower.objects.select_for_update(of=("self",)).get(pk=follower_id)
    if follower.left_at is not None:
        return follower
    follower.left_at = at
    follower.save(update_fields=["left_at"])
    recount(request=request, kind="unfollowed", by=by, by_name=follower.name, at=at)
    return follower


@transaction.atomic
def renew_link(*, follower_id: int, by: User, at: dt.datetime | None = None) -> Follower:
    """The follower with a new link; the ones given out before open nothing any more."""
    request = lock_target(_following(follower_id).request_id)
    follower = Follower.objects.select_for_update(of=("self",)).get(pk=follower_id)
    follower.link_nonce = secrets.token_hex(16)
    follower.save(update_fields=["link_nonce"])
    data = {"follower": follower.name}
    moving.record(request, "follower_link_renewed", by=by, at=moving.instant(request, at), data=data)
    return follower


@transaction.atomic
def write(
    *,
    follower_id: int,
    text: str,
    by: User | None,
    attachment_ids: Sequence[int] = (),
    at: dt.datetime | None = None,
) -> Message:
    """What a follower says, on the request it goes on as; staff read it, other people never do.

    It moves no clock: those count what the requester says. Raises `Invalid` when it says nothing,
    `StaleState` when the follower has left.
    """
    follower = _following(follower_id)
    request = lock_target(follower.request_id)
    if follower.left_at is not None:
        raise StaleState(_("You do not follow this any more."))
    if not text.strip():
        raise Invalid(_("Please write something."), field="text")
    message = Message.objects.create(
        request=request,
        side=Message.Side.FOLLOWER,
        follower=follower,
        author=by,
        author_name=follower.name,
        text=text.strip(),
        at=moving.instant(request, at),
    )
    attach(request=request, attachment_ids=attachment_ids, by=by, message=message, public=False)
    return message


def recount(
    *,
    request: ServiceRequest,
    kind: str,
    by: User | None,
    at: dt.datetime,
    by_name: str = "",
    data: dict[str, object] | None = None,
) -> None:
    """Record what has changed the number of people a locked request affects, and raise its impact by it.

    The impact is raised when a number of the rules is reached for the first time, never lowered; the
    priority follows, unless it was set by hand. What a person sets afterwards stays. The version stays
    too, unless the impact changes: nobody's work is overtaken by one follower more.
    """
    before = affected.most_affected(request)
    request.affected = affected.count_affected(request)
    request.save(update_fields=["affected"])
    facts = {**(data or {}), "affected": request.affected}
    moving.record(request, kind, by=by, by_name=by_name, at=at, data=facts)
    _raise_impact(request, before=before, at=at)


def _raise_impact(request: ServiceRequest, *, before: int, at: dt.datetime) -> None:
    given = affected.rules()
    least = affected.impact_of(request.affected, given)
    newly = bool(least) and least != affected.impact_of(before, given)
    if not newly or _RANK[least] <= _RANK[request.impact] or not request.is_open:
        return
    changes = {"impact": [request.impact, least]}
    facts: dict[str, object] = {"affected": request.affected, "changes": changes}
    priority = proposed(urgency=request.urgency, impact=least, safety=request.safety).priority
    fields = {"impact": least}
    if not request.priority_by_hand and priority != request.priority:
        changes["priority"] = [request.priority, priority]
        facts["paused_by"] = pausing_reasons(request.standard, request.priority)
        fields["priority"] = priority
    moving.save(request, **fields)
    moving.record(request, "impact_raised", by=None, at=at, data=facts)


def _require_few(request: ServiceRequest, contact: Contact, by: User | None, at: dt.datetime) -> None:
    """Keep a flood of presses by one person away. Raises `Refused`."""
    pressed = affected.pressed_since(
        at - _HOUR, request=request, user=by, phone=contact.phone, email=contact.email
    )
    if pressed < MOST_IN_AN_HOUR:
        return
    raise Refused(
        _(
            "You have followed %(most)s faults within the hour; that is as many as are taken."
            " If it is urgent, please call %(phone)s."
        )
        % {"most": MOST_IN_AN_HOUR, "phone": organisation().emergency_phone or _("the service desk")}
    )


def _made(request: ServiceRequest, contact: Contact, by: User | None, at: dt.datetime) -> Follower:
    person = affected.marks(user=by, phone=contact.phone, email=contact.email)
    again = not person.isdisjoint(affected.known_marks(request))
    keeps_contact = by is None and not again
    return Follower.objects.create(
        request=request,
        user=by,
        name=(by.full_name if by else contact.name.strip()),
        phone=contact.phone.strip() if keeps_contact else "",
        email=contact.email.strip() if keeps_contact else "",
        language=(by.language if by else contact.language) or request.language,
        place_id=contact.place_id,
        channel=contact.channel,
        since=at,
        counted=not again,
        link_nonce=secrets.token_hex(16),
    )


def _following(follower_id: int) -> Follower:
    found = Follower.objects.filter(pk=follower_id).first()
    if found is None:
        raise Missing(
            _("This link is not valid, or not any more. Please ask the service desk for a new one.")
        )
    return found
