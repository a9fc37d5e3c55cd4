"""`Idempotency-Key`: the same key has the same effect, once."""

from typing import Any

import pytest
from django.db import connection

from houqin.accounts.models import ApiToken, User
from houqin.desk.models import RequestAttachment, Service, ServiceRequest
from houqin.journal.actions import answers
from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from tests import cast
from tests.api.calling import Caller, Calls
from tests.files.hostile import picture
from tests.makers import make_organisation
from tests.makers_desk import make_request, make_service
from tests.threads import together
from tests.times import when


def test_a_repeated_key_gets_the_first_answer(calls: Calls, wang: User, leak: Service) -> None:
    caller, body = calls(wang), {"service": leak.pk, "description": "漏水"}

    first = caller.post("/requests", body, Idempotency_Key="tap-1")
    second = caller.post("/requests", body, Idempotency_Key="tap-1")

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Location"] == second.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert ServiceRequest.objects.count() == 1


def test_without_a_key_each_call_has_its_effect(calls: Calls, wang: User, leak: Service) -> None:
    for _ in range(2):
        calls(wang).post("/requests", {"service": leak.pk, "description": "漏水"})

    assert ServiceRequest.objects.count() == 2


def test_a_key_with_another_body_or_address_is_refused(calls: Calls, wang: User, leak: Service) -> None:
    caller, body = calls(wang), {"service": leak.pk, "description": "漏水"}
    made = caller.post("/requests", body, Idempotency_Key="k").json()

    other = caller.post("/requests", {**body, "description": "停电"}, Idempotency_Key="k")
    elsewhere = caller.post(f"/requests/{made['number']}/withdraw", Idempotency_Key="k")

    assert other.status_code == elsewhere.status_code == 422
    assert other.json()["code"] == "key_reused"
    assert ServiceRequest.objects.get().status == "new"


def test_keys_belong_to_their_token(calls: Calls, wang: User, xu: User, leak: Service) -> None:
    for person in (wang, xu):
        calls(person).post("/requests", {"service": leak.pk, "description": "漏水"}, Idempotency_Key="k")

    assert ServiceRequest.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_what_cannot_be_a_key_is_refused(calls: Calls, wang: User, leak: Service, key: str) -> None:
    answer = calls(wang).post("/requests", {"service": leak.pk, "description": "x"}, Idempotency_Key=key)

    assert answer.status_code == 422
    assert not ServiceRequest.objects.exists()


def test_a_refusal_is_remembered_unless_a_later_try_may_succeed(calls: Calls, wang: User, xu: User) -> None:
    request = make_request(requester=wang)
    path = f"/requests/{request.number}"
    invalid = [calls(xu).post(f"{path}/reject", {}, Idempotency_Key="a") for _ in range(1)]
    caller = calls(xu)
    invalid = [caller.post(f"{path}/reject", {}, Idempotency_Key="a") for _ in range(2)]
    stale = caller.post(f"{path}/accept", Idempotency_Key="b", If_Match='W/"99"')
    now = caller.post(f"{path}/resolve", {"result": "x"}, Idempotency_Key="c")
    accepted = caller.post(f"{path}/accept", Idempotency_Key="b")
    later = caller.post(f"{path}/resolve", {"result": "x"}, Idempotency_Key="c")

    assert [answer.status_code for answer in invalid] == [422, 422]
    assert (stale.status_code, accepted.status_code) == (412, 200)
    assert (now.status_code, later.status_code) == (409, 200)


def test_a_key_ends_after_a_day(calls: Calls, wang: User, leak: Service) -> None:
    caller, body = calls(wang), {"service": leak.pk, "description": "漏水"}
    caller.post("/requests", body, Idempotency_Key="k")
    with when("2026-11-24 09:00"):
        caller.post("/requests", body, Idempotency_Key="k")

    assert ServiceRequest.objects.count() == 2


def test_a_revoked_token_does_not_hear_its_old_answers(calls: Calls, wang: User, leak: Service) -> None:
    caller, body = calls(wang), {"service": leak.pk, "description": "漏水"}
    caller.post("/requests", body, Idempotency_Key="k")

    ApiToken.objects.update(revoked_at=clock.now())

    assert caller.post("/requests", body, Idempotency_Key="k").status_code == 401


def test_an_upload_is_known_again_although_its_boundary_changes(
    calls: Calls, wang: User, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    request = make_request(requester=wang)
    path, caller, photo = f"/requests/{request.number}/attachments", calls(wang), picture(size=(640, 480))

    first = caller.upload(path, "a.jpg", photo, Idempotency_Key="k")
    caller.client.cookies.clear()
    second = caller.upload(path, "a.jpg", photo, Idempotency_Key="k")
    other = caller.upload(path, "a.jpg", picture(size=(64, 48)), Idempotency_Key="k")

    assert first.status_code == 201, first.content
    assert (second.content, other.status_code) == (first.content, 422)
    assert RequestAttachment.objects.count() == 1


def test_a_fault_after_the_effect_takes_the_effect_back(
    calls: Calls, wang: User, leak: Service, monkeypatch: Any
) -> None:
    """The request was stored, then the answer could not be made: nothing stays, and the key is free."""
    caller, body = calls(wang), {"service": leak.pk, "description": "漏水"}

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("houqin.api.requests.detail", fail)
        assert caller.post("/requests", body, Idempotency_Key="k").status_code == 500
    assert not ServiceRequest.objects.exists()
    assert not StoredAnswer.objects.exists()
    assert caller.post("/requests", body, Idempotency_Key="k").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_the_effect(calls: Calls) -> None:
    make_organisation()
    caller, service = calls(cast.requester_wang()), make_service()
    body = {"service": service.pk, "description": "漏水"}

    def post() -> int:
        own = Caller(caller.headers["Authorization"].removeprefix("Bearer "))
        return int(own.post("/requests", body, Idempotency_Key="k").status_code)

    codes = together([post] * 4)

    assert set(codes) <= {201, 409}
    assert 201 in codes
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_call_runs_the_second_is_told_so(calls: Calls) -> None:
    make_organisation()
    caller, service = calls(cast.requester_wang()), make_service()
    body = {"service": service.pk, "description": "漏水"}
    owner = answers.digest_of(caller.headers["Authorization"])

    def second() -> Any:
        own = Caller(caller.headers["Authorization"].removeprefix("Bearer "))
        return own.post("/requests", body, Idempotency_Key="k")

    with answers.once(owner=owner, key="k", digest="the first call"):
        (answer,) = together([second])

    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert answer.json()["code"] == "busy"  # type: ignore[attr-defined]
    assert answer.headers["Retry-After"] == "1"  # type: ignore[attr-defined]
    assert second().status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_crash_frees_the_key_at_once(calls: Calls) -> None:
    """The connection of the first call dies after its effect; lock and effect go with it."""
    make_organisation()
    caller, service = calls(cast.requester_wang()), make_service()
    body = {"service": service.pk, "description": "漏水"}
    owner = answers.digest_of(caller.headers["Authorization"])

    def dies() -> None:
        with answers.once(owner=owner, key="k", digest="x"):
            make_request(service=service)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    (died,) = together([dies])

    assert isinstance(died, Exception)
    assert not ServiceRequest.objects.exists()
    assert caller.post("/requests", body, Idempotency_Key="k").status_code == 201
