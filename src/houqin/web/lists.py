"""Long lists: pages that go on after a row, counts that stop at a thousand, and what is renewed of them."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

M = TypeVar("M", bound=Model)
Place = tuple[bool, dt.datetime | None, int]
"""Where a row stands in a list: whether it is of those put last, the instant it is sorted by, its key."""

PAGE = 50
MOST_COUNTED = 1_000
OF_THE_PAGE = frozenset({"after", "before", "show", "poll"})
"""Parameters that say where in a list somebody is, not which list it is."""
LAST = "z"
"""Ends the cursor of a row that is of those put last."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Sorting:
    """A total order by an instant and the key: soonest first with nothing last, or `newest` first.

    Rows for which the column `last` is true come behind all others, in the same order.
    """

    column: str
    newest: bool = False
    last: str = ""

    def sorted(self, found: QuerySet[M], *, backwards: bool = False) -> QuerySet[M]:
        """The rows in this order, or in the opposite one."""
        groups = [f"-{self.last}" if backwards else self.last] if self.last else []
        if self.newest:
            of_group = (self.column, "pk") if backwards else (f"-{self.column}", "-pk")
            return found.order_by(*groups, *of_group)
        if backwards:
            return found.order_by(*groups, F(self.column).desc(nulls_first=True), "-pk")
        return found.order_by(*groups, F(self.column).asc(nulls_last=True), "pk")

    def place_of(self, row: Model) -> Place:
        """Where a row stands."""
        return bool(self.last) and getattr(row, self.last), getattr(row, self.column), row.pk

    def following(self, place: Place) -> Q:
        """The rows behind a place."""
        behind = self._following(place)
        if not self.last:
            return behind
        return Q(**{self.last: place[0]}) & behind | (Q() if place[0] else Q(**{self.last: True}))

    def preceding(self, place: Place) -> Q:
        """The rows before a place."""
        before = self._preceding(place)
        if not self.last:
            return before
        return Q(**{self.last: place[0]}) & before | (Q(**{self.last: False}) if place[0] else Q())

    def _following(self, place: Place) -> Q:
        _last, at, pk = place
        if at is None:
            return Q(**{f"{self.column}__isnull": True, "pk__gt": pk})
        if self.newest:
            return Q(**{f"{self.column}__lt": at}) | Q(**{self.column: at, "pk__lt": pk})
        later = Q(**{f"{self.column}__gt": at}) | Q(**{f"{self.column}__isnull": True})
        return later | Q(**{self.column: at, "pk__gt": pk})

    def _preceding(self, place: Place) -> Q:
        _last, at, pk = place
        if at is None:
            return Q(**{f"{self.column}__isnull": False}) | Q(
                **{f"{self.column}__isnull": True, "pk__lt": pk}
            )
        if self.newest:
            return Q(**{f"{self.column}__gt": at}) | Q(**{self.column: at, "pk__gt": pk})
        return Q(**{f"{self.column}__lt": at}) | Q(**{self.column: at, "pk__lt": pk})


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows of one page, and the cursors of its neighbours (empty at either end)."""

    rows: list[M]
    previous: str = ""
    next: str = ""


@dataclass(frozen=True)
class Tab:
    """A tab above a list; `count` is empty where nobody has to bring it to nothing."""

    name: str
    label: str
    count: str
    on: bool


def page(found: QuerySet[M], sorting: Sorting, query: QueryDict, *, size: int = PAGE) -> Page[M]:
    """The page that `?after=` or `?before=` names, else the first. A cursor nobody gave out is ignored.

    One statement, as quick on the last page as on the first.
    """
    after, before = _read(query.get("after", "")), _read(query.get("before", ""))
    if after is None and before is not None:
        rows = list(sorting.sorted(found.filter(sorting.preceding(before)), backwards=True)[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        if not rows:
            return page(found, sorting, QueryDict(), size=size)
        return Page(
            rows, _written(sorting.place_of(rows[0])) if more else "", _written(sorting.place_of(rows[-1]))
        )
    if after is not None:
        found = found.filter(sorting.following(after))
    rows = list(sorting.sorted(found)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    first = _written(sorting.place_of(rows[0])) if rows and after is not None else ""
    return Page(rows, first, _written(sorting.place_of(rows[-1])) if more else "")


def neighbours(found: QuerySet[M], sorting: Sorting, row: M) -> tuple[M | None, M | None]:
    """The rows right before and right behind a row in a list, whether the row is in it or not."""
    place = sorting.place_of(row)
    # Without joins: seven of them in this order take a hundred milliseconds to plan.
    found = found.select_related(None).exclude(pk=row.pk)
    previous = sorting.sorted(found.filter(sorting.preceding(place)), backwards=True).first()
    return previous, sorting.sorted(found.filter(sorting.following(place))).first()


def capped(found: QuerySet[Any], *, most: int = MOST_COUNTED) -> int:
    """How many rows there are, counted no further than one beyond `most`."""
    return found.order_by()[: most + 1].count()


def counted(number: int, *, most: int = MOST_COUNTED) -> str:
    """A capped count as it is shown: `18`, `1000+`."""
    return f"{most}+" if number > most else str(number)


def in_all(found: QuerySet[Any], shown: Page[Any]) -> str:
    """How many rows a list has, not just this page of it: `312`, `1000+`.

    Counted when it is written, and only when the page is not all there is.
    """
    if not (shown.previous or shown.next):
        return str(len(shown.rows))
    return counted(capped(found))


def digest(*shown: object) -> str:
    """A short mark of what a list shows: the same for as long as it would look the same."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def renewed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer a list that asks for itself anew: `?poll=` is the digest of what it shows.

    Unless that has changed only its pulse is renewed, so that it does not ask for this again.
    """
    if request.GET.get("poll") == context["digest"]:
        answer = render(request, "desk/pulse.html", {**context, "polled": True})
        answer["HX-Reswap"] = "none"
        return answer
    answer = render(request, template, context)
    answer["HX-Trigger"] = "list-changed"
    return answer


def list_query(query: QueryDict) -> str:
    """The parameters that say which list somebody looks at, to be carried to a row's page and back."""
    kept = query.copy()
    for name in OF_THE_PAGE:
        kept.pop(name, None)
    return kept.urlencode()


def numbers(query: QueryDict, name: str) -> int | None:
    """A parameter that is a key, or nothing when it is no number that a key could be."""
    text = query.get(name, "")
    return int(text) if is_key(text) else None


def is_key(text: str) -> bool:
    """True for digits that may be the key of a row; `²` is a digit to Python, but no number."""
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004 - bigint


def day(query: QueryDict, name: str) -> dt.date | None:
    """A parameter that is a day, or nothing."""
    try:
        return dt.date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def some_of(query: QueryDict, name: str, known: Iterable[str]) -> frozenset[str]:
    """The values of a repeated parameter that are known."""
    return frozenset(query.getlist(name)) & frozenset(known)


def flag(query: QueryDict, name: str) -> bool | None:
    """A parameter that says yes (`1`) or no (`0`), or nothing."""
    return {"1": True, "0": False}.get(query.get(name, ""))


def _written(place: Place) -> str:
    last, at, pk = place
    return f"{(at - _EPOCH) // _MICROSECOND if at else ''}.{pk}{LAST if last else ''}"


def _read(cursor: str) -> Place | None:
    instant, _dot, key = cursor.removesuffix(LAST).partition(".")
    if not is_key(key) or not (instant == "" or is_key(instant)):
        return None
    try:
        at = _EPOCH + int(instant) * _MICROSECOND if instant else None
    except OverflowError:
        return None
    return cursor.endswith(LAST), at, int(key)
