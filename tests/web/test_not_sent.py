"""A form that comes after the session has ended is not lost."""

import pytest
from django.test import Client

from houqin.desk.models import Message
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db


def test_what_was_written_is_given_back_and_nothing_is_stored() -> None:
    request = make_request()
    path = f"/desk/requests/{request.number}/"

    answer = Client(headers={"accept-language": "en"}).post(
        f"{path}write/",
        {"text": "今天下午三点到", "side": "staff", "form_key": "secretkey", "version": "3"},
        headers={"referer": f"http://testserver{path}?tab=new"},
    )

    page = answer.content.decode()
    assert answer.status_code == 401
    assert "今天下午三点到" in page
    assert "secretkey" not in page
    assert f"/accounts/login/?next={path}" in page
    assert not Message.objects.exists()


def test_the_way_back_never_leads_elsewhere() -> None:
    answer = Client().post("/desk/new/", {"text": "灯"}, headers={"referer": "https://elsewhere.example/x"})

    assert "elsewhere" not in answer.content.decode()


def test_passwords_are_not_shown_again() -> None:
    secret = "very-secret-words"

    answer = Client().post("/accounts/password/", {"password": secret, "again": secret})

    assert secret not in answer.content.decode()
