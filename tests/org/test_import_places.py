"""Places from spreadsheets: every way people write them, every row that cannot be, and volume."""

import csv
import io
import time
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.utils.translation import override

from houqin.kernel import sheets
from houqin.kernel.importing import Outcome
from houqin.kernel.tables import Unreadable
from houqin.org.actions import places
from houqin.org.actions.import_places import COLUMNS, preview, store
from houqin.org.models import Place
from houqin.org.policies import visible_places
from houqin.org.queries.places import find
from tests.data import shared
from tests.makers import make_calendar, make_department

pytestmark = pytest.mark.django_db

HEADINGS = ["编码", "名称", "类型", "上级编码", "面积（㎡）", "重要程度（1–5）"]
ROWS = [
    ["E", "东校区", "校区", "", "", ""],
    ["E-LIB", "图书馆", "楼栋", "E", "12000", "5"],
    ["", "", "", "", "", ""],
    ["E-LIB-301", "301", "房间", "E-LIB-3F", "42.50", "3"],
    ["E-LIB-3F", "3层", "楼层", "E-LIB", "", ""],
]


def as_csv(rows: list[list[str]], *, separator: str = ",", encoding: str = "utf-8-sig") -> io.BytesIO:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator).writerows(rows)
    return io.BytesIO(target.getvalue().encode(encoding))


def as_xlsx(rows: Sequence[Sequence[Any]], *, numbers: bool = False) -> io.BytesIO:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_numbers": numbers, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(rows):
            sheet.write_row(number, 0, line)
    return io.BytesIO(target.getvalue())


def wide(rows: list[list[str]]) -> list[list[str]]:
    """The same with full-width letters and digits."""
    return [
        ["".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in cell) for cell in row]
        for row in rows
    ]


ENGLISH = ["Code", "Name", "Type", "Inside (code)", "Area (m²)", "Criticality (1–5)"]
CORPUS = {
    "utf-8": as_csv([HEADINGS, *ROWS], encoding="utf-8"),
    "utf-8 with a mark": as_csv([HEADINGS, *ROWS]),
    "gbk": as_csv([[h.replace("㎡", "平方米").replace("–", "-") for h in HEADINGS], *ROWS], encoding="gbk"),
    "gb18030": as_csv([HEADINGS, *ROWS], encoding="gb18030"),
    "utf-16": as_csv([HEADINGS, *ROWS], encoding="utf-16"),
    "tabs": as_csv([HEADINGS, *ROWS], separator="\t"),
    "semicolons": as_csv([HEADINGS, *ROWS], separator=";"),
    "bars": as_csv([HEADINGS, *ROWS], separator="|"),
    "workbook": as_xlsx([HEADINGS, *ROWS]),
    "numbers as numbers": as_xlsx([HEADINGS, *ROWS], numbers=True),
    "full width": as_csv([HEADINGS, *wide(ROWS)]),
    "English headings": as_csv([ENGLISH, *ROWS]),
    "keys as headings": as_csv([["code", "name", "type", "parent", "area_m2", "criticality"], *ROWS]),
    "stars and spaces": as_csv([[f" {h} *" for h in HEADINGS], *ROWS]),
    "a title above": as_xlsx([["地点一览表"], [""], HEADINGS, *ROWS]),
    "columns moved": as_csv([list(reversed(row)) for row in [HEADINGS, *ROWS]]),
    "unknown columns": as_csv([[*row, "x"] for row in [HEADINGS, *ROWS] if row[0]]),
    "blank rows": as_csv([HEADINGS, *[line for row in ROWS for line in (row, ["", "", "", "", "", ""])]]),
    "English types": as_csv(
        [
            HEADINGS,
            *[
                [
                    {"校区": "Site", "楼栋": "BUILDING", "楼层": "floor", "房间": "room"}.get(cell, cell)
                    for cell in row
                ]
                for row in ROWS
            ],
        ]
    ),
    "thousands": as_csv([HEADINGS, *[[cell.replace("12000", "12,000.00") for cell in row] for row in ROWS]]),
    "short rows": io.BytesIO(
        "编码,名称,类型,上级编码,面积（㎡）,重要程度\nE,东校区,校区\nE-LIB,图书馆,楼栋,E,12000,5\n"
        "E-LIB-3F,3层,楼层,E-LIB\nE-LIB-301,301,房间,E-LIB-3F,42.5,3\n".encode()
    ),
    "quoted": io.BytesIO("\n".join(",".join(f'"{c}"' for c in row) for row in [HEADINGS, *ROWS]).encode()),
    "carriage returns": io.BytesIO("\r".join(",".join(row) for row in [HEADINGS, *ROWS]).encode()),
}


@pytest.mark.parametrize("name", CORPUS)
def test_every_way_of_writing_it_gives_the_same_places(name: str) -> None:
    file = CORPUS[name]
    assert preview(file=file).counts == {"new": 4, "changed": 0, "same": 0, "wrong": 0}
    assert not Place.objects.exists()
    assert store(file=file).counts["new"] == 4
    room = Place.objects.get(code="E-LIB-301")
    assert (room.label, room.area_m2, room.criticality) == ("图书馆 · 301", Decimal("42.50"), 3)
    assert [around.code for around in Place.objects.filter(pk__in=room.lineage).order_by("lineage__len")] == [
        "E",
        "E-LIB",
        "E-LIB-3F",
        "E-LIB-301",
    ]
    assert find("tsg 301", visible_places()) == [room]
    assert store(file=file).counts == {"new": 0, "changed": 0, "same": 4, "wrong": 0}
    assert Place.objects.count() == 4


def outcomes(rows: list[list[str]]) -> dict[str, str]:
    plan = preview(file=as_csv([HEADINGS, *rows]))
    return {row.record.facts["code"]: row.sentence for row in plan.having(Outcome.WRONG)}


def test_wrong_rows_are_told_by_row_and_column_and_the_others_stored() -> None:
    rows = [
        ["E", "东校区", "校区", "", "", ""],
        ["A1", "坏类型", "城堡", "E", "", ""],
        ["A2", "坏面积", "楼栋", "E", "很大", ""],
        ["A3", "坏程度", "楼栋", "E", "", "9"],
        ["A4", "没有上级", "楼栋", "X", "", ""],
        ["A5", "", "楼栋", "E", "", ""],
        ["", "没有编码", "楼栋", "E", "", ""],
        ["e", "重复", "校区", "", "", ""],
        ["A6", "自己", "区域", "A6", "", ""],
        ["C1", "圈一", "区域", "C2", "", ""],
        ["C2", "圈二", "区域", "C1", "", ""],
        ["C3", "圈下", "区域", "C1", "", ""],
        ["D1", "错行之下", "房间", "A1", "", ""],
        ["S", "校区之内", "校区", "E", "", ""],
        ["F" * 41, "太长", "楼栋", "E", "", ""],
        ["OK", "好的", "楼栋", "E", "", ""],
    ]
    with override("zh-hans"):
        file = as_csv([HEADINGS, *rows])
        plan = store(file=file)
    assert set(Place.objects.values_list("code", flat=True)) == {"E", "OK"}
    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "wrong": 14}
    wrong = {row.record.row.number: row for row in plan.having(Outcome.WRONG)}
    assert wrong[3].problems[0][0] == "类型"
    assert wrong[4].problems[0][0] == "面积（㎡）"
    assert wrong[8].problems[0][0] == "编码"
    assert "5" in wrong[5].sentence
    assert all(row.sentence for row in wrong.values())


def test_everything_wrong_with_a_place_is_told_at_once_and_what_changes() -> None:
    store(file=as_csv([HEADINGS, ["E", "东校区", "校区", "", "", "3"]]))

    with override("zh-hans"):
        rows = preview(
            file=as_csv([HEADINGS, ["A", "一", "楼栋", "NOPE", "abc", "9"], ["E", "西校区", "", "", "", "5"]])
        ).rows

    assert {column for column, _sentence in rows[0].problems} == {"面积（㎡）", "重要程度（1–5）", "上级编码"}
    assert rows[1].changes == [("名称", "东校区", "西校区"), ("重要程度（1–5）", "3", "5")]


def test_the_file_of_wrong_rows_can_be_mended_and_sent_again() -> None:
    rows = [["E", "东校区", "校区", "", "", ""], ["B", "=1+1", "城堡", "E", "", "0"]]
    plan = store(file=as_csv([HEADINGS, *rows]))
    mended = plan.wrong_rows()
    (sheet,) = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(mended)).sheet_names
    table = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(mended))
        .get_sheet_by_name(sheet)
        .to_python()
    )
    assert table[0][: len(HEADINGS)] == HEADINGS
    assert table[1][:3] == ["B", "=1+1", "城堡"]
    assert "3" in str(table[1][-1])
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(mended)).read("xl/worksheets/sheet1.xml")
    table[1][2], table[1][5] = "楼栋", "2"
    assert store(file=as_xlsx(table)).counts["new"] == 1
    assert Place.objects.get(code="B").name == "=1+1"


def test_a_file_changes_and_moves_what_is_stored() -> None:
    store(file=as_csv([HEADINGS, *ROWS]))
    rows = [
        ["W", "西校区", "校区", "", "", ""],
        ["e-lib", "新图书馆", "", "W", "", ""],
        ["E-LIB-301", "", "", "", "50", ""],
    ]
    plan = store(file=as_csv([HEADINGS, *rows]))
    assert plan.counts == {"new": 1, "changed": 2, "same": 0, "wrong": 0}
    room = Place.objects.get(code="E-LIB-301")
    assert (room.label, room.area_m2) == ("新图书馆 · 301", Decimal(50))
    assert find("xtsg 301", visible_places()) == [room]
    assert Place.objects.get(pk=room.lineage[0]).code == "W"


def test_two_stored_places_may_change_places() -> None:
    outer = places.create(type="zone", code="1", name="外")
    places.create(type="zone", code="2", name="内", parent=outer)
    top = ["T", "顶", "区域", "", "", ""]
    plan = store(file=as_csv([HEADINGS, top, ["2", "", "", "T", "", ""], ["1", "", "", "2", "", ""]]))
    assert plan.counts["wrong"] == 0
    assert [Place.objects.get(code=code).label for code in ("2", "1")] == ["顶 · 内", "顶 · 内 · 外"]
    broken = [["1", "", "", "T", "x", ""], ["2", "", "", "1", "", ""]]
    plan = store(file=as_csv([HEADINGS, *broken]))
    assert plan.counts["wrong"] == 2
    assert Place.objects.get(code="1").label == "顶 · 内 · 外"


def test_departments_and_calendars_are_named_by_code() -> None:
    make_department(code="ZW", name="总务处")
    make_calendar(code="LIB")
    head = ["编码", "名称", "部门编码", "日历编码"]
    plan = store(file=as_csv([head, ["A", "一", "zw", "lib"], ["B", "二", "nope", ""]]))
    assert plan.counts["wrong"] == 1
    place = Place.objects.get(code="A")
    assert place.department is not None
    assert place.calendar is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_comes_back_as_it_went(language: str) -> None:
    with override(language):
        content = sheets.template(COLUMNS)
    assert preview(file=io.BytesIO(content)).counts == {"new": 0, "changed": 0, "same": 0, "wrong": 0}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "dataValidation " in sheet
    assert 'state="frozen"' in sheet


@pytest.mark.parametrize("content", [b"", b"name\nx\n", "电话\n1\n".encode()])
def test_what_is_no_table_of_places_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        preview(file=io.BytesIO(content))


@pytest.mark.parametrize("rooms", [25, pytest.param(499, marks=pytest.mark.long)])
def test_many_places_take_seconds(rooms: int) -> None:
    rows = [["S", "校区", "校区", "", "", ""]]
    rows += [[f"B{b}", f"{b}号楼", "楼栋", "S", "", ""] for b in range(20)]
    rows += [[f"B{b}-{r}", f"{r}室", "房间", f"B{b}", "12.5", "3"] for b in range(20) for r in range(rooms)]
    file = as_csv([HEADINGS, *rows])
    start = time.perf_counter()
    assert store(file=file).counts["new"] == len(rows)
    assert time.perf_counter() - start < 30
    assert preview(file=file).counts["same"] == len(rows)


def test_real_divisions_form_a_tree() -> None:
    folder = shared("facilities/cn-divisions")
    lines = [["编码", "名称", "类型", "上级编码"]]
    for name, above in (("provinces", ""), ("cities", "provinceCode")):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig") as file:
            lines += [[row["code"], row["name"], "区域", row.get(above, "")] for row in csv.DictReader(file)]
    plan = store(file=as_csv(lines))
    assert plan.counts["wrong"] == 0
    assert plan.counts["new"] == len(lines) - 1
    assert "hzs" in Place.objects.get(name="杭州市").search_text
