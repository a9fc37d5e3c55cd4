"""Shifts, leave, licences and terms over JSON."""

import datetime as dt

from houqin.accounts.models import User
from houqin.staffing.models import Absence, Crew, Shift, Terms
from tests.api.calling import Calls
from tests.makers import make_crew, make_licence_kind, make_shift_kind


def test_a_leader_plans_shifts_of_own_people(
    calls: Calls, banzhang: User, chen: User, liu: User, crew: Crew
) -> None:
    make_crew("空调班", liu)
    caller, kind = calls(banzhang), make_shift_kind("夜班", "22:00-06:00")
    made = caller.post("/shifts", {"person": chen.pk, "day": "2026-11-23", "kind": kind.pk})
    assert made.status_code == 201, made.content
    assert made.json()["ends_at"] == "2026-11-23T22:00:00Z"
    clash = caller.post(
        "/shifts", {"person": chen.pk, "day": "2026-11-24", "begins": "05:00", "ends": "09:00"}
    )
    assert (clash.status_code, "two shifts at once" in clash.json()["detail"]) == (409, True)
    for wrong in (
        {"person": liu.pk, "kind": kind.pk},
        {"person": chen.pk},
        {"person": chen.pk, "kind": 10**9},
    ):
        assert caller.post("/shifts", {"day": "2026-11-25", **wrong}).status_code == 422
    assert Shift.objects.count() == 1

    listed = calls(chen).get("/shifts", crew=crew.pk, since="2026-11-23", until="2026-11-23").json()
    assert [row["kind"]["name"] for row in listed["items"]] == ["夜班"]
    assert calls(liu).get("/shifts").json()["items"] == []
    key = listed["items"][0]["id"]
    assert calls(chen).delete(f"/shifts/{key}").status_code == 403
    assert caller.delete(f"/shifts/{key}").status_code == 200
    assert caller.delete(f"/shifts/{key}").status_code == 404


def test_why_somebody_is_away_is_told_to_who_plans(
    calls: Calls, banzhang: User, chen: User, liu: User, crew: Crew
) -> None:
    crew.members.create(user=liu, since=dt.date(2020, 1, 1))
    caller = calls(banzhang)
    facts = {
        "person": chen.pk,
        "kind": "sick",
        "starts_at": "2026-11-23T00:00:00+08:00",
        "ends_at": "2026-11-25T00:00:00+08:00",
    }
    made = caller.post("/absences", facts)
    assert made.status_code == 201, made.content
    assert caller.post("/absences", facts).status_code == 409

    kinds = [
        [row["kind"] for row in calls(who).get("/absences", since="2026-11-24").json()["items"]]
        for who in (banzhang, chen, liu)
    ]
    assert kinds == [["sick"], ["sick"], [None]]
    assert caller.delete(f"/absences/{made.json()['id']}").status_code == 200
    assert not Absence.objects.exists()


def test_licences_and_terms_are_kept_by_the_administrator(
    calls: Calls, admin: User, chen: User, banzhang: User, crew: Crew
) -> None:
    caller, kind = calls(admin), make_licence_kind("高处作业证")
    facts = {"person": chen.pk, "kind": kind.pk, "valid_from": "2024-01-01", "valid_until": "2023-01-01"}
    wrong = caller.post("/licences", facts)
    assert (wrong.status_code, "before it begins" in wrong.json()["detail"]) == (422, True)
    assert caller.post("/licences", {**facts, "valid_until": "2030-01-01"}).status_code == 201
    assert len(calls(banzhang).get("/licences", person=chen.pk, held="true").json()["items"]) == 1
    assert calls(banzhang).post("/licences", facts).status_code == 403

    path = f"/people/{chen.pk}"
    assert caller.patch(f"{path}/terms", {"hours": "roster"}).json()["hours"] == "roster"
    assert calls(banzhang).patch(f"{path}/terms", {"hours": "any"}).status_code == 403
    assert calls(chen).post(f"{path}/duty", {"on_duty": False}).json()["on_duty"] is False
    assert calls(chen).post(f"/people/{banzhang.pk}/duty", {"on_duty": False}).status_code == 404
    assert calls(banzhang).get(f"{path}/terms").json()["on_duty"] is False
    assert Terms.objects.count() == 1
