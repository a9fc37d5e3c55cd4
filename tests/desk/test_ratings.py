"""Ratings: once per person, editable for a week, never by who did the work; bad ones call for a call."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.actions import progress, ratings
from houqin.desk.models import FollowUp, Rating, ServiceRequest
from houqin.kernel.errors import Invalid, Refused, StaleState
from houqin.work.models import WorkOrder
from tests.desk.test_ending import with_order
from tests.desk.test_triage import refuses
from tests.makers import make_organisation
from tests.makers_desk import accepted_request, closed_request, resolved_request
from tests.times import MONDAY_9, at, when

pytestmark = pytest.mark.django_db

GOOD = {"speed": 5, "attitude": 4, "quality": 5}


def rate(request: ServiceRequest, by: User | None = None, **facts: Any) -> Rating:
    return ratings.rate(request_id=request.pk, by=by, **{**GOOD, **facts})


def test_a_good_rating_calls_for_nothing(wang: User) -> None:
    request = closed_request(requester=wang)

    assert rate(request, wang, comment=" 很快 ").comment == "很快"
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("bad", [{"speed": 2}, {"attitude": 1}, {"quality": 2}, {"solved": False}])
def test_a_bad_rating_opens_a_call_due_in_one_working_day(bad: dict[str, Any]) -> None:
    make_organisation(low_score=2)
    with when("2026-11-27 16:00"):  # a Friday
        follow_up = FollowUp.objects.get(rating=rate(closed_request(), **bad))

    assert follow_up.opened_at == at("2026-11-27 16:00")
    assert follow_up.due_at == at("2026-11-30 16:00")


def test_the_low_score_is_the_organisations() -> None:
    make_organisation(low_score=3)
    rate(closed_request(), speed=3)

    assert FollowUp.objects.count() == 1


def test_the_same_person_changes_the_rating_for_a_week(wang: User) -> None:
    request = closed_request(requester=wang)
    with when("2026-11-23 09:00"):
        first = rate(request, wang)
    with when("2026-11-30 09:00"):
        second = rate(request, None, speed=1)  # the link belongs to the same person

    assert first.pk == second.pk
    assert (second.speed, second.rated_at, second.changed_at) == (1, MONDAY_9, at("2026-11-30 09:00"))
    assert FollowUp.objects.count() == 1
    with when("2026-11-30 09:01"):
        refuses(request, lambda: rate(request, wang, speed=5))
    assert Rating.objects.get().speed == 1


def test_a_better_second_thought_keeps_the_call(wang: User) -> None:
    request = closed_request(requester=wang)
    rate(request, wang, speed=1)
    rate(request, wang, speed=5)

    assert FollowUp.objects.get().done_at is None


@pytest.mark.parametrize("helping", [False, True])
def test_who_did_the_work_does_not_rate_it(chen: User, helping: bool) -> None:
    request = accepted_request(requester=chen)
    order = with_order(request, "completed")
    if helping:
        order.helpers.create(user=chen, since=MONDAY_9)
    else:
        WorkOrder.objects.filter(pk=order.pk).update(worker=chen)
    progress.resolve(request_id=request.pk, by=None)

    refuses(request, lambda: rate(request, chen))
    refuses(request, lambda: rate(request, None))
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_goes_from_one_to_five(score: int) -> None:
    request = resolved_request()

    refuses(request, lambda: rate(request, quality=score), Invalid)


def test_nobody_rates_before_the_work_is_done() -> None:
    request = accepted_request()

    refuses(request, lambda: rate(request), StaleState)


def test_a_call_is_made_once_and_says_what_came_of_it(xu: User) -> None:
    request = closed_request()
    follow_up = FollowUp.objects.get(rating=rate(request, speed=1))
    refuses(request, lambda: ratings.finish_follow_up(follow_up_id=follow_up.pk, outcome=" ", by=xu), Invalid)

    done = ratings.finish_follow_up(follow_up_id=follow_up.pk, outcome="已道歉，明天再上门", by=xu)

    assert (done.done_by, done.outcome) == (xu, "已道歉，明天再上门")
    refuses(
        request,
        lambda: ratings.finish_follow_up(follow_up_id=follow_up.pk, outcome="再打", by=xu),
        StaleState,
    )


def test_a_call_nobody_opened_cannot_be_made(xu: User) -> None:
    with pytest.raises(Refused):
        ratings.finish_follow_up(follow_up_id=0, outcome="x", by=xu)


def test_the_call_is_there_within_the_transaction_of_the_rating() -> None:
    with when("09:00"):
        request = closed_request()
        rate(request, solved=False)

    assert FollowUp.objects.get().opened_at - Rating.objects.get().rated_at == dt.timedelta(0)
