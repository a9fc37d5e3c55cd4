"""The lists of the set-up and the history of changes, as a browser gets them."""

import pytest
from django.test import Client

from houqin.org.actions.calendars import fill_year
from houqin.work.models import ServiceStandard
from tests.makers import make_organisation, make_person, make_standard
from tests.makers_desk import make_request, make_service

pytestmark = pytest.mark.django_db


def shown(office: Client, address: str, language: str = "en") -> str:
    """The page, in English unless told otherwise."""
    return office.get(address, headers={"accept-language": language}).content.decode()


def test_the_history_folds_long_rows_and_leads_back(office: Client) -> None:
    make_organisation()
    question = {"key": "q1", "label": "漏得多厉害？", "kind": "text", "choices": [], "required": False}
    make_request(service=make_service(questions=[question]), answers={"q1": "喷水"})

    page = shown(office, "/setup/history/?table=desk.servicerequest")

    assert "漏得多厉害？ 喷水" in page
    assert "more fields</summary>" in page
    assert "&quot;key&quot;" not in page
    assert 'href="/setup/"' in page


def test_people_have_a_name_of_their_own_and_labels_a_code(office: Client) -> None:
    make_organisation()
    make_person("小王")

    people = shown(office, "/setup/people/", "zh-CN")
    labels = shown(office, "/setup/qr/", "zh-CN")

    assert "姓名" in people
    assert "令牌" not in labels


def test_a_list_of_standards_says_when_none_is_the_default(office: Client) -> None:
    make_standard(is_default=False)
    assert "No standard is the default" in shown(office, "/setup/standards/")

    ServiceStandard.objects.update(is_default=True)
    page = shown(office, "/setup/standards/")
    assert "No standard is the default" not in page
    assert "that of the place or organisation" in page


def test_the_year_says_in_words_that_it_is_settled(office: Client) -> None:
    make_organisation()
    fill_year(year=2026)

    page = shown(office, "/setup/holidays/2026/")

    assert "the statutory calendar with its make-up workdays is filled in" in page
    assert "confirmed by holidays" not in page
    assert '<th scope="col" abbr="Monday">Mo</th>' in page
