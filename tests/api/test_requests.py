"""Requests over JSON: reporting, reading, listing."""

from typing import Any

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.models import Message, RequestAttachment, Service, ServiceRequest
from houqin.files.models import Attachment
from houqin.staffing.models import Crew
from tests.api.calling import Calls
from tests.files.hostile import picture
from tests.flows.story import given_to, reported
from tests.makers import grant, make_department, make_person, make_place
from tests.makers_desk import accepted_request, closed_request, make_category, make_request


def numbers(answer: Any) -> list[str]:
    return [item["number"] for item in answer.json()["items"]]


def test_a_requester_reports_and_reads_the_own_request(calls: Calls, wang: User, leak: Service) -> None:
    room = make_place("302")

    answer = calls(wang).post(
        "/requests", {"service": leak.pk, "description": "洗手池下面漏水", "place": room.pk}
    )

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["number"] == "FW20261123-0001"
    assert told["status"] == "new"
    assert told["channel"] == "api"
    assert told["requester"] == {"id": wang.pk, "name": "小王"}
    assert told["place"]["id"] == room.pk
    assert told["opened_at"] == "2026-11-23T01:00:00Z"
    assert told["due_at"].endswith("Z")
    assert told["allowed_steps"] == ["chase", "message", "withdraw"]
    assert told["tracking_url"].startswith("http://testserver/t/")
    assert answer.headers["Location"] == "/api/v1/requests/FW20261123-0001"
    assert answer.headers["ETag"] == f'W/"{told["version"]}"'
    again = calls(wang).get("/requests/FW20261123-0001")
    assert again.status_code == 200
    assert again.json() == told
    assert again.headers["Cache-Control"] == "private, no-store"


def test_the_answer_speaks_the_callers_language(calls: Calls, wang: User) -> None:
    request = make_request(requester=wang, category=make_category("水", name_en="Water"))

    assert calls(wang).get(f"/requests/{request.number}").json()["category"]["name"] == "Water"
    chinese = calls(wang, language="zh-hans")
    assert chinese.get(f"/requests/{request.number}").json()["category"]["name"] == "水"


def test_answers_to_the_services_questions_come_along(calls: Calls, wang: User, leak: Service) -> None:
    leak.questions = [
        {"key": "floor", "label": "几楼", "label_en": "Floor", "kind": "number", "required": True}
    ]
    leak.save()
    caller = calls(wang)

    missing = caller.post("/requests", {"service": leak.pk, "description": "漏水"})
    given = caller.post("/requests", {"service": leak.pk, "description": "漏水", "answers": {"floor": 3}})

    assert missing.status_code == 422
    assert missing.json()["errors"][0]["field"] == "floor"
    assert given.json()["answers"] == [{"key": "floor", "label": "Floor", "text": "3"}]


def test_staff_register_for_somebody_else_and_others_may_not(
    calls: Calls, wang: User, xu: User, leak: Service
) -> None:
    body = {"service": leak.pk, "description": "漏水", "requester": wang.pk}
    other = make_person("李四")

    assert calls(xu).post("/requests", body).json()["requester"]["id"] == wang.pk
    refused = calls(other).post("/requests", body)

    assert refused.status_code == 403
    assert refused.json()["code"] == "not_permitted"
    assert ServiceRequest.objects.count() == 1


def test_a_report_without_anything_is_refused_and_stores_nothing(calls: Calls, wang: User) -> None:
    answer = calls(wang).post("/requests", {})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "category", "detail": answer.json()["detail"]}]
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    "member", ["status", "number", "priority", "opened_at", "version", "imported", "crew"]
)
def test_nobody_sets_what_is_not_theirs_to_say(calls: Calls, xu: User, leak: Service, member: str) -> None:
    answer = calls(xu).post("/requests", {"service": leak.pk, "description": "漏水", member: 1})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [member]
    assert not ServiceRequest.objects.exists()


def test_phones_are_masked_for_who_need_not_ring(calls: Calls, wang: User, auditor: User, xu: User) -> None:
    request = make_request(requester=wang)

    def phone(person: User) -> str:
        listed = calls(person).get("/requests").json()["items"][0]["contact_phone"]
        assert listed == calls(person).get(f"/requests/{request.number}").json()["contact_phone"]
        return str(listed)

    assert phone(auditor) == "138****0002"
    assert phone(xu) == phone(wang) == "13800000002"


def test_foreign_and_missing_requests_look_the_same(calls: Calls, wang: User, stranger: User) -> None:
    request = make_request(requester=wang)
    caller = calls(stranger)

    foreign = caller.get(f"/requests/{request.number}")
    missing = caller.get("/requests/FW20261123-9999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert numbers(caller.get("/requests")) == []


def test_a_list_goes_on_to_its_end_without_doubles(calls: Calls, xu: User) -> None:
    made = {make_request().number for _ in range(7)}
    caller, seen, cursor = calls(xu), [], ""
    for _page in range(10):
        page = caller.get("/requests", limit=3, cursor=cursor).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert len(seen) == 7
    assert set(seen) == made


def test_a_list_by_due_time_goes_on_past_rows_without_one(calls: Calls, xu: User, leak: Service) -> None:
    due = [reported(leak).number for _ in range(3)]
    none = [make_request().number for _ in range(3)]
    caller = calls(xu)

    first = caller.get("/requests", limit=4, order="due")
    second = caller.get("/requests", limit=4, order="due", cursor=first.json()["next"])

    assert numbers(first) + numbers(second) == due + none
    assert second.json()["next"] is None


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e3", "99999999999999999999"])
def test_a_limit_out_of_range_is_refused(calls: Calls, xu: User, limit: str) -> None:
    answer = calls(xu).get("/requests", limit=limit)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W251bGws", "WyJhIiwgMV0", "\x00", "WzEsIDFd" * 20])
def test_a_cursor_from_elsewhere_is_refused(calls: Calls, xu: User, cursor: str) -> None:
    answer = calls(xu).get("/requests", cursor=cursor)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_an_unknown_filter_is_refused_instead_of_ignored(calls: Calls, xu: User) -> None:
    answer = calls(xu).get("/requests", statsu="new")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "statsu"


def test_filters_are_those_of_the_page(calls: Calls, xu: User, wang: User, leak: Service) -> None:
    building = make_place("教学楼", type="building")
    room = make_place("302", parent=building)
    department = make_department()
    mine = reported(leak, wang, place_id=room.pk, urgency="high")
    other = accepted_request(service=leak, department=department, description="灯不亮", channel="phone")
    closed = closed_request(service=leak)
    caller = calls(xu)

    def found(**query: Any) -> list[str]:
        return sorted(numbers(caller.get("/requests", **query)))

    assert found(q="灯不亮") == [other.number]
    assert found(place=building.pk) == [mine.number]
    assert found(requester=wang.pk) == [mine.number]
    assert found(department=department.pk) == [other.number]
    assert found(status=["accepted", "closed"]) == sorted([other.number, closed.number])
    assert found(open="true") == sorted([mine.number, other.number]) == found(open="1")
    assert found(open="false") == [closed.number] == found(open="0")
    assert found(priority="urgent") == [mine.number]
    assert found(channel="phone") == [other.number]
    assert found(tab="pending") == [mine.number]
    assert found(opened_from="2026-11-24") == []
    assert len(found(service=leak.pk, category=leak.category_id, imported="false")) == 3


def test_a_requester_reads_no_notes_and_no_orders(
    calls: Calls, wang: User, xu: User, chen: User, leak: Service, crew: Crew
) -> None:
    request = reported(leak, wang)
    given_to(chen, request, xu)
    Message.objects.create(request=request, side="internal", author=xu, text="难缠", at=request.opened_at)

    own = calls(wang).get(f"/requests/{request.number}").json()
    lines = calls(wang).get(f"/requests/{request.number}/timeline").json()["items"]
    staff = calls(xu).get(f"/requests/{request.number}").json()
    staff_lines = calls(xu).get(f"/requests/{request.number}/timeline").json()["items"]

    assert own["orders"] == []
    assert "难缠" not in str(lines)
    assert {line["type"] for line in lines} == {"event"}
    assert all(line["order"] is None for line in lines)
    assert staff["orders"][0]["worker"]["name"] == "陈师傅"
    assert [line["text"] for line in staff_lines if line["type"] == "note"] == ["难缠"]


def test_a_photo_is_added_and_read_only_by_who_sees_the_request(
    calls: Calls, wang: User, stranger: User, xu: User, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    request = make_request(requester=wang)

    added = calls(wang).upload(f"/requests/{request.number}/attachments", "漏水.jpg", picture())

    assert added.status_code == 201, added.content
    path = added.headers["Location"].removeprefix("/api/v1")
    shown, content = calls(xu).download(path)
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert content.startswith(b"\xff\xd8")
    assert calls(stranger).get(path).status_code == 404
    detail = calls(wang).get(f"/requests/{request.number}").json()
    assert [file["name"] for file in detail["attachments"]] == ["漏水.jpg"]


def test_what_staff_add_is_not_shown_to_the_requester(
    calls: Calls, wang: User, xu: User, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    request = make_request(requester=wang)

    added = calls(xu).upload(f"/requests/{request.number}/attachments", "内部.jpg", picture())

    path = added.headers["Location"].removeprefix("/api/v1")
    assert added.json()["public"] is False
    assert calls(wang).get(path).status_code == 404
    assert calls(wang).get(f"/requests/{request.number}").json()["attachments"] == []


def test_a_file_that_is_not_accepted_leaves_nothing(
    calls: Calls, wang: User, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    request = make_request(requester=wang)

    refused = calls(wang).upload(
        f"/requests/{request.number}/attachments", "x.svg", b"<svg onload=alert(1)/>"
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "file"
    assert not Attachment.objects.exists()
    assert not RequestAttachment.objects.exists()


def test_rights_below_a_place_show_only_what_is_there(calls: Calls, wang: User) -> None:
    here, there = make_place("东楼", type="building"), make_place("西楼", type="building")
    dispatcher = make_person("王调度")
    grant(dispatcher, Role.DISPATCHER, place=here)
    mine, other = make_request(place=here), make_request(place=there)

    assert numbers(calls(dispatcher).get("/requests")) == [mine.number]
    assert calls(dispatcher).get(f"/requests/{other.number}").status_code == 404
    assert calls(dispatcher).post(f"/requests/{other.number}/accept").status_code == 404
