"""Where the time went, as a workbook."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.insight.time_owners import Line, TimeOwners
from houqin.kernel.time_owners import Owner
from houqin.web.insight.owner_tables import WAITED
from houqin.web.owners import NAMES

LONGEST_NAME = 31
HOUR = 3_600


def workbook(report: TimeOwners, tables: Sequence[tuple[str, Iterable[Line]]]) -> io.BytesIO:
    """A workbook with a sheet of the total, then one for each table; hours as numbers, not rounded.

    Names are written as text, whatever they begin with.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    bold, hours = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.0"})
    heads = [
        pgettext("figures", "Name"),
        _("requests"),
        _("working hours waited"),
        *(str(NAMES[owner]) for owner in (*WAITED, Owner.RESOLVED)),
    ]
    total = report.total
    for title, lines in [(_("Total"), [total]), *tables]:
        sheet = book.add_worksheet(title[:LONGEST_NAME])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, line.name or _("Total"))
            sheet.write_number(row, 1, line.requests)
            sheet.write_number(row, 2, line.waited / HOUR, hours)
            for column, owner in enumerate((*WAITED, Owner.RESOLVED), start=3):
                sheet.write_number(row, column, line.times[owner] / HOUR, hours)
    book.close()
    content.seek(0)
    return content
