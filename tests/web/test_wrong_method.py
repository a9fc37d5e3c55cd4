"""The address of a form that is opened as a page says so, instead of an empty answer."""

import pytest
from django.test import Client

from houqin.accounts.actions import passwords
from houqin.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_page_stands_where_only_a_form_is_taken(client: Client, chen: User) -> None:
    client.force_login(chen)

    answer = client.get("/notices/read/", headers={"accept-language": "en"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This address only takes a form" in answer.content.decode()


def test_another_language_comes_back_to_the_page_a_form_was_sent_from(client: Client, chen: User) -> None:
    client.force_login(chen)

    answer = client.post(
        "/accounts/me/tokens/", {"name": ""}, headers={"referer": "http://testserver/accounts/me/"}
    )

    assert 'name="next" value="/accounts/me/"' in answer.content.decode()


def test_the_page_of_another_site_is_nowhere_to_come_back_to(client: Client, chen: User) -> None:
    client.force_login(chen)

    answer = client.post(
        "/accounts/me/tokens/", {"name": ""}, headers={"referer": "http://elsewhere.example/accounts/me/"}
    )

    assert 'name="next" value="/"' in answer.content.decode()


def test_a_missing_field_is_named(client: Client, chen: User) -> None:
    client.force_login(chen)

    answer = client.post("/accounts/me/tokens/", {"name": ""}, headers={"accept-language": "zh-hans"})

    assert "这个字段是必填项" not in answer.content.decode()


def test_the_sign_in_page_says_where_one_is(client: Client, chen: User) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "zh-hans"}).content.decode()

    assert "后勤服务中心" in page
    assert "placeholder" not in page.partition("<form method")[2].partition("</form>")[0]


def test_who_was_invited_is_signed_in_by_setting_the_password(client: Client, xu: User) -> None:
    _invitation, secret = passwords.invite(person=xu)
    client.get(f"/accounts/password/link/{secret}/")

    answer = client.post(
        "/accounts/password/link/",
        {"password": "correct horse battery", "again": "correct horse battery"},
        follow=True,
    )

    assert answer.request["PATH_INFO"] == "/desk/"
