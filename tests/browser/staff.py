"""The crew of the small campus: shifts, leave and licences, and every page about them."""

import datetime as dt
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.staffing.actions import absences, rosters
from houqin.staffing.models import Absence, Crew, Licence, Terms, WorkPlace
from tests.makers import make_licence, make_licence_kind, make_person, make_shift_kind

DAY = dt.timedelta(days=1)


def build(crew: Crew, chen: User, room: Place) -> None:
    """Shifts of two weeks, somebody away, somebody off duty, licences that end, a bound person."""
    today = clock.today()
    kinds = [
        make_shift_kind(name, hours, name_en=english)
        for name, hours, english in (
            ("早班", "06:00-14:00", "Early"),
            ("中班", "14:00-22:00", "Late"),
            ("夜班", "22:00-06:00", "Night"),
        )
    ]
    second = make_person("蒋永福", username="jiang")
    third = make_person("沈阿根", username="shen")
    for person in (second, third):
        crew.members.create(user=person, since=today - 90 * DAY)
    monday = today - today.weekday() * DAY
    rosters.plan_pattern(
        user_ids=[chen.pk, second.pk],
        first=monday,
        last=monday + 13 * DAY,
        cycle=[*(kind.pk for kind in kinds), None],
        stagger=1,
        by=None,
    )
    away = absences.whole_days(today, today + 2 * DAY)
    absences.enter(user_id=third.pk, starts_at=away.start, ends_at=away.end, kind="training", by=None)
    Terms.objects.create(user=second, hours="roster", on_duty=False, on_duty_changed_at=clock.now())
    Terms.objects.create(user=third, hours="calendar")
    height = make_licence_kind("高处作业证", name_en="Work at height")
    power = make_licence_kind("低压电工证", name_en="Low voltage")
    for person, kind, left in ((chen, height, 20), (chen, power, -3), (second, power, 400)):
        make_licence(person, kind, today + left * DAY, number="T330402")
    WorkPlace.objects.create(user=chen, place=room)


Visit = tuple[str, str, str]


def pages(boss: User, chen: User) -> Iterator[Visit]:
    """Every page about the crew, as who plans and as a member reads it."""
    today = clock.today()
    own = {"pk": chen.pk}
    paths = [
        reverse("staffing:week"),
        f"{reverse('staffing:week')}?week={today + 7 * DAY}",
        f"{reverse('staffing:week')}?week={today + 70 * DAY}",
        reverse("staffing:pattern"),
        reverse("staffing:person", kwargs=own),
        reverse("staffing:day", args=[chen.pk, today.isoformat()]),
        reverse("staffing:leave", args=[Absence.objects.get().pk]),
        reverse("staffing:licences"),
        f"{reverse('staffing:licences')}?within=ended",
        reverse("staffing:licence", args=[Licence.objects.earliest("valid_until").pk]),
    ]
    for path in paths:
        yield "boss", path, "staffing"
    for key in ("shifts", "licences"):
        yield "boss", reverse("setup:register", args=[key]), "staffing"
        yield "boss", reverse("setup:new", args=[key]), "staffing"
    for key in ("crews", "shifts", "absences", "licences", "terms"):
        yield "boss", reverse("setup:import", args=[key]), "staffing"
    yield "boss", _roster(boss), "staffing"
    yield "chen", reverse("staffing:week"), "staffing"
    yield "chen", reverse("staffing:person", kwargs=own), "staffing"


def _roster(boss: User) -> str:
    """Send a roster with a wrong cell and return the address of what it would do."""
    client = Client()
    client.force_login(boss, backend="houqin.accounts.backends.NameOrEmailBackend")
    lines = f"姓名,{clock.today()},{clock.today() + DAY}\n陈师傅,中,休\n蒋永福,大夜,早\n"
    file = SimpleUploadedFile("roster.csv", lines.encode())
    return client.post(reverse("setup:import", args=["shifts"]), {"file": file}).headers["Location"]
