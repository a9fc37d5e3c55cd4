"""Workbooks we give out: templates to fill in, and rows that came back wrong.

Every cell is written as text, so nothing a person typed becomes a formula or a link, and codes
and phone numbers keep their zeros.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from houqin.kernel.tables import Column

EXAMPLE_MARKS = ("示例", "example")
"""A row whose first cell begins so is the example of the template; importers leave it out."""

ROWS_WITH_CHOICES = 20_000
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def template(columns: Sequence[Column]) -> bytes:
    """Return an XLSX file to fill in: frozen headings with a star where needed, an example, drop-downs.

    Headings are in the reader's language; the importer understands both.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**_SAFE, "in_memory": True}) as book:
        sheet = book.add_worksheet(_("To fill in"))
        lists = book.add_worksheet("lists")
        head = book.add_format({"bold": True, "bg_color": "#E8F0EE", "border": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        grey = book.add_format({"num_format": "@", "italic": True, "font_color": "#767676"})
        for number, column in enumerate(columns):
            sheet.set_column(
                number, number, max(12, 2 * len(column.heading) + 4, len(column.example) + 4), text
            )
            sheet.write_string(0, number, column.heading + ("*" if column.needed else ""), head)
            if column.example:
                sheet.write_string(1, number, column.example, grey)
            if column.choices:
                _offer(sheet, lists, number, column.choices)
        sheet.freeze_panes(1, 0)
        lists.hide()
    return target.getvalue()


def written(headings: Sequence[str], rows: Iterable[Sequence[str]], *, name: str) -> bytes:
    """Return an XLSX file with one sheet of text under frozen headings."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**_SAFE, "constant_memory": True}) as book:
        sheet = book.add_worksheet(name[:31])
        head = book.add_format({"bold": True, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, head)
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell[:32_767], text)
        sheet.freeze_panes(1, 0)
    return target.getvalue()


def _offer(sheet: Any, lists: Any, column: int, choices: Sequence[str]) -> None:
    """Let people choose from a hidden list; other values are warned about, not refused."""
    for row, choice in enumerate(choices):
        lists.write_string(row, column, choice)
    letter = xlsxwriter.utility.xl_col_to_name(column)
    sheet.data_validation(
        1,
        column,
        ROWS_WITH_CHOICES,
        column,
        {
            "validate": "list",
            "source": f"=lists!${letter}$1:${letter}${len(choices)}",
            "error_type": "warning",
            "ignore_blank": True,
        },
    )
