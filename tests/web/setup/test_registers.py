"""The registers: departments and partners as an administrator's browser keeps them."""

import datetime as dt

import pytest
from django.test import Client

from houqin.desk.actions.requests import Report
from houqin.desk.models import ServiceRequest
from houqin.flows.submit_request import submit_request
from houqin.org.models import Department, Partner
from houqin.org.queries.organisation import organisation
from tests.makers import make_calendar, make_job_type, make_organisation, make_place
from tests.makers_desk import make_example_standard, make_service

pytestmark = pytest.mark.django_db
DEPARTMENTS = "/setup/registers/departments/"
PARTNERS = "/setup/registers/partners/"
ENGLISH = {"accept-language": "en"}


def kept(office: Client, code: str, name: str, **facts: object) -> Department:
    answer = office.post(f"{DEPARTMENTS}new/", {"code": code, "name": name, "active": "on", **facts})
    assert answer.status_code == 303, answer.content.decode()
    return Department.objects.get(code=code)


def test_a_department_is_kept_and_found(office: Client) -> None:
    organisation()
    kept(office, "ZW", "总务处")

    assert "总务处" in office.get(f"{DEPARTMENTS}?q=zwc").content.decode()


def test_a_department_never_comes_to_stand_inside_itself(office: Client) -> None:
    top = kept(office, "A", "总务处")
    part = kept(office, "B", "水电科", parent=top.pk)

    facts = {"code": "A", "name": "总务处", "parent": part.pk, "active": "on"}
    answer = office.post(f"{DEPARTMENTS}{top.pk}/", facts, headers=ENGLISH)

    assert answer.status_code == 422
    assert "part of itself" in answer.content.decode()
    top.refresh_from_db()
    assert top.parent is None


def test_a_code_is_taken_in_every_spelling(office: Client) -> None:
    kept(office, "zw", "总务处")

    answer = office.post(f"{DEPARTMENTS}new/", {"code": "ZW", "name": "另一个"}, headers=ENGLISH)

    assert answer.status_code == 422
    assert "already in use" in answer.content.decode()
    assert Department.objects.count() == 1


def test_a_partner_is_found_by_who_answers_the_phone_there_after_a_change_too(office: Client) -> None:
    facts = {"code": "ADT", "name": "安达电梯", "contact": "孙经理", "phone": "13900001111", "active": "on"}
    office.post(f"{PARTNERS}new/", facts)
    partner = Partner.objects.get()
    office.post(f"{PARTNERS}{partner.pk}/", {**facts, "phone": "13900002222"})

    assert "安达电梯" in office.get(f"{PARTNERS}?q=13900002222").content.decode()
    assert "安达电梯" in office.get(f"{PARTNERS}?q=孙经理").content.decode()


def test_open_requests_follow_the_hours_of_a_calendar_and_of_their_place(office: Client) -> None:
    """Due times are shown and warned of by their copies, so these must not wait for the next step."""
    calendar = make_calendar()
    make_organisation(calendar=calendar)
    standard = make_example_standard()
    place = make_place()
    service = make_service(job_type=make_job_type(standard=standard))
    request = submit_request(
        report=Report(channel="qr", service_id=service.pk, place_id=place.pk, description="漏水"), by=None
    )

    def due() -> dt.datetime | None:
        return ServiceRequest.objects.get(pk=request.pk).due_at

    before = due()
    hours = {f"hours_{day}": "" for day in range(7)}
    facts = {"code": calendar.code, "name": calendar.name, "time_zone": "Asia/Shanghai", **hours}
    office.post(f"/setup/registers/calendars/{calendar.pk}/", {**facts, "hours_6": "08:00-09:00"})
    changed = due()
    assert changed != before

    always = make_calendar(weekly={str(day): [["00:00", "00:00"]] for day in range(7)})
    own = {name: getattr(place, name) for name in ("code", "name", "criticality", "type", "position")}
    answer = office.post(f"/setup/places/{place.pk}/", {**own, "calendar": always.pk})
    assert answer.status_code == 303, answer.content.decode()
    assert due() != changed
