"""Document numbers: kind, day and serial, such as `FW20261123-0001`."""

import datetime as dt
import re

REQUEST = "FW"
WORK_ORDER = "GD"
STOCK = "KC"

PATTERN = re.compile(r"^([A-Z]{2})(\d{8})-(\d{4,})$")


def written(kind: str, day: dt.date, serial: int) -> str:
    """`FW20261123-0001`; from the ten-thousandth of a day the serial grows by a digit."""
    return f"{kind}{day:%Y%m%d}-{serial:04d}"
