"""Our stores, called as pages and API call them: `python -m benchmarks.stores.ours`.

HOUQIN_DATABASE_URL names a migrated database; BENCH_CLIENT is the number of this client.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
django.setup()

from benchmarks.calling import backend, statements  # noqa: E402
from benchmarks.side import serve  # noqa: E402
from benchmarks.stores import codes  # noqa: E402
from houqin.inventory.actions import import_items, moving  # noqa: E402
from houqin.inventory.actions.moving import Goods  # noqa: E402
from houqin.inventory.models import Item, ItemCategory, Location, Unit, Warehouse  # noqa: E402
from houqin.inventory.queries import holdings  # noqa: E402
from houqin.kernel import clock  # noqa: E402

Call = Callable[[], object]
TEN = Decimal(10)


def seed(_serial: int) -> Call:
    """One store with one shelf, and the items of all measurements."""

    def call() -> None:
        store = Warehouse.objects.create(code="BENCH", name="总库")
        Location.objects.create(warehouse=store, code="A1")
        unit = Unit.objects.create(code="个", name="个")
        category = ItemCategory.objects.create(code="E", name="电工")
        for code in codes.ALL:
            Item.objects.create(code=code, name=f"灯管 {code}", category=category, unit=unit)
        for kind in ("supplier", "use"):
            moving.outside(kind)

    return call


class Stores:
    """The operations, on the items and the shelf that `seed` made."""

    def __init__(self) -> None:
        self.store = Warehouse.objects.filter(code="BENCH").first()
        self.shelf = Location.objects.filter(warehouse=self.store).first()
        known = Item.objects.select_related("unit", "category").filter(code__in=codes.ALL)
        self.items = {item.code: item for item in known}

    def receive(self, code: str) -> None:
        """Ten pieces at three yuan."""
        assert self.shelf is not None  # noqa: S101 - `seed` has run
        goods = Goods(item=self.items[code], qty=TEN, price=Decimal(3))
        moving.receive(goods=[goods], location=self.shelf, by=None)

    def issue(self, code: str, qty: int) -> None:
        """So many pieces for an order."""
        assert self.store is not None  # noqa: S101 - `seed` has run
        goods = Goods(item=self.items[code], qty=Decimal(qty))
        moving.issue(goods=[goods], warehouse=self.store, by=None, charged_to="GD1")

    def receipt(self, _serial: int) -> Call:
        return lambda: self.receive(codes.RECEIPT)

    def fifo(self, _serial: int) -> Call:
        for _ in range(3):
            self.receive(codes.FIFO)
        return lambda: self.issue(codes.FIFO, 30)

    def cycle(self, code: str) -> Callable[[int], Call]:
        def call() -> None:
            self.receive(code)
            self.issue(code, 10)

        return lambda _serial: call

    def long(self, code: str) -> Callable[[int], Call]:
        return lambda _serial: lambda: self.issue(code, 1)

    def worth_now(self, _serial: int) -> Call:
        return lambda: holdings.worth([self.store.pk if self.store else 0])

    def worth_at(self, _serial: int) -> Call:
        day = clock.today() - codes.AGO
        return lambda: holdings.worth([self.store.pk if self.store else 0], day)

    def value_now(self, _serial: int) -> Call:
        ids, stores = [self.items[code].pk for code in codes.VALUED], [self.store.pk if self.store else 0]
        return lambda: holdings.held_now(ids, stores)

    def value_at(self, _serial: int) -> Call:
        ids, stores = [self.items[code].pk for code in codes.VALUED], [self.store.pk if self.store else 0]
        day = clock.today() - codes.AGO
        return lambda: holdings.held_at(ids, stores, day)


def imported(rows: int) -> Callable[[int], Call]:
    """A table of so many new items, read, checked and stored."""

    def operation(serial: int) -> Call:
        lines = [f"M{serial}-{row},灯管 {row},LED tube {row},电工,个" for row in range(rows)]
        file = BytesIO("\n".join(["编码,名称,英文名称,分类,单位", *lines]).encode())

        def call() -> None:
            plan = import_items.store(file=file)
            if len(plan.rows) != rows or any(row.outcome != "new" for row in plan.rows):
                raise RuntimeError("not all were new")

        return call

    return operation


def main() -> None:
    """Measure what is asked for until the input ends."""
    stores = Stores()
    client = int(os.environ.get("BENCH_CLIENT", "0"))
    serve(
        {
            "seed": seed,
            "receipt": stores.receipt,
            "fifo": stores.fifo,
            "cycle_own": stores.cycle(codes.OWN[client]),
            "cycle_same": stores.cycle(codes.SAME),
            "worth_now": stores.worth_now,
            "worth_at": stores.worth_at,
            "value_now": stores.value_now,
            "value_at": stores.value_at,
            **{f"long_{size}": stores.long(code) for size, code in codes.LONG.items()},
            **{f"import_{rows}": imported(rows) for rows in codes.IMPORTED},
        },
        backend=backend,
        statements=statements,
    )


if __name__ == "__main__":
    main()
