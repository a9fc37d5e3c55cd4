"""How long mail is kept that belongs to no request."""

import datetime as dt

from houqin.intake.models import InboundMessage, Outcome
from houqin.kernel import clock

KEPT = dt.timedelta(days=180)
_BELONGS_NOWHERE = (Outcome.DUPLICATE, Outcome.QUARANTINED, Outcome.REFUSED)


def prune() -> int:
    """Delete duplicates and mail put aside or refused more than 180 days ago; return how many went.

    Mail that made something on a request stays as long as people may ask what it said. The bytes go
    with the files that nothing names any more.
    """
    old = InboundMessage.objects.filter(
        outcome__in=_BELONGS_NOWHERE, received_at__lt=clock.now() - KEPT
    ).order_by("pk")
    deleted = InboundMessage.objects.filter(pk__in=old.values("pk")[:10_000]).delete()[1]
    return deleted.get("intake.InboundMessage", 0)
