"""A request comes in: number, priority, contact, answers."""

import datetime as dt
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report, open_request
from houqin.desk.models import Category, PriorityRule, RequestEvent, Service, ServiceRequest
from houqin.desk.queries.priorities import MATRIX, proposed
from houqin.journal.models import NumberCounter
from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from tests.makers import (
    make_attachment,
    make_crew,
    make_department,
    make_job_type,
    make_organisation,
    make_place,
    make_standard,
)
from tests.makers_desk import make_category, make_request, make_service

pytestmark = pytest.mark.django_db

LATE_IN_CHINA = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # 2026-11-24 00:30 in Shanghai


def nothing_was_written() -> bool:
    return not (
        ServiceRequest.objects.exists() or RequestEvent.objects.exists() or NumberCounter.objects.exists()
    )


def test_numbers_count_by_the_local_day_without_a_gap() -> None:
    service = make_service()
    with clock.stopped_at(LATE_IN_CHINA):
        numbers = [make_request(service=service).number for _ in range(3)]

    assert numbers == ["FW20261124-0001", "FW20261124-0002", "FW20261124-0003"]


def test_contact_and_language_come_from_the_account(wang: User) -> None:
    wang.department, wang.language = make_department(), "en"
    wang.save()

    request = make_request(requester=wang)

    assert (request.contact_name, request.contact_phone, request.contact_email) == (
        "小王",
        "13800000002",
        "wang@example.com",
    )
    assert (request.department, request.language) == (wang.department, "en")


def test_a_request_belongs_to_the_department_of_its_place_where_nobody_says_otherwise() -> None:
    department = make_department()

    assert make_request(place=make_place(department=department)).department == department


def test_service_brings_category_standard_crew_and_what_it_begins_with() -> None:
    standard, crew = make_standard(), make_crew()
    service = make_service(
        job_type=make_job_type(standard=standard, crew=crew),
        default_urgency="high",
        default_impact="building",
    )

    request = make_request(service=service)

    assert (request.category, request.standard, request.crew) == (service.category, standard, crew)
    assert (request.urgency, request.impact, request.priority) == ("high", "building", "critical")


def test_a_category_alone_takes_its_own_service() -> None:
    service = make_service()

    assert make_request(category=service.category).service == service
    assert make_request(category=make_category("其他")).service is None


def test_a_standard_of_the_house_stands_in() -> None:
    default = make_standard(is_default=True)

    assert make_request().standard == default


@pytest.mark.parametrize(("cell", "priority"), sorted(MATRIX.items()))
def test_the_matrix_ships_complete(cell: tuple[str, str], priority: str) -> None:
    assert proposed(urgency=cell[0], impact=cell[1], safety=False).priority == priority


def test_the_matrix_can_be_edited() -> None:
    PriorityRule.objects.create(urgency="low", impact="person", priority="urgent")

    assert make_request(urgency="low", impact="person").priority == "urgent"


@pytest.mark.parametrize(
    ("facts", "because"), [({"safety": True}, "safety"), ({"urgency": "low", "impact": "person"}, "matrix")]
)
def test_the_event_says_how_the_priority_came_about(facts: dict[str, Any], because: str) -> None:
    request = make_request(**facts)

    event = request.events.get()
    assert (event.kind, event.public, event.data["because"]) == ("opened", True, because)
    assert (event.data["priority"] == "critical") == (because == "safety")


def test_a_dangerous_service_is_always_critical() -> None:
    request = make_request(service=make_service(safety=True), urgency="low", impact="person")

    assert (request.safety, request.priority) == (True, "critical")


@pytest.mark.parametrize("text", ["FW", "漏水", "卫生间", "13812345678", "ls", "王"])
def test_a_request_is_found_by_number_text_phone_and_name(text: str) -> None:
    from houqin.kernel.text_search import matches

    request = make_request(contact_name="王小明", contact_phone="13812345678", title="漏水")

    assert ServiceRequest.objects.filter(matches(text)).get() == request


def test_photos_hang_on_the_request_once() -> None:
    photo = make_attachment()

    request = make_request(attachment_ids=[photo.pk, photo.pk])

    assert request.attachments.get().attachment == photo


def test_the_first_line_is_the_title_of_a_report_without_one() -> None:
    assert make_request(description="  灯不亮\n走廊第三盏").title == "灯不亮"


QUESTIONS = [
    {
        "key": "where",
        "label": "哪里漏",
        "kind": "choice",
        "required": True,
        "choices": [{"value": "tap", "label": "龙头"}],
    },
    {"key": "litres", "label": "每小时几升", "kind": "number", "required": False},
    {"key": "closed", "label": "关阀了吗", "label_en": "Valve closed?", "kind": "yesno", "required": False},
]


def test_answers_keep_their_question() -> None:
    service = make_service(questions=QUESTIONS)

    request = make_request(service=service, answers={"where": "tap", "closed": True, "other": "x"})
    Service.objects.filter(pk=service.pk).update(questions=[])
    request.refresh_from_db()

    assert [(a["label"], a["value"], a["text"]) for a in request.answers] == [
        ("哪里漏", "tap", "龙头"),
        ("关阀了吗", "yes", "是"),
    ]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "where"),
        ({"where": "roof"}, "where"),
        ({"where": "tap", "litres": "many"}, "litres"),
        ({"where": "tap", "litres": "NaN"}, "litres"),
        ({"where": "tap", "closed": "maybe"}, "closed"),
    ],
)
def test_an_answer_that_does_not_fit_writes_nothing(answers: dict[str, str], field: str) -> None:
    service = make_service(questions=QUESTIONS)

    with pytest.raises(Invalid) as refusal:
        make_request(service=service, answers=answers)

    assert refusal.value.field == field
    assert nothing_was_written()


def test_a_report_that_says_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        make_request(description=" ", title="")

    assert nothing_was_written()


@pytest.mark.parametrize("gone", [Category, Service])
def test_what_is_not_offered_any_more_cannot_be_asked_for(gone: type[Category | Service]) -> None:
    service = make_service()
    gone.objects.update(active=False)
    service_id, category_id = (service.pk, None) if gone is Service else (None, service.category_id)
    report = Report(channel="web", title="漏水", service_id=service_id, category_id=category_id)

    with pytest.raises(Invalid):
        open_request(report=report, by=None)

    assert nothing_was_written()


@pytest.mark.parametrize(
    ("channel", "refused"), [("qr", True), ("web", True), ("phone", False), ("staff", False)]
)
def test_an_organisation_may_ask_strangers_for_a_phone_number(channel: str, refused: bool) -> None:
    make_organisation(contact_needed=True)
    service = make_service()
    if refused:
        with pytest.raises(Invalid) as refusal:
            make_request(service=service, channel=channel)
        assert refusal.value.field == "contact_phone"
        assert nothing_was_written()
    assert make_request(service=service, channel=channel, contact_phone="6021").contact_phone == "6021"
