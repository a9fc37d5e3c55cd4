"""How long mail and calls are kept that belong to no request."""

import datetime as dt

from houqin.intake.models import Call, InboundMessage, Outcome, RefusedCallReport
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


def prune_calls() -> int:
    """Delete calls that belong to no request and rang more than 180 days ago; return how many went.

    With them go reports of that age that could not be taken.
    """
    since = clock.now() - KEPT
    RefusedCallReport.objects.filter(received_at__lt=since).delete()
    old = Call.objects.filter(request__isnull=True, rang_at__lt=since).order_by("pk")
    deleted = Call.objects.filter(pk__in=old.values("pk")[:10_000]).delete()[1]
    return deleted.get("intake.Call", 0)
