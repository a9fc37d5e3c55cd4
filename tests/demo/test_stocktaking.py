"""What is checked in the stores of the demonstration: counts, a blocked lot, closed months."""

import datetime as dt

import pytest
from django.db.models import F

from houqin.accounts.models import User
from houqin.approvals.models import Approval
from houqin.demo.loading import Loaded
from houqin.demo.removal import remove_demonstration
from houqin.demo.stocktaking import RECALLED
from houqin.flows.check_stock import check_stock
from houqin.flows.move_goods import issue_goods
from houqin.inventory.actions import periods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    CountLine,
    CountRule,
    CountSession,
    CountStatus,
    DocumentStatus,
    Lot,
    StockBalance,
    StockDocument,
    StockLimit,
    StockPeriod,
)
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("undone")]
OCCASIONS = 600


def test_one_count_is_done_one_is_disputed_and_one_is_under_way() -> None:
    found = {session.status: session for session in CountSession.objects.all()}

    assert set(found) == {CountStatus.DONE, CountStatus.DECIDING, CountStatus.COUNTING}
    done, disputed, going = (found[state] for state in ("done", "deciding", "counting"))
    assert done.lines.filter(counted_qty=F("expected_qty") - 1).count() == 1
    assert done.document is not None
    assert done.document.status == DocumentStatus.POSTED
    assert disputed.document is not None
    assert disputed.document.status == DocumentStatus.SUBMITTED
    assert len(set(disputed.lines.filter(counter__isnull=False).values_list("counter", flat=True))) == 2
    assert Approval.objects.get(number=disputed.document.number).is_waiting
    left = going.lines.filter(counted_qty=None).count()
    assert 0 < left < going.lines.count()


def test_a_blocked_lot_is_refused_and_says_why_it_is_blocked() -> None:
    lot = Lot.objects.get(status=Lot.Status.BLOCKED)
    held = StockBalance.objects.filter(lot=lot, on_hand__gt=0).select_related("location", "item").first()
    assert held is not None
    store = held.location.warehouse
    assert store is not None
    before = StockDocument.objects.count()

    goods = Goods(item=held.item, qty=held.on_hand, lot=lot, location=held.location)
    with pytest.raises(Refused, match=f"0 usable, {shown(held.on_hand)} blocked"):
        issue_goods(goods=[goods], warehouse=store, charged_to="QH-D-JW", by=User.objects.get(username="sun"))

    assert lot.reason == RECALLED
    assert StockDocument.objects.count() == before


def test_months_are_closed_but_for_the_last_one() -> None:
    closed = list(StockPeriod.objects.order_by("month"))

    assert closed
    assert closed[-1].month == dt.date(2026, 9, 1)
    assert all(period.status == StockPeriod.Status.CLOSED and period.totals for period in closed)
    assert all(period.closed_at is not None and period.closed_at <= NOW for period in closed)
    assert not check_stock()


def test_removed_it_leaves_no_closed_month_no_rule_and_no_count(undone: Loaded) -> None:
    remove_demonstration()

    for model in (StockPeriod, StockLimit, CountRule, CountSession, CountLine):
        assert not model.objects.exists()  # type: ignore[attr-defined]
    periods.require_open(NOW - dt.timedelta(days=200))
