"""Triage rules over JSON: read, and asked about a report that is only thought of."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.models import RequestEvent, Service, ServiceRequest, TriageProposal
from tests.api.calling import Calls
from tests.makers import make_crew, make_place
from tests.makers_desk import make_category, make_service
from tests.makers_triage import mailed, make_rule


@pytest.fixture(autouse=True)
def other(db: None) -> None:
    """其他, the last category."""
    make_category("其他", code="other", position=99)


def test_the_rules_come_in_their_order_with_their_figures(calls: Calls, xu: User, leak: Service) -> None:
    make_rule("漏水", "渗水", name="漏水", then_service=leak, when_place=make_place(), stops=True)
    make_rule(name="其余", mode="propose", active=False, when_unknown=True, then_urgency="low")

    first, second = calls(xu).get("/triage-rules").json()["items"]

    assert (first["name"], first["position"], first["mode"], first["stops"]) == ("漏水", 1, "apply", True)
    assert first["when"]["any_words"] == ["漏水", "渗水"]
    assert first["then"]["service"]["code"] == leak.code
    assert (second["active"], second["when"]["unknown"], second["then"]["urgency"]) == (False, True, "low")
    assert first["figures"]["proposed"] == 0


def test_figures_count_what_the_caller_sees(calls: Calls, xu: User, admin: User, leak: Service) -> None:
    make_rule("漏水", then_service=leak)
    mailed("漏水")

    for person in (xu, admin):
        (rule,) = calls(person).get("/triage-rules").json()["items"]
        assert (rule["figures"]["proposed"], rule["figures"]["not_judged"]) == (1, 1)


def test_trying_tells_what_would_happen_and_writes_nothing(calls: Calls, xu: User, leak: Service) -> None:
    crew = make_crew("抢修班")
    make_rule("爆管", name="爆管", then_service=leak, then_urgency="high", then_crew=crew)
    make_rule("爆管", name="也急", mode="propose", then_urgency="low", then_impact="building")

    answer = calls(xu).post("/triage-rules/try", {"text": "水管爆管"}).json()

    assert [rule["rule"]["name"] for rule in answer["rules"]] == ["爆管", "也急"]
    assert answer["rules"][0]["because"] == "Rule “爆管”: the text says “爆管”"
    holds = {one["field"]: one["holds"] for rule in answer["rules"] for one in rule["says"]}
    assert holds == {"service": "applied", "crew": "applied", "urgency": "late", "impact": "proposed"}
    assert answer["request"]["service"]["code"] == leak.code
    assert (answer["request"]["urgency"], answer["request"]["priority"]) == ("high", "urgent")
    assert answer["request"]["crew"]["name"] == "抢修班"
    assert not ServiceRequest.objects.exists()
    assert not RequestEvent.objects.exists()
    assert not TriageProposal.objects.exists()


def test_what_was_chosen_stays_in_a_trial_too(calls: Calls, xu: User, leak: Service) -> None:
    make_rule("漏水", then_service=leak)
    chosen = make_service("空调")

    answer = calls(xu).post("/triage-rules/try", {"text": "漏水", "service": chosen.pk}).json()

    assert answer["request"]["service"]["code"] == chosen.code
    assert answer["rules"][0]["says"][0]["holds"] == "proposed"


def test_a_token_to_read_may_try(calls: Calls, xu: User) -> None:
    reader = calls(xu, scopes=("read",))

    assert reader.post("/triage-rules/try", {"text": "漏水"}).status_code == 200
    assert reader.post("/requests", {"description": "漏水"}).status_code == 403


@pytest.mark.parametrize("who", ["wang", "chen", "lin", "stranger"])
def test_others_neither_read_nor_try(calls: Calls, who: str, request: pytest.FixtureRequest) -> None:
    caller = calls(request.getfixturevalue(who))

    assert caller.get("/triage-rules").status_code == 403
    assert caller.post("/triage-rules/try", {"text": "漏水"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x", "channel": "fax"}, "channel"),
        ({"text": "x", "place": 99}, "place"),
        ({"text": "x", "category": 99}, "category"),
        ({"text": "x", "service": 99}, "service"),
        ({"text": "x", "category": 1, "service": 1}, "category"),
        ({"text": "x", "at": "yesterday"}, "at"),
        ({"text": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_trial_says_what_is_wrong(calls: Calls, xu: User, body: dict[str, Any], field: str) -> None:
    answer = calls(xu).post("/triage-rules/try", body)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_request_without_a_category_is_what_the_rules_say(calls: Calls, wang: User, leak: Service) -> None:
    make_rule("漏水", then_service=leak)

    known = calls(wang).post("/requests", {"description": "漏水"})
    unknown = calls(wang).post("/requests", {"description": "你好"})

    assert known.json()["service"]["code"] == leak.code
    assert unknown.json()["category"]["code"] == "other"
