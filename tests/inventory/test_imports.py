"""Items and opening stock from a table: what it would do, what it does, and what is wrong with it."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from houqin.flows.receive_opening_stock import receive_opening_stock
from houqin.inventory.actions import import_items, import_stock
from houqin.inventory.models import (
    Barcode,
    Item,
    ItemCategory,
    ItemUnit,
    Lot,
    StockDocument,
    StockMove,
    Unit,
)
from houqin.kernel import sheets, tables
from houqin.kernel.importing import Outcome
from houqin.kernel.text_search import matches
from tests.inventory.ledger import proofs
from tests.makers_stock import days_ago, make_item, make_store, make_unit, received, shelf, stock

pytestmark = pytest.mark.django_db

HEAD = "编码,名称,规格,分类,单位,包装单位,每包装数量,条码,批次管理"
ENGLISH = "Code,Name,Specification,Category,Unit,Packing unit,In a pack,Barcode,Told apart by"


def table(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def test_items_come_with_packing_and_barcode_and_are_found() -> None:
    plan = import_items.store(
        file=table(HEAD, "D1,灯管,T8 18 W,电工,支,箱,25,690123,无", "D2,米,,食品,公斤,,,,")
    )

    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "wrong": 0}
    tube, rice = Item.objects.order_by("code")
    assert (tube.name, tube.spec, tube.unit.name, tube.category.name) == ("灯管", "T8 18 W", "支", "电工")
    assert tube.units.get().num == 25
    assert tube.barcodes.get().code == "690123"
    assert (rice.unit.integral, rice.step) == (False, Decimal("0.001"))
    assert Item.objects.filter(matches("dengguan")).get() == tube
    assert tube.history.count() == 1  # type: ignore[attr-defined]


def test_headings_and_words_may_be_english() -> None:
    make_unit("支", name_en="piece")
    plan = import_items.store(file=table(ENGLISH, "D1,Tube,T8,Electrical,piece,箱,25,,lots"))

    assert plan.counts["new"] == 1
    assert Item.objects.get().tracking == "lot"
    assert Unit.objects.count() == 2


def test_the_same_table_again_changes_nothing_and_an_empty_cell_leaves_what_is_stored() -> None:
    line = "D1,灯管,T8 18 W,电工,支,箱,25,690123,无"
    import_items.store(file=table(HEAD, line))

    assert import_items.store(file=table(HEAD, line)).counts["same"] == 1
    plan = import_items.store(file=table(HEAD, "d1,LED 灯管,,电工,支,,,,"))

    assert plan.counts["changed"] == 1
    assert [(before, after) for _column, before, after in plan.rows[0].changes] == [("灯管", "LED 灯管")]
    item = Item.objects.get()
    assert (item.code, item.name, item.spec) == ("D1", "LED 灯管", "T8 18 W")
    assert ItemUnit.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("D1,,,电工,支,,,,", "名称|Name"),
        ("D1,灯,,电工,打儿,,,,", "no such unit"),
        ("D1,灯,,电工,支,箱,,,", "how much is in it"),
        ("D1,灯,,电工,支,箱,0,,", "above zero"),
        ("D1,灯,,电工,支,支,25,,", "another unit"),
        ("D1,灯,,电工,支,箱,25,690999,", "another item already"),
        ("D1,灯,,电工,支,,,,颜色", "write one of"),
        (f"D1,{'灯' * 121},,电工,支,,,,", "At most 120"),
        ("D1,灯,,,支,,,,", "needed"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_of_it_is_stored(line: str, sentence: str) -> None:
    Barcode.objects.create(item=make_item(code="OLD"), code="690999")

    plan = import_items.store(file=table(HEAD, line, "D9,对的,,电工,支,,,,"))

    (wrong,) = plan.having(Outcome.WRONG)
    assert any(part in wrong.sentence for part in sentence.split("|"))
    assert wrong.sentence.startswith("Row 2,")
    assert set(Item.objects.values_list("code", flat=True)) == {"OLD", "D9"}
    assert not ItemUnit.objects.exists()
    assert not Unit.objects.filter(name="箱").exists()


def test_what_has_moved_keeps_its_unit() -> None:
    item = make_item(code="D1", unit=make_unit("支"))
    received(item, 5, "2.00", to=shelf(make_store()), at=days_ago(1))

    plan = import_items.store(file=table(HEAD, "D1,灯管,,电工,个,,,,"))

    assert "has been moved" in plan.rows[0].sentence
    item.refresh_from_db()
    assert item.unit.name == "支"


def test_a_code_twice_is_refused_the_second_time() -> None:
    plan = import_items.preview(file=table(HEAD, "D1,灯,,电工,支,,,,", "d1,管,,电工,支,,,,"))

    assert plan.counts["new"] == 1
    assert "row 2" in plan.rows[1].sentence
    assert not Item.objects.exists()
    assert not ItemCategory.objects.exists()


def test_the_template_can_be_sent_back() -> None:
    template = io.BytesIO(sheets.template(import_items.COLUMNS))

    assert import_items.preview(file=template).rows == []
    assert import_stock.preview(file=io.BytesIO(sheets.template(import_stock.COLUMNS))).rows == []


STOCK = "物资编码,仓库,库位,数量,单位,单价,金额,批号,生产日期,有效期至"


def test_opening_stock_is_received_to_the_cent() -> None:
    store = make_store("总库")
    tube = make_item("灯管", code="D1")
    ItemUnit.objects.create(item=tube, unit=make_unit("箱"), num=25)
    paint = make_item("漆", code="P1", tracking="lot", shelf_life_days=30)

    plan = receive_opening_stock(
        file=table(
            STOCK,
            "D1,总库,A1,2,箱,250,,,,",
            "D1,总库,A1,3,,,29.99,,,",
            "P1,总库,A1,4,个,8.5,,L7,2026-01-01,",
        ),
        by=None,
    )

    assert plan.counts == {"new": 3, "changed": 0, "same": 0, "wrong": 0}
    assert stock(tube, store) == (Decimal(53), Decimal("529.99"))
    assert stock(paint, store) == (Decimal(4), Decimal("34.00"))
    assert str(Lot.objects.get().expires_on) == "2026-01-31"
    assert StockDocument.objects.get().reason == "opening stock"
    assert not proofs(tube) + proofs(paint)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("XX,总库,A1,2,,1,,,,", "no such item: XX"),
        ("D1,分库,A1,2,,1,,,,", "no such store: 分库"),
        ("D1,总库,Z9,2,,1,,,,", "no location Z9"),
        ("D1,总库,A1,,,1,,,,", "needed"),
        ("D1,总库,A1,-2,,1,,,,", "above zero"),
        ("D1,总库,A1,0.1,,1,,,,", "steps of 1 个; 0.1"),
        ("D1,总库,A1,2,桶,1,,,,", "not handled in 桶, but in 个"),
        ("D1,总库,A1,2,,1.2345678,,,,", "six decimals"),
        ("D1,总库,A1,2,,,1.234,,,", "in cents"),
        ("D1,总库,A1,2,,,,,,", "Give a price or an amount"),
        ("D1,总库,A1,2,,1,,L1,,", "not kept by lots"),
        ("P1,总库,A1,2,,1,,,,", "name the lot"),
        ("P1,总库,A1,2,,1,,L7,2026-02-01,2026-01-01", "before the day it was made"),
        ("P1,总库,A1,2,,1,,OLD,,2026-03-01", "usable until 2026-02-01"),
    ],
)
def test_wrong_stock_is_told_with_its_row_and_nothing_is_received(line: str, sentence: str) -> None:
    make_store("总库")
    make_item("灯管", code="D1")
    Lot.objects.create(item=make_item("漆", code="P1", tracking="lot"), number="OLD", expires_on="2026-02-01")

    plan = receive_opening_stock(file=table(STOCK, line), by=None)

    assert sentence in plan.rows[0].sentence
    assert plan.rows[0].sentence.startswith("Row 2,")
    assert not StockDocument.objects.exists()


def test_a_long_table_with_broken_rows_tells_each_and_stores_nothing_by_itself(tmp_path: Path) -> None:
    """Fewer rows than the 200,000 that were measured; the sentences are the same."""
    lines = [f"C{n},灯 {n},,电工,{'打儿' if n % 50 == 7 else '支'},,,," for n in range(2_000)]
    path, wrong = tmp_path / "items.csv", tmp_path / "wrong.xlsx"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")

    with pytest.raises(SystemExit) as left:
        call_command("import_items", str(path), "--errors", str(wrong))

    assert left.value.code == 2
    assert not Item.objects.exists()
    with wrong.open("rb") as file:
        mended = list(tables.rows(file))
    assert len(mended) == 1 + 40
    assert all("no such unit" in row.cells[-1] for row in mended[1:])

    with pytest.raises(SystemExit) as left:
        call_command("import_items", str(path), "--leave-wrong")

    assert left.value.code == 3
    assert Item.objects.count() == 1_960


def test_the_command_receives_stock_and_a_trial_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_store("总库")
    item = make_item("灯管", code="D1")
    path = tmp_path / "stock.csv"
    path.write_text(f"{STOCK}\nD1,总库,A1,2,,1.5,,,,\n", encoding="utf-8")

    call_command("import_stock", str(path), "--dry-run")
    assert not StockMove.objects.exists()

    call_command("import_stock", str(path), "--json")
    assert stock(item) == (Decimal(2), Decimal("3.00"))
