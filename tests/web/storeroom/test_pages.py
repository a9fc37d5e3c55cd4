"""Setting a store up by page only, from nothing to the first receipt; and what the pages refuse."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from houqin.accounts.models import Role
from houqin.approvals.models import ApprovalRule
from houqin.inventory.models import (
    Barcode,
    Item,
    ItemCategory,
    ItemUnit,
    Location,
    StockPolicy,
    Unit,
    Warehouse,
)
from tests import cast
from tests.makers import grant, make_person, make_place
from tests.makers_stock import make_item, make_lot, make_store, make_unit, received, shelf
from tests.web.signed_in import signed_in
from tests.web.stores.scanner import Scanner

ITEM = {
    "code": "DG-001",
    "name": "灯管",
    "step": "1",
    "tracking": "none",
    "cost_method": "fifo",
    "alert_days": "90",
    "active": "on",
}
LEVEL = {"minimum": "5", "lead_time_days": "7", "review_days": "7"}


def test_a_store_is_set_up_by_page_from_nothing_to_the_first_receipt() -> None:
    sun = signed_in(cast.storekeeper_sun())
    for key, facts in (
        ("units", {"code": "个", "name": "个", "integral": "on"}),
        ("units", {"code": "盒", "name": "盒", "integral": "on"}),
        ("item-categories", {"code": "DG", "name": "电工", "active": "on"}),
    ):
        assert sun.post(reverse("setup:new", args=[key]), facts).status_code == 303
    facts = {"code": "W1", "name": "总库", "active": "on"}
    assert sun.post(reverse("storeroom:store_new"), facts).status_code == 303
    store = Warehouse.objects.get()
    codes = {"codes": "A-01，A-02\nA-03", "kind": "store"}
    sun.post(reverse("storeroom:locations_new", args=[store.pk]), codes)
    piece, box = Unit.objects.get(code="个"), Unit.objects.get(code="盒")
    category = ItemCategory.objects.get()
    sun.post(reverse("storeroom:item_new"), {**ITEM, "category": category.pk, "unit": piece.pk})
    item = Item.objects.get()
    packing = {"den": "1", "unit": box.pk, "num": "9"}
    sun.post(reverse("storeroom:packing_set", args=[item.pk]), packing)
    code = {"code": "6901234567892", "unit": box.pk}
    sun.post(reverse("storeroom:barcode_add", args=[item.pk]), code)
    sun.post(reverse("storeroom:level_new"), {**LEVEL, "item": "dg", "store": store.pk})

    scanner = Scanner(sun, reverse("stores:receive"))
    for text in ("W1/A-01", "6901234567892"):
        scanner.scan(text)

    assert scanner.said[0] == "ok"
    assert scanner.form()["unit"] == [str(box.pk)]
    assert Location.objects.filter(warehouse=store).count() == 3
    assert StockPolicy.objects.get().item == item
    assert ItemUnit.objects.get().num == 9


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(sun: Client, store: Warehouse, language: str) -> None:
    item = make_item()
    StockPolicy.objects.create(item=item, warehouse=store, order_qty=3)
    sun.cookies["django_language"] = language
    level = StockPolicy.objects.get()

    for name, args in (
        ("items", []),
        ("item_new", []),
        ("item", [item.pk]),
        ("stores", []),
        ("store", [store.pk]),
        ("location", [shelf(store).pk]),
        ("levels", []),
        ("level", [level.pk]),
        ("labels", []),
        ("labels_print", []),
    ):
        assert sun.get(reverse(f"storeroom:{name}", args=args)).status_code == 200


def test_a_double_click_enters_one_item(sun: Client) -> None:
    facts = {**ITEM, "category": make_item("别的").category_id, "unit": make_unit().pk, "form_key": "k" * 20}

    first = sun.post(reverse("storeroom:item_new"), facts)
    second = sun.post(reverse("storeroom:item_new"), facts)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert Item.objects.filter(code="DG-001").count() == 1


def test_a_duplicate_barcode_comes_back_with_the_name_of_the_other(sun: Client) -> None:
    lamp, tap = make_item("灯管"), make_item("水龙头")
    Barcode.objects.create(item=lamp, code="6901234567892")

    answer = sun.post(
        reverse("storeroom:barcode_add", args=[tap.pk]),
        {"code": "06901234567892", "unit": tap.unit_id},
        follow=True,
    )

    assert "灯管" in answer.content.decode()
    assert Barcode.objects.count() == 1


@pytest.mark.parametrize("num", ["0.454", "0", "-9", "九", "9" * 40])
def test_a_rounded_factor_is_no_packing(sun: Client, num: str) -> None:
    item = make_item()

    facts = {"den": "1", "unit": make_unit("盒").pk, "num": num}
    answer = sun.post(reverse("storeroom:packing_set", args=[item.pk]), facts)

    assert answer.status_code == 303
    assert not ItemUnit.objects.exists()


def test_a_store_with_goods_comes_back_with_how_many(sun: Client, store: Warehouse) -> None:
    received(make_item(), 5, "1.00", to=shelf(store))

    answer = sun.post(reverse("storeroom:store", args=[store.pk]), {"code": "W1", "name": "总库"})

    assert answer.status_code == 422
    assert "1 item still lies in 总库" in answer.content.decode()
    store.refresh_from_db()
    assert store.active


def test_who_looks_after_one_site_sets_up_no_store_elsewhere() -> None:
    site = make_place(code="A", type="site")
    bound = make_person("分库仓管", username="bound")
    grant(bound, Role.STOREKEEPER, place=site)
    client = signed_in(bound)
    foreign = make_store("别处库")
    facts = {"code": "W7", "name": "新库", "active": "on"}

    refused = client.post(reverse("storeroom:store_new"), facts)
    mine = client.post(reverse("storeroom:store_new"), {**facts, "place": "A"})

    assert (refused.status_code, mine.status_code) == (422, 303)
    assert client.get(reverse("storeroom:store", args=[foreign.pk])).status_code == 404
    assert Warehouse.objects.get(code="W7").place == site


def test_labels_are_printed_in_copies_and_read_back_by_the_scan_field(sun: Client, store: Warehouse) -> None:
    paint = make_item("漆", tracking="lot", code="YQ-1")
    lot = make_lot(paint, "2609")
    for item in (paint, make_item("胶", tracking="lot", code="YQ-2")):
        make_lot(item, "同号")
    url = reverse("storeroom:labels_print")

    page = sun.get(url, {"kind": "lots", "id": [lot.pk], "copies": "3", "size": "40x30"}).content.decode()
    shelves = sun.get(url, {"kind": "locations", "all": "1"}).content.decode()

    assert page.count('data-code="YQ-1/2609"') == 3
    assert "l-40x30" in page
    assert 'data-code="W1/A1"' in shelves
    scanner = Scanner(sun, reverse("stores:receive"))
    for code in ("W1/A1", "YQ-1/2609"):
        scanner.scan(code)
    assert "2609" in scanner.page.content.decode()


def test_five_hundred_labels_are_on_a_sheet_and_the_rest_on_the_next(sun: Client, store: Warehouse) -> None:
    Location.objects.bulk_create(Location(warehouse=store, code=f"B{at:03}") for at in range(520))
    url = reverse("storeroom:labels_print")

    first = sun.get(url, {"kind": "locations", "all": "1", "q": "B"}).content.decode()
    second = sun.get(url, {"kind": "locations", "all": "1", "q": "B", "page": "2"}).content.decode()

    assert (first.count("data-code="), second.count("data-code=")) == (500, 20)


@pytest.mark.parametrize("query", ["?after=x", "?before=9", "?category=x", "?state=x", "?q=%25", "?after=²"])
def test_odd_addresses_narrow_nothing(sun: Client, query: str) -> None:
    for name in ("items", "stores", "levels", "labels", "labels_print"):
        assert sun.get(reverse(f"storeroom:{name}") + query).status_code == 200


def test_levels_go_on_page_by_page_without_losing_one(sun: Client, store: Warehouse) -> None:
    for at in range(60):
        StockPolicy.objects.create(item=make_item(code=f"L{at:02}"), warehouse=store)

    first = sun.get(reverse("storeroom:levels"))
    page = first.context["page"]
    second = sun.get(reverse("storeroom:levels"), {"after": page.next}).context["page"]
    back = sun.get(reverse("storeroom:levels"), {"before": second.previous}).context["page"]

    assert [row.item.code for row in (*page.rows, *second.rows)] == [f"L{at:02}" for at in range(60)]
    assert [row.pk for row in back.rows] == [row.pk for row in page.rows]


def test_the_template_offers_what_the_house_knows(sun: Client, store: Warehouse) -> None:
    for key in ("items", "stock"):
        answer = sun.get(reverse("setup:import_template", args=[key]))
        assert answer.status_code == 200
        assert sun.get(reverse("setup:import", args=[key])).status_code == 200


def test_an_administrator_sets_the_rules_and_sees_who_would_be_asked() -> None:
    admin = signed_in(cast.administrator())
    boss, keeper = cast.director_lin(), cast.storekeeper_sun()
    facts = {"kind": "stock_scrap", "from_amount": "0", "position": "1", "mode": "any", "active": "on"}

    assert admin.post(reverse("setup:approval_rule_new"), facts).status_code == 422
    assert admin.post(reverse("setup:approval_rule_new"), {**facts, "role": "manager"}).status_code == 303
    page = admin.get(
        reverse("setup:approval_rules"), {"kind": "stock_scrap", "amount": "3500.00", "asker": keeper.pk}
    )

    assert str(boss) in page.content.decode()
    assert ApprovalRule.objects.get().from_amount == Decimal(0)
    assert admin.get(reverse("setup:approval_rules"), {"amount": "x"}).context["form"].errors


def test_the_phone_of_a_storekeeper_has_their_tabs(sun: Client) -> None:
    page = sun.get(reverse("stores:stock")).content.decode()

    tabs = page.split('class="p-tabs"')[1]
    assert reverse("stores:receive") in tabs
    assert reverse("stores:issue") in tabs
