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


def filled(sheet: Sheet, found: QuerySet[Any], *, at_once: int = 500) -> Iterator[Any]:
    """The rows of a sheet; never more than `at_once` of them are in memory."""
    batch: list[Any] = []
    for row in found.iterator(chunk_size=at_once):
        batch.append(row)
        if len(batch) == at_once:
            yield from sheet.rows(batch)
            batch = []
    yield from sheet.rows(batch)
