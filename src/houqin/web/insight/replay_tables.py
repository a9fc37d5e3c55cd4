"""The tables of a replay: what was met then and would be met, with the list behind each figure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houqin.desk.models import Service
from houqin.insight.replay import Outcome, Replay, Tally
from houqin.kernel.bilingual import in_language
from houqin.web.story import NAMES
from houqin.work.models import Priority

TITLES: tuple[tuple[str, Promise], ...] = (
    ("month", _("By month")),
    ("priority", _("By priority")),
    ("service", _("By service")),
)
SHOWN = 12
COUNTS = ("measured", "met", "missed", "undecided", "met_then", "missed_then", "gained", "lost")

Link = Callable[[str, int, dict[str, str]], str]
"""The address of the list behind a count of one side, under the conditions of a line."""


@dataclass(frozen=True)
class Side:
    """What one standard would have come to in one line."""

    tally: Tally
    urls: dict[str, str]

    @property
    def percent(self) -> float | None:
        """The share met of what was decided, in percent with one decimal."""
        return _percent(self.tally.met, self.tally.missed)

    @property
    def percent_then(self) -> float | None:
        """The share met then of what was decided then, of the same requests."""
        return _percent(self.tally.met_then, self.tally.missed_then)


@dataclass(frozen=True)
class Row:
    """A line: what was promised then beside each standard that is tried."""

    name: str
    sides: list[Side]


@dataclass(frozen=True)
class Table:
    """The outcomes by one dimension."""

    name: str
    title: str
    rows: list[Row]
    more: int = 0
    """How many lines are not shown."""


def replays(outcomes: Sequence[Outcome], sides: int, **days: Any) -> list[Replay]:
    """The outcomes added up for each side."""
    found = [Replay(standard="", **days) for _side in range(sides)]
    for side, one in enumerate(found):
        one.count(outcomes, side)
    return found


def kinds_table(found: Sequence[Replay], link: Link) -> list[Row]:
    """A row for each kind of target that a side promises."""
    kinds = [kind for kind in NAMES if any(str(kind) in one.total for one in found)]
    return [
        Row(str(NAMES[kind]), _sides([one.total for one in found], str(kind), link, {"kind": str(kind)}))
        for kind in kinds
    ]


def tables(found: Sequence[Replay], kind: str, link: Link, *, whole: Sequence[str]) -> list[Table]:
    """The outcomes of one kind of target by month, priority and service."""
    made = []
    for name, title in TITLES:
        by = [getattr(one, f"by_{name}") for one in found]
        keys = _ordered(name, {key for one in by for key, kinds in one.items() if kind in kinds}, by, kind)
        called = _names(name, keys)
        rows = [
            Row(called[key], _sides([one.get(key, {}) for one in by], kind, link, _line(name, key, kind)))
            for key in keys
        ]
        cut = len(rows) if name in whole or name == "month" or len(rows) <= SHOWN + 1 else SHOWN
        if rows:
            made.append(Table(name, str(title), rows[:cut], more=len(rows) - cut))
    return made


def _line(dimension: str, key: str, kind: str) -> dict[str, str]:
    return {"kind": kind, "by": dimension, "key": key}


def _sides(kinds: Iterable[Any], kind: str, link: Link, line: dict[str, str]) -> list[Side]:
    sides = []
    for at, of_kinds in enumerate(kinds):
        tally = of_kinds.get(kind) or Tally()
        urls = {name: link(name, at, line) for name in COUNTS if getattr(tally, name)}
        sides.append(Side(tally, urls))
    return sides


def _ordered(dimension: str, keys: Iterable[str], by: Sequence[Any], kind: str) -> list[str]:
    """Months in order, priorities from the most urgent on, services by how many requests they have."""
    if dimension == "month":
        return sorted(keys)
    if dimension == "priority":
        return sorted(keys, key=Priority.values.index, reverse=True)

    def weight(key: str) -> int:
        return max((one[key][kind].measured for one in by if key in one and kind in one[key]), default=0)

    return sorted(keys, key=lambda key: (-weight(key), key))


def _names(dimension: str, keys: Sequence[str]) -> dict[str, str]:
    if dimension == "priority":
        return {key: str(Priority(key).label) for key in keys}
    if dimension == "month":
        return {key: key for key in keys}
    rows = Service.objects.filter(code__in=keys).values_list("code", "name", "name_en")
    named = {code: in_language(zh, en) for code, zh, en in rows}
    return {key: named.get(key) or key or "—" for key in keys}


def _percent(met: int, missed: int) -> float | None:
    return round(met * 100 / (met + missed), 1) if met + missed else None
