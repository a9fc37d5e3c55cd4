"""The tables of where the time went: a bar and shares for each line, with the list behind each figure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from houqin.insight.time_owners import Line, TimeOwners
from houqin.kernel.time_owners import Owner
from houqin.web.owners import NAMES, TONES

SHOWN = 12
"""Lines of a table; what follows is added up in one more, which opens them all."""

WAITED = tuple(owner for owner in Owner if owner is not Owner.RESOLVED)
GROUPS: tuple[tuple[str, Promise, tuple[Owner, ...]], ...] = (
    *((str(owner), NAMES[owner], (owner,)) for owner in TONES if owner is not Owner.RESOLVED),
    (
        "else",
        pgettext_lazy("who has the time", "others"),
        tuple(owner for owner in WAITED if owner not in TONES),
    ),
)
"""The columns of a table: those that have most of the time, and the others together."""

TITLES: tuple[tuple[str, Promise], ...] = (
    ("month", _("By month")),
    ("service", _("By service")),
    ("place", _("By building")),
    ("crew", _("By crew that had it")),
    ("partner", _("By contractor")),
    ("category", _("By category")),
)

Link = Callable[[Iterable[Owner], str, str], str]
"""The address of the list behind the time of some owners in one line of a dimension; empty for none."""


@dataclass(frozen=True)
class Cell:
    """The time of one column: seconds, its part of the line in percent, and the list behind it."""

    name: str
    tone: str
    seconds: int
    percent: float
    url: str = ""

    @property
    def width(self) -> int:
        """Its part of the bar in whole percent, for which there are styles."""
        return round(self.percent)


@dataclass(frozen=True)
class LineRow:
    """One line with its cells."""

    name: str
    line: Line
    cells: list[Cell]
    url: str = ""
    rest: bool = False
    """Whether it adds up the lines that are not shown."""


@dataclass(frozen=True)
class LineTable:
    """The time by one dimension."""

    name: str
    title: str
    rows: list[LineRow]


def tables(report: TimeOwners, link: Link, *, whole: Sequence[str]) -> list[LineTable]:
    """The tables that have lines; those in `whole` with all of them, the others with `SHOWN` and the rest."""
    found = []
    for name, title in TITLES:
        lines = report.by(name)
        cut = None if name in whole or name == "month" or len(lines) <= SHOWN + 1 else SHOWN
        rows = [_row(line, name, link) for line in lines[:cut]]
        if cut is not None:
            rows.append(_rest(lines[cut:]))
        if rows:
            found.append(LineTable(name, str(title), rows))
    return found


def owner_rows(total: Line, link: Link) -> list[Cell]:
    """A row for each owner that had any time, the longest first."""
    cells = [_cell(str(NAMES[owner]), total, (owner,), link((owner,), "", "")) for owner in WAITED]
    return sorted((cell for cell in cells if cell.seconds), key=lambda cell: -cell.seconds)


def _row(line: Line, dimension: str, link: Link) -> LineRow:
    cells = [
        _cell(str(name), line, owners, link(owners, dimension, line.key)) for _key, name, owners in GROUPS
    ]
    return LineRow(line.name, line, cells, link((), dimension, line.key))


def _rest(lines: Sequence[Line]) -> LineRow:
    words = ngettext("%(count)d other", "%(count)d others", len(lines)) % {"count": len(lines)}
    total = sum((line.times for line in lines), start=type(lines[0].times)())
    line = Line(key="", name=words, requests=sum(line.requests for line in lines), times=total)
    return LineRow(words, line, [_cell(str(name), line, owners) for _key, name, owners in GROUPS], rest=True)


def _cell(name: str, line: Line, owners: tuple[Owner, ...], url: str = "") -> Cell:
    seconds = sum(line.times[owner] for owner in owners)
    tone = TONES.get(owners[0], "idle")
    return Cell(name, tone, seconds, round(line.share(owners) * 100, 1), url if seconds else "")
