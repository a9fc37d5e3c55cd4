"""Mail of people who follow a fault: it goes to staff beside the conversation, whichever number it names."""

import pytest

from houqin.accounts.models import User
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, Message, ServiceRequest
from houqin.flows.follow_request import follow_request, leave_request
from houqin.flows.triage_request import merge_request
from houqin.intake.models import Outcome
from houqin.notify.models import OutMail
from tests.intake.letters import answer_to, arrives, letter
from tests.makers_desk import make_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]

LI = "小李 <li@example.com>"


@pytest.fixture
def fault() -> ServiceRequest:
    return make_request(contact_name="王小明", contact_email="wang@example.com")


@pytest.fixture
def li(fault: ServiceRequest) -> Follower:
    contact = Contact(name="小李", email="Li@example.com")
    return follow_request(request_id=fault.pk, contact=contact, by=None)


def news() -> OutMail:
    """What we wrote to 小李 last."""
    return OutMail.objects.filter(to__iexact="li@example.com").latest("pk")


def said(request: ServiceRequest) -> list[tuple[str, str, str]]:
    found = Message.objects.filter(request=request).order_by("pk")
    return list(found.values_list("side", "author_name", "text"))


def test_an_answer_to_our_news_is_the_followers_message(fault: ServiceRequest, li: Follower) -> None:
    row = arrives(answer_to(news(), "三楼也停了。", sender=LI))

    assert (row.outcome, row.reason, row.request_number) == (
        Outcome.MESSAGE,
        "answer_of_follower",
        fault.number,
    )
    assert said(fault) == [("follower", "小李", "三楼也停了。")]
    assert li.messages.count() == 1
    assert not OutMail.objects.filter(to="wang@example.com", kind="message").exists()


def test_the_number_in_the_subject_is_enough_for_a_follower(fault: ServiceRequest, li: Follower) -> None:
    row = arrives(letter("还没好", subject=f"Re: {fault.number}", sender=LI))

    assert (row.outcome, row.request_number) == (Outcome.MESSAGE, fault.number)
    assert li.messages.count() == 1


def test_an_account_that_follows_is_known_by_its_address(fault: ServiceRequest, wang: User) -> None:
    other = make_request(contact_email="somebody@example.com")
    follow_request(request_id=other.pk, contact=Contact(), by=wang)

    row = arrives(letter("还没好", subject=f"Re: {other.number}", sender=f"小王 <{wang.email}>"))

    assert row.reason == "answer_of_follower"
    assert other.messages.get().author == wang
    assert not fault.messages.exists()


@pytest.mark.usefixtures("li")
def test_a_merged_number_leads_to_where_it_goes_on(fault: ServiceRequest, xu: User) -> None:
    other = make_request()
    ours = news()
    merge_request(request_id=fault.pk, into_id=other.pk, by=xu)

    row = arrives(answer_to(ours, "三楼也停了。", sender=LI))

    assert row.request_number == other.number
    assert said(other) == [("follower", "小李", "三楼也停了。")]


def test_who_has_left_is_a_stranger_again(fault: ServiceRequest, li: Follower) -> None:
    leave_request(follower_id=li.pk, by=None)

    row = arrives(letter("还没好", subject=f"Re: {fault.number}", sender=LI))

    assert (row.outcome, row.reason) == (Outcome.REQUEST, "new_of_stranger")
    assert not fault.messages.exists()


@pytest.mark.usefixtures("li")
def test_a_machine_that_answers_for_a_follower_says_nothing(fault: ServiceRequest) -> None:
    row = arrives(answer_to(news(), "我不在。", sender=LI, auto_submitted="auto-replied"))

    assert row.outcome == Outcome.NOTE
    assert [side for side, _name, _text in said(fault)] == ["internal"]
