"""One box finds what a person may see, and nothing else."""

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.insight.search import Found, exact, search
from tests.flows.story import given_to, reported
from tests.makers import make_place


@pytest.fixture
def words(leak: Service, chen: User, xu: User, wang: User) -> str:
    """A leak of 小王 in 教学楼 302 that 陈师傅 mends; returns its number."""
    room = make_place("实验楼302")
    request = reported(leak, wang, place_id=room.pk, description="实验楼漏水")
    given_to(chen, request, xu)
    return request.number


@pytest.mark.parametrize("text", ["漏水", "loushui", "ls 302", "实验楼 漏水"])
def test_words_pinyin_and_initials_find_the_same(words: str, xu: User, text: str) -> None:
    assert [request.number for request in search(text, xu).requests] == [words]


def test_a_number_finds_request_and_order(words: str, xu: User) -> None:
    assert [request.number for request in search(words, xu).requests] == [words]


def test_a_whole_number_leads_to_the_one_document(words: str, xu: User, liu: User) -> None:
    assert str(exact(words.lower().replace("-", ""), xu)) == f"{words} 实验楼漏水"
    assert exact(words, liu) is None


def test_everybody_finds_places_and_own_requests(words: str, wang: User, stranger: User) -> None:
    assert [request.number for request in search("漏水", wang).requests] == [words]
    assert search("漏水", stranger).requests == []
    assert [str(place) for place in search("实验楼", stranger).places] == ["实验楼302"]


def test_people_are_found_by_who_sets_them_up_only(words: str, admin: User, wang: User) -> None:
    assert [str(person) for person in search("陈师傅", admin).people] == ["陈师傅"]
    assert search("陈师傅", wang).people == []


def test_orders_are_found_by_whose_work_they_are(words: str, chen: User, liu: User) -> None:
    assert [order.title for order in search("漏水", chen).orders] == ["实验楼漏水"]
    assert search("漏水", liu).orders == []


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_an_empty_box_finds_nothing(words: str, xu: User, text: str) -> None:
    assert search(text, xu) == Found()
