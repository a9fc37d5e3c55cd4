"""Addresses and forms that no page of ours makes are refused, never an error of ours."""

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.kernel import handover
from tests.makers import grant, make_person
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything() -> User:
    person = make_person("全能")
    for role in ("administrator", "dispatcher", "technician", "manager"):
        grant(person, role)
    return person


@pytest.mark.parametrize(
    "address", ["/report/?place=%00", "/report/?%00=1", "/report/places/?place_note=%00"]
)
def test_a_nul_in_an_address_is_refused(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address", ["/desk/?show=%00", "/jobs/scan/?code=%00", "/setup/outbox/?state=%00", "/find/?q=%00"]
)
def test_a_nul_is_refused_to_those_who_are_signed_in(everything: User, address: str) -> None:
    assert signed_in(everything).get(address).status_code == 400


def test_a_nul_in_a_form_is_refused_and_nothing_is_kept(client: Client) -> None:
    answer = client.post("/report/", {"description": "漏水", "q-room": "3\0"})

    assert answer.status_code == 400
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/mine/?before=%C2%B2",
        "/desk/?crew=%C2%B2&place=%C2%B2&after=%C2%B2.%C2%B2",
        "/work/orders/?worker=%C2%B2&before=1.%C2%B2",
        "/mine/?before=99999999999999999999",
    ],
)
def test_signs_that_are_no_numbers_narrow_nothing(everything: User, address: str) -> None:
    assert signed_in(everything).get(address).status_code == 200


def test_a_form_that_is_too_large_is_refused_unread(client: Client, settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 10 * 1024 * 1024
    photo = SimpleUploadedFile("a.jpg", b"x" * 11 * 1024 * 1024)

    answer = client.post("/report/", {"description": "漏水", "photos": photo})

    assert answer.status_code == 413
    assert "10 MB" in answer.content.decode()
    assert "csrftoken" not in answer.cookies


def test_only_an_empty_installation_takes_a_large_backup(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_REQUEST_BYTES = 1_000
    monkeypatch.setattr(handover, "_attended", threading.Event())

    def sent() -> int:
        archive = SimpleUploadedFile("houqin.tar", b"x" * 2_000)
        return client.post("/welcome/restore/", {"archive": archive}).status_code

    assert sent() == 413  # nobody would restore it
    handover.attend()
    assert sent() == 422
    make_person("管理员")
    assert sent() == 413
