"""A list as a spreadsheet: its columns, and the rows that an address means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from houqin.accounts.models import User


@dataclass(frozen=True)
class Column:
    """A column: its heading, how a row fills it, and its width in characters."""

    title: Promise
    value: Callable[[Any], object]
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """A list that can be exported. `found` gives the rows in the order of the page."""

    name: Promise
    permission: str
    found: Callable[[User, QueryDict], QuerySet[Any]]
    columns: Callable[[User], list[Column]]
    rows: Callable[[list[Any]], list[Any]] = list
    """Turns model rows into what the columns read, a few hundred at a time."""
    filling: Callable[[User, QueryDict], Callable[[list[Any]], list[Any]]] | None = None
    """Makes `rows` where that depends on who asks and on the address."""

    def filler(self, user: User, query: QueryDict) -> Callable[[list[Any]], list[Any]]:
        """What turns model rows into what the columns read, for one export."""
        return self.filling(user, query) if self.filling else self.rows


def filled(
    sheet: Sheet,
    found: QuerySet[Any],
    *,
    at_once: int = 500,
    rows: Callable[[list[Any]], list[Any]] | None = None,
) -> Iterator[Any]:
    """The rows of a sheet, filled by `rows` (its own); never more than `at_once` of them are in memory."""
    rows = rows or sheet.rows
    batch: list[Any] = []
    for row in found.iterator(chunk_size=at_once):
        batch.append(row)
        if len(batch) == at_once:
            yield from rows(batch)
            batch = []
    yield from rows(batch)
