"""The caller's own tokens, and files that are stored first and named afterwards."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.actions import tokens
from houqin.accounts.models import ApiToken, User
from houqin.desk.models import Service
from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from tests.api.calling import Caller, Calls
from tests.files.hostile import picture
from tests.makers_desk import make_request


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path


def test_a_token_is_made_used_listed_and_ended(calls: Calls, xu: User) -> None:
    caller = calls(xu)

    made = caller.post("/tokens", {"name": "看板", "scopes": ["read"]}).json()
    board = Caller(made["secret"])

    assert made["prefix"] == made["secret"][:8]
    assert board.get("/requests").status_code == 200
    assert board.post("/tokens", {"name": "x", "scopes": ["write"]}).status_code == 403
    assert [token["name"] for token in caller.get("/tokens").json()["items"]] == ["看板", "test"]
    assert "secret" not in caller.get("/tokens").json()["items"][0]
    assert caller.delete(f"/tokens/{made['id']}").json()["revoked_at"] == "2026-11-23T01:00:00Z"
    assert board.get("/requests").status_code == 401


def test_nobody_ends_the_token_of_another(calls: Calls, xu: User, wang: User) -> None:
    calls(wang)
    foreign = ApiToken.objects.get(user=wang)

    answer = calls(xu).delete(f"/tokens/{foreign.pk}")

    assert answer.status_code == 404
    assert ApiToken.objects.get(pk=foreign.pk).revoked_at is None


def test_the_secret_is_told_once_and_kept_nowhere(calls: Calls, xu: User) -> None:
    caller, body = calls(xu), {"name": "x", "scopes": ["write"]}

    first = caller.post("/tokens", body, Idempotency_Key="k").json()
    second = caller.post("/tokens", body, Idempotency_Key="k").json()

    assert first["secret"]
    assert {**first, "secret": None} == second
    assert first["secret"].encode() not in bytes(StoredAnswer.objects.get().body)


def test_a_token_does_not_outlive_the_one_that_made_it(xu: User) -> None:
    end = clock.now() + dt.timedelta(days=1)
    _token, secret = tokens.make(person=xu, name="x", scopes=["write"], expires_at=end)
    body = {"name": "y", "scopes": ["read"]}

    forever = Caller(secret).post("/tokens", body)
    later = Caller(secret).post("/tokens", {**body, "expires_at": "2027-01-01T00:00:00Z"})
    sooner = Caller(secret).post("/tokens", {**body, "expires_at": "2026-11-23T12:00:00Z"})

    assert (forever.status_code, later.status_code, sooner.status_code) == (422, 422, 201)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "", "scopes": ["read"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["admin"]},
        {"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "x", "scopes": ["read"], "user": 1},
    ],
)
def test_a_wrong_token_is_not_made(calls: Calls, xu: User, body: dict[str, Any]) -> None:
    answer = calls(xu).post("/tokens", body)

    assert answer.status_code == 422
    assert ApiToken.objects.count() == 1


def test_when_a_token_was_used_is_noted_once_in_a_while(
    calls: Calls, xu: User, django_assert_num_queries: Any
) -> None:
    caller = calls(xu)
    caller.get("/requests")

    assert ApiToken.objects.get().last_used_at == clock.now()
    with django_assert_num_queries(3):
        caller.get("/requests")


def test_a_stored_photo_is_named_in_a_report(calls: Calls, wang: User, xu: User, leak: Service) -> None:
    caller = calls(wang)

    stored = caller.upload("/attachments", "漏水.jpg", picture())
    assert stored.status_code == 201, stored.content
    path = stored.headers["Location"].removeprefix("/api/v1")
    answer, content = caller.download(path)
    assert (answer.status_code, content[:2]) == (200, b"\xff\xd8")
    assert calls(xu).get(path).status_code == 404
    made = caller.post(
        "/requests", {"service": leak.pk, "description": "漏水", "attachments": [stored.json()["id"]]}
    ).json()
    assert [file["name"] for file in made["attachments"]] == ["漏水.jpg"]
    assert caller.get(path).status_code == 404
    own, _content = calls(xu).download(made["attachments"][0]["path"].removeprefix("/api/v1"))
    assert own.status_code == 200


def test_nobody_names_the_file_of_another(calls: Calls, wang: User, xu: User) -> None:
    stored = calls(xu).upload("/attachments", "x.jpg", picture()).json()
    request = make_request(requester=wang)

    answer = calls(wang).post(
        f"/requests/{request.number}/messages", {"text": "x", "attachments": [stored["id"]]}
    )

    assert answer.status_code == 422
    assert not request.messages.exists()


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html><script>alert(1)</script>"])
def test_an_unaccepted_file_is_refused(calls: Calls, wang: User, content: bytes) -> None:
    answer = calls(wang).upload("/attachments", "x.jpg", content)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"


def test_a_file_that_is_too_large_is_413(calls: Calls, wang: User, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 100

    assert calls(wang).upload("/attachments", "x.jpg", picture()).status_code == 413


def test_a_call_without_a_file_names_the_part(calls: Calls, wang: User) -> None:
    answer = calls(wang).client.post("/api/v1/attachments", {}, headers=calls(wang).headers)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"
