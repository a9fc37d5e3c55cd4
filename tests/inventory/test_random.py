"""Random work in the stores: after every commit the books are right, in whatever order they were written."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houqin.inventory.actions import correcting, moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    DocumentKind,
    Item,
    Location,
    StockDocument,
    StockMove,
    Warehouse,
)
from houqin.kernel.errors import Refused
from tests.inventory.ledger import picture, proofs
from tests.makers_stock import (
    cost_of,
    days_ago,
    issued,
    make_item,
    make_lot,
    make_store,
    received,
    shelf,
    transferred,
)

pytestmark = pytest.mark.django_db
KINDS = ["receive", "receive", "issue", "issue", "transfer", "return", "count", "reprice", "reverse", "scrap"]


class Storekeeper:
    """Does random things with a few items in three stores, some of them late."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.stores = [make_store(name) for name in "甲乙丙"]
        self.items = [
            make_item("灯管"),
            make_item("漆", tracking="lot"),
            make_item("胶", cost_method="average"),
            make_item("砂", step=Decimal("0.001")),
            make_item("药", tracking="lot", step=Decimal("0.5")),
        ]
        self.lots = {item.pk: [make_lot(item) for _ in range(2)] for item in self.items if item.tracked}
        self.done = self.refused = 0

    def work(self, steps: int, *, late: float = 0.2) -> None:
        """Take random steps, and prove the books of the item after each."""
        for _ in range(steps):
            item = self.dice.choice(self.items)
            at = days_ago(self.dice.uniform(0, 20)) if self.dice.random() < late else None
            try:
                with transaction.atomic():
                    getattr(self, f"_{self.dice.choice(KINDS)}")(item, at)
                self.done += 1
            except Refused:
                self.refused += 1
            assert not proofs(item)

    def _qty(self, item: Item) -> Decimal:
        return item.step * self.dice.randint(1, 12)

    def _lot(self, item: Item) -> dict[str, object]:
        return {"lot": self.dice.choice(self.lots[item.pk])} if item.tracked else {}

    def _receive(self, item: Item, at: dt.datetime | None) -> None:
        price = Decimal(self.dice.randint(0, 5_000_000)) / 1_000_000
        to = shelf(self.dice.choice(self.stores))
        received(item, self._qty(item), price, to=to, at=at, **self._lot(item))

    def _issue(self, item: Item, at: dt.datetime | None) -> None:
        issued(item, self._qty(item), out_of=self.dice.choice(self.stores), at=at)

    def _transfer(self, item: Item, at: dt.datetime | None) -> None:
        one, other = self.dice.sample(self.stores, 2)
        transferred(item, self._qty(item), out_of=one, to=shelf(other), at=at)

    def _move(self, item: Item, kind: str) -> StockMove:
        moves = StockMove.objects.filter(item=item, document__kind=kind, document__status="posted")
        found = list(moves.select_related("source", "target", "item__unit", "lot").order_by("pk"))
        if not found:
            raise Refused("nothing yet")
        return self.dice.choice(found)

    def _return(self, item: Item, at: dt.datetime | None) -> None:
        move = self._move(item, DocumentKind.ISSUE)
        moving.give_back(goods=[Goods(item=item, qty=self._qty(item), of_move=move)], by=None, at=at)

    def _count(self, item: Item, at: dt.datetime | None) -> None:
        sign = self.dice.choice([1, -1])
        goods = Goods(item=item, qty=sign * self._qty(item), location=self._shelf(), **self._lot(item))  # type: ignore[arg-type]
        moving.correct(goods=[goods], by=None, at=at)

    def _scrap(self, item: Item, at: dt.datetime | None) -> None:
        goods = Goods(item=item, qty=self._qty(item), location=self._shelf(), **self._lot(item))  # type: ignore[arg-type]
        moving.write_off(goods=[goods], by=None, at=at)

    def _reprice(self, item: Item, at: dt.datetime | None) -> None:
        amount = Decimal(self.dice.randint(1, 900)) / 100
        correcting.reprice(receipt_move=self._move(item, DocumentKind.RECEIPT), amount=amount, by=None, at=at)

    def _reverse(self, item: Item, at: dt.datetime | None) -> None:
        del at
        documents = StockDocument.objects.filter(lines__item=item, status="posted").order_by("pk")
        if not documents:
            raise Refused("nothing yet")
        correcting.reverse(document_id=self.dice.choice(list(documents)).pk, by=None, reason="错")

    def _shelf(self) -> Location:
        store: Warehouse = self.dice.choice(self.stores)
        return shelf(store)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_books_are_right_after_every_step(seed: int) -> None:
    keeper = Storekeeper(seed)

    keeper.work(150)

    assert keeper.done > 40
    assert keeper.refused > 10


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[int, str, int, int]]:
    """Day, what, quantity, and place in the order of recording."""
    days = draw(st.integers(3, 9))
    order = draw(st.permutations(range(days)))
    plan = [(day, draw(st.sampled_from("RRIT")), draw(st.integers(1, 9)), order[day]) for day in range(days)]
    return [(0, "R", 60, -1), (1, "T", 20, -1), *((d + 2, w, q, o) for d, w, q, o in plan)]


@given(plans(), st.sampled_from(["fifo", "average"]))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_order_of_recording_changes_neither_stock_nor_cost(
    plan: list[tuple[int, str, int, int]], method: str
) -> None:
    """I7: enough was there at all times, so that no order is refused."""
    a, b, start = make_store("甲"), make_store("乙"), days_ago(30)
    pictures = []
    for orders in (sorted(plan), sorted(plan, key=lambda one: one[3])):
        item, costs = make_item(cost_method=method), {}
        for day, what, qty, _ in orders:
            at = start + dt.timedelta(days=day)
            if what == "R":
                document = received(item, qty, Decimal(day * 7 + 3) / 8, to=shelf(a), at=at)
            elif what == "T":
                document = transferred(item, min(qty, 20), out_of=a, to=shelf(b), at=at)
            else:
                document = issued(item, min(qty, 2), out_of=b, at=at)
            costs[day] = document
        assert not proofs(item)
        pictures.append((picture(item), {day: cost_of(document) for day, document in costs.items()}))

    assert pictures[0] == pictures[1]
