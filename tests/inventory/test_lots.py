"""Lots that may not be used, and lots that are opened."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.accounts.models import User
from houqin.inventory.actions import lots, moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.queries.shortage import NotEnoughStock
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, StaleState
from tests.makers_stock import issued, make_item, make_lot, make_store, received, shelf, stock

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_i5_a_blocked_lot_is_not_used_but_can_be_written_off(sun: User) -> None:
    store, paint = make_store(), make_item("漆", tracking="lot")
    lot = make_lot(paint)
    received(paint, 5, 2, to=shelf(store), lot=lot)

    assert lots.block(lot_id=lot.pk, reason="结块").reason == "结块"
    with pytest.raises(NotEnoughStock, match="0 usable, 5 blocked"):
        issued(paint, 1, out_of=store)
    goods = Goods(item=paint, qty=Decimal(2), lot=lot, location=shelf(store))
    moving.write_off(goods=[goods], by=None)

    lots.release(lot_id=lot.pk, reason="检验合格")
    issued(paint, 1, out_of=store)
    assert stock(paint)[0] == 2


def test_blocking_needs_a_reason_and_is_done_once() -> None:
    lot = make_lot(make_item(tracking="lot"))

    with pytest.raises(Invalid, match="reason"):
        lots.block(lot_id=lot.pk, reason="")
    lots.block(lot_id=lot.pk, reason="受潮")
    with pytest.raises(StaleState, match="blocked"):
        lots.block(lot_id=lot.pk, reason="受潮")


def test_an_opened_lot_is_taken_first_and_keeps_only_so_long() -> None:
    store, glue = make_store(), make_item("胶", tracking="lot", open_life_days=7)
    today = clock.today()
    first, second = make_lot(glue, expires_on=today + 30 * DAY), make_lot(glue, expires_on=today + 60 * DAY)
    for lot in (first, second):
        received(glue, 5, 1, to=shelf(store), lot=lot)

    opened = lots.open_lot(lot_id=second.pk)

    assert (opened.opened_on, opened.expires_on) == (today, today + 7 * DAY)
    use = issued(glue, 1, out_of=store)
    assert [move.lot for move in use.stock_moves.all()] == [second]
    with pytest.raises(StaleState, match="opened already"):
        lots.open_lot(lot_id=second.pk)
    with pytest.raises(Invalid, match="still to come"):
        lots.open_lot(lot_id=first.pk, on=today + DAY)
