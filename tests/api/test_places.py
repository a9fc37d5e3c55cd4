"""The tree of places over JSON."""

from typing import Any

import pytest

from houqin.accounts.models import Role, User
from houqin.org.models import Place
from tests.api.calling import Calls
from tests.makers import grant, make_calendar, make_department, make_person, make_place


@pytest.fixture
def tower() -> Place:
    return make_place("实验楼", code="B1", type="building", name_en="Laboratory")


def test_places_are_made_changed_and_moved(calls: Calls, admin: User, tower: Place) -> None:
    caller, calendar, department = calls(admin), make_calendar(), make_department()
    other = make_place("行政楼", code="B2", type="building")

    made = caller.post(
        "/places",
        {
            "type": "room",
            "code": "B1-101",
            "name": "101",
            "parent": tower.pk,
            "area_m2": "36.50",
            "calendar": calendar.pk,
            "department": department.pk,
        },
    )
    assert made.status_code == 201, made.content
    room = made.json()
    path = made.headers["Location"].removeprefix("/api/v1")
    assert room["label"] == "Laboratory · 101"
    assert room["lineage"] == [tower.pk, room["id"]]
    assert room["area_m2"] == "36.50"
    assert [step["code"] for step in room["path"]] == ["B1", "B1-101"]
    changed = caller.patch(path, {"name": "102", "calendar": None}, If_Match=made.headers["ETag"])
    assert (changed.json()["name"], changed.json()["calendar"]) == ("102", None)
    late = caller.patch(path, {"name": "103"}, If_Match=made.headers["ETag"])
    assert late.status_code == 412
    moved = caller.post(f"{path}/move", {"parent": other.pk}).json()
    assert moved["lineage"] == [other.pk, room["id"]]
    assert caller.get(f"/places/{other.pk}").json()["children"][0]["code"] == "B1-101"


def test_a_place_out_of_use_is_seen_only_by_who_sets_places_up(
    calls: Calls, admin: User, wang: User, tower: Place
) -> None:
    room = make_place("101", parent=tower)

    assert calls(admin).patch(f"/places/{tower.pk}", {"active": False}).json()["active"] is False
    assert Place.objects.get(pk=room.pk).active is False
    assert calls(wang).get(f"/places/{tower.pk}").status_code == 404
    assert calls(wang).get("/places", active="false").json()["items"] == []
    assert len(calls(admin).get("/places", active="false").json()["items"]) == 2
    assert calls(admin).patch(f"/places/{tower.pk}", {"active": True}).json()["active"] is True


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"type": "room", "code": "B1", "name": "x"}, "code"),
        ({"type": "room", "code": "", "name": "x"}, "code"),
        ({"type": "hole", "code": "x", "name": "x"}, "type"),
        ({"type": "room", "code": "x", "name": "x", "area_m2": 5}, "area_m2"),
        ({"type": "room", "code": "x", "name": "x", "area_m2": "5.123"}, "area_m2"),
        ({"type": "room", "code": "x", "name": "x", "calendar": 999_999}, "calendar"),
        ({"type": "site", "code": "x", "name": "x", "parent": "own"}, "parent"),
        ({"type": "room", "code": "x", "name": "x", "parent": 999_999}, "parent"),
        ({"type": "room", "code": "x", "name": "x", "lineage": [1]}, "lineage"),
    ],
)
def test_a_wrong_place_is_refused(
    calls: Calls, admin: User, tower: Place, body: dict[str, Any], member: str
) -> None:
    if body.get("parent") == "own":
        body = {**body, "parent": tower.pk}

    answer = calls(admin).post("/places", body)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == member
    assert Place.objects.count() == 1


def test_a_place_does_not_move_into_itself(calls: Calls, admin: User, tower: Place) -> None:
    floor = make_place("1层", type="floor", parent=tower)

    answer = calls(admin).post(f"/places/{tower.pk}/move", {"parent": floor.pk})

    assert answer.status_code == 409
    assert Place.objects.get(pk=tower.pk).parent is None


def test_who_sets_up_one_building_leaves_the_others_alone(calls: Calls, tower: Place) -> None:
    other = make_place("行政楼", code="B2", type="building")
    keeper = make_person("楼管")
    grant(keeper, Role.ADMINISTRATOR, place=tower)
    caller = calls(keeper)
    room = {"type": "room", "code": "x", "name": "x"}

    assert caller.post("/places", {**room, "parent": tower.pk}).status_code == 201
    assert caller.post("/places", {**room, "code": "y", "parent": other.pk}).status_code == 403
    assert caller.post("/places", {**room, "code": "y"}).status_code == 403
    assert caller.patch(f"/places/{other.pk}", {"name": "x"}).status_code == 403
    assert caller.post(f"/places/{tower.pk}/move", {"parent": other.pk}).status_code == 403


def test_a_requester_sets_nothing_up(calls: Calls, wang: User, tower: Place) -> None:
    caller = calls(wang)

    assert caller.post("/places", {"type": "room", "code": "x", "name": "x"}).status_code == 403
    assert caller.patch(f"/places/{tower.pk}", {"name": "x"}).status_code == 403
    assert Place.objects.get().name == "实验楼"


def test_places_are_found_listed_and_shown_as_a_tree(calls: Calls, wang: User, tower: Place) -> None:
    floor = make_place("1层", code="B1-1F", type="floor", parent=tower)
    for number in range(101, 106):
        make_place(str(number), code=f"B1-{number}", parent=floor)
    caller = calls(wang)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get("/places", limit=3, cursor=cursor).json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next"]

    assert seen == ["B1", "B1-101", "B1-102", "B1-103", "B1-104", "B1-105", "B1-1F"]
    assert len(caller.get("/places", below=floor.pk, type="room").json()["items"]) == 5
    tree = caller.get("/places/tree", levels=3).json()["items"]
    assert [(node["code"], node["depth"], node["children"]) for node in tree[:3]] == [
        ("B1", 0, 1),
        ("B1-1F", 1, 5),
        ("B1-101", 2, 0),
    ]
    assert len(caller.get("/places/tree", below=tower.pk, levels=1).json()["items"]) == 1
    assert caller.get("/places/tree", below=999_999).status_code == 404
    assert caller.get("/places/tree", depth=1).status_code == 422
