"""Working calendars, their days, public holidays, and service standards over JSON."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.org.models import Calendar, CalendarDay, CalendarYear, Organisation
from houqin.work.models import ServiceStandard, StandardTarget
from tests.api.calling import Calls
from tests.flows.story import fresh, reported
from tests.makers import make_calendar, make_standard

TARGET = {"priority": "normal", "kind": "resolution", "minutes": 600}


def test_a_calendar_is_made_and_changed(calls: Calls, admin: User, chen: User) -> None:
    caller = calls(admin)

    made = caller.post(
        "/calendars",
        {"code": "night", "name": "夜班", "weekly": {"0": [["22:00", "06:00"]]}, "time_zone": "UTC"},
    )
    assert made.status_code == 201, made.content
    assert (made.json()["weekly"], made.json()["time_zone"]) == ({"0": [["22:00", "06:00"]]}, "UTC")
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = caller.patch(
        path, {"name_en": "Night", "follows_holidays": False}, If_Match=made.headers["ETag"]
    )
    assert (changed.json()["follows_holidays"], changed.json()["weekly"]) == (False, made.json()["weekly"])
    assert caller.patch(path, {"name": "x"}, If_Match=made.headers["ETag"]).status_code == 412
    assert calls(chen).get(path).json()["name_en"] == "Night"
    assert calls(chen).patch(path, {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"weekly": {"7": []}},
        {"weekly": {"0": [["08:00"]]}},
        {"weekly": {"0": [["8:00", "9:00"]]}},
        {"weekly": {}},
        {"time_zone": "Mars/Olympus"},
        {"version": 9},
    ],
)
def test_hours_that_cannot_be_are_refused(calls: Calls, admin: User, body: Any) -> None:
    calendar = make_calendar()

    answer = calls(admin).patch(f"/calendars/{calendar.pk}", body)

    assert answer.status_code == 422
    assert Calendar.objects.get(pk=calendar.pk).version == calendar.version


def test_days_are_closed_opened_and_forgotten(calls: Calls, admin: User) -> None:
    calendar, caller = make_calendar(), calls(admin)
    path = f"/calendars/{calendar.pk}/days"
    CalendarDay.objects.create(date="2026-10-01", kind="holiday", source="statutory", name="国庆节")

    day = caller.put(f"{path}/2026-12-24", {"kind": "closure", "name": "停水", "hours": [["08:00", "12:00"]]})
    assert day.status_code == 200, day.content
    assert day.json() == {
        "date": "2026-12-24",
        "kind": "closure",
        "name": "停水",
        "name_en": "",
        "hours": [["08:00", "12:00"]],
        "shared": False,
    }
    days = caller.get(path, **{"from": "2026-10-01", "to": "2026-12-31"}).json()["items"]
    assert [(one["date"], one["shared"]) for one in days] == [("2026-10-01", True), ("2026-12-24", False)]
    first = caller.get(path, limit=1).json()
    assert [one["date"] for one in caller.get(path, cursor=first["next"]).json()["items"]] == ["2026-12-24"]
    assert caller.delete(f"{path}/2026-12-24").status_code == 200
    assert caller.delete(f"{path}/2026-12-24").status_code == 404
    for wrong in ("2026-13-01", "20261201", "1066-10-14", "x"):
        assert caller.put(f"{path}/{wrong}", {"kind": "closure"}).status_code == 404


def test_open_requests_follow_a_calendar_at_once(calls: Calls, admin: User, leak: Service) -> None:
    calendar = make_calendar()
    Organisation.objects.update(calendar=calendar)
    request = fresh(reported(leak))
    caller, before = calls(admin), request.due_at
    assert before is not None
    path = f"/calendars/{calendar.pk}"

    def due() -> dt.datetime | None:
        return fresh(request).due_at

    for day in ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"):
        caller.put(f"{path}/days/{day}", {"kind": "closure"})
    assert due() != before
    for day in ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"):
        caller.delete(f"{path}/days/{day}")
    assert due() == before
    caller.patch(path, {"weekly": {"6": [["08:00", "12:00"]]}})
    assert due() != before
    assert fresh(request).events.filter(kind="recomputed").exists()


def test_a_year_is_filled_and_confirmed(calls: Calls, admin: User) -> None:
    caller = calls(admin)

    before = caller.get("/holidays/2025")
    filled = caller.post("/holidays/2025/fill", If_Match=before.headers["ETag"]).json()
    late = caller.post("/holidays/2025/fill", If_Match=before.headers["ETag"])
    CalendarYear.objects.update(confirmed_at=None)
    confirmed = caller.post("/holidays/2025/confirm").json()

    assert len(filled["days"]) > 20
    assert late.status_code == 412
    assert (confirmed["confirmed_by"], confirmed["confirmed_at"]) == ("admin", "2026-11-23T01:00:00Z")
    assert caller.get("/holidays/1066").status_code == 404


def test_a_standard_keeps_its_targets_and_moves_open_requests(
    calls: Calls, admin: User, leak: Service
) -> None:
    caller = calls(admin)
    made = caller.post("/standards", {"code": "vip", "name": "贵宾", "targets": [TARGET]})
    assert made.status_code == 201, made.content
    assert made.json()["version"] == 1
    path = made.headers["Location"].removeprefix("/api/v1")
    assert leak.job_type is not None
    leak.job_type.standard_id = made.json()["id"]
    leak.job_type.save()
    request = reported(leak)
    before = fresh(request).due_at

    changed = caller.patch(path, {"targets": [{**TARGET, "minutes": 60}]}, If_Match=made.headers["ETag"])

    assert changed.json()["version"] == 2
    assert before is not None
    assert (fresh(request).due_at or before) < before
    assert caller.patch(path, {"name": "x"}, If_Match=made.headers["ETag"]).status_code == 412
    assert caller.patch(path, {"name_en": "VIP"}).json()["targets"][0]["minutes"] == 60


def test_there_is_one_default_standard(calls: Calls, admin: User) -> None:
    old = make_standard(is_default=True)

    calls(admin).post("/standards", {"code": "new", "name": "新", "is_default": True})

    assert not ServiceStandard.objects.get(pk=old.pk).is_default
    assert ServiceStandard.objects.get(is_default=True).code == "new"


@pytest.mark.parametrize(
    "targets",
    [
        [TARGET, TARGET],
        [{**TARGET, "working_days": 2}],
        [{"priority": "normal", "kind": "resolution"}],
        [{**TARGET, "minutes": 0}],
        [{**TARGET, "pausing_reasons": ["lunch"]}],
        [{**TARGET, "id": 1}],
    ],
)
def test_targets_that_cannot_be_are_refused(calls: Calls, admin: User, targets: Any) -> None:
    standard = make_standard(TARGET)

    answer = calls(admin).patch(f"/standards/{standard.pk}", {"targets": targets})

    assert answer.status_code == 422
    assert ServiceStandard.objects.get(pk=standard.pk).version == standard.version
    assert StandardTarget.objects.get(standard=standard).minutes == 600
