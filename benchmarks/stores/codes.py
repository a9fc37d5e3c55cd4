"""The items that are measured on, by what is measured."""

import datetime as dt

CLIENTS = 8
AGO = dt.timedelta(days=100)
"""The past day of which the value is asked lies so far back, in the midst of the movements."""
RECEIPT, FIFO, SAME = "receipt", "fifo", "same"
OWN = [f"own-{client}" for client in range(CLIENTS)]
LONG = {size: f"long-{size}" for size in (100, 10_000, 1_000_000)}
VALUED = [f"valued-{number}" for number in range(1_000)]
IMPORTED = (100, 10_000, 100_000)
ALL = [RECEIPT, FIFO, SAME, *OWN, *LONG.values(), *VALUED]
