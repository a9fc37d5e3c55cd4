"""The books of the stores are proven once a night, and who must know is told."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.flows.prove_stock import last_proof, prove_stock_nightly
from houqin.inventory.models import StockBalance
from houqin.kernel import clock
from houqin.notify.models import Notice
from tests.makers_stock import make_item, make_store, received, shelf

pytestmark = pytest.mark.django_db
NIGHT = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)
"""Half past two in the morning in China."""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_once_a_night_and_not_before_two_o_clock(zhao: User) -> None:
    with clock.stopped_at(NIGHT - dt.timedelta(hours=1)):
        assert (prove_stock_nightly(), last_proof()) == (None, None)
    with clock.stopped_at(NIGHT):
        assert prove_stock_nightly() == []
        assert prove_stock_nightly() is None
    with clock.stopped_at(NIGHT + dt.timedelta(days=1)):
        assert prove_stock_nightly() == []

    proof = last_proof()
    assert proof is not None
    assert (proof.day, proof.failed) == ("2026-11-25", 0)
    assert not Notice.objects.filter(recipient=zhao).exists()


def test_who_must_know_is_told_what_does_not_add_up(zhao: User, admin: User, chen: User) -> None:
    store, lamp = make_store(code="HQ9"), make_item(code="L9")
    received(lamp, 10, "3.33", to=shelf(store), at=NIGHT - dt.timedelta(days=1))
    StockBalance.objects.update(on_hand=9)

    with clock.stopped_at(NIGHT):
        found = prove_stock_nightly()

    assert found is not None
    assert {one.proof for one in found} == {"I1", "I3"}
    proof = last_proof()
    assert proof is not None
    assert (proof.failed, proof.findings[0]["subject"]) == (len(found), "L9 HQ9")
    told = Notice.objects.filter(kind="stock_unproven")
    assert {notice.recipient for notice in told} == {zhao, admin}
    assert "L9 HQ9" in told[0].data["reason"]
