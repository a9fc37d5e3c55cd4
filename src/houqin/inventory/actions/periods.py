"""Months of the stores' books: whether one may still be posted into, and closing one."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.inventory.models import StockPeriod
from houqin.kernel.errors import Refused


class PeriodClosed(Refused):
    """The books of the month are closed."""

    code = "period_closed"


def month_of(at: dt.datetime) -> dt.date:
    """The first day of the month an instant belongs to, where the organisation is."""
    return timezone.localtime(at, timezone.get_default_timezone()).date().replace(day=1)


def is_open(at: dt.datetime) -> bool:
    """True when the month of `at` has not been closed; locks its row against closing, where there is one."""
    period = StockPeriod.objects.select_for_update(of=("self",)).filter(month=month_of(at)).first()
    return period is None or period.status != StockPeriod.Status.CLOSED


def require_open(at: dt.datetime) -> None:
    """Pass when the month of `at` is open; raise `PeriodClosed` with the month."""
    if not is_open(at):
        month = date_format(month_of(at), "YEAR_MONTH_FORMAT")
        raise PeriodClosed(_("The stores' books of %(month)s are closed.") % {"month": month})
