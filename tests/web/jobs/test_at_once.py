"""A technician's taps while somebody else is busy with the same request."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from houqin.desk.models import ServiceRequest
from houqin.work.models import WorkOrder
from tests import cast
from tests.files import hostile
from tests.flows.story import reported, under_way
from tests.makers import make_crew, make_job_type
from tests.makers_desk import make_service
from tests.threads import together
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = [
    ("complete", {"result": "fixed"}),
    ("write", {"text": "快好了", "to_requester": "on"}),
]


@pytest.fixture
def order() -> WorkOrder:
    chen = cast.technician_chen()
    service = make_service(job_type=make_job_type(crew=make_crew("水电班", chen), asks_arrival=False))
    return under_way(chen, reported(service), cast.dispatcher_xu())


@pytest.mark.parametrize(("step", "given"), STEPS)
def test_a_photo_waits_for_the_request_before_it_takes_the_order(
    order: WorkOrder, step: str, given: dict[str, object]
) -> None:
    """The other order of locks would be a deadlock with everybody who locks the request first."""
    assert order.worker is not None
    phone = signed_in(order.worker)

    took, answer = together(
        [lambda: hold_the_request_then_the_order(order), lambda: tap(phone, order, step, given)]
    )

    assert took is True, took
    assert answer == 303
    assert order.attachments.count() == 1


def tap(phone: Client, order: WorkOrder, step: str, given: dict[str, object]) -> int:
    time.sleep(0.3)  # the other one has the request by then
    photo = SimpleUploadedFile("a.jpg", hostile.picture())
    given = {**given, "photos": photo, "form_key": f"tap-{order.number}"}
    return phone.post(f"/jobs/{order.number}/{step}/", given).status_code


def hold_the_request_then_the_order(order: WorkOrder) -> bool:
    """Lock the request, wait until the tap waits for it, and take the order without waiting."""
    with transaction.atomic():
        ServiceRequest.objects.select_for_update().get(order_links__order=order)
        until = time.monotonic() + 10
        while not somebody_waits() and time.monotonic() < until:
            time.sleep(0.05)
        return WorkOrder.objects.select_for_update(nowait=True).filter(pk=order.pk).exists()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
