"""Holidays, the outbox and the history, as an administrator's browser sees them."""

import datetime as dt
import io
import json

import pytest
from django.test import Client, override_settings

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.actions import mail as mails
from houqin.notify.models import OutMail
from houqin.org.models import CalendarDay, CalendarYear
from houqin.org.queries.calendars import confirmed_years
from tests.makers import make_calendar, make_person

pytestmark = pytest.mark.django_db
YEAR = "/setup/holidays/2026/"


def written(kind: str = "invitation", *, secret: bool = True) -> OutMail:
    mails.queue(
        to="wang@example.com",
        kind=kind,
        language="zh-hans",
        change="a change",
        about="wang",
        data={"name": "小王", "username": "wang", "days": 7, "path": "/accounts/password/link/geheim/"},
        secret=secret,
    )
    return OutMail.objects.get()


class TestHolidays:
    def test_are_filled_in_and_shown(self, office: Client) -> None:
        assert "c-warn" in office.get(YEAR).content.decode()
        office.post(f"{YEAR}fill/")
        page = office.get(YEAR).content.decode()
        assert CalendarDay.objects.filter(date=dt.date(2026, 10, 1), kind="holiday").exists()
        assert "2026-10-01" in page
        assert 2026 in confirmed_years()
        assert "c-ok" in page

    def test_of_a_year_not_announced_are_confirmed_by_hand(self, office: Client, admin: User) -> None:
        office.post("/setup/holidays/2031/fill/")
        assert 2031 not in confirmed_years()
        office.post("/setup/holidays/2031/confirm/")
        assert CalendarYear.objects.get(pk=2031).confirmed_by == admin.username

    def test_go_out_and_come_in_as_a_file(self, office: Client) -> None:
        office.post(f"{YEAR}fill/")
        file = office.get(f"{YEAR}file/").content
        before = CalendarDay.objects.count()
        assert len(json.loads(file)["days"]) == before
        CalendarDay.objects.all().delete()
        upload = io.BytesIO(file)
        upload.name = "2026.json"
        office.post(f"{YEAR}import/", {"file": upload})
        assert CalendarDay.objects.count() == before

    def test_from_something_else_change_nothing(self, office: Client) -> None:
        upload = io.BytesIO(b"[]")
        upload.name = "2026.json"
        answer = office.post(f"{YEAR}import/", {"file": upload})
        assert answer.status_code == 422
        assert 'data-opens="file"' in answer.content.decode()

    def test_a_day_is_closed_for_one_calendar_and_opened_again(self, office: Client) -> None:
        own = make_calendar(name="值班")
        day = {"date": "2026-05-20", "kind": "closure", "calendar": own.pk, "name": "运动会", "windows": ""}
        office.post(f"{YEAR}days/", day)
        made = CalendarDay.objects.get()
        assert (made.calendar, made.windows) == (own, None)
        assert "运动会" in office.get(YEAR).content.decode()
        office.post(f"{YEAR}days/{made.pk}/clear/")
        assert not CalendarDay.objects.exists()

    def test_a_day_with_impossible_hours_is_refused(self, office: Client) -> None:
        day = {"date": "2026-05-20", "kind": "opening", "windows": "morning"}
        assert office.post(f"{YEAR}days/", day).status_code == 422
        assert not CalendarDay.objects.exists()

    def test_the_next_year_is_warned_of_from_november(self, office: Client) -> None:
        office.post(f"{YEAR}fill/")
        with clock.stopped_at(dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)):
            assert "/setup/holidays/2027/" in office.get(YEAR).content.decode()
            assert office.get(YEAR).context["unconfirmed"] == 2027
        with clock.stopped_at(dt.datetime(2026, 10, 2, 9, tzinfo=dt.UTC)):
            assert office.get(YEAR).context["unconfirmed"] is None

    def test_of_a_year_that_cannot_be_are_not_there(self, office: Client) -> None:
        assert office.get("/setup/holidays/1066/").status_code == 404
        assert office.post("/setup/holidays/9999/fill/").status_code == 404


class TestTheOutbox:
    def test_lists_by_state_and_words(self, office: Client) -> None:
        mail = written()
        assert mail.subject in office.get("/setup/outbox/").content.decode()
        assert mail.subject in office.get("/setup/outbox/", {"q": "wang@"}).content.decode()
        assert mail.subject not in office.get("/setup/outbox/", {"state": "sent"}).content.decode()

    def test_shows_a_secret_only_where_no_mail_goes(self, office: Client) -> None:
        page = f"/setup/outbox/{written().pk}/"
        assert "geheim" in office.get(page).content.decode()
        with override_settings(MAIL_URL="smtp://me:pass@mail.example.com:25"):
            shown = office.get(page).content.decode()
            listed = office.get("/setup/outbox/").content.decode()
        assert "geheim" not in shown
        assert "smtp://mail.example.com:25" in listed
        assert "pass" not in listed.replace("password", "")

    def test_tries_once_more_what_failed(self, office: Client) -> None:
        mail = written()
        OutMail.objects.update(state="failed", error="no route", tries=9)
        assert office.post(f"/setup/outbox/{mail.pk}/retry/").status_code == 303
        mail.refresh_from_db()
        assert (mail.state, mail.tries) == ("waiting", 0)

    @pytest.mark.parametrize("who", ["lin", "chen", "auditor", "stranger"])
    def test_is_for_administrators(self, client: Client, request: pytest.FixtureRequest, who: str) -> None:
        client.force_login(request.getfixturevalue(who))
        mail = written()
        assert client.get("/setup/outbox/").status_code == 404
        assert client.get(f"/setup/outbox/{mail.pk}/").status_code == 404
        assert client.get(YEAR).status_code == 404


class TestTheHistory:
    def test_tells_who_changed_what(self, office: Client) -> None:
        calendar = make_calendar(name="行政班")
        office.post(
            f"/setup/registers/calendars/{calendar.pk}/",
            {
                "code": calendar.code,
                "name": "白班",
                "time_zone": "Asia/Shanghai",
                "hours_0": "08:00-12:00",
                "follows_holidays": "on",
            },
        )
        page = office.get("/setup/history/", {"table": "org.calendar", "who": "admin"}).content.decode()
        assert "白班" in page
        assert "行政班" in page
        none = office.get("/setup/history/", {"table": "org.calendar", "who": "nobody"}).content.decode()
        assert "白班" not in none

    def test_goes_on_page_by_page(self, office: Client) -> None:
        for _number in range(60):
            make_person()
        first = office.get("/setup/history/", {"table": "accounts.user"})
        assert len(first.context["rows"]) == 50
        second = office.get("/setup/history/", {"table": "accounts.user", "after": first.context["after"]})
        assert len(second.context["rows"]) >= 10

    def test_takes_any_query(self, office: Client) -> None:
        odd = {"table": "x", "since": "soon", "after": "|||", "object": "9" * 40}
        assert office.get("/setup/history/", odd).status_code == 200

    def test_is_read_by_auditor_and_manager(self, client: Client, auditor: User, chen: User) -> None:
        client.force_login(auditor)
        assert client.get("/setup/history/").status_code == 200
        client.force_login(chen)
        assert client.get("/setup/history/").status_code == 404
