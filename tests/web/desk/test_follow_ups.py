"""Follow-up calls."""

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import FollowUp, ServiceRequest
from houqin.flows.accept_result import rate_request
from houqin.flows.triage_request import accept_request, settle_request
from tests.web.signed_in import signed_in


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def call(leak: ServiceRequest, xu: User) -> FollowUp:
    """A call to make after a bad rating."""
    accept_request(request_id=leak.pk, by=xu)
    settle_request(request_id=leak.pk, result="已处理", by=xu)
    rating = rate_request(request_id=leak.pk, speed=1, attitude=4, quality=2, by=None, comment="来得太慢")
    return FollowUp.objects.get(rating=rating)


def test_calls_to_make_are_listed(desk: Client, call: FollowUp) -> None:
    page = text(desk.get("/desk/follow-ups/"))

    assert call.request.number in page
    assert "来得太慢" in page
    assert "/desk/follow-ups/" in text(desk.get("/desk/"))


def test_a_call_is_recorded_once(desk: Client, call: FollowUp, xu: User) -> None:
    for _n in range(2):
        answer = desk.post(f"/desk/follow-ups/{call.pk}/", {"outcome": "已道歉, 明天复查", "form_key": "f"})
        assert answer.status_code == 303

    call.refresh_from_db()
    assert (call.done_by, call.outcome) == (xu, "已道歉, 明天复查")
    assert call.request.number not in text(desk.get("/desk/follow-ups/"))
    assert call.request.number in text(desk.get("/desk/follow-ups/?done=1"))


def test_an_empty_outcome_is_refused(desk: Client, call: FollowUp) -> None:
    assert desk.post(f"/desk/follow-ups/{call.pk}/", {"outcome": " "}).status_code == 422
    call.refresh_from_db()
    assert call.done_at is None


@pytest.mark.parametrize("who", ["chen", "wang", "auditor"])
def test_others_find_no_calls(who: str, request: pytest.FixtureRequest, call: FollowUp) -> None:
    browser = signed_in(request.getfixturevalue(who))

    assert browser.get("/desk/follow-ups/").status_code == 404
    assert browser.get(f"/desk/follow-ups/{call.pk}/").status_code == 404
