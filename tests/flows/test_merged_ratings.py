"""Whose requests were merged into one that is done: each rates it by the own number, and only that."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.models import FollowUp, Rating, Service, ServiceRequest
from houqin.flows.accept_result import accept_result, finish_follow_up, rate_request
from houqin.flows.triage_request import accept_request, merge_request, settle_request
from houqin.kernel.errors import NotPermitted, Refused, StaleState
from houqin.notify.models import Notice
from tests.flows.story import done, mailed, reported, told
from tests.makers import make_organisation, make_person

GOOD: dict[str, Any] = {"speed": 5, "attitude": 5, "quality": 5}


def merged(leak: Service, xu: User, *requesters: User | None) -> list[ServiceRequest]:
    """Requests of several people, all merged into the first one, by way of one another."""
    requests = [reported(leak, person) for person in requesters]
    for request, into in zip(requests[:0:-1], requests[-2::-1], strict=True):
        merge_request(request_id=request.pk, into_id=into.pk, by=xu)
    return requests


def settled(request: ServiceRequest, xu: User) -> None:
    accept_request(request_id=request.pk, by=xu)
    settle_request(request_id=request.pk, result="好了", by=xu)


def test_each_rates_once_under_the_own_name(leak: Service, wang: User, xu: User) -> None:
    li = make_person("小李")
    first, second, third, fourth = merged(leak, xu, wang, li, None, None)
    settled(first, xu)

    rate_request(request_id=first.pk, by=wang, **GOOD)
    rate_request(request_id=second.pk, by=li, **GOOD)
    rate_request(request_id=third.pk, by=None, **GOOD)
    rate_request(request_id=fourth.pk, by=None, **GOOD)
    changed = rate_request(request_id=second.pk, by=None, **{**GOOD, "speed": 4})  # the link is 小李's

    assert Rating.objects.filter(request=first).count() == Rating.objects.count() == 4
    assert (changed.rater, changed.speed) == (f"user:{li.pk}", 4)
    assert {rating.rater for rating in Rating.objects.all()} == {
        f"user:{wang.pk}",
        f"user:{li.pk}",
        f"request:{third.pk}",
        f"request:{fourth.pk}",
    }


def test_they_are_asked_with_their_own_number(leak: Service, wang: User, xu: User) -> None:
    first, second = reported(leak, wang), reported(leak, contact_email="li@example.com")
    merge_request(request_id=second.pk, into_id=first.pk, by=xu)

    settled(first, xu)

    assert told(wang)[-1] == "resolved"
    assert mailed("li@example.com")[-1] == "rating_wanted"


def test_nobody_rates_before_the_other_one_is_done(leak: Service, wang: User, xu: User) -> None:
    first, second = merged(leak, xu, wang, None)

    with pytest.raises(StaleState):
        rate_request(request_id=second.pk, by=None, **GOOD)

    settled(first, xu)
    accept_result(request_id=first.pk, by=wang)
    rate_request(request_id=second.pk, by=None, **GOOD)
    assert Rating.objects.get().request == first


def test_accepting_stays_with_the_other_requester(leak: Service, wang: User, xu: User) -> None:
    li = make_person("小李")
    first, second = merged(leak, xu, wang, li)
    settled(first, xu)

    with pytest.raises(NotPermitted):
        accept_result(request_id=first.pk, by=li)
    with pytest.raises(StaleState):
        accept_result(request_id=second.pk, by=li)

    assert ServiceRequest.objects.get(pk=first.pk).status == "resolved"


def test_a_bad_rating_calls_the_one_who_gave_it(leak: Service, wang: User, xu: User) -> None:
    make_organisation(low_score=2)
    first, second = merged(leak, xu, wang, None)
    settled(first, xu)

    rate_request(request_id=second.pk, by=None, **{**GOOD, "quality": 1})

    follow_up = FollowUp.objects.get()
    assert (follow_up.request, follow_up.rating.request) == (second, first)
    assert Notice.objects.get(recipient=xu, kind="follow_up_opened").subject == second.number
    finish_follow_up(follow_up_id=follow_up.pk, outcome="已解释", by=xu)
    assert FollowUp.objects.filter(done_by=xu).exists()


def test_who_did_the_work_rates_by_no_door(leak: Service, wang: User, xu: User, chen: User) -> None:
    first, second = merged(leak, xu, wang, chen)
    done(chen, first, xu)

    with pytest.raises(Refused):
        rate_request(request_id=second.pk, by=chen, **GOOD)

    assert not Rating.objects.exists()
