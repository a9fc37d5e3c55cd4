"""Crews, their people, and trades over JSON."""

from houqin.accounts.models import User
from houqin.staffing.models import Crew, CrewMember
from tests.api.calling import Calls
from tests.makers import make_crew, make_place, make_trade


def test_a_crew_is_made_changed_and_filled(calls: Calls, admin: User, banzhang: User, chen: User) -> None:
    caller, trade, place = calls(admin), make_trade(), make_place("东楼", type="building")

    made = caller.post(
        "/crews", {"code": "SD", "name": "水电班", "trades": [trade.pk], "leader": banzhang.pk}
    )
    assert made.status_code == 201, made.content
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = caller.patch(path, {"place": place.pk, "phone": "8110"}, If_Match=made.headers["ETag"]).json()
    assert (changed["place"]["name"], changed["phone"]) == ("东楼", "8110")
    assert [one["id"] for one in changed["trades"]] == [trade.pk]
    assert changed["leader"]["name"] == "班长"
    assert caller.patch(path, {"phone": "1"}, If_Match=made.headers["ETag"]).status_code == 412
    joined = caller.post(f"{path}/members", {"person": chen.pk, "since": "2026-11-01"}).json()
    assert [(member["person"]["name"], member["since"]) for member in joined["members"]] == [
        ("陈师傅", "2026-11-01")
    ]
    assert caller.post(f"{path}/members", {"person": chen.pk}).status_code == 409
    assert caller.delete(f"{path}/members/{chen.pk}").json()["members"][0]["until"] == "2026-11-22"
    assert caller.delete(f"{path}/members/{chen.pk}").status_code == 404
    cleared = caller.patch(path, {"leader": None, "trades": [], "active": False}).json()
    assert (cleared["leader"], cleared["trades"], cleared["active"]) == (None, [], False)


def test_a_wrong_crew_is_refused(calls: Calls, admin: User, crew: Crew) -> None:
    caller = calls(admin)
    wrong = (
        {"code": crew.code, "name": "x"},
        {"code": "x", "name": " "},
        {"code": "x", "name": "x", "leader": 999_999},
        {"code": "x", "name": "x", "members": []},
    )

    assert [caller.post("/crews", body).status_code for body in wrong] == [422] * 4
    assert caller.patch(f"/crews/{crew.pk}", {"leader": 999_999}).status_code == 422
    assert caller.post(f"/crews/{crew.pk}/members", {"person": 999_999}).status_code == 422
    assert Crew.objects.count() == 1
    assert CrewMember.objects.count() == 1


def test_technicians_see_their_own_crews_and_set_none_up(
    calls: Calls, chen: User, crew: Crew, xu: User, wang: User
) -> None:
    other = make_crew("绿化班")
    caller = calls(chen)

    assert [one["name"] for one in caller.get("/crews").json()["items"]] == ["水电班"]
    assert caller.get(f"/crews/{other.pk}").status_code == 404
    assert caller.patch(f"/crews/{crew.pk}", {"phone": "1"}).status_code == 403
    assert len(calls(xu).get("/crews", active="true").json()["items"]) == 2
    assert calls(wang).get("/crews").status_code == 403


def test_trades_are_listed_and_made(calls: Calls, admin: User, chen: User, crew: Crew) -> None:
    make_trade("木工")

    made = calls(admin).post("/trades", {"code": "DT", "name": "电梯", "name_en": "Lifts"})
    again = calls(admin).post("/trades", {"code": "DT", "name": "电梯"})

    assert (made.status_code, again.status_code) == (201, 422)
    assert {trade["name"] for trade in calls(chen).get("/trades").json()["items"]} == {"木工", "电梯"}
    assert calls(chen).post("/trades", {"code": "X", "name": "x"}).status_code == 403
    crew.trades.set([made.json()["id"]])
    assert len(calls(admin).get("/crews", trade=made.json()["id"]).json()["items"]) == 1
