"""Figures as a workbook."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.insight.service_levels import Line, ServiceLevels

LONGEST_NAME = 31


def workbook(report: ServiceLevels, tables: Sequence[tuple[str, Iterable[Line]]]) -> io.BytesIO:
    """A workbook with a sheet of the period and its totals, then one for each table.

    Names are written as text, whatever they begin with; shares are numbers in percent format.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    heads = [
        pgettext("figures", "Name"),
        pgettext("count", "reported"),
        _("closed with a target"),
        pgettext("count", "on time"),
        _("share on time"),
        _("unfinished"),
        pgettext("count", "overdue"),
        _("median hours to close"),
    ]
    last = report.end - dt.timedelta(days=1)
    total = [Line(key="", name=f"{report.start} – {last}", figures=report.total)]
    for title, lines in [(_("Total"), total), *tables]:
        sheet = book.add_worksheet(title[:LONGEST_NAME])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for row, line in enumerate(lines, start=1):
            figures = line.figures
            sheet.write_string(row, 0, line.name)
            for column, value in enumerate(
                (figures.opened, figures.closed_with_target, figures.on_time), start=1
            ):
                sheet.write_number(row, column, value)
            if figures.on_time_share is not None:
                sheet.write_number(row, 4, figures.on_time_share, share)
            sheet.write_number(row, 5, figures.open)
            sheet.write_number(row, 6, figures.open_overdue)
            if figures.median_hours_to_close is not None:
                sheet.write_number(row, 7, figures.median_hours_to_close)
    book.close()
    content.seek(0)
    return content
