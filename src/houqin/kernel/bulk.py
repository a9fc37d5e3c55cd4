"""Many rows at once: COPY in, one UPDATE from a temporary table, and the history that goes with it.

All of it runs inside the caller's transaction. Many keys are looked for as one array.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import (
    NOT_PROVIDED,
    BigIntegerField,
    BooleanField,
    F,
    Field,
    Func,
    JSONField,
    Model,
    Value,
)
from psycopg import sql

Rows = Sequence[tuple[Any, ...]]


def next_keys(model: type[Model], count: int) -> list[int]:
    """Take `count` keys for rows still to be inserted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def copy_rows(model: type[Model], names: Sequence[str], rows: Rows, constant: dict[str, Any]) -> None:
    """Insert `rows` of the columns `names`; every other column gets `constant` or the field's default.

    Triggers run. Texts that stand for an array or for JSON are given as the database reads them.
    """
    if not rows:
        return
    rest: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.attname not in names and not field.primary_key and not _of_database(field, constant):
            value = constant[field.attname] if field.attname in constant else field.get_default()
            rest[field.attname] = json.dumps(value) if isinstance(field, JSONField) else value
    tail = tuple(rest.values())
    _copy(_table(model), (*names, *rest), [(*row, *tail) for row in rows])


def _of_database(field: Field[Any, Any], constant: dict[str, Any]) -> bool:
    """True for a column that the database fills by itself."""
    return field.db_default is not NOT_PROVIDED and field.attname not in constant


def copy_tracked_rows(
    model: type[Model], names: Sequence[str], rows: Rows, constant: dict[str, Any], keys: Sequence[int]
) -> None:
    """Do the same for a table with database-level history, whose rows get the given `keys`.

    One statement writes the history that the trigger would write row by row, at three times the
    cost of the rows themselves.
    """
    if not rows:
        return
    with without_trigger(f"{model._meta.label}:insert_insert"):
        copy_rows(model, names, rows, constant)
    history: type[Model] = model.pgh_event_model  # type: ignore[attr-defined]
    tracked = [
        name for field in history._meta.concrete_fields if not (name := str(field.column)).startswith("pgh_")
    ]
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in tracked)
    _execute(
        sql.SQL(
            "INSERT INTO {history} (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, {columns})"
            " SELECT now(), 'insert', id, (SELECT _pgh_attach_context()), {columns} FROM {table}"
            " WHERE id = ANY (%s) ORDER BY id"
        ).format(history=_table(history), columns=columns, table=_table(model)),
        [list(keys)],
    )


def copy_new(made: Sequence[Model]) -> None:
    """Store new rows of one model with database-level history; each gets its key.

    Words of an array hold neither quotes nor backslashes. Columns that only the database fills are not meant.
    """
    if not made:
        return
    model = type(made[0])
    keys = next_keys(model, len(made))
    for row, key in zip(made, keys, strict=True):
        row.pk = key
    fields = [(field, field.attname) for field in model._meta.concrete_fields]
    rows = [tuple(_written(field, getattr(row, name)) for field, name in fields) for row in made]
    copy_tracked_rows(model, [name for _, name in fields], rows, {}, keys)
    for row in made:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as `bulk_create` does


def _written(field: Field[Any, Any], value: Any) -> Any:
    if isinstance(field, ArrayField):
        return array_text(value)
    return field.get_db_prep_save(value, connection)


@contextmanager
def without_trigger(name: str) -> Iterator[None]:
    """Keep a trigger from running inside the block, for COPY too, and let the block fail cleanly.

    The trigger is told by the next statement, and COPY does not count as one. It is told again at
    the end, which an aborted transaction would refuse; hence the savepoint.
    """
    with pgtrigger.ignore(name), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield


def update_rows(model: type[Model], names: Sequence[str], rows: Rows) -> None:
    """Set the columns `names` of the rows whose key comes first, and count up their version."""
    table, news = _table(model), sql.Identifier("changed_rows")
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in ("id", *names))
    setting = sql.SQL(", ").join(sql.SQL("{0} = news.{0}").format(sql.Identifier(name)) for name in names)
    _execute(sql.SQL("DROP TABLE IF EXISTS {}").format(news))
    _execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
            news, columns, table
        )
    )
    _copy(news, ("id", *names), rows)
    _execute(
        sql.SQL(
            "UPDATE {} AS old SET {}, version = old.version + 1 FROM {} AS news WHERE old.id = news.id"
        ).format(table, setting, news)
    )


def set_columns(model: type[Model], columns: dict[str, str], rows: Rows) -> None:
    """Set columns, told with their types, of the rows whose key comes first: one statement for all of them.

    The caller holds the rows, or what they belong to: they are updated in no particular order.
    """
    if not rows:
        return
    arrays = [
        sql.SQL("%s::bigint[]"),
        *(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in columns.values()),
    ]
    names = [sql.Identifier(name) for name in columns]
    _execute(
        sql.SQL("UPDATE {} AS old SET {} FROM unnest({}) AS news (id, {}) WHERE old.id = news.id").format(
            _table(model),
            sql.SQL(", ").join(sql.SQL("{0} = news.{0}").format(name) for name in names),
            sql.SQL(", ").join(arrays),
            sql.SQL(", ").join(names),
        ),
        [list(column) for column in zip(*rows, strict=True)],
    )


def among(column: str, keys: Collection[int]) -> Func:
    """The condition that a column is one of the keys: one parameter, however many they are."""
    array = Value(list(keys), output_field=ArrayField(BigIntegerField()))
    return Func(
        F(column), array, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()
    )


def array_text(words: Sequence[str]) -> str:
    """Write an array of words without quotes and backslashes as COPY reads it; adapting a list is slow."""
    return '{"' + '","'.join(words) + '"}' if words else "{}"


def _execute(statement: sql.Composed, values: Sequence[Any] | None = None) -> None:
    """Run a composed statement as plain text: what adds the history's context to it reads text only."""
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), values)


def _table(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _copy(table: sql.Identifier, names: Sequence[str], rows: Rows) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy,
    ):
        for row in rows:
            copy.write_row(row)
