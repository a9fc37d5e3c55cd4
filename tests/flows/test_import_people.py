"""Open work that comes from another system goes to its people, as far as the hard rules let it."""

import datetime as dt
from pathlib import Path

import pytest

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.flows.import_history import ImportReport
from houqin.kernel import clock
from houqin.notify.models import Notice
from houqin.staffing.models import Crew
from houqin.work.models import JobType, WorkOrder
from tests.flows.history import CLOSED, COLUMNS, MAPPING, OPEN, bring_in
from tests.flows.test_import_history import counts
from tests.makers import make_job_type, make_licence, make_licence_kind, make_person
from tests.makers_desk import make_category, make_service

pytestmark = pytest.mark.django_db

WITH_PEOPLE = MAPPING.replace('note = "Note"', 'note = "Note"\ntechnician = "Worker"')


def open_rows(tmp_path: Path, *workers: str) -> ImportReport:
    """Bring in open requests of a service with a job type, each with its technician."""
    rows = [OPEN | {"Case": str(number), "Worker": name} for number, name in enumerate(workers, start=1)]
    return bring_in(tmp_path, *rows, text=WITH_PEOPLE, columns=(*COLUMNS, "Worker"))


@pytest.fixture
def lights(crew: Crew) -> JobType:
    """Street lights are the crew's job, and ask for a licence."""
    kind = make_licence_kind("低压电工证", name_en="Low voltage")
    job = make_job_type("路灯", crew=crew, licences=(kind,))
    make_service("Street light", job_type=job, category=make_category("Lights"))
    return job


def test_an_open_request_goes_to_its_technician(tmp_path: Path, chen: User, lights: JobType) -> None:
    make_licence(chen, lights.licences.get(), clock.today())

    report = open_rows(tmp_path, "chen", "陈师傅")

    assert report.problems == []
    assert report.counts == counts(created=2)
    assert [(order.status, order.worker) for order in WorkOrder.objects.all()] == [("dispatched", chen)] * 2
    assert [request.crew for request in ServiceRequest.objects.all()] == [lights.crew] * 2
    assert not Notice.objects.exists()


def test_a_licence_that_ended_yesterday_leaves_an_open_request_to_dispatch(
    tmp_path: Path, chen: User, lights: JobType
) -> None:
    make_licence(chen, lights.licences.get(), clock.today() - dt.timedelta(days=1))

    report = open_rows(tmp_path, "chen")

    assert report.counts == counts(created=1, flagged=1)
    assert "“Low voltage” of 陈师傅 ended on" in report.problems[0].sentence
    order = WorkOrder.objects.get()
    assert (order.status, order.worker, order.source) == (
        "to_dispatch",
        None,
        ServiceRequest.objects.get().number,
    )


def test_a_closed_request_is_a_fact_whatever_became_of_the_licence(
    tmp_path: Path, chen: User, lights: JobType
) -> None:
    row = CLOSED | {"Worker": "chen"}

    report = bring_in(tmp_path, row, text=WITH_PEOPLE, columns=(*COLUMNS, "Worker"))

    assert report.counts == counts(created=1)
    assert ServiceRequest.objects.get().status == "closed"
    assert not WorkOrder.objects.exists()


@pytest.mark.usefixtures("lights")
def test_nobody_of_that_name_and_two_of_it_are_told(tmp_path: Path) -> None:
    make_person("王师傅")
    make_person("王师傅")

    report = open_rows(tmp_path, "王师傅", "李师傅")

    assert [problem.sentence for problem in report.problems] == [
        "It waits for dispatch: several people are called “王师傅”; use sign-in names.",
        "It waits for dispatch: there is no technician “李师傅”.",
    ]
    assert ServiceRequest.objects.count() == 2
