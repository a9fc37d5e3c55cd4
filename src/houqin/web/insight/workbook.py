"""Figures as a workbook."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.insight.service_levels import Line, ServiceLevels
from houqin.web.insight.tables import Contractor, KeptLine

LONGEST_NAME = 31


@dataclass(frozen=True)
class _Book:
    """A workbook that is being written, with its formats."""

    book: Any
    bold: Any
    share: Any

    def sheet(self, title: str, heads: Sequence[str]) -> Any:
        """A new sheet with its heading."""
        sheet = self.book.add_worksheet(title[:LONGEST_NAME])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.bold)
        return sheet


def workbook(
    report: ServiceLevels,
    tables: Sequence[tuple[str, Iterable[Line]]],
    promises: Sequence[KeptLine],
    contractors: Sequence[Contractor],
) -> io.BytesIO:
    """A workbook with a sheet of the period and its totals, one for each table, and those of the promises.

    Names are written as text, whatever they begin with; shares are numbers in percent format.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    out = _Book(book, book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"}))
    last = report.end - dt.timedelta(days=1)
    total = [Line(key="", name=f"{report.start} – {last}", figures=report.total)]
    for title, lines in [(_("Total"), total), *tables]:
        _figures(out, title, lines)
    _promises(out, promises)
    _contractors(out, contractors)
    book.close()
    content.seek(0)
    return content


def _figures(out: _Book, title: str, lines: Iterable[Line]) -> None:
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
    sheet = out.sheet(title, heads)
    for row, line in enumerate(lines, start=1):
        figures = line.figures
        sheet.write_string(row, 0, line.name)
        for column, value in enumerate(
            (figures.opened, figures.closed_with_target, figures.on_time), start=1
        ):
            sheet.write_number(row, column, value)
        if figures.on_time_share is not None:
            sheet.write_number(row, 4, figures.on_time_share, out.share)
        sheet.write_number(row, 5, figures.open)
        sheet.write_number(row, 6, figures.open_overdue)
        if figures.median_hours_to_close is not None:
            sheet.write_number(row, 7, figures.median_hours_to_close)


def _promises(out: _Book, promises: Sequence[KeptLine]) -> None:
    """How often each kind of promise was kept: answers in time among them."""
    heads = [_("target"), pgettext("count", "kept"), pgettext("count", "not kept"), _("share kept")]
    sheet = out.sheet(_("Promises by kind"), heads)
    for row, line in enumerate(promises, start=1):
        sheet.write_string(row, 0, line.name)
        _kept(out, sheet, row, 1, line)


def _contractors(out: _Book, contractors: Sequence[Contractor]) -> None:
    """What each contractor kept of what it promised."""
    heads = [pgettext("company", "contractor"), pgettext("count", "orders")]
    for line in contractors[0].promises if contractors else []:
        heads += [
            pgettext("count of a promise", "%(target)s, kept") % {"target": line.name},
            pgettext("count of a promise", "%(target)s, not kept") % {"target": line.name},
            pgettext("count of a promise", "%(target)s, share") % {"target": line.name},
        ]
    sheet = out.sheet(_("Promises of contractors"), heads)
    for row, one in enumerate(contractors, start=1):
        sheet.write_string(row, 0, one.name)
        sheet.write_number(row, 1, one.orders)
        for at, line in enumerate(one.promises):
            _kept(out, sheet, row, 2 + 3 * at, line)


def _kept(out: _Book, sheet: Any, row: int, column: int, line: KeptLine) -> None:
    """Kept, not kept and the share of it, from a column on."""
    sheet.write_number(row, column, line.kept.met)
    sheet.write_number(row, column + 1, line.kept.missed)
    if line.kept.share is not None:
        sheet.write_number(row, column + 2, line.kept.share, out.share)
