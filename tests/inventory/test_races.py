"""Many at one shelf: what is there goes out once, and nobody sees a deadlock."""

import random
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import TypeVar, cast

import pytest

from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import StockDocument
from houqin.inventory.queries.shortage import NotEnoughStock
from tests.inventory.ledger import proofs
from tests.makers_stock import issued, make_item, make_store, received, shelf, stock
from tests.threads import together

T = TypeVar("T")
pytestmark = pytest.mark.django_db(transaction=True)


def answers(steps: Iterable[Callable[[], T]]) -> list[T]:
    """What each of many at once answered; an exception that nobody expected fails the test."""
    found = together(list(steps))
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return cast("list[T]", found)


def race(threads: int, times: int, units: int) -> tuple[int, int]:
    """How many issues of one piece succeeded and how many were refused."""
    store, item = make_store(), make_item()
    received(item, units, "1.37", to=shelf(store))

    def take() -> tuple[int, int]:
        done = refused = 0
        for _time in range(times):
            try:
                issued(item, 1, out_of=store)
                done += 1
            except NotEnoughStock:
                refused += 1
        return done, refused

    found = answers(take for _ in range(threads))
    assert not proofs(item)
    assert stock(item)[1] == Decimal("0.00") or stock(item)[0] > 0
    return sum(done for done, _ in found), sum(refused for _, refused in found)


def test_what_is_there_goes_out_once() -> None:
    assert race(threads=8, times=10, units=50) == (50, 30)


@pytest.mark.long
def test_fifty_threads_take_five_thousand_pieces() -> None:
    assert race(threads=50, times=200, units=5_000) == (5_000, 5_000)


def test_writers_of_many_lines_never_lock_each_other_out() -> None:
    store, other, items = make_store(), make_store("乙库"), [make_item() for _ in range(20)]
    for item in items:
        received(item, 100, 3, to=shelf(store))

    def write(seed: int) -> int:
        dice = random.Random(seed)
        for _ in range(6):
            chosen = dice.sample(items, 6)
            goods = [Goods(item=item, qty=Decimal(dice.randint(1, 2))) for item in chosen]
            if dice.random() < 0.5:
                moving.issue(goods=goods, warehouse=store, by=None, charged_to="GD1")
            else:
                moving.transfer(goods=goods, warehouse=store, to=shelf(other), by=None)
        return 6

    assert sum(answers(partial(write, seed) for seed in range(8))) == 48
    assert not [wrong for item in items for wrong in proofs(item)]


def test_the_same_key_at_once_is_one_document() -> None:
    store, item = make_store(), make_item()
    received(item, 10, 1, to=shelf(store))

    def take() -> int:
        return issued(item, 1, out_of=store, key="scan-1").pk

    assert len(set(answers(take for _ in range(6)))) == 1
    assert stock(item)[0] == 9
    assert StockDocument.objects.filter(kind="issue").count() == 1
