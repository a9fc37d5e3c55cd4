"""The demonstration at other hours, twice, in full, and in a house that has people already."""

import datetime as dt
from collections import Counter
from io import StringIO
from json import loads
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from houqin.accounts.models import Grant, Role, User
from houqin.demo.accounts import offered
from houqin.demo.loading import load_demonstration
from houqin.demo.removal import Removed, remove_demonstration
from houqin.demo.texts import read
from houqin.desk.models import Message, RequestEvent, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.flows.check_consistency import check_consistency
from houqin.insight.service_levels import service_levels
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.org.models import Calendar, CalendarDay, CalendarYear, Organisation, Place
from houqin.work.models import OrderEvent, TimeEntry, WorkOrder
from tests.demo.conftest import NOW
from tests.demo.readings import differing_copies
from tests.makers import make_department, make_person

pytestmark = pytest.mark.django_db

STAYS = {
    model._meta.label
    for kept in (Organisation, Calendar, CalendarDay, CalendarYear)
    for model in (kept, kept.pgh_event_model)  # type: ignore[union-attr]
}
"""The house, its own calendar and the statutory holidays, which hold for everybody."""


HOURS = {
    "Sunday night": dt.datetime(2026, 11, 21, 19, 5, tzinfo=dt.UTC),
    "half past midnight": dt.datetime(2026, 3, 3, 16, 30, tzinfo=dt.UTC),
    "New Year's Eve": dt.datetime(2026, 12, 31, 9, 0, tzinfo=dt.UTC),
}


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path


@pytest.mark.parametrize("now", HOURS.values(), ids=HOURS.keys())
def test_boards_are_alive_at_whatever_hour(now: dt.datetime) -> None:
    with clock.stopped_at(now):
        load_demonstration(occasions=0)
        found = check_consistency()

    assert not found.differences
    assert found.checked["due_times"] >= 45
    live = ServiceRequest.objects.filter(status__in=sorted(OPEN))
    assert set(live.values_list("status", flat=True)) == set(OPEN)
    soon = now + dt.timedelta(hours=2)
    assert live.filter(next_due_at__lt=now).exists()
    assert live.filter(next_due_at__gte=now, next_due_at__lt=soon).exists()
    assert live.filter(paused=True).exists()
    assert not ServiceRequest.objects.filter(opened_at__gt=now).exists()
    visits = WorkOrder.objects.filter(scheduled_from__gt=now).values_list("scheduled_from", flat=True)
    assert all(8 <= timezone.localtime(start).hour < 20 for start in visits)
    assert not TimeEntry.objects.filter(Q(started_at__gt=now) | Q(ended_at__gt=now)).exists()


def test_the_same_instant_gives_the_same_demonstration() -> None:
    def told() -> list[Any]:
        with transaction.atomic(), clock.stopped_at(NOW):
            load_demonstration(occasions=80)
            everything = _everything()
            transaction.set_rollback(True)
        return everything

    assert told() == told()


def test_where_people_are_already_roles_hold_on_the_campus_only() -> None:
    make_person(username="lin", full_name="林立")
    make_department(code="D1", name="总务处")

    load_demonstration(now=NOW, occasions=0)

    usernames = {account.username for account in offered()}
    assert "demo-lin" in usernames
    assert not {"lin", "admin", "auditor"} & usernames
    ours = Grant.objects.filter(user__is_demo=True).exclude(role=Role.REQUESTER)
    assert {grant.place for grant in ours} == {Place.objects.get(code="QH")}
    assert Organisation.objects.get().name != "青禾学院后勤保障处"


def test_codes_of_the_house_that_look_alike_stop_the_loading() -> None:
    make_department(code="qh-01", name="总务处")

    with pytest.raises(Refused, match="总务处"):
        load_demonstration(now=NOW, occasions=0)

    assert not User.objects.filter(is_demo=True).exists()


def test_the_texts_are_many() -> None:
    reports = [
        tuple(report[:2])
        for name in ("texts_water", "texts_building", "texts_media")
        for words in read(name).values()
        for report in words["reports"] + words["english"]
    ]

    assert len(set(reports)) == len(reports) > 200
    assert all(len(title) <= 120 for title, _detail in reports)


@pytest.mark.long
def test_the_whole_year_is_believable() -> None:
    now, out = clock.now(), StringIO()
    with clock.stopped_at(now):
        call_command("demo", "load", "--json", stdout=out)
        assert not check_consistency().differences
    loaded = loads(out.getvalue())

    assert loaded["requests"] > 2_900
    sample = ServiceRequest.objects.order_by("title", "pk")[::15]
    assert len(sample) >= 200
    assert not [request for request in sample if differing_copies(request, now)]
    levels = service_levels(start=clock.today() - dt.timedelta(days=366), end=clock.today())
    assert 0.88 < (levels.total.on_time_share or 0) < 0.96
    assert (levels.satisfaction.scores.mean or 0) >= 4.3
    months = Counter(f"{opened:%m}" for opened in ServiceRequest.objects.values_list("opened_at", flat=True))
    assert months["09"] == max(months.values())
    assert months["02"] < months["03"] / 2
    in_time = Q(responded_at__lte=F("response_due_at"))
    responded = ServiceRequest.objects.filter(responded_at__isnull=False)
    assert responded.filter(in_time).count() > responded.count() * 0.88

    out = StringIO()
    call_command("demo", "remove", "--json", stdout=out)
    assert loads(out.getvalue())["requests"] == loaded["requests"]
    assert not ServiceRequest.objects.exists()


def test_nothing_is_left(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    before = _rows()
    load_demonstration(now=NOW, occasions=30)

    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demonstration()

    after = _rows()
    assert removed.requests > 75
    assert {label for label in after if after[label] != before[label]} <= STAYS
    assert not CalendarDay.objects.filter(calendar__isnull=False).exists()
    assert Calendar.objects.get().code == "office"
    assert Organisation.objects.get().name_en == "Logistics support"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_command_says_when_there_is_nothing_to_do() -> None:
    out = StringIO()

    call_command("demo", "remove", stdout=out)

    assert remove_demonstration() == Removed()
    assert out.getvalue().strip()


def _rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def _everything() -> list[Any]:
    requests = ServiceRequest.objects.order_by("number").values_list(
        "number", "status", "title", "place__code", "requester__username", "opened_at", "closed_at", "due_at"
    )
    events = [
        RequestEvent.objects.order_by("pk").values_list("request__number", "at", "kind", "reason"),
        OrderEvent.objects.order_by("pk").values_list("order__number", "at", "kind", "actor_name"),
        Message.objects.order_by("request__number", "at").values_list("request__number", "at", "text"),
        TimeEntry.objects.order_by("started_at").values_list("order__number", "started_at", "ended_at"),
    ]
    assert requests.exclude(status=RequestStatus.MERGED).exists()
    return [list(requests), *map(list, events)]
