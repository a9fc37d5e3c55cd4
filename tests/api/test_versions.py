"""`ETag` and `If-Match`: a write that counts only for what the caller has read."""

import pytest

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.api.calling import Calls
from tests.makers_desk import make_request
from tests.work import stories


def test_a_step_for_the_version_that_was_read(calls: Calls, xu: User) -> None:
    request = make_request()
    caller = calls(xu)
    read = caller.get(f"/requests/{request.number}")

    accepted = caller.post(f"/requests/{request.number}/accept", If_Match=read.headers["ETag"])
    late = caller.post(f"/requests/{request.number}/reject", {"reason": "x"}, If_Match=read.headers["ETag"])

    assert accepted.status_code == 200
    assert accepted.headers["ETag"] != read.headers["ETag"]
    assert late.status_code == 412
    assert late.json()["code"] == "precondition_failed"
    assert ServiceRequest.objects.get().status == "accepted"


@pytest.mark.parametrize("tag", ['W/"{}"', '"{}"', 'W/"7", W/"{}"', "*"])
def test_the_tag_may_be_weak_strong_one_of_several_or_any(calls: Calls, xu: User, tag: str) -> None:
    request = make_request()

    answer = calls(xu).post(f"/requests/{request.number}/accept", If_Match=tag.format(request.version))

    assert answer.status_code == 200


@pytest.mark.parametrize("tag", ["", "W/", "1", "%s"])
def test_anything_else_does_not_match(calls: Calls, xu: User, tag: str) -> None:
    request = make_request()

    answer = calls(xu).post(f"/requests/{request.number}/accept", If_Match=tag)

    assert answer.status_code == 412
    assert ServiceRequest.objects.get().status == "new"


def test_an_order_that_moved_on_is_not_overwritten(calls: Calls, chen: User, crew: Crew) -> None:
    order = stories.accepted(chen, crew=crew)
    caller = calls(chen)
    read = caller.get(f"/work-orders/{order.number}").headers["ETag"]

    assert caller.post(f"/work-orders/{order.number}/start", If_Match=read).status_code == 200
    late = caller.post(f"/work-orders/{order.number}/send-back", {"reason": "x"}, If_Match=read)

    assert late.status_code == 412
    assert WorkOrder.objects.get(pk=order.pk).status == "in_progress"
