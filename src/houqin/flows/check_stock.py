"""The books of the stores are proven: balances, layers, entries, closed months.

Writes: nothing. Locks: none; work that goes on meanwhile may show up as a difference once.
"""

from houqin.inventory.actions.periods import after, begin_of
from houqin.inventory.models import StockPeriod
from houqin.inventory.queries.closing import digest_of, totals_of
from houqin.inventory.queries.proofs import Unproven, closed_wrongly, unproven


def check_stock() -> list[Unproven]:
    """Every proof that fails, by the number of its invariant; an empty list when all hold."""
    found = unproven()
    for period in StockPeriod.objects.filter(status=StockPeriod.Status.CLOSED):
        window = (begin_of(period.month), begin_of(after(period.month)))
        if period.digest != digest_of(*window) or period.totals != totals_of(*window):
            found.append(closed_wrongly(str(period)))
    return found
