"""Tell the administrators that a year's holidays are not settled.

Writes: notify (notices, mails).
"""

import datetime as dt

from houqin.accounts.models import Role
from houqin.accounts.queries.people import active_holders
from houqin.kernel.flow import flow
from houqin.notify.actions import notices
from houqin.org.queries.calendars import unconfirmed_year


@flow
def warn_unconfirmed_year(*, today: dt.date) -> int | None:
    """Return the year that was warned about, or None; each administrator is told of a year once.

    This year while it is unconfirmed, and from 1 November the next.
    """
    year = unconfirmed_year(today)
    if year is not None:
        notices.tell(
            recipients=active_holders(Role.ADMINISTRATOR),
            kind="calendar_unconfirmed",
            change=f"calendar-unconfirmed:{year}",
            subject=str(year),
            path="/setup/holidays/",
            data={"year": str(year)},
        )
    return year
