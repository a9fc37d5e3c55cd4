"""A year of somebody else's requests is brought in with its true times.

Writes: org (places, departments), desk (catalogue, requests, events, notes), work (alarms that
nobody is to be told of, orders of open requests that somebody has), journal (numbers).
Locks, in this order: the requests that have changed, then the number counters of the days; then each
request with a technician, its new order and the technician.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.flows.history.handing import hand_over
from houqin.flows.history.mapping import HistoryMapping
from houqin.flows.history.reference import Reference
from houqin.flows.history.rows import (
    CLOSED_BEFORE_OPENED,
    CLOSED_WITHOUT_TIME,
    OPEN_WITH_CLOSING_TIME,
    HistoricRow,
    RowReader,
)
from houqin.flows.history.table import HistoryTable
from houqin.flows.history.writing import Writer, already_imported, worked_on
from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from houqin.kernel.flow import flow

BATCH = 4_000
"""Rows stored in one transaction."""

Progress = Callable[[int, int], None]


class Problem(NamedTuple):
    """A row that was refused, or stored although it contradicts itself (`flagged`)."""

    row: int
    external_id: str
    outcome: str
    sentence: str


@dataclass
class ImportReport:
    """What became of the rows; `flagged` rows are among the created, updated and unchanged ones."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    flagged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The six counts by name."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "flagged": self.flagged,
        }

    def refuse(self, row: int, external_id: str, sentence: object) -> None:
        """Count and list a row that is not stored."""
        self.refused += 1
        self.problems.append(Problem(row, external_id, "refused", str(sentence)))


class NumberedRow(NamedTuple):
    """A row with its number in the file."""

    number: int
    row: HistoricRow


class Outcome(NamedTuple):
    """What storing a batch did; `kept` are rows not overwritten because people worked on the request here.

    `left` says of open requests whose technician may not have them, by their id, why they wait for dispatch.
    """

    created: int
    updated: int
    unchanged: int
    kept: list[NumberedRow]
    left: dict[str, str] = {}


def import_file(
    *,
    table: HistoryTable,
    mapping: HistoryMapping,
    dry_run: bool = False,
    on_progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Bring in every row that can be stored, in transactions of `BATCH` rows, and say what became of each.

    A row is known by its id in the source: a second run creates nothing, and a row that has
    changed replaces the facts of its request unless somebody has worked on it here. With
    `dry_run` nothing is written. Raises `Invalid` before the first row when a mapped column is missing.
    """
    reader = RowReader(mapping, table.columns, clock.now())
    report = ImportReport()
    for batch in _batches(table, reader, report, on_progress):
        _store(batch, mapping, report, dry_run=dry_run)
    return report


@flow
def import_history(*, rows: Sequence[HistoricRow], mapping: HistoryMapping) -> Outcome:
    """Store a batch of past requests with their events and notes, all or none; ids must differ.

    New requests get the numbers of their opened day, local to the source. What they name and we
    do not have is made. New open ones go to the technician they name, where the hard rules of
    dispatch let them. Nobody is told anything.
    """
    return _stored([NumberedRow(0, row) for row in rows], mapping)


def _stored(batch: Sequence[NumberedRow], mapping: HistoryMapping, *, dry_run: bool = False) -> Outcome:
    known = already_imported(mapping.source, [row.external_id for _number, row in batch])
    new = [one for one in batch if one.row.external_id not in known]
    changed = [
        one
        for one in batch
        if one.row.external_id in known and known[one.row.external_id].digest != one.row.digest()
    ]
    busy = worked_on([known[one.row.external_id].pk for one in changed])
    kept = [one for one in changed if known[one.row.external_id].pk in busy]
    fresh = [one for one in changed if known[one.row.external_id].pk not in busy]
    left: dict[str, str] = {}
    if (new or fresh) and not dry_run:
        reference = Reference(mapping)
        reference.prepare([one.row for one in (*new, *fresh)])
        writer = Writer(mapping, reference)
        writer.update([(known[one.row.external_id], one.row) for one in fresh])
        writer.create([one.row for one in new])
        left = hand_over([one.row for one in new], mapping)
    return Outcome(len(new), len(fresh), len(batch) - len(new) - len(changed), kept, left)


def _batches(
    table: HistoryTable, reader: RowReader, report: ImportReport, on_progress: Progress
) -> Iterator[list[NumberedRow]]:
    """Rows that can be read, in batches in which no id stands twice; the others are refused.

    Of rows with one id the last counts; those before it have nothing left to say.
    """
    batch: dict[str, NumberedRow] = {}
    for line in table.rows():
        report.rows += 1
        try:
            row = reader.read(line.cells)
        except Invalid as refusal:
            report.refuse(line.number, _id_of(reader, line.cells), refusal)
            continue
        if len(batch) >= BATCH:
            yield list(batch.values())
            on_progress(report.rows - 1, table.total)
            batch.clear()
        if row.external_id in batch:
            report.unchanged += 1
        batch[row.external_id] = NumberedRow(line.number, row)
    if batch:
        yield list(batch.values())
    on_progress(report.rows, table.total)


def _id_of(reader: RowReader, cells: Sequence[str]) -> str:
    at = reader.at["id"]
    return cells[at][:120] if at < len(cells) else ""


def _store(batch: list[NumberedRow], mapping: HistoryMapping, report: ImportReport, *, dry_run: bool) -> None:
    """Store a batch; when the database refuses it, its halves, down to the row that is to blame."""
    try:
        with transaction.atomic():
            outcome = _stored(batch, mapping, dry_run=dry_run)
    except (IntegrityError, DataError) as error:
        if len(batch) == 1:
            sentence = _("The database refuses the row: %(what)s") % {"what": str(error).splitlines()[0]}
            report.refuse(batch[0].number, batch[0].row.external_id, sentence)
            return
        middle = len(batch) // 2
        _store(batch[:middle], mapping, report, dry_run=dry_run)
        _store(batch[middle:], mapping, report, dry_run=dry_run)
        return
    report.created += outcome.created
    report.updated += outcome.updated
    report.unchanged += outcome.unchanged
    for one in outcome.kept:
        sentence = _("The request has been worked on here since it was imported; it is left as it is.")
        report.refuse(one.number, one.row.external_id, sentence)
    _list_flags(batch, outcome, report)


def _list_flags(batch: list[NumberedRow], outcome: Outcome, report: ImportReport) -> None:
    left_out = {one.row.external_id for one in outcome.kept}
    for number, row in batch:
        told = [FLAG_SENTENCES[flag]() for flag in row.flags]
        told += [outcome.left[row.external_id]] if row.external_id in outcome.left else []
        if told and row.external_id not in left_out:
            report.flagged += 1
            sentence = pgettext("between sentences", " ").join(told)
            report.problems.append(Problem(number, row.external_id, "flagged", sentence))


FLAG_SENTENCES: dict[str, Callable[[], str]] = {
    CLOSED_BEFORE_OPENED: lambda: _("Closed before it was opened; stored with both times as they are."),
    CLOSED_WITHOUT_TIME: lambda: _("Closed, but without a time; stored as open."),
    OPEN_WITH_CLOSING_TIME: lambda: _("Open, but with a closing time; stored as open."),
}
