"""Known faults and following by the API: the same rules as on the pages, each caller for themselves."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Follower, Service, ServiceRequest
from houqin.org.models import Place
from tests.api.calling import Calls
from tests.flows.story import done
from tests.makers import make_place
from tests.makers_desk import make_request

GOOD = {"speed": 5, "attitude": 5, "quality": 5}


@pytest.fixture
def place() -> Place:
    return make_place("东侧电梯")


@pytest.fixture
def fault(leak: Service, place: Place) -> ServiceRequest:
    return make_request(service=leak, place=place, description="秘密词，漏水", contact_name="王小明")


def similar(caller: Any, place: Place, **more: Any) -> list[dict[str, Any]]:
    answer = caller.get("/requests/similar", place=place.pk, **more)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def followed(caller: Any, fault: ServiceRequest, **more: Any) -> dict[str, Any]:
    answer = caller.post("/requests/follow", {"known": links.known_token(fault), **more})
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_requester_reads_what_is_known_and_no_more(
    calls: Calls, fault: ServiceRequest, place: Place, wang: User
) -> None:
    (known,) = similar(calls(wang), place, category=fault.category_id, text="漏水")

    assert known == {
        "known": links.known_token(fault),
        "category": str(fault.category),
        "where": str(place),
        "since": "2026-11-23T01:00:00Z",
        "state": "new",
        "affected": 1,
        "number": None,
    }


def test_staff_read_the_number_too(calls: Calls, fault: ServiceRequest, place: Place, xu: User) -> None:
    (known,) = similar(calls(xu), place)

    assert known["number"] == fault.number


@pytest.mark.parametrize("wrong", [{"place": 999}, {"category": 999}, {"nothing": 1}])
def test_a_wrong_question_names_what_is_wrong(calls: Calls, wang: User, wrong: dict[str, int]) -> None:
    answer = calls(wang).get("/requests/similar", **wrong)

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.content.decode()


def test_following_once_is_as_twice(calls: Calls, fault: ServiceRequest, place: Place, wang: User) -> None:
    caller = calls(wang)

    first, second = (followed(caller, fault, place=place.pk, text="三楼也是") for _call in range(2))

    follower = Follower.objects.get()
    assert first["id"] == second["id"] == follower.pk
    assert first["tracking_url"].endswith(links.path_of_follower(follower))
    assert (first["affected"], first["number"], first["allowed_steps"]) == (
        2,
        fault.number,
        ["leave", "message"],
    )
    assert caller.get("/requests/following").json()["items"] == [second]


def test_nothing_of_the_request_is_open_to_a_follower(
    calls: Calls, fault: ServiceRequest, wang: User
) -> None:
    made = followed(calls(wang), fault)

    assert "秘密词" not in str(made)
    assert "王小明" not in str(made)
    for path in ("", "/timeline", "/followers"):
        assert calls(wang).get(f"/requests/{fault.number}{path}").status_code in {403, 404}


def test_another_persons_following_is_not_there(
    calls: Calls, fault: ServiceRequest, wang: User, chen: User
) -> None:
    made = followed(calls(wang), fault)

    for step, body in (("leave", {}), ("messages", {"text": "x"}), ("rate", GOOD)):
        assert calls(chen).post(f"/requests/following/{made['id']}/{step}", body).status_code == 404
    assert calls(chen).get("/requests/following").json()["items"] == []
    assert not Follower.objects.get().messages.exists()


def test_a_follower_writes_rates_and_leaves(
    calls: Calls, fault: ServiceRequest, wang: User, xu: User, chen: User
) -> None:
    caller = calls(wang)
    path = f"/requests/following/{followed(caller, fault)['id']}"

    assert caller.post(f"{path}/rate", GOOD).status_code == 409
    assert caller.post(f"{path}/messages", {"text": "还在漏"}).status_code == 200
    done(chen, fault, xu)
    assert caller.post(f"{path}/rate", GOOD).json()["status"] == "resolved"
    assert caller.post(f"{path}/leave").json()["left_at"] is not None
    assert fault.ratings.get().rater == f"user:{wang.pk}"


def test_staff_list_who_follows(
    calls: Calls, fault: ServiceRequest, wang: User, xu: User, auditor: User
) -> None:
    followed(calls(wang), fault)

    (row,) = calls(xu).get(f"/requests/{fault.number}/followers").json()["items"]

    assert (row["person"]["name"], row["channel"], row["counted"]) == ("小王", "api", True)
    assert calls(auditor).get(f"/requests/{fault.number}/followers").status_code == 200
    assert calls(xu).get(f"/requests/{fault.number}").json()["affected"] == 2


def test_a_made_up_fault_is_refused(calls: Calls, wang: User) -> None:
    answer = calls(wang).post("/requests/follow", {"known": "1-0"})

    assert answer.status_code == 422
    assert not Follower.objects.exists()


def test_what_a_follower_wrote_is_in_the_timeline_of_staff_alone(
    calls: Calls, leak: Service, wang: User, xu: User, chen: User
) -> None:
    fault = make_request(service=leak, requester=wang, description="漏水")
    followed(calls(chen), fault, text="只给维修的人看")

    for reader, reads in ((xu, True), (wang, False)):
        assert (
            "只给维修的人看" in calls(reader).get(f"/requests/{fault.number}/timeline").content.decode()
        ) is reads
