"""Shifts from a spreadsheet: one in each row, or a roster with a person in each row and a day in each column.

What a table says of a person and a day replaces what was planned for that day; an empty cell of a
roster leaves it. A row that is wrong is left out as a whole.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import clock, day_grid, importing, sheets, tables
from houqin.kernel.errors import Refused
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import day_in, plain
from houqin.kernel.rosters import Span, clash
from houqin.kernel.tables import Column, Record
from houqin.staffing.actions import rosters
from houqin.staffing.actions.import_reading import PERSON, PERSON_HEADINGS, planners
from houqin.staffing.actions.persons import lock
from houqin.staffing.queries.rosters import (
    Turn,
    absences_meeting,
    away_said,
    hours_said,
    said,
    shifts_meeting,
)
from houqin.staffing.queries.shift_words import ShiftWords

COLUMNS = (
    PERSON,
    Column("day", ("日期", "Day", "Date"), needed=True, example="2026-11-23"),
    Column("shift", ("班次", "Shift"), example="早班"),
    Column("begins", ("开始时间", "From", "上班时间", "开始"), example="08:00"),
    Column("ends", ("结束时间", "Until", "下班时间", "结束"), example="16:00"),
)
AROUND = dt.timedelta(days=2)
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[::时点]\s*(\d{1,2}))?(?::\d{2})?\s*分?")
_HOURS = re.compile(rf"({_CLOCK.pattern})\s*[-–—~〜至到]\s*(次日)?({_CLOCK.pattern})")
_TWO = re.compile(r"[+&、,;\n]+|(?<=\S)/(?=\S)|(?<=\d)\s+(?=\d)")
_LEAVE = frozenset({"假", "请假", "年假", "病假", "事假", "婚假", "产假", "调休", "leave", "sick"})


@dataclass
class DayWish:
    """What a table wants of one person on one day, and the rows that say so."""

    person: User
    day: dt.date
    turns: list[Turn] = field(default_factory=list)
    rows: list[PlannedRow[Any]] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """None of its rows is wrong."""
        return all(row.outcome != Outcome.WRONG for row in self.rows)


def preview(*, file: BinaryIO, by: User | None = None) -> Plan[DayWish]:
    """Return what the file would do, and do nothing.

    Raises `Unreadable` for what is neither a table with person and day nor a roster with days as
    headings.
    """
    return _Reading(file, by).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[DayWish]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. The people are locked before what is planned for them is read.
    """
    reading = _Reading(file, by, locked=True)
    of_person: dict[int, rosters.Wish] = {}
    for wish in reading.wishes.values():
        if wish.stands:
            own = of_person.setdefault(wish.person.pk, rosters.Wish(wish.person))
            own.emptied.add(wish.day)
            own.turns += wish.turns
    if of_person:
        rosters.store(list(of_person.values()), by=by)
    return reading.plan


def rows_of(file: BinaryIO) -> Iterator[Any]:
    """Yield the rows below the headings, of either form. Raises `Unreadable` as `preview` does."""
    grid = day_grid.read(file, PERSON_HEADINGS, today=clock.today())
    return grid.rows if grid is not None else tables.records(file, COLUMNS)[1]


def roster(people: Iterable[User], first: dt.date, days: int) -> bytes:
    """Return an XLSX roster to fill in: these people, and so many days from the first."""
    span = [first + dt.timedelta(days=n) for n in range(days)]
    headings = [_("User name"), _("Name"), *(f"{day:%Y-%m-%d}" for day in span)]
    lines = ([person.username, person.full_name, *("" for _day in span)] for person in people)
    return sheets.written(headings, lines, name=_("Roster"))


class _Reading:
    """One pass over a file: what it wants of each person and day, and what that makes different."""

    def __init__(self, file: BinaryIO, by: User | None, *, locked: bool = False) -> None:
        self._words = ShiftWords()
        self._whom = planners(by)
        self.wishes: dict[tuple[int, dt.date], DayWish] = {}
        self._fresh: set[int] = set()
        grid = day_grid.read(file, PERSON_HEADINGS, today=clock.today())
        self._days = grid.days if grid is not None else {}
        self.plan = importing.planned(file, COLUMNS, DayWish) if grid is None else _planned(grid)
        for row in self.plan.rows:
            self._read(row)
        if locked:
            lock(sorted({wish.person.pk for wish in self.wishes.values()}))
        self._compare()

    def _read(self, row: PlannedRow[DayWish]) -> None:
        person = self._whom.of(row, self.plan)
        wanted = list(self._roster_days(row) if self._days else self._day(row))
        if person is None:
            return
        for day, turns in wanted:
            wish = self.wishes.setdefault((person.pk, day), DayWish(person, day))
            wish.turns += turns
            wish.rows.append(row)

    def _roster_days(self, row: PlannedRow[DayWish]) -> Iterator[tuple[dt.date, list[Turn]]]:
        for day in self._days.values():
            cell = row.record.facts[day.isoformat()]
            if cell:
                turns = self._turns(row, day.isoformat(), day, cell)
                if turns is not None:
                    yield day, turns

    def _day(self, row: PlannedRow[DayWish]) -> Iterator[tuple[dt.date, list[Turn]]]:
        facts = row.record.facts
        if not facts["day"]:
            row.refuse(self.plan.heading("day"), _("This is needed."))
            return
        day = importing.read(
            row, self.plan, "day", day_in, otherwise=_("This is no day, such as 2026-11-23.")
        )
        if day is None:
            return
        if facts["shift"]:
            turns = self._turns(row, "shift", day, facts["shift"])
        else:
            turns = self._turns(row, "begins", day, f"{facts['begins']}-{facts['ends']}")
        if turns is not None:
            yield day, turns

    def _turns(self, row: PlannedRow[DayWish], key: str, day: dt.date, cell: str) -> list[Turn] | None:
        """The shifts a cell means; None for a cell that means nothing and refuses the row."""
        found: list[Turn] = []
        try:
            for word in _split(cell, self._words):
                found += self._turn(day, word)
        except KeyError:
            row.refuse(
                self.plan.heading(key),
                _("“%(word)s” is no shift. Shifts: %(names)s; 休 is a day off; or write 08:00-16:00.")
                % {"word": cell, "names": self._words.told or "—"},
            )
            return None
        except ValueError:
            row.refuse(
                self.plan.heading(key), _("The clocks change on that day and leave nothing of this shift.")
            )
            return None
        return found

    def _turn(self, day: dt.date, word: str) -> list[Turn]:
        if plain(word).casefold() in _LEAVE:
            return []
        hours = _HOURS.fullmatch(plain(word))
        if hours is not None:
            return [Turn.between(day, _clock(hours[1], word), _clock(hours[5], word))]
        kind = self._words.read(word)
        return [Turn.on(day, kind)] if kind is not None else []

    def _compare(self) -> None:
        """Refuse what cannot be, then say of each row what it changes."""
        ids = sorted({pk for pk, _day in self.wishes})
        days = [day for _pk, day in self.wishes] or [clock.today()]
        whole = Span(_midnight(min(days)) - AROUND, _midnight(max(days)) + AROUND)
        self._stored = {
            pk: [Turn.of(shift) for shift in rows] for pk, rows in shifts_meeting(ids, whole).items()
        }
        self._refuse_leave(absences_meeting(ids, whole))
        while any(self._refuse_clash(pk) for pk in ids):
            pass
        for wish in self.wishes.values():
            if wish.stands:
                self._note(wish)
        for row in self.plan.rows:
            if row.outcome != Outcome.WRONG:
                is_new = Outcome.NEW if id(row) in self._fresh else Outcome.SAME
                row.outcome = Outcome.CHANGED if row.changes else is_new

    def _refuse_leave(self, away: dict[int, list[Span]]) -> None:
        for wish in self.wishes.values():
            for turn in wish.turns:
                for gap in away[wish.person.pk]:
                    if turn.meets(gap):
                        self._refuse(
                            wish,
                            _("%(name)s is away %(when)s. Shorten the leave first.")
                            % {"name": wish.person, "when": away_said(gap)},
                        )

    def _refuse_clash(self, pk: int) -> bool:
        """Whether two shifts of a person shared time, and the later of those in the file was refused."""
        own = [wish for (whose, _day), wish in self.wishes.items() if whose == pk]
        standing = [wish for wish in own if wish.stands]
        touched = {wish.day for wish in standing}
        kept = [turn for turn in self._stored[pk] if turn.day not in touched]
        both = clash([*kept, *(turn for wish in standing for turn in wish.turns)])
        if both is None:
            return False
        sentence = _("%(name)s would have two shifts at once: %(one)s and %(other)s.") % {
            "name": standing[0].person,
            "one": said(both[0]),
            "other": said(both[1]),
        }
        guilty = [wish for wish in standing if any(turn is one for turn in wish.turns for one in both)]
        self._refuse(max(guilty, key=lambda wish: wish.day), sentence)
        return True

    def _refuse(self, wish: DayWish, sentence: str) -> None:
        key = wish.day.isoformat() if self._days else "shift"
        for row in wish.rows:
            row.refuse(self.plan.heading(key), sentence)

    def _note(self, wish: DayWish) -> None:
        """Keep what the wish makes different; a day on which nothing was planned is new."""
        before = [turn for turn in self._stored[wish.person.pk] if turn.day == wish.day]
        fresh = [turn for turn in wish.turns if not any(turn.is_as(one) for one in before)]
        gone = [turn for turn in before if not any(turn.is_as(one) for one in wish.turns)]
        if gone:
            heading = date_format(wish.day, "DATE_FORMAT")
            wish.rows[0].changes.append((heading, _listed(before), _listed(wish.turns)))
        if fresh:
            self._fresh.update(id(row) for row in wish.rows)


def _planned(grid: day_grid.DayGrid) -> Plan[DayWish]:
    """A roster as a plan: a column for each day. Lines of weekdays and lines without a shift are left out."""
    columns = [
        Column(PERSON.key, (grid.head.cells[grid.person_at], grid.head.cells[grid.person_at])),
        *(Column(day.isoformat(), (f"{day:%m-%d}", f"{day:%m-%d}")) for day in grid.days.values()),
    ]
    rows: list[PlannedRow[DayWish]] = []
    for row in grid.rows:
        cells = {at: row.cells[at] if at < len(row.cells) else "" for at in (grid.person_at, *grid.days)}
        person = cells.pop(grid.person_at)
        if not any(cells.values()) or (not person and day_grid.is_weekdays(cells.values())):
            continue
        if len(rows) >= importing.MOST_ROWS:
            raise Refused(_("At most %(most)s rows at once. Split the file.") % {"most": importing.MOST_ROWS})
        days = {grid.days[at].isoformat(): cell for at, cell in cells.items()}
        rows.append(PlannedRow(Record(row, {PERSON.key: person, **days})))
    return Plan(columns, grid.head.cells, rows)


def _split(cell: str, words: ShiftWords) -> list[str]:
    """The shifts a cell names: `早+夜`, `08:00-12:00 14:00-18:00`, most often one."""
    if words.knows(cell):
        return [cell]
    return [part for part in _TWO.split(plain(cell)) if part.strip()]


def _clock(text: str, word: str) -> dt.time:
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(part or 0) for part in found.groups()) if found else (99, 0)
    try:
        return dt.time(hour % 24 if minute == 0 and hour == 24 else hour, minute)  # noqa: PLR2004 - 24:00
    except ValueError:
        raise KeyError(word) from None


def _listed(turns: Iterable[Turn]) -> str:
    """`早班 08:00–16:00`, several one after the other; a day off without any."""
    told = [
        " ".join(part for part in (str(turn.kind or ""), hours_said(turn)) if part) for turn in sorted(turns)
    ]
    return ", ".join(told) or _("day off")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
