"""Many at one shelf: what is there goes out once, and nobody sees a deadlock."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from threading import Event
from typing import TypeVar, cast

import pytest
from django.db import connection, transaction

from houqin.flows.check_stock import check_stock
from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    CostLayer,
    Item,
    LayerEntry,
    StockBalance,
    StockDocument,
    StockLine,
    StockMove,
    Warehouse,
)
from houqin.inventory.queries.shortage import NotEnoughStock
from houqin.journal.models import NumberCounter
from tests.inventory.ledger import proofs
from tests.makers_stock import days_ago, issued, make_item, make_store, received, shelf, stock
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


@pytest.mark.parametrize("times", [6, pytest.param(120, marks=pytest.mark.long)])
def test_writers_of_many_lines_never_lock_each_other_out(times: int) -> None:
    store, other, items = make_store(), make_store("乙库"), [make_item() for _ in range(20)]
    for item in items:
        received(item, 1_000 * times, 3, to=shelf(store))

    def write(seed: int) -> int:
        dice = random.Random(seed)
        for _ in range(times):
            chosen = dice.sample(items, 6)
            goods = [Goods(item=item, qty=Decimal(dice.randint(1, 2))) for item in chosen]
            if dice.random() < 0.5:
                moving.issue(goods=goods, warehouse=store, by=None, charged_to="GD1")
            else:
                moving.transfer(goods=goods, warehouse=store, to=shelf(other), by=None)
        return times

    assert sum(answers(partial(write, seed) for seed in range(8))) == 8 * times
    assert not [wrong for item in items for wrong in proofs(item)]


def test_the_same_key_at_once_is_one_document() -> None:
    store, item = make_store(), make_item()
    received(item, 10, 1, to=shelf(store))

    def take() -> int:
        return issued(item, 1, out_of=store, key="scan-1").pk

    assert len(set(answers(take for _ in range(6)))) == 1
    assert stock(item)[0] == 9
    assert StockDocument.objects.filter(kind="issue").count() == 1


def test_a_process_that_is_killed_while_it_posts_leaves_nothing_half_stored() -> None:
    store, items = make_store(), [make_item() for _ in range(3)]
    for item in items:
        received(item, 10, 1, to=shelf(store))
    issued(items[0], 1, out_of=store)
    before = everything()

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCONT})
    child = os.fork()
    if not child:
        take_and_vanish(store, items)
    with transaction.atomic():
        # The number is taken last: who waits for it has changed balances and layers already.
        list(NumberCounter.objects.select_for_update())
        os.kill(child, signal.SIGCONT)
        until = time.monotonic() + 60
        while not waiting() and time.monotonic() < until:
            time.sleep(0.02)
        assert waiting()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    assert everything() == before
    assert moving.issue(
        goods=[Goods(item=item, qty=Decimal(1)) for item in items], warehouse=store, by=None, charged_to="GD1"
    ).number.endswith("0002")
    assert not [wrong for item in items for wrong in proofs(item)]


def take_and_vanish(store: Warehouse, items: list[Item]) -> None:
    """In a process of its own, with a connection of its own, once it is told; it never gets to the end."""
    try:
        connection.connection = None
        signal.sigwait({signal.SIGCONT})
        goods = [Goods(item=item, qty=Decimal(2)) for item in items]
        moving.issue(goods=goods, warehouse=store, by=None, charged_to="GD1")
    finally:
        os._exit(1)


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def everything() -> list[object]:
    tables = (StockDocument, StockLine, StockMove, LayerEntry, CostLayer, StockBalance, NumberCounter)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


@pytest.mark.parametrize("later", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_receipt_before_thousands_of_movements_is_settled_at_once_for_all_who_read(later: int) -> None:
    store, item, lines = make_store(), make_item(), 50
    received(item, later, "1.01", to=shelf(store), at=days_ago(300))
    for number in range(later // lines):
        goods = [Goods(item=item, qty=Decimal(1)) for _ in range(lines)]
        at = days_ago(250 - number)
        moving.issue(goods=goods, warehouse=store, by=None, charged_to="GD1", at=at)
    done = Event()

    def read() -> list[object]:
        seen = []
        while not done.is_set():
            seen.append(worth(item))
            assert not check_stock()
        return [*seen, worth(item)]

    def post() -> list[object]:
        try:
            received(item, 3, "2.00", to=shelf(store), at=days_ago(299))
            late = received(item, 100, "0.50", to=shelf(store), at=days_ago(301))
            return [late.adjustments.count()]
        finally:
            done.set()

    was = worth(item)
    *seen, told = answers([read, read, post])

    assert told == [1]
    between = worth_of(was, more="6.00", used=0, left=3)
    after = worth_of(between, more="50.00", used="-51.00", left=103)
    assert {one for each in seen for one in each} <= {was, between, after}
    assert worth(item) == after


def worth(item: Item) -> object:
    """Quantity left, its value and what was used, as one report reads them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sum(qty_left) FROM inventory_costlayer WHERE item_id = %(item)s),"
            " (SELECT sum(value_left) FROM inventory_costlayer WHERE item_id = %(item)s),"
            " (SELECT -sum(entry.dv) FROM inventory_layerentry entry"
            " JOIN inventory_costlayer layer ON layer.id = entry.layer_id"
            " JOIN inventory_stockmove move ON move.id = entry.move_id"
            " JOIN inventory_stockdocument document ON document.id = move.document_id"
            " WHERE layer.item_id = %(item)s AND document.kind = 'issue')",
            {"item": item.pk},
        )
        return cursor.fetchone()


def worth_of(was: object, *, more: str, used: object, left: int) -> object:
    """After goods for so much came and issues cost so much more."""
    _, value, spent = was  # type: ignore[misc]
    change = Decimal(str(used))
    return (Decimal(left), value + Decimal(more) - change, spent + change)
