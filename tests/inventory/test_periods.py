"""Closing a month of the stores' books: its totals stay, late facts land in the first open month."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from houqin.accounts.models import User
from houqin.inventory.actions import correcting, moving, periods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.actions.periods import PeriodClosed
from houqin.inventory.models import CostLayer, LayerEntry, StockDocument, StockPeriod
from houqin.inventory.queries.closing import digest_of, totals_of
from houqin.inventory.queries.proofs import played_otherwise, unproven
from houqin.kernel import clock
from houqin.kernel.errors import NotPermitted, Refused, StaleState
from tests.inventory.ledger import proofs
from tests.makers_stock import cost_of, issued, make_item, make_store, move_of, received, shelf, stock

pytestmark = pytest.mark.django_db
MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)


def on(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 4, tzinfo=dt.UTC)


def test_a_closed_month_keeps_its_totals_and_its_digest(zhao: User) -> None:
    store, lamp = make_store(code="HQ1"), make_item()
    received(lamp, 10, "10.00", to=shelf(store), at=on(4, 20))
    issued(lamp, 4, out_of=store, at=on(5, 3))
    received(lamp, 5, "12.00", to=shelf(store), at=on(5, 9))
    periods.close(month=dt.date(2026, 4, 1), by=zhao)

    may = periods.close(month=MAY, by=zhao)

    assert may.totals == {
        "HQ1": {"begin": "100.00", "changed": {"issue": "-40.00", "receipt": "60.00"}, "end": "120.00"}
    }
    assert may.digest == digest_of(periods.begin_of(MAY), periods.begin_of(JUNE))
    with pytest.raises(DatabaseError), transaction.atomic():
        StockPeriod.objects.filter(pk=may.pk).update(digest="x")
    with pytest.raises(StaleState, match="closed already"):
        periods.close(month=MAY, by=zhao)


def test_i8_a_late_fact_lands_in_the_first_open_month(zhao: User) -> None:
    store, lamp = make_store(), make_item()
    received(lamp, 10, "10.00", to=shelf(store), at=on(5, 3))
    issued(lamp, 2, out_of=store, at=on(6, 10))
    closed = periods.close(month=MAY, by=zhao)

    late = received(lamp, 5, "20.00", to=shelf(store), at=on(5, 1))

    assert (late.effective_at, late.happened_at) == (periods.begin_of(JUNE), on(5, 1))
    window = (periods.begin_of(MAY), periods.begin_of(JUNE))
    assert (totals_of(*window), digest_of(*window)) == (closed.totals, closed.digest)
    assert stock(lamp) == (13, Decimal("180.00"))
    assert not proofs(lamp)


def test_a_document_of_a_closed_month_is_not_reversed_and_its_later_cost_counts_later(zhao: User) -> None:
    store, lamp = make_store(), make_item()
    receipt = received(lamp, 10, "10.00", to=shelf(store), at=on(5, 3))
    closed = periods.close(month=MAY, by=zhao)

    with pytest.raises(PeriodClosed, match="closed"):
        correcting.reverse(document_id=receipt.pk, by=zhao, reason="错")
    move = receipt.stock_moves.get()
    correcting.reprice(receipt_move=move, amount=Decimal("7.00"), by=zhao, at=on(6, 5))

    assert stock(lamp) == (10, Decimal("107.00"))
    assert totals_of(periods.begin_of(MAY), periods.begin_of(JUNE)) == closed.totals
    assert StockDocument.objects.count() == 2


def test_into_a_month_that_is_being_closed_only_accountants_post(zhao: User, sun: User) -> None:
    store, lamp = make_store(), make_item()
    periods.begin_closing(month=MAY, by=zhao)
    goods = [Goods(item=lamp, qty=Decimal(1), price=Decimal(1))]

    with pytest.raises(PeriodClosed, match="only an accountant"):
        moving.receive(goods=goods, location=shelf(store), by=sun, at=on(5, 3))
    assert not LayerEntry.objects.exists()

    moving.receive(goods=goods, location=shelf(store), by=zhao, at=on(5, 3))
    periods.reopen(month=MAY, by=zhao)
    moving.receive(goods=goods, location=shelf(store), by=sun, at=on(5, 4))
    assert stock(lamp)[0] == 2


def test_months_are_closed_by_accountants_in_their_order_when_they_are_over(zhao: User, sun: User) -> None:
    store, lamp = make_store(), make_item()
    received(lamp, 1, 1, to=shelf(store), at=on(4, 3))
    received(lamp, 1, 1, to=shelf(store), at=on(5, 3))

    with pytest.raises(NotPermitted, match="accountant"):
        periods.close(month=MAY, by=sun)
    with pytest.raises(Refused, match="comes first: it is not closed yet"):
        periods.close(month=MAY, by=zhao)
    with pytest.raises(Refused, match="when it is over"):
        periods.close(month=clock.today().replace(day=1), by=zhao)
    assert not StockPeriod.objects.filter(status="closed").exists()


def test_r7_what_comes_back_of_an_issue_of_a_closed_month_is_a_layer_of_its_own(zhao: User) -> None:
    store, lamp = make_store(), make_item()
    received(lamp, 4, "10.00", to=shelf(store), at=on(5, 3))
    received(lamp, 4, "25.00", to=shelf(store), at=on(5, 4))
    issue = issued(lamp, 6, out_of=store, at=on(5, 10))
    closed = periods.close(month=MAY, by=zhao)
    old = list(CostLayer.objects.order_by("pk").values_list("qty_left", "value_left"))

    first = back(issue, 1)
    second = back(issue, 2)

    assert list(CostLayer.objects.order_by("pk").values_list("qty_left", "value_left"))[:2] == old
    assert layers_of(first) == [(1, Decimal("25.00"))]
    assert layers_of(second) == [(2, Decimal("35.00"))]
    assert (cost_of(issue), cost_of(first), cost_of(second)) == (90, -25, -35)
    assert totals_of(periods.begin_of(MAY), periods.begin_of(JUNE)) == closed.totals
    assert not proofs(lamp)
    assert not unproven([lamp.pk])
    assert not list(played_otherwise([lamp.pk]))
    with pytest.raises(Refused, match="only 3 of this issue are still out"):
        back(issue, 4)


def test_r7_what_came_back_before_the_month_was_closed_stays_in_its_layer(zhao: User) -> None:
    store, lamp = make_store(), make_item()
    received(lamp, 4, "10.00", to=shelf(store), at=on(5, 3))
    received(lamp, 4, "25.00", to=shelf(store), at=on(5, 4))
    issue = issued(lamp, 6, out_of=store, at=on(5, 10))
    back(issue, 1, at=on(6, 2))
    periods.close(month=MAY, by=zhao)

    late = back(issue, 5, at=on(6, 1))
    received(lamp, 1, "7.00", to=shelf(store), at=on(6, 1))

    assert layers_of(late) == [(5, Decimal("65.00"))]
    assert cost_of(issue) + cost_of(late) == 25
    assert stock(lamp) == (9, Decimal("147.00"))
    assert not unproven([lamp.pk])
    assert not list(played_otherwise([lamp.pk]))


def test_r7_a_return_into_a_layer_of_its_own_is_reversed_to_the_cent(zhao: User) -> None:
    store, glue = make_store(), make_item(cost_method="average")
    received(glue, 3, "3.333333", to=shelf(store), at=on(5, 3))
    issue = issued(glue, 2, out_of=store, at=on(5, 10))
    periods.close(month=MAY, by=zhao)
    was = stock(glue)

    returned = back(issue, 2)
    assert stock(glue) == (3, Decimal("10.00"))
    correcting.reverse(document_id=returned.pk, by=zhao, reason="错")

    assert stock(glue) == was
    assert not unproven([glue.pk])
    assert not list(played_otherwise([glue.pk]))


def back(issue: StockDocument, qty: int, **facts: Any) -> StockDocument:
    move = move_of(issue)
    return moving.give_back(goods=[Goods(item=move.item, qty=Decimal(qty), of_move=move)], by=None, **facts)


def layers_of(document: StockDocument) -> list[tuple[Decimal, Decimal]]:
    """The layers that a document's movements began, and what is in them."""
    layers = CostLayer.objects.filter(in_move__document=document)
    return list(layers.order_by("pk").values_list("qty_left", "value_left"))
