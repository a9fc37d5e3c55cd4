"""Calls as a telephone system reports them, and as programs read them."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.intake.models import Call, RefusedCallReport
from tests.api.calling import Calls
from tests.makers_calls import make_line, missed, taken

pytestmark = pytest.mark.django_db
RINGING = {
    "number": "13800000002",
    "queue": "8000",
    "external_id": "c-1",
    "event": "ringing",
    "at": "2026-11-23T09:00:00+08:00",
}

INSTANT = "An instant with its offset is needed, such as 2026-11-23T09:00:00+08:00."


def test_a_call_is_reported_once_however_often(xu: User, calls: Calls, wang: User) -> None:
    make_line(code="8000")
    pbx = calls(xu, scopes=("calls",))

    first = pbx.post("/calls", RINGING)
    again = pbx.post("/calls", RINGING)
    ended = pbx.post("/calls", {**RINGING, "event": "ended"})

    assert (first.status_code, again.status_code, ended.status_code) == (201, 200, 200)
    assert first.json()["id"] == again.json()["id"] == ended.json()["id"]
    assert ended.json()["state"] == "missed"
    call = Call.objects.get()
    assert (call.source, call.caller) == ("xu", wang)
    assert "小王" not in first.content.decode()


def test_two_telephone_systems_may_use_the_same_ids(xu: User, admin: User, calls: Calls) -> None:
    answers = [calls(person).post("/calls", RINGING) for person in (xu, admin)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Call.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"number": None}, "number", "This is needed."),
        ({"number": "1" * 300}, "number", "At most 60 characters."),
        ({"number": 13800000002}, "number", "A text is needed."),
        ({"event": "nonsense"}, "event", "One of these is needed: 'ringing', 'answered' or 'ended'."),
        ({"external_id": ""}, "external_id", "At least 1 characters."),
        (
            {"at": "yesterday"},
            "at",
            "An instant with its offset is needed, such as 2026-11-23T09:00:00+08:00.",
        ),
        ({"colour": "red"}, "colour", "There is no such member here."),
    ],
)
def test_a_report_that_is_wrong_is_told_why_and_kept(
    xu: User, calls: Calls, change: dict[str, Any], field: str, said: str
) -> None:
    body = {name: value for name, value in {**RINGING, **change}.items() if value is not None}

    answer = calls(xu, scopes=("calls",)).post("/calls", body)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "detail": said}]
    assert not Call.objects.exists()
    kept = RefusedCallReport.objects.get()
    assert (kept.source, kept.faults) == ("xu", [{"field": field, "detail": said}])
    assert "c-1" in kept.sent or field == "external_id"


def test_an_id_of_another_callers_call_is_refused(xu: User, calls: Calls) -> None:
    pbx = calls(xu)
    pbx.post("/calls", RINGING)

    answer = pbx.post("/calls", {**RINGING, "number": "13900000009"})

    assert answer.status_code == 422
    assert "Give every call an id of its own" in answer.json()["detail"]
    assert Call.objects.get().number == "13800000002"
    assert RefusedCallReport.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": ""}, "withheld"),
        ({"number": "anonymous"}, "withheld"),
        ({"number": "!!"}, "unreadable"),
        ({"queue": "x"}, "unknown_queue"),
        ({"event": "ended"}, "no_ringing"),
    ],
)
def test_what_is_odd_is_taken_and_remarked(xu: User, calls: Calls, change: dict[str, str], code: str) -> None:
    make_line(code="8000")

    answer = calls(xu, language="zh-hans").post("/calls", {**RINGING, **change})

    assert answer.status_code == 201
    (remark,) = answer.json()["remarks"]
    assert remark["code"] == code
    assert remark["text"]


def test_a_token_for_calls_opens_nothing_else(xu: User, calls: Calls) -> None:
    pbx = calls(xu, scopes=("calls",))

    for answer in (pbx.get("/calls"), pbx.get("/requests"), pbx.get("/people"), pbx.post("/tokens", {})):
        assert answer.status_code == 403
        assert "only report calls" in answer.json()["detail"]
    assert pbx.post("/calls", RINGING).status_code == 201


def test_reporting_takes_the_right_and_more_than_reading(
    xu: User, chen: User, wang: User, lin: User, calls: Calls
) -> None:
    for person in (chen, wang, lin):
        assert calls(person).post("/calls", RINGING).status_code == 403
    assert calls(xu, scopes=("read",)).post("/calls", RINGING).status_code == 403
    assert calls(xu, scopes=("write",)).post("/calls", RINGING).status_code == 201


def test_calls_are_listed_for_those_at_a_desk(
    xu: User, lin: User, auditor: User, chen: User, calls: Calls
) -> None:
    line = make_line()
    missed("13812345678", line=line)
    taken(xu, "13800000099")

    items = calls(lin).get("/calls").json()["items"]
    (one,) = calls(lin).get(f"/calls?kind=to_call&line={line.pk}").json()["items"]

    assert [item["state"] for item in items] == ["answered", "missed"]
    assert (one["number"], one["line"]["name"], one["state"]) == (
        "13812345678",
        "报修热线",
        "missed",
    )
    assert calls(lin).get("/calls?number=138-1234-5678").json()["items"] == [one]
    assert calls(lin).get("/calls?kind=nonsense").status_code == 422
    assert calls(auditor).get("/calls?kind=to_call").json()["items"][0]["number"] == "138****5678"
    assert calls(chen).get("/calls").status_code == 403
    assert calls(lin).get("/calls?limit=1").json()["next"]


def test_a_repeated_key_reports_once(xu: User, calls: Calls) -> None:
    pbx = calls(xu, scopes=("calls",))
    first = pbx.post("/calls", RINGING, Idempotency_Key="1")
    again = pbx.post("/calls", RINGING, Idempotency_Key="1")
    wrong = pbx.post("/calls", {**RINGING, "number": 1}, Idempotency_Key="2")

    assert first.json() == again.json()
    assert wrong.status_code == 422
    assert RefusedCallReport.objects.count() == 1
