"""What an import will do, row by row: shown before anything is stored, and told afterwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.kernel import sheets, tables
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.reading import plain
from houqin.kernel.tables import Column, Record

Made = TypeVar("Made")
Value = TypeVar("Value")

MOST_ROWS = 50_000


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass
class PlannedRow(Generic[Made]):
    """One row, what it makes, and what is wrong with it: heading and sentence."""

    record: Record
    outcome: Outcome = Outcome.NEW
    made: Made | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    """What a changed row makes different: heading, what is stored and what would be, as people read it."""

    def refuse(self, column: str, problem: object) -> None:
        """Note that something is wrong with the row: it will not be stored. Of a column the first is told."""
        if column not in (told for told, _sentence in self.problems):
            self.problems.append((column, str(problem)))
        self.outcome = Outcome.WRONG

    @property
    def sentence(self) -> str:
        """All that is wrong, with row and column."""
        return pgettext("between sentences", " ").join(
            _("Row %(row)s, %(column)s: %(problem)s")
            % {"row": self.record.row.number, "column": column, "problem": problem}
            for column, problem in self.problems
        )


@dataclass
class Plan(Generic[Made]):
    """An import from its headings to its last row."""

    columns: Sequence[Column]
    headings: list[str]
    rows: list[PlannedRow[Made]]

    def having(self, outcome: Outcome) -> list[PlannedRow[Made]]:
        """Return the rows that end so."""
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are `new`, `changed`, `same` and `wrong`."""
        return {str(outcome): len(self.having(outcome)) for outcome in Outcome}

    def wrong_rows(self) -> bytes:
        """Return an XLSX file of the rows that were refused, as they came, with the reasons beside them.

        It can be mended and sent in again: the column of reasons is not read.
        """
        width = len(self.headings)
        lines = (
            [*(row.record.row.cells + [""] * width)[:width], row.sentence]
            for row in self.having(Outcome.WRONG)
        )
        return sheets.written([*self.headings, _("What is wrong")], lines, name=_("To mend"))

    def note_changes(
        self, row: PlannedRow[Made], before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        """Keep what differs between two readings of the same facts, by the key of their column."""
        for key, was in before.items():
            if str(was or "") != str(after[key] or ""):
                row.changes.append((self.heading(key), str(was or ""), str(after[key] or "")))

    def heading(self, key: str) -> str:
        """Return what the column of a fact is called."""
        return next((column.heading for column in self.columns if column.key == key), key)


def planned(
    file: BinaryIO, columns: Sequence[Column], kind: type[Made], *, most: int = MOST_ROWS
) -> Plan[Made]:
    """Read a file into a plan in which nothing is decided; the example row of a template is left out.

    Raises `Unreadable` for what is no such table, and `Refused` for more than `most` rows.
    """
    del kind  # tells the type checker what the rows make
    head, found = tables.records(file, columns)
    rows: list[PlannedRow[Made]] = []
    for record in found:
        if record.row.cells[0].lower().startswith(sheets.EXAMPLE_MARKS):
            continue
        if len(rows) >= most:
            raise Refused(_("At most %(most)s rows at once. Split the file.") % {"most": most})
        rows.append(PlannedRow(record))
    return Plan(columns, head.cells, rows)


def once_each(plan: Plan[Made], key: str) -> Iterator[tuple[str, PlannedRow[Made]]]:
    """Yield each row with its key in lower case; rows without one or with one seen before are refused."""
    seen: dict[str, int] = {}
    heading = plan.heading(key)
    for row in plan.rows:
        value = plain(row.record.facts[key]).lower()
        if not value:
            row.refuse(heading, _("This is needed."))
        elif value in seen:
            row.refuse(heading, _("The same as in row %(row)s.") % {"row": seen[value]})
        else:
            seen[value] = row.record.row.number
            yield value, row


def read(
    row: PlannedRow[Made], plan: Plan[Made], key: str, meaning: Callable[[str], Value], *, otherwise: object
) -> Value | None:
    """Return what a cell means, or None for an empty one; a cell that means nothing refuses the row.

    `meaning` raises `ValueError` or `KeyError`; `otherwise` is the sentence then.
    """
    text = row.record.facts[key]
    if not text:
        return None
    try:
        return meaning(text)
    except (ValueError, KeyError):
        row.refuse(plan.heading(key), otherwise)
        return None


def checked(row: PlannedRow[Made], plan: Plan[Made], check: Callable[[], object]) -> bool:
    """Run a check of the finished row; its `Invalid` or `ValidationError` refuses the row by column."""
    try:
        check()
    except Invalid as refusal:
        row.refuse(plan.heading(refusal.field or ""), refusal)
    except ValidationError as error:
        for key, sentences in error.message_dict.items():
            row.refuse(plan.heading(key), " ".join(sentences))
    return row.outcome != Outcome.WRONG
