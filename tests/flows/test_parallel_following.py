"""Thirty people press at once, and requests are merged into one another at once: real threads."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, ServiceRequest
from houqin.desk.queries.affected import count_affected
from houqin.flows.follow_request import follow_request, leave_request
from houqin.flows.triage_request import merge_request
from houqin.kernel.errors import Refused
from tests import cast
from tests.flows.story import fresh, reported
from tests.makers_desk import make_service
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def monday() -> None:
    """Real time: threads do not share a stopped clock."""


def press(request: ServiceRequest, **contact: str) -> Follower:
    return follow_request(request_id=request.pk, contact=Contact(**contact), by=None)


def merge(request: ServiceRequest, into: ServiceRequest) -> ServiceRequest:
    return merge_request(request_id=request.pk, into_id=into.pk, by=cast.User.objects.get(username="xu"))


def wrong(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception)]


def test_thirty_presses_at_once_are_thirty_followers() -> None:
    request = reported(make_service(), urgency="normal", impact="person")

    results = together([partial(press, request, phone=f"1390000{n:04d}") for n in range(30)])

    now = fresh(request)
    assert wrong(results) == []
    assert Follower.objects.filter(request=request).count() == 30
    assert (now.affected, now.impact, now.priority) == (31, "building", "urgent")
    told = request.events.filter(kind="followed").values_list("data__affected", flat=True)
    assert sorted(told) == list(range(2, 32))
    assert request.events.filter(kind="impact_raised").count() == 2


def test_one_number_from_ten_phones_counts_once() -> None:
    request = reported(make_service())

    results = together([partial(press, request, phone="13900001111")] * 10)

    assert wrong(results) == []
    assert Follower.objects.filter(phone="13900001111").count() == 1
    assert fresh(request).affected == 2


def test_one_account_from_ten_windows_follows_once() -> None:
    request, wang = reported(make_service()), cast.requester_wang()

    results = together([lambda: follow_request(request_id=request.pk, contact=Contact(), by=wang)] * 10)

    assert wrong(results) == []
    assert Follower.objects.get(request=request).user == wang


def test_leaving_and_following_at_once_count_right() -> None:
    request = reported(make_service())
    followers = [press(request) for _one in range(8)]

    results = together(
        [partial(leave_request, follower_id=one.pk, by=None) for one in followers]
        + [partial(press, request)] * 8
    )

    assert wrong(results) == []
    assert fresh(request).affected == count_affected(request) == 9


def test_presses_while_it_is_merged_lose_nobody() -> None:
    cast.dispatcher_xu()
    first, second = reported(make_service()), reported(make_service())

    results = together([partial(merge, second, first), *[partial(press, second)] * 10])

    assert wrong(results) == []
    assert fresh(first).affected == 12


def test_a_ring_of_three_is_refused_whoever_is_first() -> None:
    cast.dispatcher_xu()
    a, b, c = (reported(make_service()) for _one in range(3))

    results = together([partial(merge, a, b), partial(merge, b, c), partial(merge, c, a)])

    assert all(isinstance(one, Refused) for one in wrong(results))
    assert len(wrong(results)) >= 1
    merged = ServiceRequest.objects.filter(status="merged").count()
    assert merged == 3 - len(wrong(results))
    assert ServiceRequest.objects.filter(merged_into__isnull=False).count() == merged


def test_a_long_chain_is_merged_into_its_end_and_into_nothing_on_the_way() -> None:
    cast.dispatcher_xu()
    a, b, c = (reported(make_service()) for _one in range(3))
    merge(a, b)
    merge(b, c)

    with pytest.raises(Refused, match=c.number):
        merge(reported(make_service()), a)
    with pytest.raises(Refused, match=f"{a.number}.*{c.number}"):
        merge(c, a)

    assert fresh(c).status == "new"
    assert not c.events.filter(kind="merged").exists()


def link_by_hand(request: ServiceRequest, into: ServiceRequest) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE desk_servicerequest SET status = 'merged', closed_at = now(), merged_into_id = %s"
            " WHERE id = %s",
            [into.pk, request.pk],
        )


def test_the_database_refuses_a_ring_whoever_writes_it() -> None:
    a, b, c = (reported(make_service()) for _one in range(3))

    results = together(
        [partial(link_by_hand, a, b), partial(link_by_hand, b, c), partial(link_by_hand, c, a)]
    )

    assert [type(one) for one in wrong(results)] == [IntegrityError]
    assert "request_merged_in_no_circle" in str(wrong(results)[0])
    assert ServiceRequest.objects.filter(status="merged").count() == 2
