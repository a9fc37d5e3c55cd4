"""The proofs of the ledger of stock tell what does not add up."""

import datetime as dt

import pytest
from django.core.management import call_command

from houqin.accounts.models import User
from houqin.flows.check_stock import check_stock
from houqin.inventory.actions import periods
from houqin.inventory.models import CostLayer, StockBalance, StockPeriod
from tests.makers_stock import issued, make_item, make_store, received, shelf, transferred

pytestmark = pytest.mark.django_db
MAY = dt.datetime(2026, 5, 3, 4, tzinfo=dt.UTC)


def test_books_that_add_up(zhao: User, capsys: pytest.CaptureFixture[str]) -> None:
    store, other, lamp = make_store(), make_store("乙库"), make_item()
    received(lamp, 10, "3.33", to=shelf(store), at=MAY)
    transferred(lamp, 4, out_of=store, to=shelf(other))
    issued(lamp, 3, out_of=other)
    periods.close(month=MAY.date().replace(day=1), by=zhao)

    call_command("check_stock")

    assert capsys.readouterr().out.strip()
    assert check_stock() == []


def test_what_does_not_add_up_is_told_with_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    store, lamp = make_store(code="HQ9"), make_item(code="L9")
    received(lamp, 10, "3.33", to=shelf(store), at=MAY)
    StockBalance.objects.update(on_hand=9)
    CostLayer.objects.update(value_left="33.29")

    assert [(one.proof, one.subject) for one in check_stock()] == [
        ("I1", "L9 HQ9"),
        ("I2", "L9 HQ9"),
        ("I3", "L9 A1"),
    ]
    assert "9 lie there, the layers hold 10" in check_stock()[0].sentence
    with pytest.raises(SystemExit):
        call_command("check_stock")
    assert "L9 HQ9" in capsys.readouterr().out


def test_a_closed_month_that_was_tampered_with_is_told() -> None:
    month = MAY.date().replace(day=1)
    StockPeriod.objects.create(month=month, status="closed", closed_at=MAY, digest="0" * 64)

    assert [(one.proof, one.subject) for one in check_stock()] == [("I8", "2026-05")]
