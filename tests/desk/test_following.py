"""Following a fault: one of each, an own link, the number of people, the impact that goes up with it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions import following, requests, triage
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, KnownFaultRules, Message, RequestEvent, ServiceRequest
from houqin.desk.queries.affected import count_affected, followers_of
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, Refused, StaleState
from tests.makers_desk import make_request, resolved_request


def follow(request: ServiceRequest, by: User | None = None, **contact: str) -> Follower:
    return following.follow(request_id=request.pk, contact=Contact(**contact), by=by)


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def of_one(**facts: object) -> ServiceRequest:
    return make_request(urgency="normal", impact="person", contact_name="报修人", **facts)


def test_each_press_without_an_account_is_one_more_with_an_own_link() -> None:
    request = of_one()

    first, second = follow(request), follow(request)

    assert links.path_of_follower(first) != links.path_of_follower(second)
    assert fresh(request).affected == 3
    assert [event.data["affected"] for event in request.events.filter(kind="followed")] == [2, 3]


def test_an_account_follows_once(wang: User) -> None:
    request = of_one()

    assert follow(request, wang) == follow(request, wang)
    assert fresh(request).affected == 2


def test_who_reported_it_does_not_follow_it(wang: User) -> None:
    request = of_one(requester=wang)

    with pytest.raises(Refused):
        follow(request, wang)

    assert not Follower.objects.exists()


def test_a_number_that_is_known_gets_a_link_of_its_own_and_counts_nobody() -> None:
    request = of_one(contact_phone="138 1234 5678")
    first = follow(request, phone="13911112222", email="Li@example.com")

    same_phone = follow(request, phone="139-1111-2222")
    same_mail = follow(request, email="li@example.com")
    of_the_requester = follow(request, phone="13812345678", name="也是我")

    again = [same_phone, same_mail, of_the_requester]
    assert {links.path_of_follower(one) for one in (first, *again)} == set(
        map(links.path_of_follower, Follower.objects.all())
    )
    assert [(one.phone, one.email, one.counted) for one in again] == [("", "", False)] * 3
    assert fresh(request).affected == 2


def test_two_accounts_of_one_number_are_one_person(wang: User) -> None:
    request = of_one(contact_phone=wang.phone)

    assert not follow(request, wang).counted
    assert fresh(request).affected == 1


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        ({"phone": "13911112222"}, "follower_once_per_phone_and_request"),
        ({"email": "LI@example.com"}, "follower_once_per_address_and_request"),
    ],
)
def test_the_database_keeps_one_of_each(contact: dict[str, str], name: str) -> None:
    request = of_one()
    first = follow(request, phone="13911112222", email="li@example.com")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Follower.objects.create(request=request, channel="qr", since=first.since, link_nonce="x", **contact)


def test_an_ended_fault_is_reported_anew() -> None:
    request = resolved_request()

    with pytest.raises(StaleState):
        follow(request)

    assert not Follower.objects.exists()


def test_no_link_opens_what_another_one_does(wang: User) -> None:
    request = of_one()
    first, second = follow(request), follow(request)
    token = links.token_of_follower(first)

    assert links.follower_of(token) == first
    key, _dash, signature = token.partition("-")
    for forged in (
        f"{second.pk:x}-{signature}",
        f"{key}-{links.token_of(request).partition('-')[2]}",
        links.token_of(request),
        links.known_token(request),
    ):
        with pytest.raises(Missing):
            links.follower_of(forged)
    for other in (token, links.known_token(request)):
        with pytest.raises(Missing):
            links.request_of(other)


def test_a_renewed_link_ends_the_old_one(xu: User) -> None:
    request = of_one()
    first, second = follow(request), follow(request)
    old = links.token_of_follower(first)

    following.renew_link(follower_id=first.pk, by=xu)

    with pytest.raises(Missing):
        links.follower_of(old)
    assert links.follower_of(links.token_of_follower(second)) == second


class TestImpact:
    """More people make a fault a bigger one; what a person has set is never lowered."""

    def test_three_are_a_room_and_ten_a_building(self) -> None:
        request = of_one()
        seen = []
        for _press in range(10):
            follow(request)
            now = fresh(request)
            seen.append((now.affected, now.impact, now.priority))

        assert [row for row in seen if row[0] in {2, 3, 9, 10}] == [
            (2, "person", "normal"),
            (3, "room", "normal"),
            (9, "room", "normal"),
            (10, "building", "urgent"),
        ]
        raised = list(request.events.filter(kind="impact_raised"))
        assert [event.data["affected"] for event in raised] == [3, 10]
        assert raised[1].data["changes"] == {
            "impact": ["room", "building"],
            "priority": ["normal", "urgent"],
        }

    def test_the_numbers_are_for_the_house_to_set(self) -> None:
        KnownFaultRules.objects.create(pk=1, room_from=2, building_from=2)
        request = of_one()

        follow(request)

        assert fresh(request).impact == "building"

    def test_a_greater_impact_stays(self) -> None:
        request = make_request(impact="building")

        for _press in range(4):
            follow(request)

        assert fresh(request).impact == "building"
        assert not request.events.filter(kind="impact_raised").exists()

    def test_a_priority_set_by_hand_stays(self, xu: User) -> None:
        request = of_one()
        requests.correct(request_id=request.pk, priority="planned", reason="不急", by=xu)

        for _press in range(9):
            follow(request)

        now = fresh(request)
        assert (now.impact, now.priority, now.priority_by_hand) == ("building", "planned", True)

    def test_what_a_person_lowers_stays_until_the_next_number(self, xu: User) -> None:
        request = of_one()
        leaving = [follow(request), follow(request)][-1]
        requests.correct(request_id=request.pk, impact="person", reason="只有一个人", by=xu)

        following.leave(follower_id=leaving.pk, by=None)
        follow(request)
        follow(request)
        assert fresh(request).impact == "person"

        for _press in range(6):
            follow(request)
        assert (fresh(request).affected, fresh(request).impact) == (10, "building")

    def test_leaving_lowers_the_number_and_not_the_impact(self) -> None:
        request = of_one()
        followers = [follow(request), follow(request)]

        for one in followers:
            following.leave(follower_id=one.pk, by=None)
            following.leave(follower_id=one.pk, by=None)

        assert (fresh(request).affected, fresh(request).impact) == (1, "room")
        assert request.events.filter(kind="unfollowed").count() == 2

    def test_danger_is_critical_already(self) -> None:
        request = make_request(impact="person", safety=True)

        for _press in range(9):
            follow(request)

        assert (fresh(request).impact, fresh(request).priority) == ("building", "critical")


class TestMerged:
    """Who follows a merged request follows what it goes on as, once."""

    def test_everybody_is_counted_once(self, xu: User, wang: User) -> None:
        first, second = of_one(requester=wang), of_one(contact_phone="13911112222")
        follow(first, phone="13911112222")
        follow(second, wang)
        follow(second)

        triage.merge(request_id=second.pk, into_id=first.pk, by=xu)

        assert fresh(first).affected == count_affected(first) == 3
        assert followers_of(first).count() == 3
        assert fresh(first).impact == "room"

    def test_a_press_on_a_merged_one_follows_the_other(self, xu: User) -> None:
        first, second, third = of_one(), of_one(), of_one()
        triage.merge(request_id=third.pk, into_id=second.pk, by=xu)
        triage.merge(request_id=second.pk, into_id=first.pk, by=xu)

        assert follow(third).request == first
        assert fresh(first).affected == 4


class TestWriting:
    """What a follower says is kept under their name, for staff."""

    def test_it_is_a_message_of_its_own_kind(self) -> None:
        request = of_one()
        one = follow(request, name="小李")

        message = following.write(follower_id=one.pk, text="  三楼也是  ", by=None)

        assert (message.side, message.text, message.author_name) == ("follower", "三楼也是", "小李")
        assert request.messages.get() == message

    def test_nothing_is_not_kept(self) -> None:
        one = follow(of_one())

        with pytest.raises(Invalid):
            following.write(follower_id=one.pk, text=" ", by=None)

        assert not Message.objects.exists()

    def test_who_has_left_says_nothing_more(self) -> None:
        one = follow(of_one())
        following.leave(follower_id=one.pk, by=None)

        with pytest.raises(StaleState):
            following.write(follower_id=one.pk, text="还有", by=None)

        assert not Message.objects.exists()

    def test_a_message_names_its_follower_or_is_somebody_elses(self) -> None:
        request = of_one()

        with pytest.raises(IntegrityError, match="message_of_a_follower"), transaction.atomic():
            Message.objects.create(request=request, side="follower", text="谁？", at=request.opened_at)


def test_an_unknown_follower_is_missing() -> None:
    with pytest.raises(Missing):
        following.leave(follower_id=999, by=None)
    assert not RequestEvent.objects.exists()


class TestAFlood:
    """One person presses on fault after fault, or again and again."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(following, "MOST_IN_AN_HOUR", 2)

    @pytest.mark.parametrize("contact", [{"phone": "13911112222"}, {"email": "li@example.com"}])
    def test_a_number_or_address_follows_so_many_in_an_hour(self, contact: dict[str, str]) -> None:
        faults = [of_one(), of_one(), of_one()]
        for fault in faults[:2]:
            follow(fault, **contact)

        with pytest.raises(Refused, match="2 faults within the hour"):
            follow(faults[2], **{name: value.upper() for name, value in contact.items()})

        assert Follower.objects.count() == 2
        assert fresh(faults[2]).affected == 1
        assert follow(faults[2], phone="13900000000").counted

    def test_an_account_too(self, wang: User) -> None:
        faults = [of_one(), of_one(), of_one()]
        for fault in faults[:2]:
            follow(fault, wang)

        with pytest.raises(Refused):
            follow(faults[2], wang)

        assert follow(faults[0], wang).request == faults[0]

    def test_pressing_again_with_a_number_that_is_known_is_counted_as_well(self) -> None:
        fault = of_one(contact_phone="13911112222")
        for _press in range(2):
            follow(fault, phone="13911112222")

        with pytest.raises(Refused):
            follow(fault, phone="139-1111-2222")

        assert Follower.objects.count() == 2

    def test_an_hour_later_it_goes_on(self) -> None:
        for fault in (of_one(), of_one()):
            follow(fault, phone="13911112222")
        Follower.objects.update(since=clock.now() - dt.timedelta(minutes=61))

        assert follow(of_one(), phone="13911112222").counted

    def test_who_leaves_nothing_is_nobody_in_particular(self) -> None:
        fault = of_one()

        assert len([follow(fault) for _press in range(4)]) == 4
