"""A storekeeper whose every step is a number: what they do, to which goods, how much, where and when.

After each step the proofs of the ledger are asked for what the step touched, the history is played again,
rows that were there before are compared, and what was refused is tried by hand.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from houqin.accounts.models import User
from houqin.inventory.actions import correcting, lots, moving, periods, reserving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    DocumentKind,
    Item,
    LayerEntry,
    Lot,
    StockBalance,
    StockDocument,
    StockMove,
    StockPeriod,
    Warehouse,
)
from houqin.inventory.queries import books, closing, picking, proofs
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from tests import makers_stock as make
from tests.inventory.dice import Dice
from tests.inventory.retelling import LATER, retold, told

START = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
STEPS = (0, 60, 6 * 3600, 18 * 3600)
"""Seconds that pass before a step: none twice in four, so that many things share an instant."""

KINDS = (
    *("receive", "receive", "receive", "issue", "issue", "issue", "issue", "transfer", "transfer"),
    *("give_back", "give_back", "gain", "loss", "scrap", "send_back", "reprice", "reprice", "reverse"),
    *("reverse", "lot_change", "reserve", "let_go", "close", "again"),
)
NEVER_REFUSED = {"receive", "gain", "again"}
OFTEN = 10
"""After so many steps the history is played again and rows are compared with what they were."""


class Keeper:
    """Five items with and without lots, by queue and by average, in three stores with two shelves each."""

    def __init__(self, accountant: User) -> None:
        self.by, self.now = accountant, START
        self.stores = [make.make_store(name) for name in "甲乙丙"]
        self.shelves = [make.shelf(store, code) for store in self.stores for code in ("A1", "B1")]
        self.shelves.append(make.shelf(self.stores[0], "Q", kind="quarantine"))
        finer = Decimal("0.001")
        self.items = [
            make.make_item("灯管"),
            make.make_item("漆", tracking="lot"),
            make.make_item("胶", cost_method="average"),
            make.make_item("砂", step=finer),
            make.make_item("药", tracking="lot", step=Decimal("0.5")),
        ]
        ends = (START + dt.timedelta(days=60)).date()
        for item in self.items:
            if item.tracked:
                make.make_lot(item), make.make_lot(item, expires_on=ends)
        self.done: dict[str, int] = defaultdict(int)
        self.refused: dict[str, int] = defaultdict(int)
        self.keys = self.steps = 0
        self.last: tuple[Callable[..., StockDocument], dict[str, Any], StockDocument] | None = None
        self.seen: dict[tuple[int, str], tuple[int, str]] = {}
        self.closed: dict[dt.date, tuple[str, Any]] = {}

    def step(self, number: int) -> None:
        """One step, and the proof of what it touched."""
        dice = Dice(number)
        kind, item = KINDS[dice.of(len(KINDS))], self.items[dice.of(5)]
        self.now += dt.timedelta(seconds=STEPS[dice.of(4)])
        with clock.stopped_at(self.now):
            before = self._counted()
            try:
                with transaction.atomic():
                    getattr(self, f"_{kind}")(item, dice)
                self.done[kind] += 1
            except Refused as refusal:
                self.refused[kind] += 1
                assert self._counted() == before, "a refusal writes nothing"
                self._explained(kind, refusal)
            self.prove(item)

    def _counted(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT max(id) FROM inventory_stockdocument),"
                " (SELECT max(id) FROM inventory_stockmove), (SELECT max(id) FROM inventory_layerentry)"
            )
            return list(cursor.fetchone() or ())

    def _explained(self, kind: str, refusal: Refused) -> None:
        words = str(refusal)
        assert kind not in NEVER_REFUSED or "nothing there" in words or "worth" in words, f"{kind}: {words}"

    def prove(self, item: Item) -> None:
        """I1–I4, I11 by the ledger's own proofs, I6–I7 by playing again, I4 by comparing rows."""
        wrong = proofs.unproven([item.pk])
        self.steps += 1
        if not self.steps % OFTEN:
            wrong += proofs.played_otherwise([item.pk])
            self._unchanged("inventory_stockmove", "item_id = %s", item)
            layers = "layer_id IN (SELECT id FROM inventory_costlayer WHERE item_id = %s)"
            self._unchanged("inventory_layerentry", layers, item)
        assert not wrong, wrong

    def _unchanged(self, table: str, where: str, item: Item) -> None:
        upto, digest = self.seen.get((item.pk, table), (0, ""))
        row = "one::text, '|' ORDER BY id"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT coalesce(max(id), 0), md5(string_agg({row}) FILTER (WHERE id <= %s)),"  # noqa: S608
                f" md5(string_agg({row})) FROM {table} one WHERE {where}",
                [upto, item.pk],
            )
            last, was, whole = cursor.fetchone() or (0, "", "")
        assert not upto or was == digest, f"{table}: a row was changed"
        self.seen[item.pk, table] = (last, whole)

    def _at(self, dice: Dice, earliest: dt.datetime = START) -> dt.datetime | None:
        """Now, or late: some days ago, or at the very instant of another document."""
        way = dice.of(6)
        if way < 3:
            return None
        if way == 3:
            pks = list(
                StockDocument.objects.filter(effective_at__gte=earliest).values_list(
                    "effective_at", flat=True
                )
            )
            return pks[dice.of(len(pks))] if pks else None
        return max(self.now - dt.timedelta(hours=dice.of(40) * 20 + 1), earliest)

    def _qty(self, item: Item, dice: Dice) -> Decimal:
        return item.step * (dice.of(12) + 1)

    def _store(self, item: Item, dice: Dice) -> Warehouse:
        """Mostly one where some of the item lies."""
        filled = {
            one.location.warehouse_id
            for one in StockBalance.objects.filter(item=item, on_hand__gt=0).select_related("location")
        }
        likely = [store for store in self.stores if store.pk in filled]
        return dice.among(likely if likely and dice.of(5) else self.stores)

    def _lot(self, item: Item, dice: Dice) -> Lot | None:
        return dice.among(list(item.lots.order_by("pk"))) if item.tracked else None

    def _do(self, action: Callable[..., StockDocument], **asked: Any) -> StockDocument:
        self.keys += 1
        asked = {"by": None, **asked, "key": f"step-{self.keys}"}
        document = action(**asked)
        self.last = (action, asked, document)
        return document

    def _receive(self, item: Item, dice: Dice) -> None:
        prices = (Decimal(0), Decimal("0.01"), Decimal("3.333333"), Decimal(10), Decimal("0.004"))
        lines = [
            Goods(
                item=item,
                qty=self._qty(item, dice) * 6,
                price=dice.among(list(prices)),
                lot=self._lot(item, dice),
            )
            for _ in range(1 + (dice.of(4) == 3))
        ]
        at = self._at(dice)
        self._do(moving.receive, goods=lines, location=dice.among(self.shelves), at=at)

    def _issue(self, item: Item, dice: Dice) -> None:
        store, qty, at = self._store(item, dice), self._qty(item, dice), self._at(dice)
        lot = self._lot(item, dice) if dice.of(3) == 2 else None
        on = (at or self.now).astimezone(dt.timezone(dt.timedelta(hours=8))).date()
        goods = [Goods(item=item, qty=qty, lot=lot)]
        free = self._usable(item, store, on, lot)
        asked: dict[str, Any] = {"goods": goods, "warehouse": store, "charged_to": "GD1", "at": at}
        if at is None and not dice.of(4):
            assert self._twice(asked), "the same state and request give the same lots, layers and cost"
        try:
            document = self._do(moving.issue, **asked)
        except Refused as refusal:
            missed = at is not None and free >= qty and self._would_miss(item, store, qty, on, lot, at)
            require(free < qty or missed, refusal)
            raise
        assert free >= qty
        for move in document.stock_moves.select_related("lot", "source"):
            assert move.source.kind == "store"
            assert move.lot is None or move.lot.status == "available"
            assert move.lot is None or move.lot.expires_on is None or move.lot.expires_on >= on

    def _twice(self, asked: dict[str, Any]) -> bool:
        """I6: done and undone twice."""
        found = []
        for _ in range(2):
            try:
                with transaction.atomic():
                    document = moving.issue(**asked, by=None)
                    rows = LayerEntry.objects.filter(document=document).values_list("layer", "dq", "dv")
                    moves = document.stock_moves.values_list("lot", "source", "qty")
                    found.append((sorted(rows), sorted(moves, key=str)))
                    transaction.set_rollback(True)
            except Refused as refusal:
                found.append(str(refusal))  # type: ignore[arg-type]
        return found[0] == found[1]

    def _usable(self, item: Item, store: Warehouse, on: dt.date, lot: Lot | None) -> Decimal:
        free = Decimal(0)
        for held in StockBalance.objects.filter(item=item, location__warehouse=store).select_related(
            "lot", "location"
        ):
            fits = lot is None or held.lot_id == lot.pk
            ends = held.lot.expires_on if held.lot else None
            good = held.lot is None or (held.lot.status == "available" and (ends is None or ends >= on))
            if fits and good and held.location.kind == "store":
                free += held.on_hand - held.reserved
        return free

    def _would_miss(
        self, item: Item, store: Warehouse, qty: Decimal, on: dt.date, lot: Lot | None, at: dt.datetime
    ) -> bool:
        """True when a location would have held less than nothing at some instant since `at`."""
        picks = picking.for_use(item, store, qty, on=on, lot=lot)
        less = {(p.lot.pk if p.lot else None, p.location.pk): p.qty for p in picks}
        return self._misses(item, less, at)

    def _misses(self, item: Item, less: dict[tuple[int | None, int], Decimal], at: dt.datetime) -> bool:
        held: dict[tuple[int | None, int], Decimal] = defaultdict(Decimal)
        moves = StockMove.objects.filter(books.counted(), item=item).order_by("effective_at", "line_id", "pk")
        rows = [(m.effective_at, m.lot_id, m.source_id, m.target_id, m.qty) for m in moves]

        def short() -> bool:
            return any(held[row] < much for row, much in less.items())

        placed = False
        for when, lot, source, target, qty in rows:
            if when > at and not placed:
                placed = True
                if short():
                    return True
            held[lot, source] -= qty
            held[lot, target] += qty
            if placed and short():
                return True
        return self._short_of_receipts(item, at) if placed else short()

    def _short_of_receipts(self, item: Item, at: dt.datetime) -> bool:
        """Goods that were sent back since lie in the layer of their own receipt only."""
        return StockMove.objects.filter(
            item=item, document__kind=DocumentKind.SEND_BACK, effective_at__gte=at
        ).exists()

    def _transfer(self, item: Item, dice: Dice) -> None:
        store, to = self._store(item, dice), dice.among(self.shelves)
        goods = [Goods(item=item, qty=self._qty(item, dice)) for _ in range(1 + dice.of(2))]
        self._do(moving.transfer, goods=goods, warehouse=store, to=to, at=self._at(dice))

    def _moves(self, item: Item, kind: str) -> list[StockMove]:
        found = StockMove.objects.filter(item=item, document__kind=kind).order_by("pk")
        return list(found.select_related("source", "target", "item__unit", "lot", "document", "line"))

    def _give_back(self, item: Item, dice: Dice) -> None:
        move, qty = dice.among(self._moves(item, DocumentKind.ISSUE)), self._qty(item, dice)
        at = self._at(dice, earliest=move.effective_at)
        back = StockMove.objects.filter(books.counted(), of_move=move)
        left = move.qty - sum((one.qty for one in back), Decimal(0))
        qty = min(qty, left) if left and dice.of(4) else qty
        stands = move.document.status == "posted"
        try:
            self._do(moving.give_back, goods=[Goods(item=item, qty=qty, of_move=move)], at=at)
        except Refused as refusal:
            require(not stands or qty > left or at == move.effective_at, refusal)
            raise
        assert stands
        assert qty <= left

    def _held(self, item: Item, dice: Dice) -> StockBalance:
        rows = StockBalance.objects.filter(item=item, on_hand__gt=0).order_by("pk")
        return dice.among(list(rows.select_related("location", "lot")))

    def _gain(self, item: Item, dice: Dice) -> None:
        value = Decimal(dice.of(300)) / 100 if dice.of(2) else None
        goods = Goods(
            item=item, qty=self._qty(item, dice), lot=self._lot(item, dice),
            location=dice.among(self.shelves), value=value,
        )  # fmt: skip
        self._do(moving.correct, goods=[goods], at=self._at(dice))

    def _loss(self, item: Item, dice: Dice) -> None:
        held = self._held(item, dice)
        goods = Goods(item=item, qty=-self._qty(item, dice), lot=held.lot, location=held.location)
        self._do(moving.correct, goods=[goods], at=self._at(dice))

    def _scrap(self, item: Item, dice: Dice) -> None:
        held = self._held(item, dice)
        goods = Goods(item=item, qty=self._qty(item, dice), lot=held.lot, location=held.location)
        self._do(moving.write_off, goods=[goods], at=self._at(dice))

    def _send_back(self, item: Item, dice: Dice) -> None:
        move = dice.among(self._moves(item, DocumentKind.RECEIPT))
        goods = Goods(
            item=item, qty=self._qty(item, dice), lot=move.lot, location=move.target, of_move=move
        )  # fmt: skip
        self._do(moving.send_back, goods=[goods], at=self._at(dice, earliest=move.effective_at))

    def _reprice(self, item: Item, dice: Dice) -> None:
        move = dice.among(self._moves(item, DocumentKind.RECEIPT))
        amount = Decimal(dice.of(2_000) + 1) / 100 * (-1 if dice.of(3) == 2 else 1)
        if amount < 0:
            amount = max(amount, -(move.line.value or Decimal(0))) or Decimal("-0.01")
        at = self._at(dice, earliest=move.effective_at)
        try:
            self._do(correcting.reprice, receipt_move=move, amount=amount, at=at)
        except Refused as refusal:
            require(amount < 0 or move.document.status != "posted", refusal)
            raise

    def _reverse(self, item: Item, dice: Dice) -> None:
        found = StockDocument.objects.filter(lines__item=item).order_by("-pk").distinct()
        document = dice.among(list(found[:15] if dice.of(2) else found))
        self._do(correcting.reverse, document_id=document.pk, reason="错")

    def _lot_of(self, item: Item, dice: Dice) -> Lot:
        lot = self._lot(item, dice)
        if lot is None:
            raise Refused("nothing there")
        return lot

    def _lot_change(self, item: Item, dice: Dice) -> None:
        lot = self._lot_of(item, dice)
        status = ("available", "available", "blocked", "quarantine")[dice.of(4)]
        lots.set_status(lot_id=lot.pk, status=status, reason="查")

    def _reserve(self, item: Item, dice: Dice) -> None:
        demand, store = f"GD{dice.of(4)}", dice.among(self.stores)
        reserving.reserve(item=item, warehouse=store, qty=self._qty(item, dice), demand=demand, by=None)

    def _let_go(self, item: Item, dice: Dice) -> None:
        del item
        reserving.let_go(demand=f"GD{dice.of(4)}")

    def _close(self, item: Item, dice: Dice) -> None:
        del item
        if dice.of(6):
            return
        month = periods.month_of(START)
        while month in self.closed:
            month = periods.after(month)
        period = periods.close(month=month, by=self.by)
        self.closed[month] = (period.digest, period.totals)

    def _again(self, item: Item, dice: Dice) -> None:
        """I14: the last thing asked for once more, with the same key, is the same document."""
        del item, dice
        if self.last is not None:
            action, asked, document = self.last
            before = self._counted()
            assert action(**asked).pk == document.pk
            assert self._counted() == before

    def end(self) -> None:
        """I8: what was closed stays. I6–I7: retold in the order it took effect, it comes to the same."""
        for month, (digest, totals) in self.closed.items():
            window = (periods.begin_of(month), periods.begin_of(periods.after(month)))
            assert closing.digest_of(*window) == digest
            assert closing.totals_of(*window) == totals
            assert StockPeriod.objects.get(month=month).digest == digest
        ids = [item.pk for item in self.items]
        assert not proofs.unproven(ids)
        assert not list(proofs.played_otherwise(ids))
        with clock.stopped_at(self.now + LATER):
            twin = self.items[self.steps % len(self.items)]
            assert retold(twin) == told(twin, LATER)


def require(fair: bool, refusal: Refused) -> None:
    """A refusal has its reason."""
    assert fair, str(refusal)
