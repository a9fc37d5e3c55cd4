"""Ratings, and the calls that follow bad ones."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving
from houqin.desk.models import Follower, FollowUp, Rating, RequestStatus, ServiceRequest
from houqin.desk.policies import goes_on_as
from houqin.desk.queries.orders import orders_of
from houqin.kernel.errors import Invalid, Missing, Refused, StaleState
from houqin.org.queries.calendars import calendar_for
from houqin.org.queries.organisation import organisation

EDITABLE_FOR = dt.timedelta(days=7)
LINK = "link"
"""Who rates through the tracking link of a request without a known requester."""


def rater_of(request: ServiceRequest, by: User | None) -> str:
    """The key of a person who rates: the account, or the requester whom the link belongs to.

    `request` is the person's own one. Of those merged into the rated one each has a key of its own.
    """
    person_id = by.pk if by else request.requester_id
    if person_id:
        return f"user:{person_id}"
    return LINK if request.merged_into_id is None else f"request:{request.pk}"


def rater_of_follower(follower: Follower) -> str:
    """The key of a follower who rates: the account, or the follower whom the link belongs to."""
    return f"user:{follower.user_id}" if follower.user_id else f"follower:{follower.pk}"


def lock_rated(request_id: int) -> tuple[ServiceRequest, ServiceRequest]:
    """A person's own request and the one that is rated, both locked in pk order.

    They are the same unless the own one was merged. Raises `Missing`, and `StaleState` when the
    rated one is being merged just now.
    """
    found = ServiceRequest.objects.filter(pk=request_id).select_related("merged_into").first()
    rated_id = goes_on_as(found).pk if found else request_id
    both = moving.lock_all([request_id, rated_id])
    if both[rated_id].merged_into_id is not None:
        raise StaleState(_("Somebody else has changed this request meanwhile. Reload the page."))
    return both[request_id], both[rated_id]


@transaction.atomic
def rate(
    *,
    request_id: int,
    speed: int,
    attitude: int,
    quality: int,
    by: User | None,
    solved: bool = True,
    comment: str = "",
    follower: Follower | None = None,
    at: dt.datetime | None = None,
) -> Rating:
    """One person's rating, scores from 1 to 5; a second one within 7 days changes the first.

    `request_id` is the person's own request, or the one that a `follower` follows. Was it merged, the
    one it goes on as is rated, and the follow-up call stays with the own one, where the person can be
    reached.

    A score up to the organisation's `low_score`, or not solved, opens a follow-up call due in one
    working day of the organisation, in the same transaction. Raises `StaleState` before the work is
    done, and `Refused` when the person did the work or the 7 days are over.
    """
    own, request = lock_rated(request_id)
    at = max(moving.instant(request, at), moving.instant(own, at))
    if request.status not in {RequestStatus.RESOLVED, RequestStatus.CLOSED}:
        raise StaleState(_("You can rate once the work is done."))
    if not all(1 <= score <= 5 for score in (speed, attitude, quality)):  # noqa: PLR2004 - the scale
        raise Invalid(_("A score goes from 1 to 5."))
    rater, person_id, name = _rates(own, by, follower)
    if person_id and _did_the_work(request, person_id):
        raise Refused(_("Whoever did the work does not rate it."))
    rating = Rating.objects.select_for_update(of=("self",)).filter(request=request, rater=rater).first()
    if rating is None:
        rating = Rating(request=request, rater=rater, follower=follower, rated_at=at)
    elif at > (until := rating.rated_at + EDITABLE_FOR):
        raise Refused(
            _("A rating can be changed for 7 days; this one stays as it was on %(day)s.")
            % {"day": timezone.localtime(until).strftime("%Y-%m-%d")}
        )
    else:
        rating.changed_at = at
    rating.speed, rating.attitude, rating.quality = speed, attitude, quality
    rating.solved, rating.comment = solved, comment.strip()
    rating.save()
    scores = {"speed": speed, "attitude": attitude, "quality": quality, "solved": solved}
    moving.record(request, "rated", by=by, at=at, data=scores, by_name="" if by else name)
    _open_follow_up(own, rating, at)
    return rating


@transaction.atomic
def finish_follow_up(*, follow_up_id: int, outcome: str, by: User, at: dt.datetime | None = None) -> FollowUp:
    """The call, made, with what came of it. Raises `StaleState` when somebody has made it already."""
    found = FollowUp.objects.filter(pk=follow_up_id).first()
    if found is None:
        raise Missing(_("This follow-up does not exist."))
    request = moving.lock(found.request_id)
    at = moving.instant(request, at)
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up_id)
    if follow_up.done_at is not None:
        raise StaleState(_("This follow-up call has been made already."))
    if not outcome.strip():
        raise Invalid(_("Please write what came of the call."), field="outcome")
    follow_up.done_at, follow_up.done_by, follow_up.outcome = at, by, outcome.strip()
    follow_up.save()
    moving.record(request, "follow_up_done", by=by, at=at, reason=follow_up.outcome)
    return follow_up


def _rates(own: ServiceRequest, by: User | None, follower: Follower | None) -> tuple[str, int | None, str]:
    """Who rates: the key, the account if there is one, and the name."""
    if follower is not None:
        return rater_of_follower(follower), follower.user_id, follower.name
    return rater_of(own, by), by.pk if by else own.requester_id, own.contact_name


def _did_the_work(request: ServiceRequest, person_id: int) -> bool:
    return orders_of(request).filter(Q(worker=person_id) | Q(helpers__user=person_id)).exists()


def _open_follow_up(request: ServiceRequest, rating: Rating, at: dt.datetime) -> None:
    if rating.solved and rating.lowest > organisation().low_score:
        return
    due = calendar_for(request.place, None).add_days(at, 1).astimezone(dt.UTC)
    _row, opened = FollowUp.objects.get_or_create(
        rating=rating, defaults={"request": request, "opened_at": at, "due_at": due}
    )
    if opened:
        moving.record(request, "follow_up_opened", by=None, at=at, data={"due_at": due.isoformat()})
