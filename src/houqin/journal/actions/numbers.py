"""Document numbers without gaps and without doubles."""

import datetime as dt

from django.db import connection, transaction

from houqin.kernel import numbering

_ADVANCE = """
    INSERT INTO journal_numbercounter AS counter (kind, day, last) VALUES (%s, %s, %s)
    ON CONFLICT (kind, day) DO UPDATE SET last = counter.last + excluded.last
    RETURNING last
"""


def take(*, kind: str, day: dt.date) -> str:
    """Take the next number of a kind on a day, such as `FW20261123-0001`.

    Call it last before the row that bears the number is written: the counter stays locked until
    the transaction ends, so the next caller for the same kind and day waits. A rollback gives the
    number back. Raises `TransactionManagementError` outside a transaction, where a failure after
    the call would leave a gap.
    """
    return take_many(kind=kind, day=day, count=1)[0]


def take_many(*, kind: str, day: dt.date, count: int) -> list[str]:
    """Take the next `count` numbers of a kind on a day, in order and under one lock; none for zero."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken inside the transaction that uses it")
    if count < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [kind, day, count])
        last = cursor.fetchone()[0]
    return [numbering.written(kind, day, serial) for serial in range(last - count + 1, last + 1)]
