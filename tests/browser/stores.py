"""A store with goods, a department that used some, and every page about them."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from houqin.accounts.models import User
from houqin.approvals.models import ApprovalRule
from houqin.flows.move_goods import issue_goods, receive_goods, reverse_goods
from houqin.inventory.actions import counting
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import (
    Barcode,
    CostLayer,
    CountSession,
    Item,
    ItemUnit,
    Location,
    Lot,
    StockDocument,
    StockPolicy,
    Warehouse,
)
from houqin.kernel import clock
from tests.makers_approvals import make_approval_rule
from tests.makers_stock import make_item, make_lot, make_store, make_unit, shelf

Visit = tuple[str, str, str]


def build(boss: User) -> None:
    """Two stores, goods with and without lots, an issue, and one that was taken back."""
    store = make_store("维修中心库", code="W901", name_en="Repair store")
    make_store("食堂库", code="W902", name_en="Canteen store")
    lamp = make_item("灯管", code="ZM-3001", name_en="Lamp tube", spec="T8 1.2")
    tablets = make_item("消毒片", code="BJ-5006", name_en="Tablets", tracking="lot")
    for made in (lamp, tablets):
        made.category.name_en = "Electrical"
        made.category.save()
        made.unit.name_en = "pc"
        made.unit.save()
    Barcode.objects.create(item=lamp, code="6901234567892")
    ItemUnit.objects.create(item=lamp, unit=make_unit("盒", name_en="box"), num=9)
    StockPolicy.objects.create(item=lamp, warehouse=store, minimum=20, reorder_point=30, order_up_to=200)
    make_approval_rule("manager")
    make_approval_rule(boss, position=2, from_amount=5000, below_amount=50000)
    lot = make_lot(tablets, "260918", expires_on=clock.today() + dt.timedelta(days=30))
    goods = [
        Goods(item=lamp, qty=lamp.step * 184, price=lamp.step),
        Goods(item=tablets, qty=tablets.step * 32, price=tablets.step, lot=lot),
    ]
    receive_goods(goods=goods, location=shelf(store), by=boss)
    issued = [
        issue_goods(goods=[Goods(item=lamp, qty=lamp.step * 2)], warehouse=store, charged_to="D1", by=boss)
        for _ in range(2)
    ]
    reverse_goods(document_id=issued[0].pk, reason="领错了", by=boss)
    _count(store, lamp, boss)


def _count(store: Warehouse, lamp: Item, boss: User) -> None:
    """One count with a difference that is counted again."""
    session = counting.plan(warehouse=store, by=boss, blind=False)
    line = session.lines.select_related("lot", "location").get(item=lamp)
    counting.write_down(
        session_id=session.pk, location=line.location, item=lamp, qty=line.book_qty + lamp.step, by=boss
    )
    counting.recount(line_id=line.pk, by=boss)


def pages() -> Iterator[Visit]:
    """Every page of the stores."""
    names = "home stock balance expiring consumption documents receive put_away issue return transfer"
    for name in names.split():
        yield "boss", reverse(f"stores:{name}"), "stores"
    for lot in Lot.objects.all():
        yield "boss", reverse("stores:lot", args=[lot.pk]), "stores"
    yield "boss", reverse("stores:write_off", args=[Item.objects.earliest("pk").pk]), "stores"
    yield "boss", reverse("stores:month", args=[f"{clock.today():%Y-%m}"]), "stores"
    for name in ("counts", "count_new", "months"):
        yield "boss", reverse(f"stores:{name}"), "stores"
    for session in CountSession.objects.all():
        for name in ("count", "counting", "count_sheet"):
            yield "boss", reverse(f"stores:{name}", args=[session.number]), "stores"
    for item in Item.objects.all():
        yield "boss", reverse("stores:item", args=[item.pk]), "stores"
    yield "boss", f"{reverse('stores:stock')}?at={clock.today() - dt.timedelta(days=9)}", "stores"
    yield "boss", f"{reverse('stores:stock')}?only=unused", "stores"
    yield "boss", reverse("stores:layer", args=[CostLayer.objects.earliest("pk").pk]), "stores"
    for document in StockDocument.objects.all():
        yield "boss", reverse("stores:document", args=[document.number]), "stores"
    last = StockDocument.objects.latest("pk")
    yield "boss", reverse("stores:slip", args=[last.number]), "stores"


def set_up() -> Iterator[Visit]:
    """Every page of their set-up, and of the rules of who must agree."""
    for name in ("items", "item_new", "stores", "store_new", "levels", "level_new", "labels"):
        yield "boss", reverse(f"storeroom:{name}"), "storeroom"
    for query in ("?q=没有", "?state=out"):
        yield "boss", f"{reverse('storeroom:items')}{query}", "storeroom"
    for kind in ("lots", "locations"):
        yield "boss", f"{reverse('storeroom:labels')}?kind={kind}", "storeroom"
        yield "boss", f"{reverse('storeroom:labels_print')}?kind={kind}&all=1&size=40x30", "storeroom"
    yield "boss", f"{reverse('storeroom:labels_print')}?kind=items", "storeroom"
    lamp = Item.objects.get(code="ZM-3001")
    yield "boss", reverse("storeroom:item", args=[lamp.pk]), "storeroom"
    store = Warehouse.objects.get(code="W901")
    yield "boss", reverse("storeroom:store", args=[store.pk]), "storeroom"
    yield "boss", reverse("storeroom:location", args=[Location.objects.get(warehouse=store).pk]), "storeroom"
    yield "boss", reverse("storeroom:level", args=[StockPolicy.objects.get(item=lamp).pk]), "storeroom"
    for key, pk in (("units", lamp.unit_id), ("item-categories", lamp.category_id)):
        yield "boss", reverse("setup:register", args=[key]), "storeroom"
        yield "boss", reverse("setup:new", args=[key]), "storeroom"
        yield "boss", reverse("setup:edit", args=[key, pk]), "storeroom"
    for key in ("items", "stock"):
        yield "boss", reverse("setup:import", args=[key]), "storeroom"
    rules = reverse("setup:approval_rules")
    asker = ApprovalRule.objects.filter(person__isnull=False).latest("pk").person_id
    yield "boss", rules, "storeroom"
    yield "boss", f"{rules}?kind=stock_scrap&amount=6000&asker={asker}", "storeroom"
    yield "boss", f"{rules}?kind=stock_scrap&amount=6,000", "storeroom"
    yield "boss", reverse("setup:approval_rule_new"), "storeroom"
    yield "boss", reverse("setup:approval_rule", args=[ApprovalRule.objects.latest("pk").pk]), "storeroom"
