"""The books of the stores are proven: balances, layers, entries, histories, closed months.

Writes: nothing. Locks: none; all of it is read in one snapshot, so that work that goes on meanwhile does not
show up.
"""

from django.db import connection, transaction

from houqin.inventory.actions.periods import after, begin_of
from houqin.inventory.models import StockPeriod
from houqin.inventory.queries.closing import digest_of, totals_of
from houqin.inventory.queries.proofs import Unproven, closed_wrongly, played_otherwise, unproven


def check_stock() -> list[Unproven]:
    """Every proof that fails, by the number of its invariant; an empty list when all hold."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return [*unproven(), *played_otherwise(), *_closed_months()]


def _closed_months() -> list[Unproven]:
    found = []
    for period in StockPeriod.objects.filter(status=StockPeriod.Status.CLOSED):
        window = (begin_of(period.month), begin_of(after(period.month)))
        if period.digest != digest_of(*window) or period.totals != totals_of(*window):
            found.append(closed_wrongly(str(period)))
    return found
