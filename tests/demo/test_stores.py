"""The stores of the demonstration: their books are right, and what was told is what the actions do."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from houqin.budget.models import CostEntry
from houqin.demo.goods import ean13
from houqin.demo.loading import Loaded
from houqin.demo.removal import remove_demonstration
from houqin.flows import move_goods
from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    Barcode,
    CostLayer,
    DocumentKind,
    Item,
    ItemUnit,
    LayerEntry,
    Location,
    Lot,
    StockBalance,
    StockDocument,
    StockLine,
    StockMove,
    Unit,
    Warehouse,
)
from houqin.journal.models import NumberCounter
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.org.models import Department
from houqin.work.models import WorkOrder
from tests.demo.conftest import NOW
from tests.inventory.ledger import proofs
from tests.makers import make_person
from tests.makers_stock import issued, make_item, make_store, received, shelf, transferred

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("undone")]
OCCASIONS = 280


def test_there_are_four_hundred_items_in_five_stores() -> None:
    assert Item.objects.count() == 400
    assert Counter(Item.objects.values_list("category__name", flat=True)).keys() == {
        "电工",
        "水暖",
        "五金",
        "保洁",
        "办公",
        "食品",
    }
    assert Warehouse.objects.filter(parent=None).count() == 2
    assert Warehouse.objects.filter(parent__isnull=False).count() == 3
    assert not Item.objects.filter(name_en="").exists()
    assert not Item.objects.filter(units=None).exists()
    assert not Item.objects.filter(policies=None).exists()
    codes = list(Barcode.objects.values_list("code", flat=True))
    assert len(codes) == 800
    assert all(20 <= int(code[:2]) <= 29 and _sums_up(code) for code in codes)


def test_a_barcode_ends_with_its_check_digit() -> None:
    assert ean13(1) == "2000000000015"
    assert all(_sums_up(ean13(number)) for number in range(1, 500))


def _sums_up(code: str) -> bool:
    digits = [int(digit) for digit in code]
    return len(digits) == 13 and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_the_books_of_every_item_are_right() -> None:
    assert not [wrong for item in Item.objects.all() for wrong in proofs(item)]


def test_everything_that_came_in_value_is_in_stock_or_was_charged() -> None:
    """Receipts, later costs and what counts found, less what was charged, are the value left: to the cent."""
    lines = StockLine.objects.filter(document__kind__in=["receipt", "reprice"])
    came = lines.aggregate(sum=Sum("value"))["sum"]
    left = CostLayer.objects.aggregate(sum=Sum("value_left"))["sum"]
    counts = LayerEntry.objects.filter(move__document__kind="count")
    found = counts.aggregate(sum=Sum("dv"))["sum"] or 0
    charged = CostEntry.objects.aggregate(sum=Sum("amount"))["sum"]

    assert came + found - charged == left
    assert LayerEntry.objects.aggregate(sum=Sum("dv"))["sum"] == left


def test_every_kind_of_movement_is_there_and_names_who_bears_it() -> None:
    kinds = Counter(StockDocument.objects.values_list("kind", flat=True))

    assert {"receipt", "issue", "return", "transfer", "reprice", "reversal", "adjustment"} <= kinds.keys()
    orders = set(WorkOrder.objects.values_list("number", flat=True))
    departments = set(Department.objects.values_list("code", flat=True))
    borne = set(CostEntry.objects.values_list("cost_object", flat=True))
    assert borne <= orders | departments
    assert borne & orders
    assert borne & departments
    assert not StockDocument.objects.filter(effective_at__gt=NOW).exists()


def test_numbers_have_no_gap() -> None:
    last: dict[str, int] = {}
    for number in StockDocument.objects.order_by("number").values_list("number", flat=True):
        head, _, serial = number.partition("-")
        assert int(serial) == last.get(head, 0) + 1
        last[head] = int(serial)
    for counter in NumberCounter.objects.exclude(kind__in=["FW", "GD"]).filter(
        kind__in={k[:2] for k in last}
    ):
        assert last[f"{counter.kind}{counter.day:%Y%m%d}"] == counter.last


@pytest.mark.parametrize(
    "code", ["QH-DG-001", "QH-SP-020", "QH-SP-054", "QH-WJ-074", "QH-SN-001", "QH-BJ-013"]
)
def test_the_actions_come_to_the_same_books(code: str) -> None:
    item = Item.objects.get(code=code)
    twin = _twin(item)

    _Replay(item, twin).run()

    assert _picture(twin) == _picture(item)
    assert not proofs(twin)


def test_goods_can_be_used_on(undone: Loaded) -> None:
    """A late issue is settled as in any house, and what it costs is found on the order."""
    balance = StockBalance.objects.filter(on_hand__gte=3, lot=None, item__step=1).order_by("pk").first()
    assert balance is not None
    store = balance.location.warehouse
    assert store is not None

    with clock.stopped_at(NOW):
        issued(balance.item, 1, out_of=store, at=NOW - dt.timedelta(hours=1))

    assert not proofs(balance.item)


def test_movements_of_the_house_among_its_goods_stop_the_removal(undone: Loaded) -> None:
    item = Item.objects.get(code="QH-DG-001")
    with clock.stopped_at(NOW):
        document = received(item, 5, "8.00", to=Location.objects.filter(warehouse__code="QH-W-ZK")[0])

    with pytest.raises(Refused, match=document.number):
        remove_demonstration()

    assert Item.objects.count() == 400
    remove_demonstration(with_own_requests=True)
    assert not StockDocument.objects.exists()
    assert not Item.objects.exists()


def test_goods_of_the_house_stay_and_a_document_about_both_is_never_removed(undone: Loaded) -> None:
    store, own = make_store("本部库"), make_item("自备件")
    someone = make_person("库管", username="kuguan")
    with clock.stopped_at(NOW):
        received(own, 3, "1.00", to=shelf(store))
        goods = [
            Goods(item=one, qty=Decimal(1), price=Decimal(2))
            for one in (own, Item.objects.get(code="QH-DG-001"))
        ]
        both = move_goods.receive_goods(goods=goods, location=shelf(store), by=someone)

    with pytest.raises(Refused, match=both.number):
        remove_demonstration(with_own_requests=True)

    assert StockMove.objects.filter(item=own).count() == 2


def test_what_the_house_keeps_stays(undone: Loaded) -> None:
    store, own = make_store("本部库"), make_item("自备件")
    with clock.stopped_at(NOW):
        document = received(own, 3, "1.00", to=shelf(store))

    remove_demonstration()

    assert list(StockDocument.objects.all()) == [document]
    assert not proofs(own)
    assert Location.objects.filter(kind="supplier").exists()
    assert not Location.objects.filter(kind="scrap").exists()


def _twin(item: Item) -> Item:
    """The same item under another code."""
    twin = Item.objects.get(pk=item.pk)
    twin.pk, twin.code = None, f"T-{item.code}"
    twin.save(force_insert=True)
    ItemUnit.objects.bulk_create(
        ItemUnit(item=twin, unit=row.unit, num=row.num, den=row.den) for row in item.units.all()
    )
    return twin


class _Replay:
    """Posts what an item's lines say through the public actions, for its twin."""

    def __init__(self, item: Item, twin: Item) -> None:
        self.item, self.twin = item, twin
        self.lots = {
            lot.pk: Lot.objects.create(
                item=twin, number=lot.number, made_on=lot.made_on, expires_on=lot.expires_on
            )
            for lot in item.lots.all()
        }
        self.moves: dict[int, StockMove] = {}

    def run(self) -> None:
        lines = StockLine.objects.filter(item=self.item, document__kind__in=_TOLD, document__status="posted")
        for line in lines.select_related("document", "unit", "source", "target").order_by("pk"):
            with clock.stopped_at(line.document.created_at):
                done = self._post(line)
            olds = StockMove.objects.filter(line=line).order_by("pk")
            news = StockMove.objects.filter(document=done).select_related("source").order_by("pk")
            for old, new in zip(olds, news, strict=True):
                self.moves[old.pk] = new

    def _post(self, line: StockLine) -> StockDocument:
        paper = line.document
        unit = Unit.objects.get(pk=line.unit_id)
        lot = self.lots[line.lot_id] if line.lot_id else None
        goods = [Goods(item=self.twin, qty=line.entered, unit=unit, lot=lot, price=line.price)]
        head: dict[str, Any] = {"by": None, "at": paper.effective_at}
        if paper.kind == DocumentKind.RECEIPT:
            assert line.target is not None
            return move_goods.receive_goods(goods=goods, location=line.target, **head)
        if paper.kind == DocumentKind.SCRAP:
            goods = [Goods(item=self.twin, qty=line.entered, lot=lot, location=line.source)]
            return move_goods.write_off_goods(goods=goods, reason=paper.reason, **head)
        if paper.kind == DocumentKind.COUNT:
            found = line.target is not None and line.target.inside
            shelf = line.target if found else line.source
            goods = [Goods(item=self.twin, qty=line.qty if found else -line.qty, lot=lot, location=shelf)]
            return moving.correct(goods=goods, reason=paper.reason, **head)
        if paper.kind == DocumentKind.RETURN:
            goods = [Goods(item=self.twin, qty=line.entered, of_move=self.moves[line.of_move_id or 0])]
            return move_goods.return_goods(goods=goods, charged_to=paper.charged_to, **head)
        store = StockMove.objects.filter(line=line)[0].source.warehouse
        assert store is not None
        if paper.kind == DocumentKind.TRANSFER:
            assert line.target is not None
            return transferred(self.twin, line.entered, out_of=store, to=line.target, at=paper.effective_at)
        return move_goods.issue_goods(goods=goods, warehouse=store, charged_to=paper.charged_to, **head)


_TOLD = ["receipt", "issue", "return", "transfer", "scrap", "count"]


def _picture(item: Item) -> Any:
    """Layers, balances, entries and movements without keys, as they were told before later corrections."""
    layers = CostLayer.objects.filter(item=item).values_list(
        "pool__code", "lot__number", "effective_at", "qty_in", "qty_left", "value_left"
    )
    entries = LayerEntry.objects.filter(layer__item=item).values_list(
        "layer__pool__code", "layer__lot__number", "at", "dq", "dv", "move__qty"
    )
    balances = StockBalance.objects.filter(item=item)
    lines = StockLine.objects.filter(item=item).values_list("qty", "price", "value", "document__kind")
    return [
        sorted(layers, key=str),
        sorted(entries, key=str),
        sorted(balances.values_list("location__code", "lot__number", "on_hand"), key=str),
        sorted(lines, key=str),
    ]
