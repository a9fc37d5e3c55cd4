"""Every kind of event is told in words, to staff and to the requester."""

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import houqin
from houqin.desk.models import RequestEvent
from houqin.journal.models import EventBase
from houqin.journal.phrases import ORDER, REQUEST
from houqin.journal.sentences import sentence
from houqin.work.models import OrderEvent

SOURCE = Path(houqin.__file__).parent
AT = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)
FACTS: dict[str, Any] = {
    "worker": "陈师傅",
    "crew": "水电班",
    "order": "GD20261123-0001",
    "into": "FW20261123-0001",
    "number": "FW20261123-0002",
    "due_at": [None, "2026-11-24T02:00:00+00:00"],
    "target_at": [None, "2026-11-24T02:00:00+00:00"],
    "priority": ["normal", "urgent"],
    "changes": {"priority": ["normal", "urgent"], "place": ["教学楼 · 301", "教学楼 · 302"]},
    "hold_reason": "parts",
    "promised_until": "2026-11-25T02:00:00+00:00",
    "scheduled_from": "2026-11-24T02:00:00Z",
    "scheduled_until": "2026-11-24T04:00:00Z",
    "names": ["a.jpg", "b.jpg"],
    "times": 2,
    "speed": 5,
    "attitude": 4,
    "quality": 3,
    "channel": "qr",
    "helper": "李师傅",
    "target": "response",
    "person": "陈师傅",
    "started_at": "2026-11-24T02:00:00Z",
    "ended_at": "2026-11-24T04:00:00Z",
    "before": {"person": "陈师傅"},
    "count": 2,
    "result": "fixed",
}


def request_event(kind: str, **facts: Any) -> RequestEvent:
    return RequestEvent(**{"at": AT, "kind": kind, "actor_name": "许晓", **facts})


def order_event(kind: str, **facts: Any) -> OrderEvent:
    return OrderEvent(**{"at": AT, "kind": kind, "actor_name": "陈师傅", **facts})


def every_event(**facts: Any) -> list[EventBase]:
    return [
        *(request_event(kind, **facts) for kind in REQUEST),
        *(order_event(kind, **facts) for kind in ORDER),
    ]


def in_english(event: EventBase, *, public: bool = False) -> str:
    with translation.override("en"):
        return sentence(event, public=public)


def test_the_fullest_sentence_is_taken_whose_facts_are_known() -> None:
    assert in_english(order_event("dispatched", data={"worker": "陈师傅", "crew": "水电班"})) == (
        "陈师傅 dispatched the order to 陈师傅 (水电班)."
    )
    assert in_english(order_event("dispatched", data={"crew": "水电班"})) == (
        "陈师傅 dispatched the order to 水电班."
    )
    assert in_english(order_event("dispatched", data={"worker": None})) == "陈师傅 dispatched the order."


def test_codes_are_told_in_words_and_times_are_local() -> None:
    held = order_event("held", data={"hold_reason": "parts", "promised_until": "2026-11-25T02:00:00+00:00"})

    assert in_english(held) == "陈师傅 put it on hold until 2026-11-25 10:00, waiting for parts."
    assert in_english(held, public=True) == (
        "We have to wait: spare parts have to arrive. We expect to go on by 2026-11-25 10:00."
    )


def test_what_was_corrected_is_named_field_by_field() -> None:
    corrected = request_event("corrected", data={"changes": FACTS["changes"]}, reason="报错楼层")

    assert in_english(corrected) == (
        "许晓 corrected: priority normal → urgent; place 教学楼 · 301 → 教学楼 · 302. Reason: 报错楼层"
    )


def test_a_pair_is_what_was_and_what_is() -> None:
    moved = request_event("recomputed", data={"due_at": ["2026-11-24T02:00:00Z", "2026-11-24T06:00:00Z"]})

    assert in_english(moved) == "Due time recomputed: 2026-11-24 10:00 → 2026-11-24 14:00."


def test_silence_is_told_as_silence() -> None:
    assert "accepted by the system" in in_english(request_event("closed", data={"silence": True}))
    assert "accepted the result" in in_english(request_event("closed", data={"silence": False}))
    assert "no answer" in in_english(order_event("verified", data={"silence": True}))
    assert in_english(order_event("verified")) == "陈师傅 verified the work."


def test_somebody_without_a_name_is_the_requester_or_the_system() -> None:
    assert in_english(request_event("chased", actor_name="")) == "The requester chased."
    assert in_english(request_event("accepted", actor_name="")) == "The system accepted the request."


def test_a_reason_meant_for_staff_is_not_told_to_the_requester() -> None:
    sent_back = order_event("sent_back", reason="报修人态度差")

    assert "报修人态度差" in in_english(sent_back)
    assert "报修人态度差" not in in_english(sent_back, public=True)


def test_an_unknown_kind_says_what_it_is() -> None:
    strange = request_event("teleported", from_status="new", to_status="accepted", reason="why not")

    assert in_english(strange) == "许晓: teleported (new → accepted). Reason: why not"
    assert in_english(strange, public=True) == "There is progress."
    assert in_english(order_event("teleported")) == "陈师傅: teleported."


def test_percent_signs_and_brackets_in_what_people_wrote_stay() -> None:
    assert in_english(request_event("rejected", reason="100 % %(who)s <b>")) == (
        "许晓 rejected the request: 100 % %(who)s <b>"
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_is_told_with_all_facts_and_with_none(language: str) -> None:
    with translation.override(language):
        for facts in ({"data": FACTS, "reason": "漏水"}, {}, {"actor_name": "", "data": {}}):
            for event in every_event(**facts):
                told = sentence(event)
                assert told
                assert "%(" not in told
                assert f": {event.kind}" not in told
                assert sentence(event, public=True)


def test_every_kind_the_domains_record_has_words() -> None:
    """Reads the calls themselves: the third argument of `move`, the second of `record`."""
    for room, phrases in (("desk", REQUEST), ("work", ORDER)):
        recorded = {kind for path in (SOURCE / room / "actions").glob("*.py") for kind in kinds_in(path)}
        assert len(recorded) > 15
        assert recorded <= phrases.keys()


def kinds_in(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute | ast.Name):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
            place = {"record": 1, "move": 2, "_note": 1, "_back": 1}.get(name, 99)
            for node in ast.walk(call.args[place]) if len(call.args) > place else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
