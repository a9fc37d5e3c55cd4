"""Questions and checklists as lines of text: saving them untouched changes nothing."""

import copy
from typing import Any

import pytest
from django.test import Client

from houqin.demo.texts import read
from houqin.desk.models import Service
from houqin.web.setup.fields import ChecklistField, QuestionsField
from houqin.work.models import JobType
from tests.makers import make_job_type, make_organisation
from tests.makers_desk import make_service

LEAK: dict[str, Any] = {
    "key": "how_much",
    "label": "漏得多厉害？",
    "label_en": "How bad is it?",
    "kind": "choice",
    "choices": [
        {"value": "drip", "label": "滴水", "label_en": "drips"},
        {"value": "spray", "label": "喷水，挡不住", "label_en": "sprays"},
    ],
    "required": True,
}
SINCE: dict[str, Any] = {
    "key": "since", "label": "从何时起？", "label_en": "", "kind": "text", "choices": [], "required": False
}  # fmt: skip


def questions(known: list[dict[str, Any]]) -> QuestionsField:
    field = QuestionsField()
    field.known = known
    return field


def again(field: QuestionsField, change: tuple[str, str] = ("", "")) -> Any:
    return field.clean(field.prepare_value(field.known).replace(*change))


def test_what_nobody_touched_stays_as_it_is() -> None:
    field = questions(copy.deepcopy([LEAK, SINCE]))

    assert again(field) == [LEAK, SINCE]
    assert "漏得多厉害？ / How bad is it? | choice: 滴水 / drips" in field.prepare_value([LEAK])


def test_a_change_keeps_keys_and_values() -> None:
    calm = {**LEAK, "choices": [LEAK["choices"][0], {"value": "c", "label": "渗水", "label_en": ""}]}
    worded = again(questions([calm, SINCE]), ("渗水", "渗水 / seeps"))
    renamed = again(questions([calm, SINCE]), ("漏得多厉害？", "漏多少？"))
    [since, first, second] = questions([calm, SINCE]).clean("从何时起？ | number\n新的一问\n再一问")

    assert worded == [
        {**calm, "choices": [LEAK["choices"][0], {"value": "c", "label": "渗水", "label_en": "seeps"}]},
        SINCE,
    ]
    assert renamed == [{**calm, "label": "漏多少？"}, SINCE]
    assert (since["key"], since["kind"]) == ("since", "number")
    assert {first["key"], second["key"]} == {"q1", "q2"}


def test_every_question_and_checklist_of_the_demonstration_survives() -> None:
    catalogue = read("catalogue")
    asked = [entry["questions"] for entry in catalogue["services"] if entry.get("questions")]
    assert asked
    for known in asked:
        assert again(questions(copy.deepcopy(known))) == known


@pytest.mark.django_db
def test_saving_a_service_or_job_type_untouched_changes_nothing(office: Client) -> None:
    make_organisation()
    steps = [
        {
            "text": "水表，读数",
            "text_en": "Meter",
            "kind": "number",
            "choices": [],
            "required": True,
            "unit": "m3",
        }
    ]
    service = make_service("漏水", questions=[LEAK, SINCE], job_type=make_job_type("漏水维修", steps=steps))

    for row, key in ((service, "services"), (service.job_type, "job-types")):
        address = f"/setup/registers/{key}/{row.pk}/"
        form = office.get(address).context["form"]
        sent = {
            field.name: field.value()
            for field in form
            if field.value() is not None and field.value() is not False
        }
        answer = office.post(address, sent)
        assert answer.status_code == 303, answer.context["form"].errors

    assert Service.objects.get().questions == [LEAK, SINCE]
    assert JobType.objects.get().steps == steps


def test_a_checklist_reads_back_what_it_writes() -> None:
    field = ChecklistField()
    [step] = field.clean("* 关阀 / Close the valve | check")

    assert (step["text"], step["text_en"], step["kind"], step["required"]) == (
        "关阀",
        "Close the valve",
        "check",
        True,
    )
