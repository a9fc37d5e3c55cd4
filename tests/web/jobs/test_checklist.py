"""The checklist on the phone: what was ticked stays, whatever else is wrong; completing asks for the rest."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.accounts.models import User
from houqin.flows.add_message import write_as_requester
from houqin.flows.chase_request import chase_request
from houqin.flows.raise_work_order import raise_work_order
from houqin.staffing.models import Crew
from houqin.work.actions import orders
from houqin.work.models import OrderStep, WorkOrder
from tests.makers import make_crew, make_job_type, make_order
from tests.makers_desk import make_request, make_service

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team(chen: User) -> Crew:
    return make_crew("水暖班", chen)


@pytest.fixture
def phone(client: Client, chen: User) -> Client:
    client.force_login(chen)
    return client


@pytest.fixture
def job(phone: Client, chen: User, team: Crew) -> WorkOrder:
    order = make_order(crew=team, job_type=make_job_type(asks_arrival=False))
    for position, (kind, text) in enumerate(
        [("check", "已关闭阀门"), ("check", "已试水"), ("number", "水表")]
    ):
        OrderStep.objects.create(order=order, position=position, text=text, kind=kind, required=position < 2)
    orders.assign(order_id=order.pk, crew_id=team.pk, worker_id=chen.pk, by=None)
    for step in ("accept", "start"):
        phone.post(f"/jobs/{order.number}/{step}/")
    order.refresh_from_db()
    return order


def _answers(job: WorkOrder) -> list[str]:
    return [step.answer for step in job.steps.order_by("position")]


def test_a_tick_is_kept_at_once(phone: Client, job: WorkOrder) -> None:
    answer = phone.post(f"/jobs/{job.number}/checklist/", {"shown": "0", "step-0": "yes"}, headers=HTMX)

    assert answer.status_code == 200
    assert _answers(job) == ["yes", "", ""]
    assert 'id="line-0"' in answer.content.decode()
    assert 'id="line-1"' not in answer.content.decode()


def test_a_wrong_value_does_not_take_the_ticks_along(phone: Client, job: WorkOrder) -> None:
    given = {"shown": ["0", "1", "2"], "step-0": "yes", "step-1": "yes", "step-2": "很多"}

    answer = phone.post(f"/jobs/{job.number}/checklist/", given)

    assert answer.status_code == 422
    assert _answers(job) == ["yes", "yes", ""]
    assert 'value="很多"' in answer.content.decode()


def test_completing_brings_the_missing_ticks_along(phone: Client, job: WorkOrder) -> None:
    phone.post(
        f"/jobs/{job.number}/complete/",
        {"result": "fixed", "shown": ["0", "1"], "step-0": "yes", "step-1": "yes"},
    )

    job.refresh_from_db()
    assert job.status == "completed"


def test_a_refused_completion_keeps_the_ticks(phone: Client, job: WorkOrder) -> None:
    answer = phone.post(
        f"/jobs/{job.number}/complete/", {"result": "fixed", "shown": ["0", "1"], "step-0": "yes"}
    )

    job.refresh_from_db()
    assert (answer.status_code, job.status) == (422, "in_progress")
    assert _answers(job) == ["yes", "", ""]


def test_a_file_that_is_no_photo_is_named_and_nothing_is_completed(phone: Client, job: WorkOrder) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")
    photos = [
        SimpleUploadedFile("水表.jpg", picture.getvalue(), "image/jpeg"),
        SimpleUploadedFile("假的.jpg", b"no photo at all", "image/jpeg"),
    ]

    answer = phone.post(
        f"/jobs/{job.number}/complete/",
        {"result": "fixed", "shown": ["0", "1"], "step-0": "yes", "step-1": "yes", "photos": photos},
    )

    assert answer.status_code == 422
    errors = answer.context["forms"]["complete"].errors["photos"]
    assert len(errors) == 1
    assert "假的.jpg" in errors[0]
    assert _answers(job) == ["yes", "yes", ""]


@pytest.mark.parametrize("step", ["complete", "hold", "write", "checklist", "time", "send-back", "start"])
def test_the_address_of_a_step_opened_as_a_page_leads_to_the_job(
    phone: Client, job: WorkOrder, step: str
) -> None:
    answer = phone.get(f"/jobs/{job.number}/{step}/")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/jobs/{job.number}/")


def test_starting_a_second_job_shows_the_way_to_the_first(
    phone: Client, chen: User, team: Crew, job: WorkOrder
) -> None:
    other = make_order(crew=team, job_type=job.job_type)
    orders.assign(order_id=other.pk, crew_id=team.pk, worker_id=chen.pk, by=None)
    phone.post(f"/jobs/{other.number}/accept/")

    page = phone.post(f"/jobs/{other.number}/start/", follow=True).content.decode()

    assert f'<a href="/jobs/{job.number}/">' in page


def test_the_job_at_hand_stands_first_under_its_heading(
    phone: Client, chen: User, team: Crew, job: WorkOrder
) -> None:
    other = make_order(crew=team, job_type=job.job_type)
    orders.assign(order_id=other.pk, crew_id=team.pk, worker_id=chen.pk, by=None)

    groups = phone.get("/jobs/").context["groups"]

    assert [[card["order"].pk for card in cards] for _head, cards in groups] == [[job.pk], [other.pk]]


def test_what_the_requester_writes_stands_on_the_job(phone: Client, chen: User, team: Crew, xu: User) -> None:
    request = make_request(service=make_service("水暖"))
    order = raise_work_order(request_id=request.pk, by=xu, crew_id=team.pk, worker_id=chen.pk)
    write_as_requester(request_id=request.pk, text="靠窗第三排", by=None)
    chase_request(request_id=request.pk, by=None, note="水流到走廊了")

    page = phone.get(f"/jobs/{order.number}/").content.decode()

    assert "靠窗第三排" in page
    assert "水流到走廊了" in page


def test_time_is_entered_by_its_length(phone: Client, job: WorkOrder) -> None:
    phone.post(f"/jobs/{job.number}/hold/", {"reason": "parts"})
    job.time_entries.all().delete()
    until = phone.get(f"/jobs/{job.number}/").context["forms"]["time"]["ended_at"].value()

    phone.post(f"/jobs/{job.number}/time/", {"minutes": "30", "ended_at": until})

    entry = job.time_entries.get()
    assert entry.ended_at is not None
    assert (entry.ended_at - entry.started_at).total_seconds() == 30 * 60


def test_time_without_length_and_beginning_is_asked_for(phone: Client, job: WorkOrder) -> None:
    answer = phone.post(f"/jobs/{job.number}/time/", {"ended_at": "2026-01-05T10:00"})

    assert answer.status_code == 422
    assert "minutes" in answer.context["forms"]["time"].errors
