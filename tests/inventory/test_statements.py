"""How many statements the stores send: as few for each line as for a whole document, wherever that can be."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item
from houqin.inventory.queries.holdings import held_at, held_now
from houqin.kernel import clock
from tests.makers_stock import issued, make_item, make_store, received, shelf

pytestmark = pytest.mark.django_db


def sent(step: Callable[[], object]) -> int:
    """Statements without savepoints."""
    with CaptureQueriesContext(connection) as found:
        step()
    return sum(1 for one in found.captured_queries if "SAVEPOINT" not in one["sql"])


def test_a_receipt_and_an_issue_over_three_layers() -> None:
    store, lamp = make_store(), make_item()
    for price in (1, 2, 3, 4):
        received(lamp, 10, price, to=shelf(store))
    issued(lamp, 1, out_of=store)

    assert sent(lambda: received(lamp, 10, 5, to=shelf(store))) <= 16
    assert sent(lambda: issued(lamp, 25, out_of=store)) <= 17


def test_each_further_line_of_a_document_reads_its_shelves_and_its_queue_only() -> None:
    store, items = make_store(), [make_item() for _ in range(12)]
    for item in items:
        received(item, 10, 5, to=shelf(store))

    def issue(some: list[Item]) -> None:
        goods = [Goods(item=item, qty=Decimal(1)) for item in some]
        moving.issue(goods=goods, warehouse=store, by=None, charged_to="GD1")

    issue(items)
    few, many = sent(lambda: issue(items[:2])), sent(lambda: issue(items))

    assert many - few in {2 * 10, 2 * 10 + 1}, "one more where the second has changed meanwhile"


def test_what_lies_in_the_stores_takes_as_many_statements_for_many_items() -> None:
    store, items = make_store(), [make_item().pk for _ in range(12)]

    assert sent(lambda: held_now(items, [store.pk])) == sent(lambda: held_now(items[:1], [store.pk])) <= 4
    assert sent(lambda: held_at(items, [store.pk], clock.today())) == 3
