"""A crew's week as the page shows it: the same cells for the wide table and the phone's list of days."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.rosters import Span
from houqin.staffing.models import Shift
from houqin.staffing.queries.rosters import hours_said
from houqin.staffing.queries.weeks import Cell, Row, Week, shift_hours, tone_of
from houqin.work.queries.load import Load


@dataclass(frozen=True)
class Chip:
    """A shift: its colour, name and hours."""

    tone: str
    name: str
    hours: str

    @classmethod
    def of(cls, shift: Shift) -> "Chip":
        """That of a stored shift."""
        return cls(tone_of(shift), str(shift.kind or ""), shift_hours(shift))


@dataclass(frozen=True)
class ShownCell:
    """One day of one person; `url` is where it is planned, empty for who does not plan it."""

    person: User
    day: dt.date
    chips: tuple[Chip, ...]
    away: str
    is_away: bool
    office: str
    anchor: str
    url: str
    today: bool

    @property
    def empty(self) -> bool:
        """Nothing is said of this day."""
        return not (self.chips or self.is_away or self.office)


@dataclass(frozen=True)
class ShownRow:
    """A person of the week; `load` and `room` are of now, None in another week than this one."""

    row: Row
    cells: tuple[ShownCell, ...]
    url: str
    load: Load | None
    room: int
    plans: bool
    papers: bool

    @property
    def hours(self) -> str:
        """What the week comes to, in hours."""
        return hours(self.row.minutes)

    @property
    def part(self) -> int:
        """How much of today's room is taken, in percent, at most 100; for the bar."""
        if self.load is None or not self.load.minutes:
            return 0
        return min(100, self.load.minutes * 100 // self.room) if self.room else 100

    @property
    def over(self) -> bool:
        """More is at hand than today has room for."""
        return self.load is not None and self.load.minutes > self.room


def shown(
    week: Week,
    *,
    reader: User,
    planned: Collection[int],
    seen: Collection[int],
    loads: dict[int, Load] | None,
) -> list[ShownRow]:
    """The rows as `reader` may read them, who plans for `planned` and reads the papers of `seen`."""
    today = clock.today()
    rows = []
    for row in week.rows:
        pk = row.person.pk
        told = pk in planned or pk == reader.pk
        cells = tuple(_cell(row.person, cell, told=told, plans=pk in planned) for cell in row.cells)
        rows.append(
            ShownRow(
                row,
                cells,
                reverse("staffing:person", args=[pk]) if pk in seen else "",
                None if loads is None else loads.get(pk, Load()),
                next((cell.minutes for cell in row.cells if cell.day == today), 0),
                pk in planned,
                pk in seen,
            )
        )
    return rows


@dataclass(frozen=True)
class ShownDay:
    """A day of the week for a narrow screen: who has something on it, who has nothing, what it comes to."""

    day: dt.date
    cells: tuple[ShownCell, ...]
    free: tuple[ShownCell, ...]
    people: int
    hours: str
    today: bool
    past: bool


def by_day(week: Week, rows: list[ShownRow]) -> list[ShownDay]:
    """The same, day by day."""
    today = clock.today()
    days = []
    for at, day in enumerate(week.days):
        cells = [row.cells[at] for row in rows]
        people, minutes = week.sums[at]
        days.append(
            ShownDay(
                day,
                tuple(cell for cell in cells if not cell.empty),
                tuple(cell for cell in cells if cell.empty),
                people,
                hours(minutes),
                day == today,
                day < today,
            )
        )
    return days


def hours(minutes: int) -> str:
    """`35 h`, with half hours: `7.5 h`; never days."""
    return _("%(hours)s h") % {"hours": f"{minutes / 60:.1f}".removesuffix(".0")}


def _cell(person: User, cell: Cell, *, told: bool, plans: bool) -> ShownCell:
    reasons = dict.fromkeys(str(one.get_kind_display()) for one in cell.absences) if told else {}
    return ShownCell(
        person=person,
        day=cell.day,
        chips=tuple(Chip.of(shift) for shift in cell.shifts),
        away=", ".join(reasons),
        is_away=bool(cell.absences),
        office=" ".join(hours_said(Span(one.start, one.end)) for one in cell.office),
        anchor=f"d-{person.pk}-{cell.day.isoformat()}",
        url=reverse("staffing:day", args=[person.pk, cell.day.isoformat()]) if plans else "",
        today=cell.day == clock.today(),
    )
