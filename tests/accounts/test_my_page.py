"""One's own page, the second factor and the first administrator, as a browser sees them."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from houqin.accounts.actions import tokens
from houqin.accounts.models import ApiToken, Role, User
from houqin.accounts.queries.tokens import person_of
from houqin.kernel import clock
from houqin.notify.queries.bell import mail_choices
from houqin.org.queries.calendars import confirmed_years
from houqin.org.queries.organisation import organisation
from tests import cast
from tests.accounts.browsing import GOOD, LOGIN, is_in, sign_in, without_token
from tests.makers import grant

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("wang")
class TestMyPage:
    @pytest.mark.parametrize("role", [None, *Role.values])
    def test_everybody_has_one_in_both_languages(self, client: Client, wang: User, role: str | None) -> None:
        if role:
            wang.grants.all().delete()
            grant(wang, role)
        client.force_login(wang)
        for language in ("zh-hans", "en"):
            client.cookies["django_language"] = language
            page = client.get("/accounts/me/")
            assert page.status_code == 200
            assert page.headers["Cache-Control"] == "private, no-store"
            assert ("/accounts/me/tokens/" in page.content.decode()) == (role not in {None, "requester"})

    def test_preferences_are_kept(self, client: Client, wang: User) -> None:
        client.force_login(wang)
        facts = {"phone": "５５５５ ", "language": "en", "quiet_from": "22:00", "quiet_until": "07:00"}
        assert client.post("/accounts/me/", facts).headers["Location"] == "/accounts/me/"
        wang.refresh_from_db()
        assert (wang.phone, wang.language, wang.quiet_from) == ("5555", "en", dt.time(22))
        assert client.cookies["django_language"].value == "en"
        assert client.post("/accounts/me/", {**facts, "quiet_until": ""}).status_code == 422

    def test_mail_of_a_kind_can_be_done_without(self, client: Client, wang: User) -> None:
        client.force_login(wang)
        offered = [one.kind for one in mail_choices(wang)]
        page = client.get("/accounts/me/").content.decode()
        assert page.count('name="kinds"') == len(offered)
        assert 'value="overdue"' not in page

        answer = client.post("/accounts/me/mail/", {"kinds": [kind for kind in offered if kind != "closed"]})

        assert answer.headers["Location"] == "/accounts/me/"
        assert [one.kind for one in mail_choices(wang) if not one.wanted] == ["closed"]
        assert client.post("/accounts/me/mail/", {"kinds": ["overdue"]}).status_code == 404

    def test_nothing_else_can_be_slipped_in(self, client: Client, wang: User) -> None:
        client.force_login(wang)
        extra = {
            "language": "en",
            "username": "x",
            "is_active": "",
            "email": "x@x.cn",
            "full_name": "x",
            "role": "manager",
        }
        client.post("/accounts/me/", extra)
        wang.refresh_from_db()
        assert (wang.username, wang.email, wang.full_name, wang.is_active) == (
            "wang",
            "wang@example.com",
            "小王",
            True,
        )
        assert list(wang.grants.values_list("role", flat=True)) == ["requester"]

    def test_devices_are_signed_out_one_or_all(self, wang: User) -> None:
        clients = [Client() for _ in range(4)]
        for client in clients:
            sign_in(client)
        here = clients[0]
        first = UserSession.objects.filter(user=wang).order_by("pk")[1]
        assert here.post(f"/accounts/me/sessions/{first.pk}/end/").status_code == 303
        assert [is_in(client) for client in clients] == [True, False, True, True]
        here.post("/accounts/me/sessions/end-others/")
        assert [is_in(client) for client in clients] == [True, False, False, False]

    def test_a_token_is_shown_once(self, client: Client) -> None:
        xu = cast.dispatcher_xu()
        client.force_login(xu)
        page = client.post("/accounts/me/tokens/", {"name": "大屏", "scope": "read", "days": "30"})
        found = re.search(r"hq_[\w-]{43}", page.content.decode())
        assert found
        assert person_of(found[0]) == xu
        assert found[0] not in client.get("/accounts/me/").content.decode()
        assert (
            client.post("/accounts/me/tokens/", {"name": "", "scope": "all", "days": "9999"}).status_code
            == 422
        )
        client.post(f"/accounts/me/tokens/{ApiToken.objects.get().pk}/revoke/")
        assert person_of(found[0]) is None

    def test_what_belongs_to_others_is_as_good_as_missing(self, client: Client, wang: User) -> None:
        xu = cast.dispatcher_xu(password=GOOD)
        token, _ = tokens.make(person=xu, name="x", scopes=["read"])
        sign_in(Client(), "xu")
        session = UserSession.objects.get(user=xu)
        grant(wang, Role.DISPATCHER)
        client.force_login(wang)
        missing = client.post("/accounts/me/tokens/999999/revoke/")
        for path in (f"/accounts/me/tokens/{token.pk}/revoke/", f"/accounts/me/sessions/{session.pk}/end/"):
            answer = client.post(path)
            assert (answer.status_code, without_token(answer)) == (404, without_token(missing))

    def test_requesters_make_no_tokens(self, client: Client, wang: User) -> None:
        client.force_login(wang)
        facts = {"name": "x", "scope": "read", "days": "30"}
        assert client.post("/accounts/me/tokens/", facts).status_code == 404
        assert not ApiToken.objects.exists()


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.mark.usefixtures("wang")
class TestSecondFactor:
    def test_it_is_switched_on_asked_for_and_switched_off(self, client: Client) -> None:
        sign_in(client)
        client.post("/accounts/reauthenticate/", {"password": GOOD})
        page = client.get("/accounts/mfa/totp/activate/")
        assert page.status_code == 200
        secret = page.context["form"].secret
        assert client.post("/accounts/mfa/totp/activate/", {"code": "000000"}).status_code == 200
        done = client.post("/accounts/mfa/totp/activate/", {"code": code_of(secret)})
        assert done.headers["Location"] == "/accounts/mfa/recovery-codes/"
        codes = client.get("/accounts/mfa/recovery-codes/").context["unused_codes"]
        assert len(codes) == 10
        assert client.get("/accounts/me/").context["second_factor"]

        other = Client()
        assert sign_in(other) == 302
        assert not is_in(other)
        assert other.get("/accounts/mfa/authenticate/").status_code == 200
        assert other.post("/accounts/mfa/authenticate/", {"code": "000000"}).status_code == 200
        other.post("/accounts/mfa/authenticate/", {"code": codes[0]})
        assert is_in(other)
        again = Client()
        sign_in(again)
        again.post("/accounts/mfa/authenticate/", {"code": codes[0]})
        assert not is_in(again)

        assert client.get("/accounts/mfa/recovery-codes/generate/").status_code == 200
        client.post("/accounts/mfa/recovery-codes/generate/")
        assert codes[1] not in client.get("/accounts/mfa/recovery-codes/").content.decode()
        assert client.get("/accounts/mfa/totp/deactivate/").status_code == 200
        client.post("/accounts/mfa/totp/deactivate/")
        assert not Authenticator.objects.exists()

    def test_codes_cannot_be_tried_for_ever(self, client: Client) -> None:
        sign_in(client)
        client.post("/accounts/reauthenticate/", {"password": GOOD})
        secret = client.get("/accounts/mfa/totp/activate/").context["form"].secret
        client.post("/accounts/mfa/totp/activate/", {"code": code_of(secret)})
        other = Client()
        sign_in(other)
        for number in range(12):
            other.post("/accounts/mfa/authenticate/", {"code": f"{number:06d}"})
        codes = client.get("/accounts/mfa/recovery-codes/").context["unused_codes"]
        other.post("/accounts/mfa/authenticate/", {"code": codes[0]})
        assert not is_in(other)

    def test_the_password_is_asked_for_again_later(self, client: Client, wang: User) -> None:
        client.force_login(wang)
        answer = client.get("/accounts/mfa/totp/activate/")
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
        page = client.get(answer.headers["Location"])
        assert page.status_code == 200
        client.post(answer.headers["Location"], {"password": GOOD})
        assert client.get("/accounts/mfa/totp/activate/").status_code == 200


class TestWelcome:
    FACTS = {
        "organisation_name": "某大学后勤处",
        "full_name": "林主任",
        "username": "lin",
        "email": "",
        "language": "zh-hans",
        "password": GOOD,
        "again": GOOD,
    }

    def test_an_empty_installation_begins_here_once(self, client: Client) -> None:
        assert client.get(LOGIN).headers["Location"] == "/welcome/"
        assert client.get("/welcome/").status_code == 200
        assert client.post("/welcome/", {**self.FACTS, "again": "x"}).status_code == 422
        assert (
            client.post("/welcome/", {**self.FACTS, "password": "short", "again": "short"}).status_code == 422
        )
        assert not User.objects.exists()
        answer = client.post("/welcome/", self.FACTS)
        assert answer.headers["Location"] == reverse("home")
        assert is_in(client)
        assert organisation().name == "某大学后勤处"
        assert clock.today().year in confirmed_years()
        assert Client().get("/welcome/").headers["Location"] == LOGIN
        assert Client().post("/welcome/", {**self.FACTS, "username": "evil"}).status_code == 302
        assert User.objects.count() == 1
