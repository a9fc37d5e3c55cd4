"""Samples of mail: every kind can be looked at, and the page of a mail can do nothing but be looked at."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from houqin.accounts.models import User
from houqin.notify.kinds import KINDS
from houqin.notify.models import OutMail
from tests.notify.test_sending import queue
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
SAMPLES = reverse("setup:letters")
MAILED = [name for name, kind in KINDS.items() if kind.mail]


@pytest.fixture
def browser(admin: User) -> Client:
    return signed_in(admin, english=False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", MAILED)
def test_every_kind_can_be_looked_at(browser: Client, kind: str, language: str) -> None:
    page = browser.get(SAMPLES, {"kind": kind, "language": language}).content.decode()
    frame = re.search(r'<iframe [^>]*src="([^"]+)"', page)
    assert frame is not None
    answer = browser.get(frame[1].replace("&amp;", "&"))

    assert answer.status_code == 200
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in answer.content.decode()
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'"
    )
    assert not OutMail.objects.exists()


def test_without_a_choice_it_is_the_first_kind_in_the_readers_language(browser: Client) -> None:
    for given in ({}, {"kind": "sent_back", "language": "xx"}, {"kind": "no"}):
        assert "我们已收到您的服务请求" in browser.get(SAMPLES, given).content.decode()


def test_a_mail_shows_both_readings(browser: Client) -> None:
    mail = queue()
    shown = browser.get(reverse("setup:mail", args=[mail.pk])).content.decode()

    assert 'sandbox loading="lazy"' in shown
    assert "最迟答复时间" not in shown
    assert "内容：灯不亮" in shown
    assert "灯不亮" in browser.get(reverse("setup:mail_page", args=[mail.pk])).content.decode()


def test_a_secret_or_older_mail_has_no_page(browser: Client) -> None:
    secret, older = queue(kind="invitation", change="1"), queue(change="2")
    OutMail.objects.filter(pk=older.pk).update(parts=[])
    grantless = reverse("setup:mail_page", args=[older.pk])

    assert browser.get(grantless).status_code == 404
    assert "iframe" not in browser.get(reverse("setup:mail", args=[older.pk])).content.decode()
    assert "iframe" not in browser.get(reverse("setup:mail", args=[secret.pk])).content.decode()
