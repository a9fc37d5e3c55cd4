"""Who changed what and when, read from the database-level history of every tracked table."""

import datetime as dt
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from houqin.journal.models import History
from houqin.journal.queries.values import Labels, field_name, shown, tracked_fields
from houqin.journal.tables import options, word

INSERT, UPDATE, DELETE = "insert", "update", "delete"


@dataclass(frozen=True)
class HistoryFilter:
    """What to read: a table as `work.workorder`, one row of it, a user name, days (local, inclusive)."""

    table: str = ""
    object_id: int | None = None
    who: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, as people read it; `english` where it is a name in English."""

    name: str
    before: str
    after: str
    english: bool = False


@dataclass(frozen=True)
class Change:
    """One row inserted, updated or deleted: `verb` is `insert`, `update` or `delete`.

    `who` is a user name and `path` the page; both are empty for jobs and plain SQL.
    """

    at: dt.datetime
    verb: str
    table: str
    table_name: str
    object_id: int
    name: str
    who: str
    path: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class HistoryPage:
    """Changes, newest first, and the cursor of the next page when there is more."""

    changes: tuple[Change, ...]
    after: str


@cache
def tables() -> dict[str, Any]:
    """Return the tracked tables by name (`work.workorder`) with their history."""
    found: list[Any] = [model for model in apps.get_models() if issubclass(model, History)]
    return {options(model.pgh_tracked_model).label_lower: model for model in found}


def history(filter: HistoryFilter, *, limit: int = 50, after: str = "", phones: bool = False) -> HistoryPage:  # noqa: A002
    """Return the newest changes that fit, `limit` a page, from the cursor `after` on.

    Secrets are never shown, phone numbers masked unless `phones`. Each page costs one query for
    each table looked at, and a few for the names. A cursor that is none starts from the beginning.
    """
    chosen = {filter.table: tables()[filter.table]} if filter.table in tables() else tables()
    cursor = _parsed(after)
    newest = [_rows(name, model, filter, cursor)[: limit + 1] for name, model in sorted(chosen.items())]
    merged = heapq.nlargest(limit + 1, (row for rows in newest for row in rows), key=_place)
    page = merged[:limit]
    more = (
        f"{page[-1].pgh_created_at.isoformat()}|{_table(page[-1])}|{page[-1].pk}"
        if len(merged) > limit
        else ""
    )
    return HistoryPage(tuple(_changes(page, phones=phones)), more)


def _rows(
    name: str, model: Any, chosen: HistoryFilter, cursor: tuple[dt.datetime, str, int] | None
) -> QuerySet[Any]:
    earlier = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pk__lt=OuterRef("pk")).order_by("-pk")
    rows: QuerySet[Any] = (
        model.objects.filter(_wanted(chosen))
        .select_related("pgh_context")
        .annotate(pgh_earlier=Subquery(earlier.values("pk")[:1]))
        .order_by("-pgh_created_at", "-pk")
    )
    if cursor is None:
        return rows
    at, table, pk = cursor
    same_instant = (
        Q(pgh_created_at=at, pk__lt=pk) if name == table else Q(pgh_created_at=at) if name < table else Q()
    )
    return (
        rows.filter(Q(pgh_created_at__lt=at) | same_instant)
        if same_instant
        else rows.filter(pgh_created_at__lt=at)
    )


def _wanted(chosen: HistoryFilter) -> Q:
    wanted = Q()
    if chosen.object_id is not None:
        wanted &= Q(pgh_obj_id=chosen.object_id)
    if chosen.who:
        wanted &= Q(pgh_context__metadata__user=chosen.who)
    if chosen.since:
        wanted &= Q(pgh_created_at__gte=_midnight(chosen.since))
    if chosen.until:
        wanted &= Q(pgh_created_at__lt=_midnight(chosen.until + dt.timedelta(days=1)))
    return wanted


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_current_timezone())


def _parsed(cursor: str) -> tuple[dt.datetime, str, int] | None:
    try:
        at, table, pk = cursor.split("|")
        instant = dt.datetime.fromisoformat(at)
        return (instant, table, int(pk)) if instant.tzinfo else None
    except ValueError:
        return None


def _table(row: Any) -> str:
    label: str = options(row.pgh_tracked_model).label_lower
    return label


def _place(row: Any) -> tuple[dt.datetime, str, int]:
    return row.pgh_created_at, _table(row), row.pk


def _changes(rows: list[Any], *, phones: bool) -> Iterable[Change]:
    earlier = _earlier(rows)
    labels = Labels.of([*rows, *earlier.values()])
    for row in rows:
        tracked = row.pgh_tracked_model
        metadata = row.pgh_context.metadata if row.pgh_context else {}
        yield Change(
            at=row.pgh_created_at,
            verb=row.pgh_label,
            table=_table(row),
            table_name=word(tracked),
            object_id=row.pgh_obj_id,
            name=labels.of_object(tracked, row.pgh_obj_id, row),
            who=str(metadata.get("user", "")),
            path=str(metadata.get("path", "")),
            fields=tuple(_fields(row, earlier.get((type(row), row.pgh_earlier)), labels, phones=phones)),
        )


def _earlier(rows: list[Any]) -> dict[tuple[Any, int], Any]:
    """Find the row before each update, by history table and id."""
    found: dict[tuple[Any, int], Any] = {}
    for model in {type(row) for row in rows}:
        updates = [row for row in rows if type(row) is model and row.pgh_label == UPDATE]
        ids = [row.pgh_earlier for row in updates if row.pgh_earlier]
        found |= {(model, pk): row for pk, row in model.objects.in_bulk(ids).items()}
    return found


def _fields(row: Any, before: Any, labels: Labels, *, phones: bool) -> Iterable[FieldChange]:
    """Tell what an update changed, and of an insert or delete everything that is not empty.

    An update without an earlier row (from before the history began) shows what it left.
    """
    for field in tracked_fields(type(row)):
        old = getattr(before, field.attname) if before else None
        new = getattr(row, field.attname)
        if row.pgh_label == DELETE:
            old, new = new, None
        if old == new or (not before and old in _EMPTY and new in _EMPTY):
            continue
        yield FieldChange(
            field_name(field),
            shown(field, old, labels, phones=phones),
            shown(field, new, labels, phones=phones),
            english=field.name.endswith("_en"),
        )


_EMPTY: tuple[Any, ...] = (None, "", [], {})
