"""Tell people, and who leads them, of licences that end before long and of those that have ended.

Writes: notify (notices, mails).
"""

import datetime as dt

from houqin.accounts.models import User
from houqin.kernel.flow import flow
from houqin.notify.actions import notices
from houqin.staffing.models import Licence
from houqin.staffing.queries.crews import leaders_of
from houqin.staffing.queries.licences import SOON, latest

LATE = dt.timedelta(days=14)
"""How long after its end a licence is still told of, where nobody swept in time."""


@flow
def warn_ending_licences(*, today: dt.date) -> int:
    """Tell of licences 30 days before their last day, and on it; return how many end or have ended now.

    Each is told of once for each of the two, however often it is asked; of a corrected date anew, of
    a renewed licence no more. The person reads it, and the leaders of the crews they belong to.
    """
    until = today + dt.timedelta(days=SOON)
    ending = latest().filter(
        valid_until__gte=today - LATE, valid_until__lte=until, user__is_active=True, valid_from__lte=today
    )
    leaders = leaders_of([licence.user_id for licence in ending])
    for licence in ending:
        _tell(licence, leaders[licence.user_id], last=licence.valid_until <= today)
    return len(ending)


def _tell(licence: Licence, leaders: list[User], *, last: bool) -> None:
    day = licence.valid_until.isoformat()
    stage = "last" if last else "soon"
    facts = {
        "licence": licence.kind.name,
        "licence_en": licence.kind.name_en,
        "until": day,
        "person": licence.user.full_name,
    }
    others = [leader for leader in leaders if leader.pk != licence.user_id]
    for people, path in (([licence.user], "/accounts/me/"), (others, "/staffing/licences/")):
        notices.tell(
            recipients=people,
            kind="licence_ended" if last else "licence_ending",
            change=f"licence:{licence.pk}:{day}:{stage}",
            subject="",
            path=path,
            data=facts,
        )
