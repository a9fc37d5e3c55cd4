"""A crew's week: who reads what of it, and how it is planned."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.actions import absences
from houqin.staffing.models import Absence, Crew, Hours, Shift, ShiftKind, Terms
from tests.makers import make_crew, make_licence, make_licence_kind, make_order, make_person, make_shift_kind
from tests.times import when
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture
def early(db: None) -> ShiftKind:
    return make_shift_kind("早班", "08:00-16:00")


def page(client: Client, address: str = "/staffing/?week=2026-11-23") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def send(client: Client, address: str, **facts: object) -> str:
    """The message after a form that went through."""
    answer = client.post(address, facts, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(str(one) for one in answer.context["messages"])


def ill(person: User) -> Absence:
    days = absences.whole_days(MONDAY, MONDAY + DAY)
    return absences.enter(
        user_id=person.pk, kind="sick", starts_at=days.start, ends_at=days.end, note="发烧", by=None
    )


def test_why_somebody_is_away_is_read_by_who_plans_and_by_the_person(
    chen: User, liu: User, banzhang: User, xu: User, admin: User, crew: Crew
) -> None:
    crew.members.create(user=liu, since="2020-01-01")
    ill(chen)

    for reader in (banzhang, admin, chen):
        assert "sick" in page(signed_in(reader))
    for reader in (liu, xu):
        shown = page(signed_in(reader))
        assert "leave" in shown
        assert "sick" not in shown
        assert "发烧" not in shown
    person = f"/staffing/people/{chen.pk}/"
    assert "发烧" in page(signed_in(banzhang), person)
    assert "sick" not in page(signed_in(xu), person)
    assert signed_in(liu).get(person).status_code == 404


def test_a_member_reads_the_week_and_plans_nothing(chen: User, crew: Crew, early: ShiftKind) -> None:
    Shift.objects.create(
        user=chen, day=MONDAY, kind=early, starts_at="2026-11-23T00:00Z", ends_at="2026-11-23T08:00Z"
    )
    client = signed_in(chen)

    shown = page(client)
    assert "早班" in shown
    assert "08:00–16:00" in shown
    assert "/days/" not in shown
    assert client.get(f"/staffing/people/{chen.pk}/days/2026-11-23/").status_code == 404
    assert client.post("/staffing/copy/", {"crew": crew.pk}).status_code == 404


def test_the_week_tells_load_licences_and_who_is_off_duty(chen: User, banzhang: User, crew: Crew) -> None:
    today = clock.today()
    make_licence(chen, make_licence_kind("电工证"), today - DAY)
    make_licence(chen, make_licence_kind("高处证"), today + 9 * DAY)
    make_licence(chen, make_licence_kind("焊工证"), today + 31 * DAY)
    Terms.objects.create(user=chen, on_duty=False)
    make_order(crew=crew)
    order = make_order(crew=crew, estimated_minutes=500)
    order.__class__.objects.filter(pk=order.pk).update(status="accepted", worker=chen)

    shown = page(signed_in(banzhang), "/staffing/")

    for words in ("电工证", "ended", "高处证", "9 days left", "off duty", "500 / 420 min"):
        assert words in shown
    assert "焊工证" not in shown
    assert 'class="over"' in shown
    assert "500 / 420" not in page(signed_in(banzhang), f"/staffing/?week={today + 7 * DAY}")


def test_office_hours_stand_in_the_week_of_who_keeps_them(chen: User, banzhang: User, crew: Crew) -> None:
    Terms.objects.create(user=chen, hours=Hours.CALENDAR)

    shown = page(signed_in(banzhang), "/staffing/?week=2026-11-25")

    assert shown.count("office") >= 5
    assert "2026-11-23 – 11-29" in shown


def test_a_strange_week_or_crew(chen: User, banzhang: User, crew: Crew) -> None:
    other = make_crew("空调班")
    client = signed_in(banzhang)

    assert "Roster" in page(client, "/staffing/?week=zzz")
    for wrong in (f"crew={other.pk}", "crew=x", "crew=999999999999999999999"):
        assert client.get(f"/staffing/?{wrong}").status_code == 404
    assert client.get(f"/staffing/people/{chen.pk}/days/2026-13-01/").status_code == 404
    assert "No crew yet" in page(signed_in(make_administrator_alone()), "/staffing/")


def make_administrator_alone() -> User:
    """Somebody who would see crews, if there were any."""
    Crew.objects.all().delete()
    from tests.cast import administrator

    return administrator(username="alone")


def test_a_cell_is_planned_by_kind_by_times_and_emptied(
    chen: User, banzhang: User, crew: Crew, early: ShiftKind
) -> None:
    client, cell = signed_in(banzhang), f"/staffing/people/{chen.pk}/days/2026-11-23/?crew={crew.pk}"

    assert "早班 08:00–16:00" in page(client, cell)
    answer = client.post(cell, {"kind": early.pk})
    assert answer.headers["Location"] == (f"/staffing/?week=2026-11-23&crew={crew.pk}#d-{chen.pk}-2026-11-23")
    assert (
        "two shifts at once"
        in client.post(cell, {"begins": "15:00", "ends": "18:00", "besides": "on"}).content.decode()
    )
    assert "Choose a shift" in client.post(cell, {"begins": "15:00"}).content.decode()
    assert Shift.objects.get().kind == early
    send(client, cell, begins="22:00", ends="06:00")
    night = Shift.objects.get()
    assert (night.kind, night.day) == (None, MONDAY)

    assert send(client, f"/staffing/shifts/{night.pk}/remove/") == "The shift is taken away."
    send(client, cell, kind=early.pk)
    assert send(client, f"/staffing/people/{chen.pk}/days/2026-11-23/rest/") == "A day off."
    assert not Shift.objects.exists()


def test_a_form_sent_twice_plans_once(chen: User, banzhang: User, crew: Crew, early: ShiftKind) -> None:
    client, cell = signed_in(banzhang), f"/staffing/people/{chen.pk}/days/2026-11-23/"
    facts = {"begins": "08:00", "ends": "12:00", "besides": "on", "form_key": "k" * 24}

    answers = {client.post(cell, facts).headers["Location"] for _click in range(2)}

    assert len(answers) == 1
    assert Shift.objects.count() == 1


def test_a_pattern_is_planned_and_says_what_it_came_to(
    chen: User, banzhang: User, crew: Crew, early: ShiftKind
) -> None:
    make_shift_kind("夜班", "22:00-06:00")
    client = signed_in(banzhang)
    facts: dict[str, object] = {
        "crew": crew.pk,
        "people": [chen.pk, banzhang.pk],
        "cycle": "早早夜休",
        "first": "2026-11-23",
        "last": "2026-11-30",
        "stagger": 2,
    }

    assert "早班, 夜班" in page(client, f"/staffing/pattern/?crew={crew.pk}")
    assert send(client, "/staffing/pattern/", **facts) == "12 shifts are planned."
    assert send(client, "/staffing/pattern/", **facts) == "0 shifts are planned, 12 were so before."
    wrong = client.post("/staffing/pattern/", {**facts, "cycle": "早 晚"})
    assert wrong.status_code == 422
    assert "“晚” is no shift. Shifts: 早班, 夜班" in wrong.content.decode()
    make_shift_kind("午班", "12:00-20:00")
    again = client.post("/staffing/pattern/", {**facts, "cycle": "午"})
    assert "two shifts at once" in again.content.decode()
    said = send(client, "/staffing/pattern/", **{**facts, "cycle": "早", "weekdays": [0, 1], "instead": "on"})
    assert "is taken away" in said or "are taken away" in said
    assert Shift.objects.filter(user=chen, day=MONDAY).count() == 1


def test_a_week_is_copied_and_cleared(chen: User, banzhang: User, crew: Crew, early: ShiftKind) -> None:
    client = signed_in(banzhang)
    week = {"crew": crew.pk, "week": "2026-11-30"}
    assert "No shift is planned in the week" in send(client, "/staffing/copy/", **week)
    send(client, f"/staffing/people/{chen.pk}/days/2026-11-23/", kind=early.pk)

    assert send(client, "/staffing/copy/", **week) == "1 shift is planned."
    assert send(client, "/staffing/clear/", **week) == "1 shift is taken away."
    assert Shift.objects.get().day == MONDAY


def test_people_of_other_crews_are_out_of_reach(liu: User, chen: User, banzhang: User, crew: Crew) -> None:
    make_crew("空调班", liu)
    away = ill(liu)
    client = signed_in(banzhang)

    for address in (
        f"/staffing/people/{liu.pk}/",
        f"/staffing/people/{liu.pk}/days/2026-11-23/",
        f"/staffing/leave/{away.pk}/",
    ):
        assert client.get(address).status_code == 404
    answer = client.post(
        "/staffing/pattern/",
        {"crew": crew.pk, "people": [liu.pk], "cycle": "早", "first": "2026-11-23", "last": "2026-11-23"},
    )
    assert answer.status_code == 422
    assert not Shift.objects.exists()


def test_however_many_people_the_week_takes_few_statements(banzhang: User, crew: Crew) -> None:
    client = signed_in(banzhang)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(20):
        person = make_person(f"师傅{number}")
        crew.members.create(user=person, since="2020-01-01")
        ill(person)
        Terms.objects.create(user=person, hours=Hours.ROSTER)
    with CaptureQueriesContext(connection) as many:
        page(client)

    assert len(many) <= len(few) + 1


def test_on_a_phone_the_days_that_have_passed_come_last(chen: User, banzhang: User, crew: Crew) -> None:
    with when("2026-11-25 09:00"):
        shown = page(signed_in(banzhang), "/staffing/")

    days = shown[shown.index('class="day-list"') :]
    order = [days.index(words) for words in ("11-25", "11-29", "Days that have passed", "11-23")]
    assert order == sorted(order)
