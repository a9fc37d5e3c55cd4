"""Slips for signatures: the page to print and the PDF say the same."""

import io
import re
from decimal import Decimal

import pytest
from django.test import Client
from pypdf import PdfReader

from houqin.inventory.actions import moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item, StockDocument, Warehouse
from tests import cast
from tests.makers import make_order
from tests.makers_stock import issued, make_item, received, shelf
from tests.web.signed_in import signed_in


@pytest.fixture
def receipt(store: Warehouse) -> StockDocument:
    """Three lamps at 12.35, with a name that would be markup if it were read as such."""
    return received(make_item("灯管 *#[鬱]", code="ZM-1"), 3, "12.35", to=shelf(store))


@pytest.fixture
def keeper() -> Client:
    """孙仓管's browser, in Chinese."""
    return signed_in(cast.storekeeper_sun(), english=False)


def pages(client: Client, document: StockDocument) -> list[str]:
    """The text of each page of the PDF."""
    answer = client.get(f"/stores/documents/{document.number}/slip.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    read = PdfReader(io.BytesIO(b"".join(answer)))
    return [" ".join(page.extract_text().split()) for page in read.pages]


def printed(client: Client, document: StockDocument) -> str:
    """The page to print."""
    return client.get(f"/stores/documents/{document.number}/slip/").content.decode()


def test_page_and_pdf_carry_lines_sum_in_words_and_signatures(keeper: Client, receipt: StockDocument) -> None:
    (paper,) = pages(keeper, receipt)
    page = printed(keeper, receipt)

    for told in ("入库单", receipt.number, "灯管 *#[鬱]", "37.05", "叁拾柒元零伍分", "交货人", "会计"):
        assert told in paper, told
        assert told in page, told
    assert "第 1 页，共 1 页" in paper
    assert "本页小计 ￥37.05" in paper


def test_the_font_is_inside(keeper: Client, receipt: StockDocument) -> None:
    answer = keeper.get(f"/stores/documents/{receipt.number}/slip.pdf")

    fonts = PdfReader(io.BytesIO(answer.content)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    kept = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert ["NotoSansSC" in font["/BaseFont"] for font in kept] == [True]
    assert all({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].keys() for font in kept)


def test_each_page_has_its_own_sum_and_they_add_up(keeper: Client, store: Warehouse) -> None:
    item = make_item("灯管", code="ZM-1")
    goods = [Goods(item=item, qty=Decimal(1), price=Decimal("1.10")) for _ in range(120)]
    long = moving.receive(goods=goods, location=shelf(store), by=None)

    told = pages(keeper, long)

    sums = [Decimal(sum_) for page in told for sum_ in re.findall(r"本页小计 ￥([\d.,]+)", page)]
    assert len(told) > 2
    assert sum(sums) == Decimal("132.00")
    assert [f"第 {n} 页，共 {len(told)} 页" in page for n, page in enumerate(told, 1)] == [True] * len(told)
    assert [("名称与规格" in page) for page in told[:2]] == [True, True]


def test_without_the_right_to_values_no_amount_is_printed(receipt: StockDocument) -> None:
    admin = signed_in(cast.administrator(), english=False)

    (paper,) = pages(admin, receipt)

    assert "灯管" in paper
    for told in (paper, printed(admin, receipt)):
        assert not [word for word in ("37.05", "金额", "元", "￥") if word in told]


def test_an_issue_for_a_job_is_named_otherwise_than_one_to_a_department(
    keeper: Client, receipt: StockDocument, store: Warehouse
) -> None:
    item = Item.objects.get()
    for_department = issued(item, 1, out_of=store)
    for_job = moving.issue(
        goods=[Goods(item=item, qty=Decimal(1))], warehouse=store, by=None, charged_to=make_order().number
    )

    assert "出库单" in pages(keeper, for_department)[0]
    assert "领料单" in pages(keeper, for_job)[0]


def test_in_english(sun: Client, receipt: StockDocument) -> None:
    (paper,) = pages(sun, receipt)

    assert "Receipt slip" in paper
    assert "Page 1 of 1" in paper
