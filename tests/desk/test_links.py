"""Tracking links open one request, until a new one is made."""

import pytest

from houqin.accounts.models import User
from houqin.desk.actions.requests import renew_link
from houqin.desk.links import path_of, request_of, token_of
from houqin.desk.models import ServiceRequest
from houqin.kernel.errors import Missing
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db


def test_a_link_opens_its_request_and_no_other() -> None:
    first, second = make_request(), make_request()

    assert request_of(token_of(first)) == first
    assert request_of(token_of(second)) == second
    assert path_of(first) == f"/t/{token_of(first)}/"


def test_a_link_has_128_bits_that_nobody_can_guess_and_nothing_stored_gives_away() -> None:
    request = make_request()
    signature = token_of(request).partition("-")[2]

    assert len(signature) * 4 >= 128
    stored = ServiceRequest.objects.filter(pk=request.pk).values().get()
    assert not any(signature in str(value) for value in stored.values())


def test_a_new_link_makes_the_old_one_void(xu: User) -> None:
    request = make_request()
    old = token_of(request)

    renewed = renew_link(request_id=request.pk, by=xu)

    assert request_of(token_of(renewed)) == request
    with pytest.raises(Missing):
        request_of(old)


@pytest.mark.parametrize("change", ["id", "signature", "cut", "number", "huge", "empty", "unicode"])
def test_every_wrong_link_is_the_same(change: str) -> None:
    first, second = make_request(), make_request()
    key, _dash, signature = token_of(first).partition("-")
    wrong = {
        "id": f"{second.pk:x}-{signature}",
        "signature": f"{key}-{'0' * len(signature)}",
        "cut": f"{key}-{signature[:-1]}",
        "number": first.number,
        "huge": f"{'f' * 40}-{signature}",
        "empty": "",
        "unicode": "①-二",
    }[change]

    with pytest.raises(Missing) as refusal:
        request_of(wrong)
    with pytest.raises(Missing) as unknown:
        request_of(f"{10**9:x}-{signature}")
    assert str(refusal.value) == str(unknown.value)
