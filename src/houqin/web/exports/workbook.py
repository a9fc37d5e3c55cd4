"""Writing a spreadsheet row by row, with texts as texts whatever they begin with."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from houqin.web.exports.sheet import Column

LONGEST = 32_767
"""Characters a cell holds; longer texts are cut."""


def write(path: Path, *, title: str, columns: list[Column], rows: Iterable[Any]) -> int:
    """Write a workbook of one sheet and return how many rows it has, the heading not counted.

    Instants are local to the time zone in force. Nothing becomes a formula or a link.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet(title[:31])
    heading = book.add_format({"bold": True, "bottom": 1})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, str(column.title), heading)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            _put(sheet, count, at, column.value(row), instant, day)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return count


def _put(sheet: Any, line: int, at: int, value: object, instant: Any, day: Any) -> None:
    match value:
        case None | "":
            return
        case dt.datetime():
            sheet.write_datetime(line, at, timezone.localtime(value).replace(tzinfo=None), instant)
        case dt.date():
            sheet.write_datetime(line, at, value, day)
        case bool():
            sheet.write_string(line, at, str(value))
        case int() | float() | Decimal():
            sheet.write_number(line, at, value)
        case _:
            sheet.write_string(line, at, str(value)[:LONGEST])
