"""What waits for me: the list, one of them, and deciding on it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from houqin.accounts.models import User
from houqin.approvals.models import Approval, ApprovalStatus, Delegation
from houqin.flows.write_off import write_off_goods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import StockDocument
from houqin.kernel import clock
from tests.makers_approvals import asked, make_approval_rule
from tests.makers_stock import make_item, make_store, received, shelf
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
INBOX = "/approvals/"


@pytest.fixture
def waiting(sun: User, lin: User) -> Approval:
    """A write-off of 孙仓管 that waits for 林主任."""
    lamp, store = make_item("灯"), make_store()
    received(lamp, 10, "30.00", to=shelf(store))
    goods = Goods(item=lamp, qty=Decimal(3), location=shelf(store))
    write_off_goods(goods=[goods], by=sun, reason="摔坏")
    return Approval.objects.get()


def step(approval: Approval, key: str) -> str:
    return reverse("approvals:step", args=[approval.pk, key])


def page_of(who: User, address: str) -> str:
    return signed_in(who).get(address).content.decode()


def test_what_waits_for_me_is_listed(waiting: Approval, lin: User, sun: User, zhao: User) -> None:
    assert waiting.number in page_of(lin, INBOX)
    assert "Nothing waits for you" in page_of(sun, INBOX)
    assert waiting.number in page_of(sun, f"{INBOX}?view=mine")
    assert waiting.number in page_of(zhao, f"{INBOX}?view=all")


def test_long_lists_take_few_statements(
    sun: User, lin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        asked(sun)
    client = signed_in(lin)
    client.get(INBOX)

    with django_assert_max_num_queries(14):
        client.get(INBOX)


def test_one_shows_its_course_and_its_buttons(waiting: Approval, lin: User, sun: User) -> None:
    address = reverse("approvals:approval", args=[waiting.pk])

    assert all(word in page_of(lin, address) for word in ("￥90.00", "林主任", "Agree", "Hand on"))
    assert "Agree" not in page_of(sun, address)
    assert "Recall" in page_of(sun, address)


def test_strangers_find_nothing(waiting: Approval, chen: User) -> None:
    for address in (reverse("approvals:approval", args=[waiting.pk]), step(waiting, "agree")):
        assert signed_in(chen).get(address).status_code == 404
    assert signed_in(chen).post(step(waiting, "agree")).status_code == 404
    waiting.refresh_from_db()
    assert waiting.is_waiting


def test_agreeing_lets_it_take_effect_once(waiting: Approval, lin: User) -> None:
    client, sent = signed_in(lin), {"note": "", "version": waiting.version, "form_key": "k" * 24}

    answers = [client.post(step(waiting, "agree"), sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    waiting.refresh_from_db()
    assert waiting.status == ApprovalStatus.APPROVED
    assert StockDocument.objects.get(kind="scrap").status == "posted"
    assert waiting.events.count() == 2


def test_refusing_needs_a_reason(waiting: Approval, lin: User) -> None:
    client = signed_in(lin)

    answer = client.post(step(waiting, "refuse"), {"note": "", "version": waiting.version})
    assert (answer.status_code, "Please fill in" in answer.content.decode()) == (422, True)

    client.post(step(waiting, "refuse"), {"note": "还能修", "version": waiting.version})
    waiting.refresh_from_db()
    assert waiting.status == ApprovalStatus.REFUSED


def test_who_saw_an_older_version_is_told(waiting: Approval, lin: User, zhao: User) -> None:
    client = signed_in(lin)
    client.post(step(waiting, "add"), {"to": zhao.pk, "note": "", "version": waiting.version})

    answer = client.post(step(waiting, "agree"), {"note": "", "version": waiting.version})

    assert "has changed meanwhile" in answer.content.decode()


def test_it_goes_back_to_an_earlier_step(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(zhao, position=1)
    make_approval_rule(lin, position=2)
    approval = asked(sun)
    signed_in(zhao).post(step(approval, "agree"), {"version": 1})

    form = page_of(lin, step(approval, "refuse"))
    assert "step 1" in form
    signed_in(lin).post(step(approval, "refuse"), {"note": "请核对", "step": "1", "version": 2})

    assert approval.number in page_of(zhao, INBOX)


def test_somebody_stands_in_for_me(lin: User, zhao: User) -> None:
    client, today = signed_in(lin), clock.today()
    days = {"first": today, "last": today + dt.timedelta(days=3)}

    assert client.post("/approvals/away/", {"to": zhao.pk, **days}).status_code == 303
    again = client.post("/approvals/away/", {"to": zhao.pk, **days})

    assert (again.status_code, "stands in from" in again.content.decode()) == (422, True)
    kept = Delegation.objects.get()
    assert signed_in(zhao).post(reverse("approvals:away_end", args=[kept.pk])).status_code == 404
    client.post(reverse("approvals:away_end", args=[kept.pk]))
    assert not Delegation.objects.exists()
