"""Who calls: found by the number, whatever way it was written down."""

from collections.abc import Callable

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.intake.queries.callers import callers, people_with
from houqin.kernel.phone_numbers import read
from tests.fixtures_desk import *  # noqa: F403
from tests.makers import make_person, make_place
from tests.makers_desk import closed_request, make_request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "calling"),
    [
        ("13800000099", "+86 138 0000 0099"),
        ("138 0000 0099", "013800000099"),
        ("138-0000-0099", "13800000099"),
        ("0571-88881234", "057188881234"),
        ("0571-88881234", "88881234"),
        ("88881234", "+8657188881234"),
        ("0571-88881234转8012", "057188881234"),
        ("0571-88881234转8012", "8012"),
        ("6021", "6021"),
    ],
)
def test_a_person_is_found_by_the_number(written: str, calling: str) -> None:
    person = make_person("小李", phone=written)
    make_person("别人", phone="13800000098")
    number = read(calling)
    assert number is not None

    assert people_with(number) == [person]


def test_a_work_number_is_an_internal_number() -> None:
    person = make_person("小李", username="6021")
    number = read("6021")
    assert number is not None

    assert people_with(number) == [person]


def test_people_who_left_and_other_extensions_are_nobody() -> None:
    make_person("小李", phone="13800000099", is_active=False)
    make_person("小张", phone="0571-88881234转8013")

    for calling in ("13800000099", "0571-88881234转8012", "8012"):
        number = read(calling)
        assert number is not None
        assert people_with(number) == []


def test_people_come_before_contacts_and_each_has_the_usual_place(
    xu: User, wang: User, leak: Service
) -> None:
    often, seldom = make_place("302"), make_place("105")
    for place in (often, seldom, often):
        make_request(service=leak, place=place, requester=wang)
    make_request(service=leak, place=seldom, contact_name="李老师", contact_phone="138-0000-0002")
    closed_request(service=leak, place=often, requester=wang)

    first, second = callers("13800000002", xu)

    assert (first.person, first.places) == (wang, [often, seldom])
    assert len(first.open) == 3
    assert (second.name, second.person, second.places) == ("李老师", None, [seldom])
    assert [one.key for one in (first, second)] == [f"u{wang.pk}", "c李老师"]


@pytest.mark.parametrize("number", ["", "anonymous", "小王", "12", "1" * 80])
def test_no_number_is_nobodys(xu: User, number: str) -> None:
    assert callers(number, xu) == []


def test_requests_that_are_not_seen_name_nobody(chen: User, leak: Service) -> None:
    make_request(service=leak, contact_name="李老师", contact_phone="13800000099")

    assert callers("13800000099", chen) == []


def test_a_card_takes_few_statements(
    xu: User, leak: Service, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for at in range(12):
        person = make_person(f"人{at}", phone="0571-88881234")
        make_request(service=leak, place=make_place(str(at)), requester=person)

    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        assert len(callers("88881234", xu)) == 6
