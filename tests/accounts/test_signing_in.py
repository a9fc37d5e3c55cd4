"""Signing in, too many tries, forgotten and changed passwords, as a browser sees them."""

import datetime as dt
import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client, override_settings

from houqin.accounts.actions import passwords, people
from houqin.accounts.models import User
from houqin.flows.invite_person import invite_person
from houqin.kernel import clock
from houqin.notify.models import OutMail
from houqin.web.accounts import views
from tests import cast
from tests.accounts.browsing import GOOD, LOGIN, NEW, is_in, sign_in, without_token
from tests.makers import make_person

pytestmark = pytest.mark.django_db


def body(client: Client, login: str) -> str:
    answer = client.post(LOGIN, {"login": login, "password": "wrong"})
    assert answer.status_code == 200
    return without_token(answer).replace(f'value="{login}"', "")


@pytest.mark.usefixtures("wang")
class TestSigningIn:
    @pytest.mark.parametrize(
        "login", ["wang", "WANG", " wang ", "ｗａｎｇ", "wang@example.com", "Wang@Example.COM"]
    )
    def test_by_any_way_of_writing_the_name(self, client: Client, wang: User, login: str) -> None:
        assert sign_in(client, login) == 302
        assert client.session["_auth_user_id"] == str(wang.pk)

    def test_the_page_names_nothing_and_leads_back(self, client: Client) -> None:
        answer = client.get("/accounts/me/")
        assert answer.headers["Location"] == "/accounts/login/?next=/accounts/me/"
        page = client.get(answer.headers["Location"])
        assert page.status_code == 200
        done = client.post(
            answer.headers["Location"], {"login": "wang", "password": GOOD, "next": "/accounts/me/"}
        )
        assert done.headers["Location"] == "/accounts/me/"

    def test_unknown_wrong_stopped_and_uninvited_look_the_same(self, client: Client) -> None:
        make_person("停用", username="stopped", password=GOOD, is_active=False)
        make_person("未邀请", username="uninvited")
        answers = {body(Client(), login) for login in ("wang", "nobody", "stopped", "uninvited")}
        assert len(answers) == 1
        assert sign_in(client, "stopped") == 200
        assert not is_in(client)

    def test_the_session_gets_a_new_key(self, client: Client) -> None:
        client.get("/accounts/password/link/x/")
        before = client.session.session_key
        sign_in(client)
        assert client.session.session_key != before

    def test_another_site_cannot_be_the_next_page(self, client: Client) -> None:
        answer = client.post(LOGIN, {"login": "wang", "password": GOOD, "next": "https://evil.example/"})
        assert answer.headers["Location"] == "/"

    def test_the_language_of_the_person_is_spoken_unless_the_browser_was_told(self, client: Client) -> None:
        make_person("Ann", username="ann", password=GOOD, language="en")
        sign_in(client, "ann")
        assert client.cookies["django_language"].value == "en"
        other = Client()
        other.cookies["django_language"] = "zh-hans"
        sign_in(other, "ann")
        assert other.cookies["django_language"].value == "zh-hans"

    def test_who_is_stopped_is_out_with_the_next_request(self, client: Client, wang: User) -> None:
        sign_in(client)
        assert client.get("/accounts/me/").status_code == 200
        people.deactivate(person=wang)
        assert client.get("/accounts/me/").status_code == 302

    def test_signing_out_needs_a_post(self, client: Client) -> None:
        sign_in(client)
        assert client.get("/accounts/logout/").status_code == 200
        assert is_in(client)
        client.post("/accounts/logout/")
        assert not is_in(client)

    def test_a_form_without_its_token_is_refused(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(LOGIN, {"login": "wang", "password": GOOD}).status_code == 403


@pytest.mark.usefixtures("wang")
class TestTooManyTries:
    @pytest.mark.parametrize("login", ["wang", "nobody"])
    def test_the_fifth_wrong_try_locks_and_says_until_when(self, client: Client, login: str) -> None:
        assert [sign_in(client, login, "wrong") for _ in range(4)] == [200] * 4
        locked = client.post(LOGIN, {"login": login, "password": "wrong"})
        assert locked.status_code == 429
        assert 880 <= int(locked.headers["Retry-After"]) <= 900
        assert re.search(r"\d\d:\d\d", locked.content.decode())
        assert sign_in(client, login, GOOD) == 429
        assert not is_in(client)

    def test_other_ways_of_writing_the_name_bring_no_more_tries(self, client: Client) -> None:
        for login in ("wang", "WANG", "ｗａｎｇ", "wang@example.com"):
            assert sign_in(client, login, "wrong") == 200
        assert sign_in(client, "Wang", "wrong") == 429
        assert sign_in(client, "wang@example.com", GOOD) == 429

    def test_others_sign_in_from_the_same_address(self, client: Client) -> None:
        for _ in range(6):
            sign_in(client, "wang", "wrong")
        make_person("李四", username="li", password=GOOD)
        assert sign_in(client, "li") == 302

    def test_success_begins_the_count_anew(self, client: Client) -> None:
        for _ in range(4):
            sign_in(client, "wang", "wrong")
        assert sign_in(Client()) == 302
        assert sign_in(client, "wang", "wrong") == 200


@pytest.mark.usefixtures("wang")
class TestDemonstrationAccounts:
    def test_only_on_this_machine(self) -> None:
        make_person("演示", username="demo", password=GOOD, is_demo=True)
        assert sign_in(Client(REMOTE_ADDR="127.0.0.1"), "demo") == 302
        assert sign_in(Client(REMOTE_ADDR="::1"), "demo") == 302
        assert sign_in(Client(REMOTE_ADDR="192.168.1.7"), "demo") == 200
        assert sign_in(Client(REMOTE_ADDR="127.0.0.1"), "demo", **{"X-Forwarded-For": "203.0.113.9"}) == 200
        with override_settings(TRUSTED_PROXIES=1):
            behind = Client(REMOTE_ADDR="127.0.0.1")
            assert sign_in(behind, "demo", **{"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}) == 200
            assert sign_in(behind, "demo") == 200
            assert sign_in(behind, "demo", **{"X-Forwarded-For": "203.0.113.9, 127.0.0.1"}) == 302
        cache_free = Client(REMOTE_ADDR="192.168.1.7")
        with override_settings(DEMO_ANYWHERE=True):
            assert sign_in(cache_free, "demo") == 302


@pytest.mark.usefixtures("wang")
class TestForgotten:
    def test_everybody_gets_the_same_answer_and_one_gets_a_mail(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "EVEN_SECONDS", 0.05)
        answers = {
            without_token(answer)
            for login in ("wang", "nobody", "nobody@example.com", "wang@example.com")
            if (answer := client.post("/accounts/password/forgotten/", {"login": login}))
        }
        assert len(answers) == 1
        mails = list(OutMail.objects.filter(kind="password_reset"))
        assert {mail.to for mail in mails} == {"wang@example.com"}
        assert all(mail.secret for mail in mails)

    def test_the_link_of_the_mail_sets_a_password_once(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "EVEN_SECONDS", 0)
        client.post("/accounts/password/forgotten/", {"login": "wang"})
        found = re.search(r"http://testserver(/accounts/password/link/\S+)", OutMail.objects.get().text)
        assert found
        answer = client.get(found[1])
        assert answer.headers["Location"] == "/accounts/password/link/"
        assert client.post("/accounts/password/link/", {"password": "x", "again": "x"}).status_code == 422
        assert client.post("/accounts/password/link/", {"password": NEW, "again": GOOD}).status_code == 422
        done = client.post("/accounts/password/link/", {"password": NEW, "again": NEW})
        assert done.headers["Location"] == LOGIN
        assert sign_in(client, password=NEW) == 302
        assert Client().get(found[1], follow=True).status_code == 404

    def test_an_unknown_link_is_gone(self, client: Client) -> None:
        assert client.get("/accounts/password/link/").status_code == 404
        assert client.get("/accounts/password/link/nonsense/", follow=True).status_code == 404

    def test_an_invitation_is_mailed_and_shown(self, client: Client) -> None:
        person = make_person("新人", username="new", email="new@example.com")
        address = invite_person(person=person, by=cast.administrator())
        assert address.startswith("http://testserver/accounts/password/link/")
        assert address in OutMail.objects.get(kind="invitation").text
        page = client.get(address.removeprefix("http://testserver"), follow=True)
        assert "新人" in page.content.decode()
        assert invite_person(person=make_person("无邮箱")) != address
        assert OutMail.objects.count() == 1


@pytest.mark.usefixtures("wang")
class TestChangingThePassword:
    def test_this_device_stays_and_the_others_are_out(self, wang: User) -> None:
        here, there = Client(), Client()
        sign_in(here)
        sign_in(there)
        wrong = here.post("/accounts/password/change/", {"old": "no", "password": NEW, "again": NEW})
        assert wrong.status_code == 422
        answer = here.post("/accounts/password/change/", {"old": GOOD, "password": NEW, "again": NEW})
        assert answer.headers["Location"] == "/accounts/me/"
        assert here.get("/accounts/me/").status_code == 200
        assert there.get("/accounts/me/").status_code == 302
        assert UserSession.objects.filter(user=wang).count() == 1

    def test_who_must_change_it_comes_nowhere_else(self, client: Client, wang: User) -> None:
        passwords.set_password(person=wang, password=GOOD, must_change=True)
        sign_in(client)
        assert client.get("/accounts/me/").headers["Location"] == "/accounts/password/change/"
        client.post("/accounts/password/change/", {"old": GOOD, "password": NEW, "again": NEW})
        assert client.get("/accounts/me/").status_code == 200

    def test_mlps2_asks_after_ninety_days_and_ends_idle_sessions(self, client: Client, wang: User) -> None:
        now = clock.now()
        passwords.set_password(person=wang, password=GOOD)
        sign_in(client)
        with override_settings(PASSWORD_MAX_AGE_DAYS=90):
            assert client.get("/accounts/me/").status_code == 200
            User.objects.update(password_changed_at=now - dt.timedelta(days=90))
            assert client.get("/accounts/me/").headers["Location"] == "/accounts/password/change/"
            User.objects.update(password_changed_at=now)
        with override_settings(SESSION_IDLE_MINUTES=30):
            assert client.get("/accounts/me/").status_code == 200
            with clock.stopped_at(now + dt.timedelta(minutes=29)):
                assert client.get("/accounts/me/").status_code == 200
            with clock.stopped_at(now + dt.timedelta(minutes=60)):
                assert client.get("/accounts/me/").status_code == 302
            assert not is_in(client)
