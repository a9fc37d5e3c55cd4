"""Writing goods off: at once up to a limit, beyond it by those who must agree."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.accounts.models import User
from houqin.approvals.models import Approval, ApprovalStatus
from houqin.budget.queries.costs import totals_of
from houqin.flows.decide_approval import decide_approval
from houqin.flows.write_off import resubmit_write_off, write_off_goods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import DocumentStatus, Item, LayerEntry, StockDocument, StockLimit
from houqin.inventory.queries.shortage import NotEnoughStock
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, StaleState
from houqin.notify.models import Notice
from tests.makers_stock import cost_of, issued, make_item, make_lot, make_store, received, shelf, stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp() -> Item:
    item, store = make_item("灯"), make_store()
    received(item, 10, "30.00", to=shelf(store))
    return item


def write_off(item: Item, qty: int, by: User, **facts: object) -> StockDocument:
    location = item.balances.get(on_hand__gt=0).location
    goods = Goods(item=item, qty=Decimal(qty), location=location, lot=facts.pop("lot", None))  # type: ignore[arg-type]
    told = {"reason": "摔坏", **facts}
    return write_off_goods(goods=[goods], by=by, **told)  # type: ignore[arg-type]


def decided(by: User, verb: str = "agree", note: str = "") -> Approval:
    return decide_approval(approval_id=Approval.objects.latest("pk").pk, by=by, verb=verb, note=note)


def test_up_to_the_limit_it_is_posted_at_once(lamp: Item, sun: User, lin: User) -> None:
    StockLimit.objects.create(kind="scrap", value="60.00")

    assert write_off(lamp, 2, sun).status == DocumentStatus.POSTED
    assert not Approval.objects.exists()
    assert stock(lamp) == (8, Decimal("240.00"))


def test_beyond_the_limit_it_waits_until_somebody_agrees(lamp: Item, sun: User, lin: User) -> None:
    StockLimit.objects.create(kind="scrap", value="60.00")

    document = write_off(lamp, 3, sun, charged_to="HQ")

    approval = Approval.objects.get()
    assert (document.status, document.number) == (DocumentStatus.SUBMITTED, approval.number)
    assert (approval.amount, approval.status) == (Decimal("90.00"), ApprovalStatus.WAITING)
    assert stock(lamp)[0] == 10
    assert [notice.recipient for notice in Notice.objects.filter(kind="agreement_wanted")] == [lin]

    decided(lin)

    document.refresh_from_db()
    assert (document.status, cost_of(document)) == (DocumentStatus.POSTED, Decimal("90.00"))
    assert document.number == approval.number
    assert totals_of("HQ") == {"material": Decimal("90.00")}
    assert stock(lamp) == (7, Decimal("210.00"))
    assert Notice.objects.filter(kind="agreed_to", recipient=sun).exists()


def test_refused_it_is_a_draft_with_the_reason_and_can_be_asked_again(
    lamp: Item, sun: User, lin: User
) -> None:
    document = write_off(lamp, 3, sun)

    decided(lin, "refuse", "还能修")

    document.refresh_from_db()
    assert (document.status, document.lines.get().note) == (DocumentStatus.DRAFT, "还能修")
    assert stock(lamp)[0] == 10
    assert Notice.objects.filter(kind="not_agreed_to", recipient=sun).exists()

    resubmit_write_off(document_id=document.pk, by=sun, reason="修不好，附照片")
    decided(lin)
    document.refresh_from_db()
    assert document.status == DocumentStatus.POSTED
    with pytest.raises(StaleState, match="no draft of a write-off"):
        resubmit_write_off(document_id=document.pk, by=sun, reason="再来")


def test_an_agreement_that_can_no_longer_take_effect_changes_nothing(
    lamp: Item, sun: User, lin: User
) -> None:
    document = write_off(lamp, 9, sun)
    issued(lamp, 5, out_of=lamp.balances.get(on_hand__gt=0).location.warehouse)  # type: ignore[arg-type]

    with pytest.raises(NotEnoughStock, match="9 个 needed, 5 there"):
        decided(lin)

    document.refresh_from_db()
    assert document.status == DocumentStatus.SUBMITTED
    assert Approval.objects.get().status == ApprovalStatus.WAITING
    assert stock(lamp)[0] == 5


def test_nothing_is_written_off_without_a_reason_or_beyond_what_is_there(
    lamp: Item, sun: User, lin: User
) -> None:
    with pytest.raises(Invalid, match="reason"):
        write_off(lamp, 1, sun, reason=" ")
    with pytest.raises(NotEnoughStock, match="11 个 needed, 10 there"):
        write_off(lamp, 11, sun)

    assert StockDocument.objects.count() == 1
    assert not Approval.objects.exists()


def test_the_same_key_asks_once(lamp: Item, sun: User, lin: User) -> None:
    assert write_off(lamp, 3, sun, key="k1") == write_off(lamp, 3, sun, key="k1")
    assert Approval.objects.count() == 1


def test_a4_an_expired_lot_is_refused_for_use_and_written_off_with_approval(sun: User, lin: User) -> None:
    store, milk = make_store(), make_item("牛奶", tracking="lot")
    tenth = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
    lot = make_lot(milk, expires_on=tenth.date())
    received(milk, 8, "5.50", to=shelf(store), lot=lot, at=tenth - dt.timedelta(days=20))
    with clock.stopped_at(tenth):
        issued(milk, 2, out_of=store, at=tenth)
    eleventh = tenth + dt.timedelta(days=1)

    with clock.stopped_at(eleventh):
        with pytest.raises(NotEnoughStock, match="0 usable, 6 expired on 2026-06-10"):
            issued(milk, 1, out_of=store, at=eleventh)
        document = write_off(milk, 6, sun, lot=lot, reason="过期")
        assert Approval.objects.get().amount == Decimal("33.00")
        decided(lin)

    document.refresh_from_db()
    assert (document.effective_at, cost_of(document)) == (eleventh, Decimal("33.00"))
    assert -sum(entry.dv for entry in LayerEntry.objects.filter(document=document)) == Decimal("33.00")
    assert stock(milk) == (0, Decimal("0.00"))
