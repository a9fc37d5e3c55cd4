"""Items, packings, barcodes, stores and levels, set up by hand: what may be, and what may not change."""

from decimal import Decimal

import pytest

from houqin.inventory.actions import items, kinds, levels, stores
from houqin.inventory.models import Barcode, Item, ItemCategory, ItemUnit, Location, StockPolicy, Warehouse
from houqin.inventory.queries.codes import item_of, label_of_lot
from houqin.inventory.queries.labels import of_items, of_locations, of_lots
from houqin.inventory.queries.registers import ItemFilter, within
from houqin.inventory.queries.registers import items as register
from houqin.inventory.queries.units import in_base
from houqin.kernel.errors import Invalid
from tests.makers_stock import issued, make_item, make_lot, make_store, make_unit, received, shelf, stock

pytestmark = pytest.mark.django_db
GTIN = "6901234567892"


def test_a_new_item_is_found_by_two_letters_of_its_pinyin() -> None:
    category = ItemCategory.objects.create(code="SN", name="水暖")

    made = items.enter_item(
        code="SN-1", name="水龙头", category=category, unit=make_unit(), step=Decimal(1), alert_days=90
    )

    assert list(register(ItemFilter("sl"))) == [made]
    assert list(register(ItemFilter("龙头"))) == [made]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "I-9"}, "code"),
        ({"code": "2500"}, "code"),
        ({"step": Decimal("0.5")}, "step"),
        ({"step": Decimal("0.0000001")}, "step"),
        ({"tracking": "serial", "step": Decimal(2)}, "step"),
        ({"tracking": "lot", "cost_method": "average"}, "cost_method"),
        ({"name": ""}, "name"),
    ],
)
def test_what_an_item_cannot_be_is_refused_by_its_field(facts: dict[str, object], field: str) -> None:
    make_item("别的", code="i-9")
    item = make_item(code="DG-1")

    with pytest.raises(Invalid) as refusal:
        items.change_item(item_id=item.pk, **facts)  # type: ignore[arg-type]

    assert refusal.value.field == field
    assert Item.objects.filter(code="DG-1", name="灯管", step=1, tracking="none", cost_method="fifo").exists()


def test_once_it_has_moved_an_item_keeps_its_unit_and_says_how_often() -> None:
    item, store = make_item(), make_store()
    received(item, 5, "1.00", to=shelf(store))
    issued(item, 2, out_of=store)

    with pytest.raises(Invalid, match=r"2") as refusal:
        items.change_item(item_id=item.pk, unit=make_unit("盒"))

    assert refusal.value.field == "unit"
    item.refresh_from_db()
    assert item.unit == make_unit()
    assert items.change_item(item_id=item.pk, name="长灯管").name == "长灯管"


def test_an_item_of_which_there_is_some_stays_in_use() -> None:
    item, store = make_item(), make_store()
    received(item, 5, "1.00", to=shelf(store))

    with pytest.raises(Invalid, match=r"5"):
        items.change_item(item_id=item.pk, active=False)

    item.refresh_from_db()
    assert item.active
    issued(item, 5, out_of=store)
    assert not items.change_item(item_id=item.pk, active=False).active


def test_a_box_is_nine_pieces_exactly_and_comes_out_even() -> None:
    item, store, box = make_item(), make_store(), make_unit("盒")
    items.set_packing(item_id=item.pk, unit=box, den=1, num=9)

    received(item, 1, "9.00", to=shelf(store), unit=box)
    issued(item, 9, out_of=store)

    assert stock(item) == (0, 0)


def test_a_packing_is_kept_in_lowest_terms_and_a_pound_exactly() -> None:
    item = make_item(unit=make_unit("公斤", integral=False), step=Decimal("0.000001"))
    made = items.set_packing(item_id=item.pk, unit=make_unit("磅"), den=1_000_000_000, num=453_592_292)

    assert (made.num, made.den) == (113_398_073, 250_000_000)
    assert in_base(item, Decimal("2138.484"), make_unit("磅")) == Decimal("969.999859")


def test_a_packing_documents_were_written_in_stays_as_it_is() -> None:
    item, store, box = make_item(), make_store(), make_unit("盒")
    items.set_packing(item_id=item.pk, unit=box, den=1, num=9)
    received(item, 1, "9.00", to=shelf(store), unit=box)

    with pytest.raises(Invalid, match=r"1"):
        items.set_packing(item_id=item.pk, unit=box, den=1, num=10)
    with pytest.raises(Invalid):
        items.remove_packing(item_id=item.pk, unit_id=box.pk)

    assert ItemUnit.objects.get().num == 9


def test_a_barcode_is_on_one_item_only_in_whatever_spelling() -> None:
    lamp, tap = make_item("灯管", code="DG-1"), make_item("水龙头", code="SN-1")
    items.add_barcode(item_id=lamp.pk, code=GTIN)

    for again in (GTIN, f"0{GTIN}", "DG-1"):
        with pytest.raises(Invalid, match=r"DG-1"):
            items.add_barcode(item_id=tap.pk, code=again)

    assert Barcode.objects.count() == 1


@pytest.mark.parametrize("code", ["6901234567893", "123", f"(01)0{GTIN}(10)A1", " "])
def test_what_scanning_would_not_read_is_no_barcode(code: str) -> None:
    item = make_item()

    with pytest.raises(Invalid):
        items.add_barcode(item_id=item.pk, code=code)

    assert not Barcode.objects.exists()


def test_a_wrong_check_digit_is_told_with_the_right_one() -> None:
    with pytest.raises(Invalid, match=r"2"):
        items.add_barcode(item_id=make_item().pk, code="6901234567890")


def test_a_store_with_goods_or_open_sub_stores_is_not_closed() -> None:
    store = make_store()
    stores.enter_store(code="E1", name="二级库", parent=store)
    received(make_item(), 5, "1.00", to=shelf(store))

    with pytest.raises(Invalid, match=r"1") as refusal:
        stores.change_store(store_id=store.pk, active=False)

    assert refusal.value.field == "active"
    store.refresh_from_db()
    assert store.active
    empty = stores.enter_store(code="W8", name="空库")
    stores.enter_store(code="E2", name="二级库二", parent=empty)
    with pytest.raises(Invalid, match=r"1"):
        stores.change_store(store_id=empty.pk, active=False)


def test_a_store_never_hangs_below_itself() -> None:
    upper = make_store()
    lower = stores.enter_store(code="E1", name="二级库", parent=upper)

    with pytest.raises(Invalid):
        stores.change_store(store_id=upper.pk, parent=lower)

    assert not Warehouse.objects.get(pk=upper.pk).parent_id


def test_locations_are_entered_together_or_not_at_all() -> None:
    store = make_store()

    made = stores.enter_locations(store_id=store.pk, codes=["B-01", "B-02", "B-01"])
    with pytest.raises(Invalid, match="b-02"):
        stores.enter_locations(store_id=store.pk, codes=["C-01", "b-02"])
    with pytest.raises(Invalid):
        stores.enter_locations(store_id=store.pk, codes=["C/01"])

    assert [one.code for one in made] == ["B-01", "B-02"]
    assert not Location.objects.filter(code__startswith="C").exists()


def test_a_location_with_goods_keeps_its_purpose_and_stays_open() -> None:
    place = shelf(make_store())
    received(make_item(), 5, "1.00", to=place)

    for facts in ({"kind": "quarantine", "active": True}, {"kind": "store", "active": False}):
        with pytest.raises(Invalid, match=r"1"):
            stores.change_location(location_id=place.pk, code="A1", name="", **facts)  # type: ignore[arg-type]

    place.refresh_from_db()
    assert (place.kind, place.active) == ("store", True)


def test_levels_are_in_steps_of_the_item_and_reach_the_point_of_order() -> None:
    item, store = make_item(), make_store()
    foreign = shelf(make_store("食堂库"))

    for facts in (
        {"minimum": Decimal("0.5")},
        {"reorder_point": Decimal(30), "order_up_to": Decimal(20)},
        {"order_up_to": Decimal(20), "order_qty": Decimal(5)},
        {"order_qty": Decimal(0)},
        {"pack": Decimal(0)},
        {"shelf": foreign},
    ):
        with pytest.raises(Invalid):
            levels.set_levels(item=item, store=store, **facts)  # type: ignore[arg-type]

    assert not StockPolicy.objects.exists()
    levels.set_levels(item=item, store=store, minimum=Decimal(5), order_qty=Decimal(20))
    levels.set_levels(item=item, store=store, minimum=Decimal(6))
    assert StockPolicy.objects.get().minimum == 6


def test_a_category_holds_what_is_part_of_it_and_never_itself() -> None:
    upper = kinds.keep_category(ItemCategory(code="WJ", name="五金"))
    lower = kinds.keep_category(ItemCategory(code="SJ", name="锁具", parent=upper))
    make_item(category=lower)

    with pytest.raises(Invalid):
        kinds.keep_category(upper, parent=lower)
    with pytest.raises(Invalid, match=r"1"):
        kinds.keep_category(ItemCategory.objects.get(pk=lower.pk), active=False)

    assert within(upper.pk) == sorted([upper.pk, lower.pk])
    assert register(ItemFilter(category_id=upper.pk)).count() == 1


def test_a_unit_counted_in_parts_does_not_become_whole() -> None:
    metre = make_unit("米", integral=False)
    make_item("线", unit=metre, step=Decimal("0.5"))
    metre.integral = True

    with pytest.raises(Invalid, match=r"1"):
        kinds.keep_unit(metre)

    metre.refresh_from_db()
    assert not metre.integral


def test_labels_hold_what_scanning_reads_also_for_two_lots_of_one_number() -> None:
    paint, glue, store = make_item("漆", tracking="lot"), make_item("胶/白", tracking="lot"), make_store()
    lots = [make_lot(paint, "2609/1"), make_lot(glue, "2609/1")]

    read = [item_of(label.code) for label in of_lots(lots)]

    assert [(one.item, one.lot) for one in read if one] == [(paint, "2609/1"), (glue, "2609/1")]
    assert [label.code for label in of_items([paint])] == [paint.code]
    assert [label.code for label in of_locations([shelf(store)])] == [f"{store.code}/A1"]
    assert label_of_lot(lots[0]).startswith(paint.code)
    assert item_of("没有/2609/1") is None
