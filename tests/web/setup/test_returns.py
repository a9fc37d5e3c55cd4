"""Returned mail on its pages: why, for whom, lifting it, the rule; and the hints where it matters."""

import pytest
from django.test import Client
from django.urls import reverse

from houqin.accounts.models import User
from houqin.intake.models import InboundMessage
from houqin.notify.models import OutMail, ReturningAddress
from houqin.notify.queries.returns import is_suspended, return_rule
from tests.fixtures_desk import *  # noqa: F403
from tests.intake.conftest import acknowledgement, desk, report
from tests.intake.test_returns import back, dsn, sent
from tests.makers_desk import make_request
from tests.web.signed_in import signed_in

__all__ = ["acknowledgement", "desk", "report", "sent"]
pytestmark = pytest.mark.django_db
LIST = reverse("setup:returns")


@pytest.fixture
def browser(admin: User) -> Client:
    return signed_in(admin)


@pytest.fixture
def row(sent: OutMail) -> InboundMessage:
    """The report that our acknowledgement did not arrive."""
    return back(dsn(sent))


def test_nothing_came_back_yet(browser: Client) -> None:
    assert "Nothing came back" in browser.get(LIST).content.decode()


def test_an_address_is_listed_with_its_reports_and_can_be_lifted(
    browser: Client, row: InboundMessage, sent: OutMail
) -> None:
    address = ReturningAddress.objects.get()
    listed = browser.get(LIST, {"state": "suspended"}).content.decode()
    assert "wang@example.com" in listed
    assert "there is no such address" in listed

    page = reverse("setup:returning", args=[address.pk])
    shown = browser.get(page).content.decode()
    assert "550 5.1.1 User unknown" in shown
    assert reverse("setup:intake_message", args=[row.pk]) in shown
    assert reverse("setup:mail", args=[sent.pk]) in shown
    assert "returned" in browser.get(reverse("setup:mail", args=[sent.pk])).content.decode()

    lift = reverse("setup:lift", args=[address.pk])
    assert browser.post(lift).headers["Location"] == page
    assert not is_suspended("wang@example.com")
    assert "written to already" in browser.post(lift, follow=True).content.decode()


def test_a_report_that_is_gone_leaves_its_words(browser: Client, row: InboundMessage) -> None:
    number = row.pk
    InboundMessage.objects.filter(pk=number).delete()
    shown = browser.get(reverse("setup:returning", args=[ReturningAddress.objects.get().pk])).content.decode()

    assert "User unknown" in shown
    assert f"/intake/{number}/" not in shown


def test_the_rule_is_set_here(browser: Client) -> None:
    assert browser.post(reverse("setup:return_rule"), {"most": "5", "within_days": "14"}).status_code == 303
    assert (return_rule().most, return_rule().within_days) == (5, 14)

    wrong = browser.post(reverse("setup:return_rule"), {"most": "0", "within_days": "x"})
    assert wrong.status_code == 422
    assert return_rule().most == 5


def test_the_desk_the_administrator_and_the_person_are_told(
    browser: Client, xu: User, wang: User, sent: OutMail
) -> None:
    OutMail.objects.filter(pk=sent.pk).update(to=wang.email)
    request = make_request(requester=wang)
    pages = [
        (signed_in(xu), reverse("desk:request", args=[request.number])),
        (browser, reverse("setup:person", args=[wang.pk])),
        (signed_in(wang), reverse("accounts:me")),
    ]
    for client, page in pages:
        assert "comes back" not in client.get(page).content.decode()

    back(dsn(sent))

    link = reverse("setup:returning", args=[ReturningAddress.objects.get().pk])
    told = [client.get(page).content.decode() for client, page in pages]
    assert ["comes back" in page for page in told] == [True, True, True]
    assert [link in page for page in told] == [False, True, False]
