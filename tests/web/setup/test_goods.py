"""Items and opening stock are brought in by page: looked at, stored, wrong rows given back."""

import io
from decimal import Decimal

from django.test import Client

from houqin.inventory.models import Item, StockDocument
from tests.makers_stock import make_item, make_store, stock


def sent(office: Client, key: str, *lines: str) -> str:
    """Where a table leads to."""
    file = io.BytesIO("\n".join(lines).encode())
    file.name = "table.csv"
    return office.post(f"/setup/import/{key}/", {"file": file}).headers["Location"]


def test_items_are_looked_at_and_then_stored(office: Client) -> None:
    assert office.get("/setup/import/items/template/").status_code == 200
    where = sent(office, "items", "编码,名称,分类,单位", "D1,灯管,电工,支", "D2,灯罩,电工,打儿")

    page = office.get(where).content.decode()
    assert "灯管" in page
    assert not Item.objects.exists()

    office.post(where)
    assert [item.code for item in Item.objects.all()] == ["D1"]


def test_opening_stock_is_received_by_who_brings_it(office: Client) -> None:
    item = make_item("灯管", code="D1")
    make_store("总库")
    where = sent(office, "stock", "物资编码,仓库,库位,数量,单价", "D1,总库,A1,4,2.5")
    assert not StockDocument.objects.exists()

    office.post(where)

    assert stock(item) == (Decimal(4), Decimal(10))
    assert StockDocument.objects.get().by is not None
