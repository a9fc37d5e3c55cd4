"""Licences, leave, terms and places on a person's page; the list of what ends; the switch on the phone."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Absence, Crew, Licence, Shift, Terms, WorkPlace
from tests.makers import make_licence, make_licence_kind, make_order, make_place, make_shift_kind
from tests.times import at
from tests.web.signed_in import signed_in
from tests.web.staffing.test_week import page, send

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def person(user: User) -> str:
    return f"/staffing/people/{user.pk}/"


def test_the_administrator_keeps_the_licences_of_a_person(admin: User, chen: User) -> None:
    kind, client = make_licence_kind("高处作业证"), signed_in(admin)
    facts = {"kind_id": kind.pk, "number": "T-1", "valid_from": "2024-01-01", "valid_until": "2026-12-31"}
    wrong = client.post(person(chen) + "licences/", {**facts, "valid_until": "2023-12-31"})
    assert wrong.status_code == 422
    assert "before it begins on 2024-01-01" in wrong.content.decode()
    assert 'data-opens="licence-sheet"' in wrong.content.decode()

    send(client, person(chen) + "licences/", **facts)
    held = Licence.objects.get()
    own = f"/staffing/licences/{held.pk}/"
    assert "T-1" in page(client, own)
    send(client, own, number="T-2", valid_from="2024-01-01", valid_until="2026-12-30")
    send(client, own + "renew/", number="T-3", valid_from="2026-12-31", valid_until="2029-12-30")
    early = client.post(own + "renew/", {"valid_from": "2027-01-01", "valid_until": "2026-01-01"})
    assert "a renewal has to hold longer" in early.content.decode()
    send(client, own + "end/", on="2026-06-30")
    assert "ends on 2026-06-30 anyhow" in client.post(own + "end/", {"on": "2027-01-01"}).content.decode()

    rows = Licence.objects.order_by("valid_from").values_list("number", "valid_until")
    assert list(rows) == [("T-2", dt.date(2026, 6, 30)), ("T-3", dt.date(2029, 12, 30))]
    send(client, own + "strike/")
    assert Licence.objects.count() == 1


def test_a_leader_reads_licences_and_changes_none(banzhang: User, chen: User, crew: Crew) -> None:
    held = make_licence(chen, make_licence_kind("高处作业证"), clock.today() + DAY)
    client = signed_in(banzhang)

    assert "高处作业证" in page(client, person(chen))
    assert client.get(f"/staffing/licences/{held.pk}/").status_code == 404
    assert client.post(person(chen) + "terms/", {"hours": "roster"}).status_code == 404


def test_what_ends_before_long_is_listed_with_how_many(
    lin: User, banzhang: User, chen: User, liu: User, crew: Crew
) -> None:
    kind, today = make_licence_kind("高处作业证"), clock.today()
    make_licence(chen, kind, today + 20 * DAY)
    make_licence(liu, kind, today - DAY)

    client = signed_in(lin)
    shown = page(client, "/staffing/licences/")
    assert "陈师傅" in shown
    assert "刘师傅" not in shown
    assert "水电班" in shown
    assert "刘师傅" in page(client, "/staffing/licences/?within=ended")
    assert "20 days left" in page(client, "/staffing/licences/?within=90")
    assert "刘师傅" not in page(signed_in(banzhang), "/staffing/licences/?within=ended")


def test_terms_and_places_are_set_on_the_persons_page(admin: User, chen: User) -> None:
    place, client = make_place("东区", type="site", code="E"), signed_in(admin)
    send(client, person(chen) + "terms/", hours="roster", day_minutes="400", open_limit="3")
    wrong = client.post(person(chen) + "terms/", {"hours": "roster", "day_minutes": "0", "open_limit": "3"})
    assert "A day has 1 to 1440 minutes." in wrong.content.decode()

    terms = Terms.objects.get()
    assert (terms.hours, terms.day_minutes, terms.open_limit) == ("roster", 400, 3)
    send(client, person(chen) + "places/", place="E")
    assert WorkPlace.objects.get().place == place
    assert "There is no place" in client.post(person(chen) + "places/", {"place": "zzz"}).content.decode()
    send(client, f"{person(chen)}places/{place.pk}/remove/")
    assert not WorkPlace.objects.exists()
    assert client.post(f"{person(chen)}places/{place.pk}/remove/").status_code == 404


def test_leave_is_entered_changed_and_taken_back(banzhang: User, chen: User, crew: Crew) -> None:
    client = signed_in(banzhang)
    facts: dict[str, object] = {"kind": "leave", "first": "2026-11-23", "last": "2026-11-25"}
    order = make_order(crew=crew)
    order.__class__.objects.filter(pk=order.pk).update(
        worker=chen,
        status="accepted",
        scheduled_from=at("2026-11-24 09:00"),
        scheduled_until=at("2026-11-24 10:00"),
    )

    said = send(client, person(chen) + "leave/", **facts)
    assert said == "The leave is entered. 1 appointment lies in it; give it to somebody else."
    again = client.post(person(chen) + "leave/", facts)
    assert "already away" in again.content.decode()
    assert 'data-opens="leave-sheet"' in again.content.decode()

    away = Absence.objects.get()
    own = f"/staffing/leave/{away.pk}/"
    assert 'value="2026-11-25"' in page(client, own)
    send(client, own, **{**facts, "last": "2026-11-24", "until_time": "12:00", "note": "半天"})
    away.refresh_from_db()
    assert (away.ends_at, away.note) == (at("2026-11-24 12:00"), "半天")
    assert 'value="12:00"' in page(client, own)
    for late in ({"last": "2026-11-22"}, {"last": "2026-11-23", "from_time": "12:00", "until_time": "09:00"}):
        assert client.post(own, {**facts, **late}).status_code == 422
    assert send(client, own + "cancel/") == "The leave is taken back."
    assert not Absence.objects.exists()


def test_the_leader_turns_the_switch_of_the_crew(banzhang: User, chen: User, crew: Crew) -> None:
    client = signed_in(banzhang)

    assert send(client, person(chen) + "duty/", on="0") == "陈师傅 is off duty."
    assert "Set on duty" in page(client, person(chen))
    assert send(client, person(chen) + "duty/", on="1") == "陈师傅 is on duty."


def test_the_technician_turns_the_own_switch_and_reads_own_shifts_and_licences(
    chen: User, crew: Crew
) -> None:
    kind, today = make_shift_kind("早班"), clock.today()
    make_licence(chen, make_licence_kind("高处作业证"), today + 9 * DAY, number="T-1")
    start = clock.now() + dt.timedelta(hours=20)
    Shift.objects.create(
        user=chen, kind=kind, day=today + DAY, starts_at=start, ends_at=start + dt.timedelta(hours=8)
    )
    client = signed_in(chen)

    shown = page(client, "/jobs/")
    assert "on duty" in shown
    assert "早班" in shown
    answer = client.post("/jobs/duty/", {"on": "0", "back": "/accounts/me/"})
    assert answer.headers["Location"] == "/accounts/me/"
    assert client.post("/jobs/duty/", {"on": "0", "back": "//evil"}).headers["Location"] == "/jobs/"
    assert not Terms.objects.get().on_duty
    assert "Go on duty" in page(client, "/jobs/")
    mine = page(client, "/accounts/me/")
    for words in ("My shifts", "早班", "高处作业证", "T-1", "9 days left", "off duty"):
        assert words in mine


def test_a_leader_brings_a_roster_from_a_table(
    banzhang: User, chen: User, liu: User, crew: Crew, client: Client
) -> None:
    make_shift_kind("早班")
    client = signed_in(banzhang)
    shown = page(client, "/setup/import/shifts/")
    assert "Download a roster" in shown
    for query in ("", "?form=roster"):
        answer = client.get(f"/setup/import/shifts/template/{query}")
        assert answer.content[:2] == b"PK"
    for key in ("licences", "terms", "crews", "people"):
        assert client.get(f"/setup/import/{key}/").status_code == 404
    file = SimpleUploadedFile("11.csv", "姓名,2026-11-23\n陈师傅,早\n刘师傅,早".encode())

    answer = client.post("/setup/import/shifts/", {"file": file})
    assert answer.status_code == 303
    preview = page(client, answer.headers["Location"])
    assert "Store 1 row" in preview
    assert "You do not plan for 刘师傅" in preview
    assert not Shift.objects.exists()
    done = client.post(answer.headers["Location"])
    assert "Stored: 1 new" in re.sub(r"\s+", " ", done.content.decode())
    assert Shift.objects.get().user == chen


def test_the_administrator_brings_every_kind_of_table(admin: User, chen: User) -> None:
    client = signed_in(admin)
    make_licence_kind("高处作业证", code="GC")
    make_shift_kind("早班")
    tables = {
        "licences": "工号,证件,生效日期,到期日期\nchen,GC,2024-03-01,2027-02-28",
        "absences": "工号,开始,结束\nchen,2026-11-24,2026-11-24",
        "terms": "工号,工作时间\nchen,排班",
        "crews": "班组编码,班组名称,成员\nSD,水电班,chen",
        "shifts": "工号,日期,班次\nchen,2026-11-23,早班",
    }
    for key, text in tables.items():
        assert client.get(f"/setup/import/{key}/template/").content[:2] == b"PK"
        file = io.BytesIO(text.encode())
        file.name = "t.csv"
        answer = client.post(f"/setup/import/{key}/", {"file": file})
        assert "Stored: 1 new" in re.sub(
            r"\s+", " ", client.post(answer.headers["Location"]).content.decode()
        )
    assert [Licence.objects.count(), Absence.objects.count(), Terms.objects.count()] == [1, 1, 1]
    assert [Crew.objects.count(), Shift.objects.count()] == [1, 1]
