"""Following a fault as a whole step: who is told what, orders and clocks go along, mail, rating."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, FollowUp, Rating, Service, ServiceRequest
from houqin.flows.accept_result import rate_request
from houqin.flows.add_message import write_to_requester
from houqin.flows.assign_work import assign_work
from houqin.flows.follow_request import (
    follow_request,
    leave_request,
    rate_as_follower,
    renew_follower_link,
    write_as_follower,
)
from houqin.flows.progress_work import accept_work, hold_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import merge_request, reject_request
from houqin.flows.withdraw_request import withdraw_request
from houqin.kernel.errors import NotPermitted, Refused, StaleState
from houqin.notify.models import Notice, OutMail
from tests.flows.story import again, done, fresh, given_to, mailed, reported, told
from tests.makers import make_organisation, make_person

GOOD: dict[str, Any] = {"speed": 5, "attitude": 5, "quality": 5}
SECRET = "暗号七三一"


def pressed(request: ServiceRequest, by: User | None = None, text: str = "", **contact: str) -> Follower:
    return follow_request(request_id=request.pk, contact=Contact(**contact), by=by, text=text)


def of_one(leak: Service, **facts: Any) -> ServiceRequest:
    return reported(leak, urgency="normal", impact="person", **facts)


def test_the_orders_and_the_clocks_go_along(leak: Service, xu: User, chen: User) -> None:
    request = of_one(leak)
    order = given_to(chen, request, xu)
    before = fresh(request).arrival_due_at

    for _press in range(9):
        pressed(request)

    assert (fresh(request).priority, again(order).priority) == ("urgent", "urgent")
    assert fresh(request).arrival_due_at < before
    assert again(order).arrival_due_at == fresh(request).arrival_due_at
    assert told(xu).count("more_affected") == 2


def test_merging_raises_the_other_one(leak: Service, xu: User) -> None:
    first, second = of_one(leak), of_one(leak)
    for _press in range(8):
        pressed(second)

    merge_request(request_id=second.pk, into_id=first.pk, by=xu)

    assert (fresh(first).affected, fresh(first).impact, fresh(first).priority) == (10, "building", "urgent")
    assert first.events.get(kind="impact_raised").data["affected"] == 10


def test_a_follower_hears_what_happens_and_nothing_that_was_said(
    leak: Service, xu: User, chen: User, wang: User
) -> None:
    request = of_one(leak, description=SECRET, contact_name=SECRET)
    pressed(request, email="li@example.com", name="小李")
    pressed(request, wang)

    order = raise_work_order(request_id=request.pk, by=xu)
    order = assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    hold_work(order_id=order.pk, reason="parts", note=SECRET, by=chen)
    write_to_requester(request_id=request.pk, text=SECRET, by=xu)

    mails = OutMail.objects.filter(to="li@example.com")
    notices = Notice.objects.filter(recipient=wang, kind="followed").order_by("pk")
    news = [notice.data["news"] for notice in notices]
    assert news == ["following", "accepted", "assigned", "held"]
    assert mails.count() == 4
    for mail in mails:
        assert SECRET not in mail.subject + mail.text
    assert SECRET not in str(list(Notice.objects.filter(recipient=wang).values_list("data", flat=True)))


def test_each_is_told_by_the_own_link(leak: Service) -> None:
    request = of_one(leak)
    first = pressed(request, email="li@example.com")
    second = pressed(request, email="zhao@example.com")

    for one, to in ((first, "li@example.com"), (second, "zhao@example.com")):
        text = OutMail.objects.get(to=to).text
        assert links.path_of_follower(one) in text
        assert text.count("/f/") == 1
        assert "/t/" not in text


def test_what_a_follower_writes_goes_to_staff_alone(leak: Service, xu: User, chen: User, wang: User) -> None:
    request = reported(leak, wang)
    given_to(chen, request, xu)
    one = pressed(request, email="li@example.com", name="小李", text=SECRET)
    pressed(request, email="zhao@example.com")

    write_as_follower(follower_id=one.pk, text=f"{SECRET}！", by=None)

    assert [told(person).count("message") for person in (xu, chen, wang)] == [2, 2, 0]
    assert SECRET not in "".join(
        OutMail.objects.exclude(to__in=[xu.email, chen.email]).values_list("text", flat=True)
    )


def test_who_has_left_hears_no_more(leak: Service, xu: User) -> None:
    request = of_one(leak)
    one = pressed(request, email="li@example.com")

    leave_request(follower_id=one.pk, by=None)
    raise_work_order(request_id=request.pk, by=xu)

    assert len(mailed("li@example.com")) == 1


def test_each_rates_once_and_is_called_back(leak: Service, xu: User, chen: User, wang: User) -> None:
    make_organisation(low_score=2)
    request = reported(leak, wang)
    first, second = pressed(request, name="小李", phone="13911112222"), pressed(request)
    with pytest.raises(StaleState):
        rate_as_follower(follower_id=first.pk, by=None, **GOOD)
    done(chen, request, xu)

    rate_request(request_id=request.pk, by=wang, **GOOD)
    rate_as_follower(follower_id=first.pk, by=None, **{**GOOD, "quality": 1})
    rate_as_follower(follower_id=second.pk, by=None, **GOOD)
    rate_as_follower(follower_id=second.pk, by=None, **{**GOOD, "speed": 4})

    assert Rating.objects.filter(request=request).count() == 3
    assert FollowUp.objects.get().rating.follower == first
    assert Notice.objects.filter(recipient=xu, kind="follow_up_opened").count() == 1


def test_who_did_the_work_rates_by_no_door(leak: Service, xu: User, chen: User) -> None:
    request = of_one(leak)
    one = pressed(request, chen)
    done(chen, request, xu)

    with pytest.raises(Refused):
        rate_as_follower(follower_id=one.pk, by=chen, **GOOD)

    assert not Rating.objects.exists()


def test_a_follower_of_a_merged_one_rates_what_it_goes_on_as(leak: Service, xu: User, chen: User) -> None:
    first, second = of_one(leak), of_one(leak)
    one = pressed(second, email="li@example.com")
    merge_request(request_id=second.pk, into_id=first.pk, by=xu)
    done(chen, first, xu)

    rate_as_follower(follower_id=one.pk, by=None, **GOOD)

    assert Rating.objects.get().request == first
    assert mailed("li@example.com") == ["followed"] * 4


def test_nobody_takes_back_what_others_wait_for(leak: Service, wang: User) -> None:
    request = reported(leak, wang)
    one = pressed(request)

    with pytest.raises(Refused):
        withdraw_request(request_id=request.pk, by=wang)
    assert fresh(request).status == "new"

    leave_request(follower_id=one.pk, by=None)
    withdraw_request(request_id=request.pk, by=wang)
    assert fresh(request).status == "withdrawn"


def test_followers_hear_of_a_rejection_without_its_reason(leak: Service, xu: User) -> None:
    request = of_one(leak)
    pressed(request, email="li@example.com")

    reject_request(request_id=request.pk, reason=SECRET, by=xu)

    assert "rejected" not in mailed("li@example.com")
    assert SECRET not in OutMail.objects.filter(to="li@example.com").latest("pk").text


def test_a_link_is_renewed_by_the_desk_alone(leak: Service, xu: User, wang: User) -> None:
    one = pressed(of_one(leak))
    old = links.path_of_follower(one)

    with pytest.raises(NotPermitted):
        renew_follower_link(follower_id=one.pk, by=wang)
    assert links.path_of_follower(Follower.objects.get()) == old

    assert links.path_of_follower(renew_follower_link(follower_id=one.pk, by=xu)) != old


def test_quiet_people_are_told_in_the_bell(leak: Service) -> None:
    li = make_person("小李")
    pressed(of_one(leak), li)

    assert told(li) == ["followed"]
