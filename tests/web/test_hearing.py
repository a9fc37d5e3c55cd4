"""How open desks learn of a ringing call: asked of the process, which hears it from the database."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client

from houqin.accounts.models import User
from houqin.intake.queries.calls import newest_step
from houqin.web.hearing import EAR, NAME
from tests.makers import make_organisation
from tests.makers_calls import reported
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def listening(transactional_db: None) -> Iterator[None]:
    """A process that listens, as a served one does."""
    EAR.listen()
    until(EAR.is_hearing)
    yield
    EAR.stop()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread will do."""
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def pulse_of(page: Client) -> str:
    found = re.search(r'hx-get="(/pulse/\w+/calls/[^"]+)"', page.get("/desk/phone/").content.decode())
    assert found is not None
    return found[1]


def test_a_call_is_heard_without_asking_the_database(
    listening: None, xu: User, django_assert_max_num_queries: AtMost
) -> None:
    make_organisation()
    browser = signed_in(xu)
    address = pulse_of(browser)
    with django_assert_max_num_queries(0):
        for _ in range(20):
            assert Client().get(address).status_code == 204

    reported()
    until(lambda: EAR.newest() == newest_step())
    with django_assert_max_num_queries(0):
        answer = Client().get(address)

    assert (answer.status_code, answer["HX-Trigger"], answer.content) == (200, "calls", b"")
    assert Client().get(pulse_of(browser)).status_code == 204


def test_a_step_that_is_rolled_back_is_not_heard(listening: None) -> None:
    before = EAR.newest()
    connection.set_autocommit(False)
    reported()
    connection.rollback()
    connection.set_autocommit(True)
    after = reported().events.get().pk
    until(lambda: EAR.newest() == after)

    assert after > before


def test_a_lost_connection_is_made_again(listening: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [NAME]
        )
    until(lambda: not EAR.is_hearing())
    step = reported().events.get().pk

    assert EAR.newest() == step  # asked, while nobody listens
    until(EAR.is_hearing)
    assert EAR.newest() == step


def test_without_an_ear_the_database_is_asked_once(xu: User, django_assert_max_num_queries: AtMost) -> None:
    make_organisation()
    address = pulse_of(signed_in(xu))

    with django_assert_max_num_queries(1):
        assert Client().get(address).status_code == 204
    reported()
    assert Client().get(address)["HX-Trigger"] == "calls"
    seal = address.split("/")[2]
    assert Client().get(f"/pulse/{seal}/other/").status_code == 404
    assert Client().get("/pulse/x/calls/").status_code == 404
