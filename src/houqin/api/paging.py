"""Keyset pages: a cursor names the last row seen, so the last page costs what the first costs."""

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from houqin.kernel.errors import Invalid

M = TypeVar("M", bound=Model)
Row = dict[str, Any]
_BIGGEST = 2**63


@dataclass(frozen=True)
class Sort:
    """A total order: by a column, rows without a value last, and then by the key."""

    column: str = "pk"
    newest: bool = False
    kind: type = int

    def sorted(self, found: QuerySet[M]) -> QuerySet[M]:
        """The rows in this order."""
        if self.column == "pk":
            return found.order_by("-pk" if self.newest else "pk")
        if self.newest:
            return found.order_by(f"-{self.column}", "-pk")
        return found.order_by(F(self.column).asc(nulls_last=True), "pk")

    def following(self, at: Any, pk: int) -> Q:
        """The rows behind the one with this value and key."""
        if self.column == "pk":
            return Q(pk__lt=pk) if self.newest else Q(pk__gt=pk)
        beyond = "lt" if self.newest else "gt"
        if at is None:
            return Q(**{f"{self.column}__isnull": True, "pk__gt": pk})
        later = Q(**{f"{self.column}__{beyond}": at}) | Q(**{self.column: at, f"pk__{beyond}": pk})
        return later if self.newest else later | Q(**{f"{self.column}__isnull": True})


NEWEST = Sort(newest=True)


@dataclass(frozen=True)
class Slice(Generic[M]):
    """Rows of one page and the cursor of the next, or None on the last."""

    rows: list[M]
    next: str | None


def page(found: QuerySet[M], sort: Sort, *, limit: int, cursor: str) -> Slice[M]:
    """One page of the rows in one statement. Raises `Invalid` for a cursor not given out here."""
    rows = list(behind(found, sort, cursor)[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    following = None
    if more:
        last = rows[-1]
        following = written(None if sort.column == "pk" else getattr(last, sort.column), last.pk)
    return Slice(rows, following)


def columns(
    found: QuerySet[M], names: tuple[str, ...], sort: Sort, *, limit: int, cursor: str
) -> tuple[list[Row], str | None]:
    """The same with rows as plain columns, for the lists that are read most; `pk` is among `names`."""
    rows = list(behind(found, sort, cursor).values(*names)[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    following = (
        written(None if sort.column == "pk" else rows[-1][sort.column], rows[-1]["pk"]) if more else None
    )
    return rows, following


def behind(found: QuerySet[M], sort: Sort, cursor: str) -> QuerySet[M]:
    """The sorted rows behind a cursor; all of them for an empty one."""
    return sort.sorted(found.filter(sort.following(*_read(cursor, sort.kind))) if cursor else found)


def written(at: Any, pk: int) -> str:
    """The cursor of a row."""
    value = at.isoformat() if isinstance(at, dt.date) else at
    return base64.urlsafe_b64encode(json.dumps([value, pk]).encode()).decode().rstrip("=")


def _read(cursor: str, kind: type) -> tuple[Any, int]:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _value(value, kind), _key(pk)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(
            _("This cursor was not given out here; start again without one."), field="cursor"
        ) from error


def _key(pk: Any) -> int:
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 <= pk < _BIGGEST:
        raise ValueError(pk)
    return pk


def _value(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if kind is not dt.datetime:
        return value
    at = dt.datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return at
