"""Tables as people send them: encodings, separators, workbooks, and those that must be refused."""

import csv
import datetime as dt
import gzip
import io
import json
import resource
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from houqin.kernel import tables
from houqin.kernel.tables import Column, Unreadable, records, rows
from tests.data import shared

HEADINGS = ["姓名", "电话", "备注"]
LINE = ["曾国藩", "013800001234", "三楼，漏水"]


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in rows(io.BytesIO(content))]


def as_csv(separator: str = ",", end: str = "\r\n") -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator, lineterminator=end).writerows([HEADINGS, LINE])
    return target.getvalue()


def workbook(*sheet_rows: list[object], hidden_first: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        if hidden_first:
            book.add_worksheet("lists").write(0, 0, "not this one")
        sheet = book.add_worksheet("data")
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for number, line in enumerate(sheet_rows):
            for column, value in enumerate(line):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                else:
                    sheet.write(number, column, value)
        if hidden_first:
            sheet.activate()
            book.worksheets()[0].hide()
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_chinese_text_is_read_in_every_usual_encoding(encoding: str, packed: bool) -> None:
    content = as_csv().encode(encoding)
    assert cells(gzip.compress(content) if packed else content) == [HEADINGS, LINE]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(separator: str, end: str) -> None:
    assert cells(as_csv(separator, end).encode()) == [HEADINGS, LINE]


def test_a_separator_inside_quotes_does_not_count() -> None:
    assert cells(b'"a;b;c;d",e\n1,2\n') == [["a;b;c;d", "e"], ["1", "2"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        ("name\nRéunion\n".encode("latin-1"), "Line 2"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)), "neither"),
        (b'a,b\n1,"' + b"x" * 200_000, "quotation mark"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-20], "damaged"),
        (b"PK\x03\x04 not a zip", "Excel"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "Excel"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        cells(content)


def test_numbers_and_dates_of_a_workbook_are_read_as_people_mean_them() -> None:
    line = [
        13800001234,
        0.1,
        True,
        dt.datetime(2026, 11, 23),  # noqa: DTZ001 - a sheet knows no zone
        dt.datetime(2026, 11, 23, 14, 20),  # noqa: DTZ001
        " 一 \u3000",
        "",
    ]
    assert cells(workbook(line)) == [
        ["13800001234", "0.1", "TRUE", "2026-11-23", "2026-11-23 14:20:00", "一", ""][: len(line) - 1]
    ]


def test_rows_keep_the_numbers_of_the_sheet_and_hidden_sheets_are_left_out() -> None:
    content = workbook([], ["a"], [], ["b"], hidden_first=True)
    assert [(row.number, row.cells) for row in rows(io.BytesIO(content)) if not row.is_blank] == [
        (2, ["a"]),
        (4, ["b"]),
    ]


COLUMNS = (Column("name", ("姓名", "Name"), needed=True), Column("phone", ("电话", "Phone")))


def test_headings_are_found_below_a_title_in_either_language() -> None:
    for heading in ("姓 名*", "Name", "NAME", "ｎａｍｅ"):
        content = f"人员名单,,\n\n{heading},x\n张三,1\n,\n李四\n".encode()
        head, found = records(io.BytesIO(content), COLUMNS)
        assert head.number == 3
        assert [(record.row.number, record.facts) for record in found] == [
            (4, {"name": "张三", "phone": ""}),
            (6, {"name": "李四", "phone": ""}),
        ]


def test_missing_headings_are_named() -> None:
    with translation.override("zh-hans"), pytest.raises(Unreadable, match="姓名"):
        records(io.BytesIO("电话\n1\n".encode()), COLUMNS)


def repacked(content: bytes, change: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name) or old.read(name))
    return target.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    sheet = b"<worksheet>" + b" " * (tables.UNPACKED_LIMIT + 1) + b"</worksheet>"
    bomb = repacked(workbook(["a"]), {"xl/worksheets/sheet1.xml": sheet})
    assert len(bomb) < 1_000_000
    with pytest.raises(Unreadable, match="too large"):
        cells(bomb)


def test_a_bomb_whose_directory_lies_is_refused_too() -> None:
    sheet = b"<worksheet>" + b" " * (tables.UNPACKED_LIMIT + 1) + b"</worksheet>"
    bomb = repacked(workbook(["a"]), {"xl/worksheets/sheet1.xml": sheet})
    size = len(sheet).to_bytes(4, "little")
    assert bomb.count(size) == 2
    with pytest.raises(Unreadable, match="too large"):
        cells(bomb.replace(size, (1000).to_bytes(4, "little")))


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576", "XFD99999"])
def test_two_far_cells_do_not_span_a_sheet_of_billions(far: str) -> None:
    ends = [("AAA1", "A99999")] if far == "XFD99999" else [("A1", far), ("XFD1", far)]
    for one, two in ends:
        line = "".join(f'<row><c r="{at}"><v>1</v></c></row>' for at in (one, two))
        sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{line}</sheetData></worksheet>'
        with pytest.raises(Unreadable, match="too large"):
            cells(repacked(workbook(["a"]), {"xl/worksheets/sheet1.xml": sheet.encode()}))


def test_a_wide_sheet_is_read() -> None:
    assert len(cells(workbook(["x"] * 400))[0]) == 400


def test_a_long_compressed_text_needs_little_memory() -> None:
    content = gzip.compress(("序号,内容\n" + "1,三楼走廊的灯不亮了\n" * 400_000).encode(), 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for row in rows(io.BytesIO(content))) == 400_001
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024


def test_the_csv_spectrum_is_read_as_its_answers_say() -> None:
    folder = shared("interfaces/csv/csv-spectrum")
    for path in sorted((folder / "csvs").glob("*.csv")):
        if path.stem == "location_coordinates":  # in no encoding we take
            continue
        head, *lines = cells(path.read_bytes())
        answer = json.loads((folder / "json" / f"{path.stem}.json").read_text().replace("\\r\\n", "\\n"))
        assert [dict(zip(head, line, strict=True)) for line in lines if line] == answer, path.name


def test_the_frictionless_corpus_is_read_or_refused_with_a_sentence() -> None:
    folder = shared("interfaces/csv/frictionless")
    expected = [["number", "string", "boolean"], ["1", "one", "true"], ["2", "two", "false"]]
    for path in sorted((folder / "csv/separators").iterdir()):
        if path.stem != "colon":
            assert [[cell.lower() for cell in line] for line in cells(path.read_bytes())] == expected, (
                path.name
            )
    for path in sorted((folder / "excel").iterdir()):
        assert len(cells(path.read_bytes())) > 1, path.name
    read = {path.stem for path in sorted((folder / "csv/encodings").iterdir()) if is_readable(path)}
    assert read == {"utf8"}
    for path in sorted((folder / "zero-files").iterdir()):
        assert not is_readable(path), path.name


def is_readable(path: Path) -> bool:
    try:
        cells(path.read_bytes())
    except Unreadable:
        return False
    return True
