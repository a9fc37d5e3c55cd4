"""Categories, services, job types and codes over JSON."""

from houqin.accounts.models import User
from houqin.desk.models import Category, Service
from houqin.work.models import JobType
from tests.api.calling import Calls
from tests.makers import make_code, make_job_type, make_trade
from tests.makers_desk import make_category, make_service

FLOOR = {
    "key": "floor",
    "label": "几楼",
    "label_en": "Floor",
    "kind": "number",
    "choices": [],
    "required": True,
}


def test_the_catalogue_is_set_up(calls: Calls, admin: User) -> None:
    caller, job = calls(admin), make_job_type()

    category = caller.post("/categories", {"code": "water", "name": "水", "icon": "droplet"})
    assert category.status_code == 201, category.content
    made = caller.post(
        "/services",
        {
            "code": "leak",
            "name": "漏水",
            "category": category.json()["id"],
            "job_type": job.pk,
            "default_urgency": "high",
            "questions": [FLOOR],
        },
    )
    assert made.status_code == 201, made.content
    assert made.json()["questions"] == [FLOOR]
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = caller.patch(path, {"job_type": None, "public": False}, If_Match=made.headers["ETag"]).json()
    assert (changed["job_type"], changed["public"], changed["default_urgency"]) == (None, False, "high")
    assert caller.patch(path, {"name": "x"}, If_Match=made.headers["ETag"]).status_code == 412
    renamed = caller.patch(category.headers["Location"].removeprefix("/api/v1"), {"active": False})
    assert renamed.json()["active"] is False
    assert Service.objects.get().search_text


def test_everybody_sees_what_they_may_choose(calls: Calls, admin: User, wang: User, xu: User) -> None:
    water = make_category("水")
    make_service("漏水", category=water, is_fallback=False)
    inner = make_service("内部", category=water, public=False, is_fallback=False)
    ended = make_service("停用", category=water, active=False, is_fallback=False)

    def names(person: User, **query: object) -> set[str]:
        return {one["name"] for one in calls(person).get("/services", **query).json()["items"]}

    assert names(wang) == {"漏水"}
    assert names(xu) == names(xu, category=water.pk) == {"漏水", "内部"}
    assert names(admin, active="false") == {"停用"}
    assert names(xu, q="内部") == {"内部"}
    assert calls(wang).get(f"/services/{inner.pk}").status_code == 404
    assert calls(xu).get(f"/services/{ended.pk}").status_code == 404
    assert calls(wang).get("/categories").json()["items"][0]["name"] == "水"


def test_wrong_reference_data_are_refused(calls: Calls, admin: User) -> None:
    caller, water = calls(admin), make_category(code="water")
    fallback = make_service(category=water)
    new = {"code": "x", "name": "x", "category": water.pk}
    wrong = (
        ("/categories", {"code": "water", "name": "x"}, "code"),
        ("/categories", {"code": " ", "name": "x"}, "code"),
        ("/categories", {"code": "x", "name": "x", "icon": "<svg>"}, "icon"),
        ("/services", {**new, "category": 999_999}, "category"),
        ("/services", {**new, "code": fallback.code}, "code"),
        ("/services", {**new, "questions": [{**FLOOR, "kind": "date"}]}, "questions.0.kind"),
        ("/services", {**new, "questions": [{**FLOOR, "html": "x"}]}, "questions.0.html"),
        ("/services", {**new, "search_text": "x"}, "search_text"),
        ("/job-types", {"code": "x", "name": "x", "crew": 999_999}, "crew"),
    )

    for path, body, member in wrong:
        answer = caller.post(path, body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, member), body
    second = caller.post("/services", {**new, "is_fallback": True})
    assert second.status_code == 422
    assert (Category.objects.count(), Service.objects.count(), JobType.objects.count()) == (1, 1, 1)


def test_job_types_carry_their_checklist(calls: Calls, admin: User, chen: User, wang: User) -> None:
    line = {"text": "断电", "text_en": "", "kind": "check", "choices": [], "required": True}
    body = {"code": "J", "name": "换泵", "steps": [line], "needs_photo": True, "estimated_minutes": 30}

    made = calls(admin).post("/job-types", body)

    assert made.status_code == 201, made.content
    path = made.headers["Location"].removeprefix("/api/v1")
    assert calls(chen).get(path).json()["steps"] == [line]
    changed = calls(admin).patch(path, {"steps": [], "estimated_minutes": None}).json()
    assert (changed["steps"], changed["estimated_minutes"], changed["needs_photo"]) == ([], None, True)
    assert len(calls(chen).get("/job-types").json()["items"]) == 1
    assert calls(chen).post("/job-types", body).status_code == 403
    assert calls(wang).get("/job-types").status_code == 403


def test_codes_are_those_of_a_trade_and_of_all(calls: Calls, chen: User) -> None:
    trade = make_trade()
    make_code("cause", "老化")
    make_code("cause", "冻裂", trade=trade)
    make_code("cause", "短路", trade=make_trade("电"))
    make_code("remedy", "更换")

    found = calls(chen).get("/failure-codes", part="cause", trade=trade.pk).json()["items"]

    assert {code["name"] for code in found} == {"老化", "冻裂"}
