"""Follow-up calls, and what a caller reports."""

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import FollowUp, Service, ServiceRequest
from houqin.flows.accept_result import rate_request
from houqin.flows.triage_request import accept_request, settle_request
from houqin.org.models import Place
from tests.makers_desk import make_request
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


def test_a_call_is_registered_for_a_known_caller(
    desk: Client, service: Service, place: Place, wang: User
) -> None:
    caller = text(desk.get("/desk/new/caller/?contact_phone=138 0000 0002"))
    assert f'name="requester" value="{wang.pk}" checked' in caller

    facts = {
        "contact_phone": "13800000002",
        "requester": wang.pk,
        "place": place.pk,
        "category": service.category_id,
        "description": "水管爆了\n地上都是水",
        "urgency": "high",
        "channel": "phone",
        "form_key": "call-1",
    }
    first, again = desk.post("/desk/new/", facts), desk.post("/desk/new/", facts)

    made = ServiceRequest.objects.get()
    assert first["Location"] == again["Location"] == f"/desk/requests/{made.number}/"
    assert (made.requester, made.place, made.title, made.channel) == (wang, place, "水管爆了", "phone")
    assert made.due_at is not None


def test_open_requests_of_a_number_are_shown(desk: Client, service: Service, place: Place) -> None:
    old = make_request(service=service, place=place, contact_phone="6231", contact_name="李老师")

    caller = text(desk.get("/desk/new/caller/?contact_phone=6231"))

    assert old.number in caller
    assert "教学楼A · 302" in caller


def test_a_place_is_found_by_a_few_letters(desk: Client, place: Place) -> None:
    found = text(desk.get("/desk/places/?place_text=302"))

    assert f'value="{place.pk}" checked' in found


def test_a_call_without_a_place_is_refused_and_kept(desk: Client, service: Service) -> None:
    facts = {"category": service.category_id, "description": "漏水", "urgency": "normal", "channel": "phone"}

    answer = desk.post("/desk/new/", facts)

    assert answer.status_code == 422
    assert "Please say where it is" in text(answer)
    assert "漏水" in text(answer)
    assert not ServiceRequest.objects.exists()


def test_words_for_a_place_are_kept_as_a_remark(desk: Client, service: Service) -> None:
    facts = {
        "category": service.category_id,
        "description": "漏水",
        "urgency": "normal",
        "channel": "phone",
        "place_text": "锅炉房后面",
    }

    desk.post("/desk/new/", facts)

    assert ServiceRequest.objects.get().place_note == "锅炉房后面"


@pytest.mark.parametrize("who", ["chen", "wang", "auditor", "lin"])
def test_others_register_nothing(who: str, request: pytest.FixtureRequest, service: Service) -> None:
    browser = signed_in(request.getfixturevalue(who))

    assert browser.get("/desk/new/").status_code == 404
    assert browser.get("/desk/new/caller/?contact_phone=13800000002").status_code == 404


def test_what_a_service_asks_is_asked_of_the_caller(desk: Client, service: Service, place: Place) -> None:
    service.questions = [
        {"key": "q1", "label": "漏在哪里", "label_en": "Where does it leak", "kind": "text", "required": True}
    ]
    service.save()
    facts = {
        "category": service.category_id,
        "description": "漏水",
        "urgency": "normal",
        "channel": "phone",
        "place": place.pk,
    }
    assert "Where does it leak" in text(desk.get("/desk/new/"))

    assert desk.post("/desk/new/", facts).status_code == 422
    desk.post("/desk/new/", {**facts, "q1": "吊顶"})

    assert ServiceRequest.objects.get().answers[0]["value"] == "吊顶"
