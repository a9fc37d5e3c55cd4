"""People and their roles over JSON."""

import pytest

from houqin.accounts.models import Grant, Invitation, Role, User
from houqin.journal.models import StoredAnswer
from tests.api.calling import Calls
from tests.makers import grant, make_department, make_person, make_place


def test_a_person_is_entered_changed_invited_and_kept_out(calls: Calls, admin: User) -> None:
    caller, department = calls(admin), make_department()

    made = caller.post(
        "/people",
        {"username": "zhou", "full_name": "周工", "phone": "13900000000", "department": department.pk},
    )
    assert made.status_code == 201, made.content
    path = made.headers["Location"].removeprefix("/api/v1")
    assert made.json()["department"]["id"] == department.pk
    changed = caller.patch(path, {"full_name": "周工程师", "department": None}, If_Match=made.headers["ETag"])
    assert (changed.json()["full_name"], changed.json()["department"]) == ("周工程师", None)
    assert caller.patch(path, {"full_name": "x"}, If_Match=made.headers["ETag"]).status_code == 412
    link = caller.post(f"{path}/invite").json()["link"]
    assert link.startswith("http://testserver/accounts/password/link/")
    assert caller.post(f"{path}/deactivate").json()["active"] is False
    assert not Invitation.objects.filter(
        user=made.json()["id"], expires_at__gt=Invitation.objects.latest("pk").made_at
    )
    assert caller.post(f"{path}/reactivate").json()["active"] is True


def test_the_link_of_an_invitation_is_not_kept(calls: Calls, admin: User) -> None:
    person, caller = make_person(), calls(admin)

    first = caller.post(f"/people/{person.pk}/invite", Idempotency_Key="k").json()
    second = caller.post(f"/people/{person.pk}/invite", Idempotency_Key="k").json()

    assert first["link"] is not None
    assert second["link"] is None
    assert first["link"].encode() not in bytes(StoredAnswer.objects.get().body)


def test_roles_are_given_within_bounds_and_withdrawn(calls: Calls, admin: User) -> None:
    person, building, caller = make_person(), make_place("东楼", type="building"), calls(admin)
    path = f"/people/{person.pk}/grants"

    given = caller.post(path, {"role": "dispatcher", "place": building.pk}).json()
    caller.post(path, {"role": "dispatcher", "place": building.pk})
    both = caller.post(path, {"role": "dispatcher", "place": building.pk, "department": make_department().pk})
    unknown = caller.post(path, {"role": "emperor"})

    assert [(held["role"], held["place"]["name"]) for held in given["grants"]] == [("dispatcher", "东楼")]
    assert (both.status_code, unknown.status_code) == (422, 422)
    assert Grant.objects.filter(user=person).count() == 1
    assert caller.delete(f"{path}/{given['grants'][0]['id']}").json()["grants"] == []
    assert caller.delete(f"{path}/{given['grants'][0]['id']}").status_code == 404


def test_the_last_administrator_stays(calls: Calls, admin: User) -> None:
    held = Grant.objects.get(user=admin)

    assert calls(admin).delete(f"/people/{admin.pk}/grants/{held.pk}").status_code == 409
    assert calls(admin).post(f"/people/{admin.pk}/deactivate").status_code == 409
    assert User.objects.get(pk=admin.pk).is_active


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"username": "lin", "full_name": "x"}, "username"),
        ({"username": "LIN", "full_name": "x"}, "username"),
        ({"username": "a b", "full_name": "x"}, "username"),
        ({"username": "x", "full_name": " "}, "full_name"),
        ({"username": "x", "full_name": "x", "email": "no"}, "email"),
        ({"username": "x", "full_name": "x", "department": 999_999}, "department"),
        ({"username": "x", "full_name": "x", "password": "secret"}, "password"),
        ({"username": "x", "full_name": "x", "is_active": False}, "is_active"),
    ],
)
def test_a_wrong_person_is_refused(
    calls: Calls, admin: User, lin: User, body: dict[str, object], member: str
) -> None:
    answer = calls(admin).post("/people", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == member
    assert User.objects.count() == 2


def test_others_see_themselves_only(calls: Calls, xu: User, wang: User) -> None:
    caller = calls(xu)

    assert [person["username"] for person in caller.get("/people").json()["items"]] == ["xu"]
    assert caller.get(f"/people/{xu.pk}").json()["phone"] == "13800000006"
    foreign = caller.get(f"/people/{wang.pk}")
    assert foreign.status_code == 404
    assert foreign.content == caller.get("/people/999999").content
    for step in ("deactivate", "invite"):
        assert caller.post(f"/people/{xu.pk}/{step}").status_code == 403
    assert caller.post(f"/people/{xu.pk}/grants", {"role": "administrator"}).status_code == 403
    assert caller.patch(f"/people/{xu.pk}", {"full_name": "x"}).status_code == 403


def test_who_may_give_roles_at_one_place_gives_none(calls: Calls) -> None:
    """Otherwise they could give themselves the whole house."""
    keeper = make_person("楼管")
    grant(keeper, Role.ADMINISTRATOR, place=make_place())
    caller = calls(keeper)

    assert caller.post(f"/people/{keeper.pk}/grants", {"role": "administrator"}).status_code == 403
    assert [person["id"] for person in caller.get("/people").json()["items"]] == [keeper.pk]
    assert Grant.objects.count() == 1


def test_people_are_listed_by_pinyin_and_filtered(calls: Calls, admin: User, chen: User, lin: User) -> None:
    department = make_department()
    make_person("白晶晶", department=department)
    User.objects.filter(pk=lin.pk).update(is_active=False)
    caller = calls(admin)

    def found(**query: object) -> list[str]:
        return [person["full_name"] for person in caller.get("/people", **query).json()["items"]]

    assert found() == ["白晶晶", "陈师傅", "管理员"]
    assert found(role="technician") == ["陈师傅"]
    assert found(department=department.pk) == found(q="bjj") == ["白晶晶"]
    assert found(active="false") == ["林主任"]
    first = caller.get("/people", limit=2).json()
    assert [
        person["full_name"] for person in caller.get("/people", cursor=first["next"]).json()["items"]
    ] == ["管理员"]
