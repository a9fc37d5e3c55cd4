"""Rosters as crews write them: a person in each row, a day in each column.

Days stand in the headings as whole dates, as month and day (`11-23`, `11月23日`), or as numbers (`1` to
`31`) below a title that names the month (`2026年11月排班表`). A weekday beside the number is left out.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from houqin.kernel import tables
from houqin.kernel.reading import day_in, plain
from houqin.kernel.tables import HEADING_ROWS, Row, Unreadable

_MONTH = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|(?![-/.\d]))")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_NUMBER = re.compile(r"(\d{1,2})\s*[日号]?")
_WEEKDAY = re.compile(
    r"[(（]?(?:(?:周|星期|礼拜)[一二三四五六日天]|[一二三四五六天]$|(?<!\d)日$|[一二三四五六日天][)）]|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?)[)）]?",
    re.IGNORECASE,
)
_ONLY_WEEKDAY = re.compile(rf"(?:{_WEEKDAY.pattern}|[一二三四五六日天])", re.IGNORECASE)
_SEVERAL = 7


@dataclass(frozen=True)
class DayGrid:
    """The headings, where the person stands, the day of each column, and the rows below."""

    head: Row
    person_at: int
    days: dict[int, dt.date]
    rows: Iterator[Row]


def read(file: BinaryIO, people: Collection[str], *, today: dt.date) -> DayGrid | None:
    """The grid in a file, or None where its headings name no days.

    `people` are the headings of the column of people. Month and day without a year are those nearest to
    `today`. Raises `Unreadable` for numbers without a month above them, and for a day that stands twice.
    """
    stream = tables.rows(file)
    wanted = {_heading(one) for one in people}
    month: tuple[int, int] | None = None
    for row in stream:
        at = next((place for place, cell in enumerate(row.cells) if _heading(cell) in wanted), None)
        if at is not None:
            days = dict(_days(row, at, month, today))
            if days:
                return DayGrid(row, at, days, (below for below in stream if not below.is_blank))
        for cell in row.cells:
            named = _MONTH.search(plain(cell))
            if named is not None:
                month = (int(named[1]), int(named[2]))
        if row.number >= HEADING_ROWS:
            break
    return None


def is_weekdays(cells: Iterable[str]) -> bool:
    """Whether what stands in the cells is nothing but weekdays: the second line of many headings."""
    words = [plain(cell) for cell in cells if cell]
    return bool(words) and all(_ONLY_WEEKDAY.fullmatch(word) for word in words)


def _days(
    row: Row, person_at: int, month: tuple[int, int] | None, today: dt.date
) -> Iterator[tuple[int, dt.date]]:
    cells = [(at, _WEEKDAY.sub("", plain(cell)).strip()) for at, cell in enumerate(row.cells)]
    cells = [(at, text) for at, text in cells if at > person_at and text]
    seen: set[dt.date] = set()
    numbers = [at for at, text in cells if _NUMBER.fullmatch(text)]
    if month is None and len(numbers) >= _SEVERAL:
        raise Unreadable(
            _(
                "The headings are days without a month."
                " Write the month above them (2026年11月), or whole dates."
            )
        )
    before: dt.date | None = None
    for at, text in cells:
        day = _day(text, month, before, today)
        if day is None:
            continue
        if day in seen:
            raise Unreadable(_("The day %(day)s stands in two columns.") % {"day": day.isoformat()})
        seen.add(day)
        before = day
        yield at, day


def _day(text: str, month: tuple[int, int] | None, before: dt.date | None, today: dt.date) -> dt.date | None:
    try:
        return day_in(text)
    except (ValueError, OverflowError):
        pass
    try:
        if (found := _MONTH_DAY.fullmatch(text)) is not None:
            return _nearest(int(found[1]), int(found[2]), month, today)
        if month is not None and (number := _NUMBER.fullmatch(text)) is not None:
            return _following(int(number[1]), month, before)
    except ValueError:
        return None
    return None


def _nearest(month: int, day: int, named: tuple[int, int] | None, today: dt.date) -> dt.date:
    """The day in the year that brings it nearest to what the title names, or to today."""
    about = dt.date(*named, 15) if named else today
    years = (about.year - 1, about.year, about.year + 1)
    possible = [dt.date(year, month, day) for year in years if _exists(year, month, day)]
    if not possible:
        raise ValueError(day)
    return min(possible, key=lambda one: abs(one - about))


def _following(number: int, month: tuple[int, int], before: dt.date | None) -> dt.date:
    """The number as a day of the month; smaller than the one before, of the next month."""
    year, of = month if before is None else (before.year, before.month)
    if before is not None and number <= before.day:
        year, of = (year + 1, 1) if of == 12 else (year, of + 1)  # noqa: PLR2004 - December
    return dt.date(year, of, number)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _heading(text: str) -> str:
    return re.sub(r"[\s*＊_]+", "", plain(text)).lower()
