"""Every error is a problem document, whatever went wrong."""

import json
from typing import Any

import pytest
from django.conf import settings as house
from django.http import HttpRequest, HttpResponse
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import Service, ServiceRequest
from tests.api.calling import Caller, Calls
from tests.makers_desk import make_request


def is_problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    if code:
        assert document["code"] == code
    return document


def test_without_a_token_nobody_gets_in(db: None) -> None:
    answer = Caller("").get("/requests")

    is_problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", ["hq_wrong", "x" * 5_000, "ü", "hq_ "])
def test_an_unknown_token_opens_nothing(db: None, secret: str) -> None:
    is_problem(Caller(secret).get("/requests"), 401)


def test_a_session_alone_opens_nothing_and_changes_nothing(xu: User, leak: Service) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(xu, backend=house.AUTHENTICATION_BACKENDS[1])

    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(
            "/api/v1/requests", f'{{"service": {leak.pk}, "description": "x"}}', content_type=content_type
        )
        is_problem(answer, 401)
    assert not ServiceRequest.objects.exists()


def test_a_reading_token_may_not_write(calls: Calls, xu: User, leak: Service) -> None:
    reader = calls(xu, scopes=("read",))

    assert reader.get("/requests").status_code == 200
    is_problem(reader.post("/requests", {"service": leak.pk, "description": "x"}), 403, "not_permitted")
    assert not ServiceRequest.objects.exists()


def test_a_person_who_left_is_out_with_the_next_call(calls: Calls, xu: User) -> None:
    caller = calls(xu)
    assert caller.get("/requests").status_code == 200

    User.objects.filter(pk=xu.pk).update(is_active=False)

    is_problem(caller.get("/requests"), 401)


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b'{"a": NaN}', b"[" * 20_000, b'{"title": "\\ud800"}']
)
def test_what_is_not_json_is_refused(calls: Calls, xu: User, body: bytes) -> None:
    answer = calls(xu).post("/requests", body)

    if body:
        is_problem(answer, 400, "not_json")
    else:
        is_problem(answer, 422, "invalid")


@pytest.mark.parametrize("body", ["AAA", 1, None, [], True, [{"title": "x"}]])
def test_json_of_another_kind_is_refused(calls: Calls, xu: User, body: Any) -> None:
    """Ninja's own schemas take a text for an object."""
    is_problem(calls(xu).post("/requests", json.dumps(body).encode()), 422, "invalid")
    request = make_request()
    if body is not None:
        is_problem(calls(xu).post(f"/requests/{request.number}/accept", json.dumps(body).encode()), 422)
    assert ServiceRequest.objects.get().status == "new"


def test_unknown_members_are_named_in_the_callers_language(calls: Calls, xu: User) -> None:
    document = is_problem(calls(xu).post("/requests", {"titel": "x", "titlé": 1}), 422, "invalid")

    assert document["errors"] == [
        {"field": "titel", "detail": "There is no such member here."},
        {"field": "titlé", "detail": "There is no such member here."},
    ]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", 5),
        ("title", "x" * 121),
        ("title", "a\x00b"),
        ("description", "x" * 10_001),
        ("service", "1"),
        ("service", 1.5),
        ("service", True),
        ("service", 0),
        ("service", 10**30),
        ("safety", "yes"),
        ("urgency", "extreme"),
        ("attachments", [1] * 10),
        ("attachments", 1),
        ("answers", {"a": None}),
        ("answers", [1]),
    ],
)
def test_values_of_another_type_or_size_are_refused(calls: Calls, xu: User, member: str, value: Any) -> None:
    document = is_problem(calls(xu).post("/requests", {member: value}), 422, "invalid")

    assert document["errors"][0]["field"].split(".")[0] == member
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    "value",
    ["2026-11-25", "2026-11-25T09:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", 5, "x"],
)
def test_an_instant_needs_its_offset_and_a_plausible_year(calls: Calls, xu: User, value: Any) -> None:
    request = make_request()

    answer = calls(xu).post(f"/requests/{request.number}/promise", {"target_at": value, "reason": "x"})

    assert is_problem(answer, 422)["errors"][0]["field"] == "target_at"


def test_another_method_is_told_which_ones_there_are(calls: Calls, xu: User) -> None:
    answer = calls(xu).delete("/requests")

    is_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("path", ["/nothing", "/requests/FW1/explode", "/", "/requests/a\x00b"])
def test_an_unknown_address_is_a_problem_too(calls: Calls, xu: User, path: str) -> None:
    is_problem(calls(xu).get(path.replace("\x00", "%00")), 404, "missing")


def test_a_body_that_is_too_large_is_refused(calls: Calls, xu: User, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = {"title": "x" * 2_000}

    is_problem(calls(xu).post("/requests", body), 413, "too_large")
    is_problem(calls(xu).post("/requests", body, Idempotency_Key="k"), 413, "too_large")
    settings.MAX_REQUEST_BYTES = 1_000
    is_problem(calls(xu).post("/requests", body), 413, "too_large")


def test_a_fault_of_ours_shows_nothing_of_its_inside(calls: Calls, xu: User, monkeypatch: Any) -> None:
    def fail(request: HttpRequest, response: HttpResponse) -> None:
        raise RuntimeError("secret path /srv")

    caller = calls(xu)
    monkeypatch.setattr("houqin.api.requests.columns", fail)

    answer = caller.get("/requests")

    is_problem(answer, 500)
    assert b"secret" not in answer.content
