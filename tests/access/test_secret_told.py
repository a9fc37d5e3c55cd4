"""A day of a request with a word in all it says: nobody of another site is told or mailed of it."""

import datetime as dt
import json
from typing import Any

import pytest

from houqin.accounts.models import Grant, Role, User
from houqin.desk.actions.requests import Report
from houqin.desk.models import ServiceRequest
from houqin.flows.accept_result import accept_result
from houqin.flows.add_message import add_note, write_as_requester, write_to_requester
from houqin.flows.assign_work import assign_work
from houqin.flows.chase_request import chase_request
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.reopen_request import reopen_request
from houqin.flows.submit_request import submit_request
from houqin.flows.sweep import sweep
from houqin.kernel import clock
from houqin.notify.models import Notice, OutMail
from tests.access import world as scene
from tests.makers import make_crew, make_person
from tests.makers_desk import make_category, make_service

pytestmark = pytest.mark.django_db
WORD = "zqxphoenix"
READERS = [Role.TECHNICIAN, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.REQUESTER]


@pytest.fixture
def world(db: None) -> scene.World:
    return scene.build()


@pytest.fixture
def there(world: scene.World) -> dict[str, User]:
    """Who works at the other site: 派 dispatches, 修 repairs, 报 reports; each with an address."""
    place = world.foreign.place
    people = {}
    for name, role in (("派", Role.DISPATCHER), ("修", Role.TECHNICIAN), ("报", Role.REQUESTER)):
        person = make_person(username=f"b-{role}", full_name=name, email=f"b-{role}@example.com")
        Grant.objects.create(user=person, role=role, place=None if role == Role.REQUESTER else place)
        people[name] = person
    make_crew("B区水暖班", people["修"], code="crew-b", place=place)
    return people


def _a_day(world: scene.World, there: dict[str, User]) -> ServiceRequest:
    """Reported, dispatched, held, chased, written about, finished, opened again, overdue."""
    site, words = world.foreign, f"漏夜暗渠 {WORD}"
    service = make_service(f"水龙头 {WORD}", category=make_category("给水", code="told"))
    start = clock.now()

    def at(hours: float) -> Any:
        return clock.stopped_at(start + dt.timedelta(hours=hours))

    report: dict[str, Any] = {"title": words, "description": words, "contact_name": WORD, "channel": "qr"}
    asked = Report(service_id=service.pk, place_id=site.place.pk, requester_id=there["报"].pk, **report)
    with at(0):
        found = submit_request(report=asked, by=there["报"])
        order = raise_work_order(request_id=found.pk, by=there["派"])
        assign_work(order_id=order.pk, by=there["派"], worker_id=there["修"].pk)
        accept_work(order_id=order.pk, by=there["修"])
        start_work(order_id=order.pk, by=there["修"])
    with at(1):
        hold_work(order_id=order.pk, by=there["修"], reason="parts", note=words)
        chase_request(request_id=found.pk, by=there["报"], note=words)
        write_as_requester(request_id=found.pk, text=words, by=there["报"])
        write_to_requester(request_id=found.pk, text=words, by=there["派"])
        add_note(request_id=found.pk, text=words, by=there["派"])
    with at(2):
        resume_work(order_id=order.pk, by=there["修"])
        complete_work(order_id=order.pk, by=there["修"], result="fixed", result_note=words)
        accept_result(request_id=found.pk, by=there["报"])
        reopen_request(request_id=found.pk, by=there["报"], reason=words)
    for days in (1, 3, 9):
        sweep(now=start + dt.timedelta(days=days))
    return found


def _told(person: User) -> list[str]:
    """All that a person was told or mailed, as text."""
    bell = [json.dumps(one.data, ensure_ascii=False) for one in Notice.objects.filter(recipient=person)]
    mails = OutMail.objects.filter(recipient=person) | OutMail.objects.filter(to__iexact=person.email or "-")
    return bell + [f"{mail.subject}\n{mail.text}" for mail in mails]


def test_nobody_of_another_site_is_told_or_mailed(world: scene.World, there: dict[str, User]) -> None:
    found = _a_day(world, there)

    leaks = {
        reader: told
        for reader in READERS
        for told in _told(world.people[reader])
        if WORD in told or found.number in told
    }
    assert not leaks


def test_those_it_concerns_are_told(world: scene.World, there: dict[str, User]) -> None:
    """A day of which nobody hears would prove nothing."""
    _a_day(world, there)

    for name, person in there.items():
        assert any(WORD in told for told in _told(person)), name
