"""A table of past requests, known from end to end before its first row is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from houqin.kernel import tables
from houqin.kernel.errors import Invalid


@dataclass(frozen=True)
class HistoryTable:
    """The named columns of a file and how many rows follow them."""

    path: Path
    columns: tuple[str, ...]
    total: int

    def rows(self) -> Iterator[tables.Row]:
        """Each row below the heading, which is row 1; blank rows are left out."""
        with self.path.open("rb") as file:
            records = tables.rows(file)
            next(records)
            yield from (row for row in records if not row.is_blank)


def open_table(path: Path) -> HistoryTable:
    """Read the file once from end to end and return its columns and number of rows.

    So a cut file, a wrong encoding or a missing quotation mark is known before anything is
    stored. Raises `Invalid` when there is no such file or no heading, `Unreadable` as
    `kernel.tables` does.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Invalid(_("There is no file %(file)s.") % {"file": path}) from error
    except OSError as error:
        raise Invalid(_("The file %(file)s cannot be read.") % {"file": path}) from error
    with file:
        records = tables.rows(file)
        heading = next(records, None)
        if heading is None or heading.is_blank:
            raise Invalid(
                _("The first row of %(file)s must name the columns; it is empty.") % {"file": path.name}
            )
        total = sum(not row.is_blank for row in records)
    return HistoryTable(path, tuple(heading.cells), total)
