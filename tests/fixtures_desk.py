"""Fixtures of the desk's tests: one hour for everybody, and a service the plumbers do."""

import datetime as dt
from collections.abc import Iterator

import pytest

from houqin.desk.models import Service
from houqin.kernel import clock
from houqin.staffing.models import Crew
from tests.makers import make_job_type, make_organisation
from tests.makers_desk import make_example_standard, make_service
from tests.times import MONDAY_9

__all__ = ["leak", "monday"]


@pytest.fixture(autouse=True)
def monday(db: None) -> Iterator[dt.datetime]:
    """It is Monday 2026-11-23, 09:00 in Shanghai, until a test says otherwise."""
    make_organisation()
    with clock.stopped_at(MONDAY_9):
        yield MONDAY_9


@pytest.fixture
def leak(crew: Crew) -> Service:
    """漏水: the plumbers' usual job, held to the example standard."""
    job = make_job_type("水管漏水", crew=crew, standard=make_example_standard())
    return make_service("漏水", job_type=job)
