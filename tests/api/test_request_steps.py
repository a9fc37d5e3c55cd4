"""The steps of a request over JSON, from the report to the rating."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.models import RequestEvent, Service
from houqin.staffing.models import Crew
from tests.api.calling import Calls
from tests.flows.story import done, fresh, reported
from tests.makers import make_person
from tests.makers_desk import accepted_request, closed_request, make_request, resolved_request
from tests.times import when


def test_a_request_goes_from_the_report_to_the_rating(
    calls: Calls, wang: User, xu: User, chen: User, leak: Service, crew: Crew
) -> None:
    requester, desk = calls(wang), calls(xu)
    number = requester.post("/requests", {"service": leak.pk, "description": "漏水"}).json()["number"]
    path = f"/requests/{number}"

    assert desk.post(f"{path}/ask", {"question": "哪一层？"}).json()["status"] == "need_info"
    assert requester.post(f"{path}/answer", {"text": "三楼"}).json()["status"] == "accepted"
    corrected = desk.post(f"{path}/correct", {"reason": "很急", "priority": "urgent"}).json()
    assert corrected["priority"] == "urgent"
    assert desk.post(f"{path}/messages", {"text": "马上到"}).status_code == 200
    assert desk.post(f"{path}/notes", {"text": "带梯子"}).status_code == 200
    promised = desk.post(f"{path}/promise", {"target_at": "2026-11-25T09:00:00+08:00", "reason": "等配件"})
    assert promised.json()["target_at"] == "2026-11-25T01:00:00Z"
    assert requester.post(f"{path}/chase", {"note": "水很大"}).status_code == 200
    settled = desk.post(f"{path}/resolve", {"result": "已关阀"}).json()
    assert settled["status"] == "resolved"
    refused = requester.post(f"{path}/refuse-result", {"reason": "还在漏"})
    assert refused.json()["status"] == "in_progress"
    desk.post(f"{path}/resolve", {"result": "已换管"})
    assert requester.post(f"{path}/accept-result").json()["status"] == "closed"
    rated = requester.post(f"{path}/rate", {"speed": 5, "attitude": 5, "quality": 4, "comment": "好"}).json()
    assert rated["ratings"][0]["quality"] == 4
    again = requester.post(f"{path}/reopen", {"reason": "又漏了"}).json()
    assert (again["number"], again["status"], again["reopen_count"]) == (number, "in_progress", 2)
    lines = desk.get(f"{path}/timeline").json()["items"]
    assert [line["text"] for line in lines if line["type"] != "event"] == [
        "哪一层？",
        "三楼",
        "马上到",
        "带梯子",
    ]


def test_after_the_days_for_it_reopening_gives_a_new_request(calls: Calls, wang: User) -> None:
    request = closed_request(requester=wang)
    caller = calls(wang)
    with when("2026-12-23 09:00"):
        later = caller.post(f"/requests/{request.number}/reopen", {"reason": "又坏了"})

    assert later.json()["number"] != request.number
    assert later.json()["previous"] == request.number


def test_a_request_is_rejected_withdrawn_or_merged(calls: Calls, wang: User, xu: User) -> None:
    one, two, three = (make_request(requester=wang) for _ in range(3))

    rejected = calls(xu).post(f"/requests/{one.number}/reject", {"reason": "不归我们管"})
    withdrawn = calls(wang).post(f"/requests/{two.number}/withdraw")
    other = make_request()
    merged = calls(xu).post(f"/requests/{three.number}/merge", {"into": other.number.lower()})

    assert rejected.json()["status"] == "rejected"
    assert withdrawn.json()["status"] == "withdrawn"
    assert (merged.json()["status"], merged.json()["merged_into"]) == ("merged", other.number)


def test_nobody_merges_into_what_they_do_not_see(calls: Calls, xu: User) -> None:
    request = make_request()

    answer = calls(xu).post(f"/requests/{request.number}/merge", {"into": "FW20200101-0001"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "into"
    assert fresh(request).status == "new"


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("accept", {}),
        ("correct", {"reason": "x", "priority": "urgent"}),
        ("ask", {"question": "?"}),
        ("reject", {"reason": "x"}),
        ("merge", {"into": "FW20261123-0002"}),
        ("promise", {"target_at": None, "reason": "x"}),
        ("resolve", {"result": "x"}),
        ("notes", {"text": "x"}),
    ],
)
def test_a_requester_takes_no_step_of_the_desk(calls: Calls, wang: User, step: str, body: Any) -> None:
    request = make_request(requester=wang)
    before = RequestEvent.objects.count()

    answer = calls(wang).post(f"/requests/{request.number}/{step}", body)

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_permitted"
    assert fresh(request).version == request.version
    assert RequestEvent.objects.count() == before


def test_a_step_from_another_state_is_refused_and_writes_nothing(calls: Calls, xu: User) -> None:
    request = accepted_request()
    events = request.events.count()

    answer = calls(xu).post(f"/requests/{request.number}/accept")

    assert answer.status_code == 409
    assert answer.json()["code"] == "stale_state"
    assert fresh(request).version == request.version
    assert request.events.count() == events


def test_a_missing_reason_names_its_member(calls: Calls, xu: User) -> None:
    request = make_request()

    none = calls(xu).post(f"/requests/{request.number}/reject", {})
    blank = calls(xu).post(f"/requests/{request.number}/reject", {"reason": "  "})

    assert [error["field"] for error in none.json()["errors"]] == ["reason"]
    assert [error["field"] for error in blank.json()["errors"]] == ["reason"]
    assert none.status_code == blank.status_code == 422
    assert fresh(request).status == "new"


def test_an_unknown_place_in_a_body_is_a_wrong_input(calls: Calls, xu: User) -> None:
    request = make_request()

    answer = calls(xu).post(f"/requests/{request.number}/correct", {"reason": "x", "place": 999_999})

    assert answer.status_code == 422
    assert fresh(request).version == request.version


def test_a_merged_request_is_rated_by_its_own_number(
    calls: Calls, leak: Service, wang: User, xu: User
) -> None:
    desk, requester = calls(xu), calls(make_person("小李"))
    first = calls(wang).post("/requests", {"service": leak.pk, "description": "漏水"}).json()["number"]
    second = requester.post("/requests", {"service": leak.pk, "description": "漏水"}).json()["number"]
    scores = {"speed": 5, "attitude": 5, "quality": 4}
    desk.post(f"/requests/{second}/merge", {"into": first})
    assert requester.post(f"/requests/{second}/rate", scores).status_code == 409
    desk.post(f"/requests/{first}/accept")
    desk.post(f"/requests/{first}/resolve", {"result": "已关阀"})

    assert "rate" in requester.get(f"/requests/{second}").json()["allowed_steps"]
    rated = requester.post(f"/requests/{second}/rate", scores).json()

    assert [one["quality"] for one in rated["ratings"]] == [4]
    assert calls(wang).get(f"/requests/{first}").json()["ratings"] == []
    assert len(desk.get(f"/requests/{first}").json()["ratings"]) == 1


def test_who_did_the_work_does_not_rate_it(
    calls: Calls, chen: User, xu: User, leak: Service, crew: Crew
) -> None:
    request = reported(leak, chen)
    done(chen, request, xu)

    with when("12:00"):
        answer = calls(chen).post(
            f"/requests/{request.number}/rate", {"speed": 5, "attitude": 5, "quality": 5}
        )

    assert answer.status_code == 409
    assert not request.ratings.exists()


def test_a_rating_stays_within_its_scale(calls: Calls, wang: User) -> None:
    request = resolved_request(requester=wang)

    answer = calls(wang).post(f"/requests/{request.number}/rate", {"speed": 6, "attitude": 0, "quality": 5})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"speed", "attitude"}
    assert not request.ratings.exists()


def test_the_history_of_changes_knows_who_called(calls: Calls, xu: User) -> None:
    request = make_request()

    calls(xu).post(f"/requests/{request.number}/accept")

    last = request.history.order_by("pgh_id").last()  # type: ignore[attr-defined]
    assert last.pgh_context.metadata["user"] == "xu"
