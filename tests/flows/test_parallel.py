"""Two people at once: the row lock decides, and nobody waits for ever."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from houqin.accounts.models import Role
from houqin.desk.models import RequestEvent, ServiceRequest
from houqin.flows.accept_result import accept_by_silence
from houqin.flows.progress_work import accept_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.sweep import sweep, tell_alarms
from houqin.flows.triage_request import accept_request, merge_request
from houqin.flows.watch_orders import tell_order_alarms
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.notify.models import Notice
from houqin.work.models import Alarm, OrderEvent, PartnerClock
from tests import cast
from tests.flows.story import reported
from tests.makers import (
    grant,
    make_crew,
    make_job_type,
    make_level,
    make_partner,
    make_partner_standard,
    make_person,
)
from tests.makers_desk import make_example_standard, make_service, resolved_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def monday() -> None:
    """Real time: threads do not share a stopped clock."""


def at_once(*steps: Callable[[], object]) -> list[object]:
    """The results of steps that start at the same moment; a refusal is its result."""
    start = Barrier(len(steps))

    def run(step: Callable[[], object]) -> object:
        try:
            start.wait(timeout=20)
            return step()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def refused(results: list[object]) -> int:
    return sum(isinstance(result, Refused) for result in results)


def test_two_requests_merged_into_each_other() -> None:
    xu, service = cast.dispatcher_xu(), make_service()
    one, two = reported(service), reported(service)

    results = at_once(
        lambda: merge_request(request_id=one.pk, into_id=two.pk, by=xu),
        lambda: merge_request(request_id=two.pk, into_id=one.pk, by=xu),
    )

    assert refused(results) == 1
    assert ServiceRequest.objects.filter(status="merged").count() == 1


def test_a_request_is_accepted_by_one_of_many() -> None:
    xu = cast.dispatcher_xu()
    request = reported(make_service())

    results = at_once(*[lambda: accept_request(request_id=request.pk, by=xu)] * 6)

    assert refused(results) == 5
    assert RequestEvent.objects.filter(kind="accepted").count() == 1


def test_two_sweeps_tell_once() -> None:
    xu = cast.dispatcher_xu()
    request = reported(make_service(job_type=make_job_type(standard=make_example_standard())), safety=True)
    later = request.opened_at + dt.timedelta(minutes=6)

    at_once(*[lambda: tell_alarms(request_id=request.pk, now=later)] * 4)

    assert Alarm.objects.count() == 2
    assert Notice.objects.filter(recipient=xu).exclude(kind="new_request").count() == 2


def test_each_level_is_told_once_by_sweeps_that_meet() -> None:
    lin, standard = cast.director_lin(), make_example_standard()
    for number in (1, 2, 3):
        make_level(standard, Role.MANAGER, kind="response", number=number, around_the_clock=True)
    request = reported(make_service(job_type=make_job_type(standard=standard)), safety=True)
    later = request.opened_at + dt.timedelta(minutes=6)

    told = at_once(*[lambda: tell_alarms(request_id=request.pk, now=later)] * 4)

    assert sorted(told, key=str) == [0, 0, 0, 5]  # the breach, the warning of the arrival, three levels
    levels = list(Alarm.objects.filter(kind="level").order_by("pk").values_list("level", flat=True))
    assert levels == [1, 2, 3]
    assert RequestEvent.objects.filter(kind="escalated").count() == 3
    assert Notice.objects.filter(recipient=lin, kind="escalated").count() == 3


def test_each_level_of_a_contractor_is_told_once_by_sweeps_that_meet() -> None:
    xu, partner = cast.dispatcher_xu(), make_partner()
    target = {"priority": "normal", "kind": "resolution", "minutes": 5, "around_the_clock": True}
    agreed = make_partner_standard(partner, target)
    make_level(agreed.standard, Role.DISPATCHER, around_the_clock=True)
    worker = make_person("阎明", partner=partner)
    grant(worker, Role.TECHNICIAN)
    crew = make_crew("外协班", worker, partner=partner)
    order = raise_work_order(request_id=reported(make_service()).pk, by=xu, crew_id=crew.pk)
    later = clock.now() + dt.timedelta(minutes=10)

    at_once(*[lambda: tell_order_alarms(order_id=order.pk, now=later)] * 4)

    assert list(Alarm.objects.filter(theirs=True, kind="level").values_list("level", flat=True)) == [1]
    assert OrderEvent.objects.filter(kind="escalated").count() == 1
    assert Notice.objects.filter(recipient=xu, kind="escalated").count() == 1


def test_a_step_and_a_sweep_that_meet_leave_one_set_of_clocks() -> None:
    xu, partner = cast.dispatcher_xu(), make_partner()
    target = {"priority": "normal", "kind": "resolution", "minutes": 60, "around_the_clock": True}
    make_partner_standard(partner, target)
    worker = make_person("阎明", partner=partner)
    grant(worker, Role.TECHNICIAN)
    crew = make_crew("外协班", worker, partner=partner)
    request = reported(make_service())
    order = raise_work_order(request_id=request.pk, by=xu, crew_id=crew.pk)

    results = at_once(
        lambda: accept_work(order_id=order.pk, by=worker),
        *[lambda: refresh_clocks(request_id=request.pk)] * 3,
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert PartnerClock.objects.filter(order=order).count() == 1


def test_silence_closes_once() -> None:
    request = resolved_request()

    results = at_once(*[lambda: accept_by_silence(request_id=request.pk)] * 4)

    assert refused(results) == 3
    assert RequestEvent.objects.filter(kind="closed").count() == 1


def test_the_sweep_closes_in_a_transaction_of_its_own() -> None:
    request = resolved_request()
    later = request.resolved_at + dt.timedelta(days=60)

    assert sweep(now=later).closed == 1
    assert RequestEvent.objects.filter(kind="closed").count() == 1


def test_a_request_that_fails_does_not_hold_up_the_others() -> None:
    broken, request = resolved_request(), resolved_request()
    RequestEvent.objects.create(
        request=broken, kind="corrected", at=broken.resolved_at, data={"paused_by": "nothing that fits"}
    )
    later = request.resolved_at + dt.timedelta(days=60)

    assert sweep(now=later).closed == 1
    broken.refresh_from_db()
    assert broken.status == "resolved"
