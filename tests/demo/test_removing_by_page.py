"""The page that removes the demonstration: it says what goes, asks, and does it once."""

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.demo.loading import Loaded, is_loaded
from houqin.desk.models import ServiceRequest
from houqin.org.models import Department
from tests.makers import grant, make_person
from tests.web.signed_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
PAGE = "/setup/system/demonstration/"


@pytest.fixture
def office(demonstration: Loaded) -> Client:
    """The browser of an administrator of the house."""
    person = make_person("何主管", username="heguan")
    grant(person, Role.ADMINISTRATOR)
    return signed_in(person)


def test_the_page_says_how_much_goes(office: Client, demonstration: Loaded) -> None:
    assert PAGE in office.get("/setup/system/").content.decode()

    goes = office.get(PAGE).context["goes"]

    assert (goes.requests, goes.orders) == (demonstration.requests, demonstration.orders)
    assert goes.people == demonstration.people


def test_a_click_removes_it_and_a_second_finds_nothing(office: Client) -> None:
    key = office.get(PAGE).context["form_key"]
    answers = [office.post(PAGE, {"form_key": key}) for _click in range(2)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (303, "/setup/system/")
    ] * 2
    assert not is_loaded()
    assert [person.username for person in User.objects.all()] == ["heguan"]
    after = office.get("/setup/system/").content.decode()
    assert "The demonstration is removed" in after
    assert PAGE not in after
    assert office.get(PAGE).headers["Location"] == "/setup/system/"


def test_what_is_in_the_way_is_named_and_nothing_is_removed(office: Client, demonstration: Loaded) -> None:
    make_person("李四", username="lisi", department=Department.objects.get(code="QH-D-JW"))

    answer = office.post(PAGE, {"form_key": "k" * 20, "with_own_requests": "on"})

    assert answer.status_code == 422
    assert "李四" in answer.content.decode()
    assert ServiceRequest.objects.filter(is_demo=True).count() == demonstration.requests


def test_the_administrator_of_the_demonstration_is_signed_out() -> None:
    browser = signed_in(User.objects.get(username="admin"))
    assert "first administrator" in browser.get(PAGE).content.decode()

    answer = browser.post(PAGE, {"form_key": "k" * 20}, follow=True)

    assert answer.redirect_chain[-1][0] == "/welcome/"
    assert not User.objects.exists()


def test_others_find_no_such_page() -> None:
    for username in ("lin", "xuxiao", "auditor", "wang"):
        browser = signed_in(User.objects.get(username=username))
        assert browser.get(PAGE).status_code == 404
        assert browser.post(PAGE).status_code == 404
