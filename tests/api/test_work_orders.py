"""Work orders over JSON: raising, dispatching, carrying out, and what is recorded on the way."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.staffing.models import Crew
from houqin.work.models import TimeEntry, WorkOrder
from tests.api.calling import Calls
from tests.files.hostile import picture
from tests.flows.story import fresh, reported
from tests.makers import grant, make_code, make_crew, make_job_type, make_order, make_person, make_place
from tests.times import when
from tests.work import stories


def again(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def numbers(answer: Any) -> list[str]:
    return [item["number"] for item in answer.json()["items"]]


def test_an_order_goes_from_the_request_to_the_result(
    calls: Calls, wang: User, xu: User, chen: User, leak: Service, crew: Crew
) -> None:
    request = reported(leak, wang)
    desk, technician = calls(xu), calls(chen)

    raised = desk.post("/work-orders", {"request": request.number})
    assert raised.status_code == 201, raised.content
    number = raised.json()["number"]
    path = f"/work-orders/{number}"
    assert raised.headers["Location"] == f"/api/v1{path}"
    assert raised.json()["source"] == request.number
    assigned = desk.post(
        f"{path}/assign",
        {
            "worker": chen.pk,
            "scheduled_from": "2026-11-23T10:00:00+08:00",
            "scheduled_until": "2026-11-23T11:00:00+08:00",
        },
    ).json()
    assert assigned["status"] == "dispatched"
    assert assigned["worker"] == {"id": chen.pk, "name": "陈师傅"}
    assert assigned["scheduled_from"] == "2026-11-23T02:00:00Z"
    assert technician.get(path).json()["allowed_steps"][0] == "accept"
    assert technician.post(f"{path}/accept").json()["status"] == "accepted"
    assert technician.post(f"{path}/start").json()["status"] == "in_progress"
    held = technician.post(
        f"{path}/hold", {"reason": "parts", "promised_until": "2026-11-24T09:00:00+08:00"}
    ).json()
    assert (held["status"], held["hold_reason"]) == ("on_hold", "parts")
    assert technician.post(f"{path}/resume").json()["status"] == "in_progress"
    with when("10:00"):
        completed = technician.post(f"{path}/complete", {"result": "fixed"}).json()
    assert (completed["status"], completed["result"]) == ("completed", "fixed")
    assert fresh(request).status == "resolved"
    lines = desk.get(f"{path}/timeline").json()["items"]
    assert [line["kind"] for line in lines][-1] == "completed"
    assert "陈师傅" in lines[-1]["text"]


def test_an_order_of_its_own_is_raised_verified_and_closed(
    calls: Calls, xu: User, chen: User, crew: Crew
) -> None:
    job, room = make_job_type("保养"), make_place("配电房")
    body = {"job_type": job.pk, "title": "除尘", "place": room.pk, "priority": "planned", "worker": chen.pk}

    made = calls(xu).post("/work-orders", body)

    assert made.status_code == 201, made.content
    assert (made.json()["status"], made.json()["priority"]) == ("dispatched", "planned")
    path = f"/work-orders/{made.json()['number']}"
    for step in ("accept", "start"):
        assert calls(chen).post(f"{path}/{step}").status_code == 200
    with when("10:00"):
        calls(chen).post(f"{path}/complete", {"result": "fixed"})
        rejected = calls(xu).post(f"{path}/reject", {"reason": "还有灰"})
        calls(chen).post(f"{path}/complete", {"result": "fixed"})
        verified = calls(xu).post(f"{path}/verify")
    assert rejected.json()["status"] == "in_progress"
    assert verified.json()["status"] == "closed"


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({}, "job_type"),
        ({"request": "FW20200101-0001"}, "request"),
        ({"job_type": 999_999, "title": "x"}, None),
        ({"job_type": "own", "title": ""}, "title"),
        ({"job_type": "own", "title": "x", "place": 999_999}, None),
        ({"job_type": "own", "title": "x", "status": "closed"}, "status"),
    ],
)
def test_a_wrong_order_is_refused_and_none_is_made(
    calls: Calls, xu: User, body: dict[str, Any], member: str | None
) -> None:
    if body.get("job_type") == "own":
        body = {**body, "job_type": make_job_type().pk}

    answer = calls(xu).post("/work-orders", body)

    assert answer.status_code == 422
    if member:
        assert [error["field"] for error in answer.json()["errors"]] == [member]
    assert not WorkOrder.objects.exists()


def test_an_order_for_a_request_takes_its_place_from_it(calls: Calls, xu: User, leak: Service) -> None:
    request, room = reported(leak), make_place()

    answer = calls(xu).post("/work-orders", {"request": request.number, "place": room.pk})

    assert answer.json()["errors"][0]["field"] == "place"
    assert not WorkOrder.objects.exists()


def test_one_claims_and_the_next_is_told_who_was_quicker(
    calls: Calls, chen: User, liu: User, banzhang: User
) -> None:
    both = make_crew("水电班", chen, liu, leader=banzhang)
    order = make_order(crew=both)

    first = calls(chen).post(f"/work-orders/{order.number}/claim")
    second = calls(liu).post(f"/work-orders/{order.number}/claim")

    assert first.json()["worker"]["name"] == "陈师傅"
    assert second.status_code == 409
    assert "陈师傅" in second.json()["detail"]


def test_technicians_of_another_crew_find_nothing(calls: Calls, chen: User, liu: User, crew: Crew) -> None:
    order = stories.accepted(chen, crew=crew)
    make_crew("绿化班", liu)
    outsider = calls(liu)

    assert numbers(outsider.get("/work-orders")) == []
    foreign = outsider.get(f"/work-orders/{order.number}")
    assert foreign.content == outsider.get("/work-orders/GD20200101-0001").content
    for step in ("start", "arrive", "resume", "claim", "accept"):
        assert outsider.post(f"/work-orders/{order.number}/{step}").status_code == 404
    assert again(order).version == order.version


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("assign", {"worker": 1}),
        ("schedule", {}),
        ("verify", {}),
        ("reject", {"reason": "x"}),
        ("cancel", {"reason": "x"}),
        ("approve", {}),
        ("submit", {}),
    ],
)
def test_a_technician_takes_no_step_of_the_desk(
    calls: Calls, chen: User, crew: Crew, step: str, body: Any
) -> None:
    order = stories.accepted(chen, crew=crew)

    answer = calls(chen).post(f"/work-orders/{order.number}/{step}", body)

    assert answer.status_code == 403
    assert again(order).version == order.version


def test_a_requester_sees_no_work_orders(calls: Calls, wang: User) -> None:
    order = make_order()

    assert calls(wang).get("/work-orders").status_code == 403
    assert calls(wang).get(f"/work-orders/{order.number}").status_code == 403
    assert calls(wang).get("/work-orders/GD1").status_code == 403


def test_the_work_is_sent_back_rescheduled_and_voided(calls: Calls, xu: User, chen: User, crew: Crew) -> None:
    order = stories.accepted(chen, crew=crew)
    path = f"/work-orders/{order.number}"

    back = calls(chen).post(f"{path}/send-back", {"reason": "缺工具"})
    planned = calls(xu).post(
        f"{path}/schedule",
        {"scheduled_from": "2026-11-24T09:00:00+08:00", "scheduled_until": "2026-11-24T10:00:00+08:00"},
    )
    void = calls(xu).post(f"{path}/cancel", {"reason": "不需要了"})

    assert back.json()["status"] == "to_dispatch"
    assert planned.json()["scheduled_until"] == "2026-11-24T02:00:00Z"
    assert void.json()["status"] == "cancelled"


def test_an_appointment_has_two_ends_in_order(calls: Calls, xu: User) -> None:
    order = make_order()
    one, two = "2026-11-24T09:00:00+08:00", "2026-11-24T08:00:00+08:00"

    for body in ({"scheduled_from": one}, {"scheduled_from": one, "scheduled_until": two}):
        answer = calls(xu).post(f"/work-orders/{order.number}/schedule", body)
        assert answer.status_code == 422
    assert again(order).version == order.version


def test_an_order_that_needs_approval_waits_for_it(calls: Calls, xu: User, lin: User) -> None:
    job = make_job_type(needs_approval=True)
    made = calls(xu).post("/work-orders", {"job_type": job.pk, "title": "换泵"}).json()
    path = f"/work-orders/{made['number']}"

    refused = calls(lin).post(f"{path}/refuse-approval", {"reason": "先报价"}).json()
    submitted = calls(xu).post(f"{path}/submit").json()
    approved = calls(lin).post(f"{path}/approve").json()

    assert [made["status"], refused["status"], submitted["status"], approved["status"]] == [
        "awaiting_approval",
        "draft",
        "awaiting_approval",
        "to_dispatch",
    ]


def test_the_checklist_is_answered_all_or_nothing(calls: Calls, chen: User, crew: Crew) -> None:
    lines = [
        {"text": "断电", "text_en": "Power off", "kind": "check", "required": True},
        {"text": "电压", "kind": "number"},
    ]
    order = stories.in_progress(chen, crew=crew, job_type=make_job_type(steps=lines))
    path = f"/work-orders/{order.number}/steps"
    caller = calls(chen)

    refused = caller.post(path, {"answers": {"1": "yes", "2": "viel"}})
    blocked = caller.post(f"/work-orders/{order.number}/complete", {"result": "fixed"})
    answered = caller.post(path, {"answers": {"1": "yes", "2": "220.5"}})
    unknown = caller.post(path, {"answers": {"9": "x"}})

    assert refused.status_code == 422
    assert blocked.status_code == 409
    assert [line["answer"] for line in answered.json()["checklist"]] == ["yes", "220.5"]
    assert unknown.status_code == 422
    assert [line["text"] for line in caller.get(path).json()["items"]] == ["Power off", "电压"]


def test_codes_and_photo_are_asked_for_where_the_job_type_wants_them(
    calls: Calls, chen: User, crew: Crew, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    order = stories.in_progress(chen, crew=crew, job_type=make_job_type(needs_codes=True, needs_photo=True))
    cause, remedy = make_code("cause"), make_code("remedy", "更换")
    path, caller = f"/work-orders/{order.number}", calls(chen)
    body = {"result": "fixed", "cause": cause.pk, "remedy": remedy.pk}

    assert caller.post(f"{path}/complete", body).status_code == 409
    photo = caller.upload(f"{path}/attachments", "完工.jpg", picture())
    assert (photo.status_code, photo.json()["stage"], photo.json()["public"]) == (201, "after", True)
    swapped = {**body, "cause": remedy.pk}
    assert caller.post(f"{path}/complete", swapped).json()["errors"][0]["field"] == "cause"
    done = caller.post(f"{path}/complete", body).json()
    assert (done["cause"]["name"], done["remedy"]["name"]) == ("老化", "更换")
    shown, small = caller.download(photo.headers["Location"].removeprefix("/api/v1"), size="small")
    assert (shown.status_code, small[:2]) == (200, b"\xff\xd8")


@pytest.mark.parametrize("stage", ["", "report", "later"])
def test_a_picture_says_when_it_was_taken(
    calls: Calls, chen: User, crew: Crew, settings: Any, tmp_path: Any, stage: str
) -> None:
    settings.FILES_DIR = tmp_path
    order = stories.in_progress(chen, crew=crew)
    data = {"file": SimpleUploadedFile("a.jpg", picture()), "stage": stage}

    caller = calls(chen)
    answer = caller.client.post(
        f"/api/v1/work-orders/{order.number}/attachments", data, headers=caller.headers
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "stage"
    assert not order.attachments.exists()


def test_working_time_is_entered_corrected_and_removed(
    calls: Calls, chen: User, xu: User, liu: User, crew: Crew
) -> None:
    order = stories.accepted(chen, crew=crew)
    path, caller = f"/work-orders/{order.number}/time", calls(chen)
    early = {"started_at": "2026-11-23T07:00:00+08:00", "ended_at": "2026-11-23T08:00:00+08:00"}

    made = caller.post(path, early)
    overlapping = caller.post(path, early)
    future = caller.post(path, {**early, "ended_at": "2026-11-23T10:00:00+08:00"})
    corrected = caller.put(f"{path}/{made.json()['id']}", {**early, "ended_at": "2026-11-23T07:30:00+08:00"})
    foreign = caller.post(path, {**early, "person": liu.pk})
    total = calls(xu).get(path).json()

    assert made.status_code == 201
    assert made.json()["person"]["name"] == "陈师傅"
    assert (overlapping.status_code, future.status_code, foreign.status_code) == (409, 422, 409)
    assert corrected.json()["ended_at"] == "2026-11-22T23:30:00Z"
    assert (total["labour_minutes"], len(total["items"])) == (30, 1)
    assert caller.delete(f"{path}/{made.json()['id']}").status_code == 200
    assert not TimeEntry.objects.exists()
    assert caller.delete(f"{path}/{made.json()['id']}").status_code == 404


def test_helpers_come_run_their_clock_and_go(calls: Calls, chen: User, liu: User, banzhang: User) -> None:
    both = make_crew("水电班", chen, liu, leader=banzhang)
    order = stories.in_progress(chen, crew=both)
    path = f"/work-orders/{order.number}"

    assert calls(chen).post(f"{path}/helpers", {"person": liu.pk}).json()["helpers"][0]["name"] == "刘师傅"
    assert calls(liu).post(f"{path}/time/begin").status_code == 200
    running = calls(chen).delete(f"{path}/helpers/{liu.pk}")
    assert running.status_code == 409
    assert calls(liu).post(f"{path}/time/end").status_code == 200
    assert calls(chen).delete(f"{path}/helpers/{liu.pk}").json()["helpers"] == []
    assert calls(chen).post(f"{path}/notes", {"text": "阀门在楼梯间"}).status_code == 200
    assert calls(chen).delete(f"{path}/helpers/{liu.pk}").status_code == 404


def test_filters_are_those_of_the_page(calls: Calls, xu: User, chen: User, crew: Crew) -> None:
    building = make_place("教学楼", type="building")
    room = make_place("302", parent=building)
    held = stories.on_hold(chen, crew=crew, place=room, title="换水泵")
    free = make_order(priority="urgent", source="FW20261123-0007")
    other = stories.closed(make_person_with_work(), kind="inspection")
    caller = calls(xu)

    def found(**query: Any) -> list[str]:
        return sorted(numbers(caller.get("/work-orders", **query)))

    assert found(q="水泵") == found(place=building.pk) == found(hold_reason="parts") == [held.number]
    assert found(crew=crew.pk) == found(worker=chen.pk) == found(status="on_hold") == [held.number]
    assert found(unassigned="true") == found(priority="urgent") == found(source=free.source) == [free.number]
    assert found(open="1") == sorted([held.number, free.number])
    assert found(kind="inspection") == [other.number]
    assert found(raised_from="2026-11-24") == []
    assert caller.get("/work-orders", colour="red").status_code == 422


def make_person_with_work() -> User:
    person = make_person("钱师傅")
    grant(person, "technician")
    make_crew("木工班", person)
    return person


def test_a_list_goes_on_to_its_end_without_doubles(calls: Calls, xu: User) -> None:
    made = {make_order().number for _ in range(5)}
    caller = calls(xu)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get("/work-orders", limit=2, cursor=cursor, order="due").json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]

    assert len(seen) == 5
    assert set(seen) == made


def test_a_closed_order_is_amended_by_who_may(calls: Calls, lin: User, xu: User, chen: User) -> None:
    order = stories.closed(chen)
    path, wanted = f"/work-orders/{order.number}", {"reason": "写错了", "result_note": "换了密封圈"}

    assert calls(xu).post(f"{path}/amend", wanted).status_code == 403
    assert "amend" in calls(lin).get(path).json()["allowed_steps"]
    amended = calls(lin).post(f"{path}/amend", wanted).json()

    assert (amended["status"], amended["result"], amended["result_note"]) == ("closed", "fixed", "换了密封圈")
    line = calls(lin).get(f"{path}/timeline").json()["items"][-1]
    assert line["kind"] == "amended"
    assert "写错了" in line["text"]
    late = {"reason": "写错了", "completed_at": "2027-01-01T00:00:00Z"}
    assert calls(lin).post(f"{path}/amend", late).json()["errors"][0]["field"] == "completed_at"
    open_order = stories.completed(chen)
    assert calls(lin).post(f"/work-orders/{open_order.number}/amend", wanted).status_code == 409
