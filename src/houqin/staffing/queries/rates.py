"""What an hour of work cost on a day."""

import datetime as dt
from decimal import Decimal

from houqin.staffing.models import LabourRate


def hourly_rate(trade_id: int | None, on: dt.date) -> Decimal | None:
    """Yuan for an hour in a trade on a day: its own rate, else the general one; None before there was any."""
    valid = LabourRate.objects.filter(since__lte=on).order_by("-since")
    own = valid.filter(trade=trade_id).first() if trade_id is not None else None
    found = own or valid.filter(trade__isnull=True).first()
    return found.hourly if found is not None else None
