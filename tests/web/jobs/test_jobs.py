"""The technician's phone: the day, one job, and its steps."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from houqin.accounts.models import User
from houqin.staffing.models import Crew
from houqin.work.actions import orders
from houqin.work.models import WorkOrder
from tests.makers import make_code, make_crew, make_job_type, make_order, make_place, make_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(chen: User) -> Crew:
    return make_crew("空调班", chen)


@pytest.fixture
def job(chen: User, team: Crew) -> WorkOrder:
    order = make_order(place=make_place("302 教室"), crew=team, title="空调滴水")
    return orders.assign(order_id=order.pk, crew_id=team.pk, worker_id=chen.pk, by=None)


@pytest.fixture
def phone(client: Client, chen: User) -> Client:
    client.force_login(chen)
    return client


def _press(phone: Client, job: WorkOrder, step: str, **given: object) -> str:
    phone.post(f"/jobs/{job.number}/{step}/", given)
    job.refresh_from_db()
    return job.status


def test_four_taps_from_accepting_to_completing(phone: Client, job: WorkOrder) -> None:
    taps = [_press(phone, job, "accept"), _press(phone, job, "arrive"), _press(phone, job, "start")]
    taps.append(_press(phone, job, "complete", result="fixed"))

    assert taps == ["accepted", "on_site", "in_progress", "completed"]


def test_the_day_shows_each_job_with_its_next_step(phone: Client, job: WorkOrder) -> None:
    page = phone.get("/jobs/").content.decode()

    assert "空调滴水" in page
    assert f"/jobs/{job.number}/accept/" in page


def test_the_day_costs_the_same_however_many_jobs(
    phone: Client,
    chen: User,
    team: Crew,
    job: WorkOrder,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    kind = make_job_type()
    make_terms(chen, open_limit=20)
    for _more in range(12):
        more = make_order(crew=team, job_type=kind)
        orders.assign(order_id=more.pk, crew_id=team.pk, worker_id=chen.pk, by=None)

    with django_assert_max_num_queries(16):
        phone.get("/jobs/")


def test_the_pulse_says_when_the_day_has_changed(phone: Client, job: WorkOrder) -> None:
    pulse = phone.get("/jobs/").context["pulse"]

    assert phone.get(pulse).status_code == 204
    _press(phone, job, "accept")
    assert phone.get(pulse).headers["HX-Trigger"] == "stale"
    assert "<html" not in phone.get("/jobs/?poll=1").content.decode()


def test_a_hold_needs_a_reason(phone: Client, job: WorkOrder) -> None:
    _press(phone, job, "accept")

    answer = phone.post(f"/jobs/{job.number}/hold/", {"reason": ""})

    job.refresh_from_db()
    assert answer.status_code == 422
    assert job.status == "accepted"


def test_a_hold_keeps_reason_note_and_promise(phone: Client, job: WorkOrder) -> None:
    _press(phone, job, "accept")

    assert _press(phone, job, "hold", reason="parts", note="排水泵", later="1") == "on_hold"
    assert (job.hold_reason, job.hold_note) == ("parts", "排水泵")
    assert job.promised_until is not None
    assert job.promised_until - job.held_at > dt.timedelta(hours=1)


def test_codes_are_asked_for_where_the_job_type_needs_them(phone: Client, chen: User, team: Crew) -> None:
    kind = make_job_type(needs_codes=True, asks_arrival=False)
    order = make_order(crew=team, job_type=kind)
    job = orders.assign(order_id=order.pk, crew_id=team.pk, worker_id=chen.pk, by=None)
    cause, remedy = make_code("cause", "老化"), make_code("remedy", "更换")
    _press(phone, job, "accept")
    _press(phone, job, "start")

    assert _press(phone, job, "complete", result="fixed") == "in_progress"
    assert _press(phone, job, "complete", result="fixed", cause=cause.pk, remedy=remedy.pk) == "completed"


def test_a_step_out_of_order_is_said_and_nothing_is_written(phone: Client, job: WorkOrder) -> None:
    before = job.events.count()

    answer = phone.post(f"/jobs/{job.number}/start/", follow=True)

    job.refresh_from_db()
    assert job.status == "dispatched"
    assert job.events.count() == before
    assert "toast-x c-danger" in answer.content.decode()


def test_scanning_a_number_opens_the_job(phone: Client, job: WorkOrder) -> None:
    answer = phone.get("/jobs/scan/", {"code": job.number.lower()})

    assert answer.headers["Location"] == f"/jobs/{job.number}/"


def test_somebody_elses_job_answers_like_a_missing_one(phone: Client) -> None:
    foreign = make_order(crew=make_crew("别的班"))

    assert phone.get(f"/jobs/{foreign.number}/").status_code == 404
    assert phone.get("/jobs/GD20200101-0001/").status_code == 404


def test_the_scan_page_says_how_to_scan(phone: Client) -> None:
    assert "own scanner" in phone.get("/jobs/scan/", headers={"accept-language": "en"}).content.decode()


def test_a_label_leads_a_technician_to_the_jobs_of_the_place(phone: Client, job: WorkOrder) -> None:
    assert job.place is not None
    page = phone.get(f"/report/?place={job.place.code}").content.decode()

    assert f"/jobs/scan/?code={job.place.code}" in page
    assert "/jobs/scan/" not in Client().get(f"/report/?place={job.place.code}").content.decode()
