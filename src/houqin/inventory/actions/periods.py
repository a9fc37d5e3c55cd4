"""Months of the stores' books: whether one may still be posted into, and closing one.

Whoever posts holds the month's lock together with all others who post, whoever closes it holds it
alone, so that nothing is posted into a month while its totals are taken.
"""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.accounts.models import Role, User
from houqin.accounts.policies import roles_of
from houqin.inventory.models import StockPeriod
from houqin.inventory.queries import closing
from houqin.kernel import clock
from houqin.kernel.errors import NotPermitted, Refused, StaleState

S = StockPeriod.Status
CLASS = 7_204_331
"""The first key of the advisory locks; the second one is the month."""


class PeriodClosed(Refused):
    """The books of the month are closed."""

    code = "period_closed"


def month_of(at: dt.datetime) -> dt.date:
    """The first day of the month an instant belongs to, where the organisation is."""
    return timezone.localtime(at, timezone.get_default_timezone()).date().replace(day=1)


def begin_of(month: dt.date) -> dt.datetime:
    """The instant a month begins, where the organisation is."""
    return timezone.make_aware(dt.datetime.combine(month, dt.time()), timezone.get_default_timezone())


def after(month: dt.date) -> dt.date:
    """The next month."""
    return (month + dt.timedelta(days=31)).replace(day=1)


def require_open(at: dt.datetime, *, by: User | None = None) -> None:
    """Pass when somebody may post into the month of `at`; hold it open until the transaction ends.

    Into a month that is being closed only an accountant posts (and what has no person). Raises
    `PeriodClosed` with the month.
    """
    month = month_of(at)
    _hold(month)
    period = StockPeriod.objects.filter(month=month).first()
    if period is None or period.status == S.OPEN:
        return
    if period.status == S.SOFT and (by is None or Role.ACCOUNTANT in roles_of(by)):
        return
    facts = {"month": date_format(month, "YEAR_MONTH_FORMAT")}
    if period.status == S.SOFT:
        raise PeriodClosed(
            _("The stores' books of %(month)s are being closed: only an accountant posts.") % facts
        )
    raise PeriodClosed(_("The stores' books of %(month)s are closed.") % facts)


def landing(at: dt.datetime) -> dt.datetime:
    """When something takes effect that happened at `at`: then, or as the first open month begins."""
    month = month_of(at)
    closed = set(
        StockPeriod.objects.filter(status=S.CLOSED, month__gte=month).values_list("month", flat=True)
    )
    if month not in closed:
        return at
    while month in closed:
        month = after(month)
    return min(begin_of(month), clock.now())


@transaction.atomic
def begin_closing(*, month: dt.date, by: User) -> StockPeriod:
    """The month, in which from now on only accountants post. Raises `StaleState` unless it is open."""
    return _move(month, S.OPEN, S.SOFT, by)


@transaction.atomic
def reopen(*, month: dt.date, by: User) -> StockPeriod:
    """The month that was being closed, open to all again. A closed month stays closed."""
    return _move(month, S.SOFT, S.OPEN, by)


@transaction.atomic
def close(*, month: dt.date, by: User) -> StockPeriod:
    """The month, closed with the totals of each store and a digest of its entries, for good.

    Raises `Refused` for a month that is not over, while an earlier month with entries is open, and while
    somebody is posting into it.
    """
    _require_accountant(by)
    if after(month) > clock.today().replace(day=1):
        raise Refused(_("A month is closed when it is over."))
    earlier = closing.first_open_before(month)
    if earlier is not None:
        facts = {"month": date_format(earlier, "YEAR_MONTH_FORMAT")}
        raise Refused(_("%(month)s comes first: it is not closed yet.") % facts)
    _hold_alone(month)
    period = _period(month)
    if period.status == S.CLOSED:
        raise StaleState(_("This month is closed already."))
    found = closing.totals_of(begin_of(month), begin_of(after(month)))
    period.status, period.closed_at, period.closed_by = S.CLOSED, clock.now(), by
    period.totals = found
    period.digest = closing.digest_of(begin_of(month), begin_of(after(month)))
    period.save()
    return period


def _move(month: dt.date, was: str, to: str, by: User) -> StockPeriod:
    _require_accountant(by)
    _hold_alone(month)
    period = _period(month)
    if period.status != was:
        raise StaleState(
            _("%(month)s: %(state)s.")
            % {"month": date_format(month, "YEAR_MONTH_FORMAT"), "state": period.get_status_display()}
        )
    period.status = to
    period.save(update_fields=["status"])
    return period


def _require_accountant(by: User) -> None:
    if Role.ACCOUNTANT not in roles_of(by):
        raise NotPermitted(_("Only an accountant closes the stores' books."))


def _period(month: dt.date) -> StockPeriod:
    StockPeriod.objects.get_or_create(month=month)
    return StockPeriod.objects.select_for_update(of=("self",)).get(month=month)


def _number(month: dt.date) -> int:
    return month.year * 12 + month.month


def _hold(month: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [CLASS, _number(month)])


def _hold_alone(month: dt.date) -> None:
    """Without waiting: who waits for this lock would hold up everybody who posts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [CLASS, _number(month)])
        if not cursor.fetchone()[0]:
            raise Refused(_("Somebody is posting into this month just now. Try again."))
