"""The limit against storms: so many mails of one sender in one thread within an hour, then none."""

import datetime as dt
import re

from django.db.models import Q, QuerySet

from houqin.accounts.models import Grant, Role, User
from houqin.desk.models import ServiceRequest
from houqin.intake.addressing import without_prefixes
from houqin.intake.models import TIED, InboundMessage
from houqin.intake.parsing import Parsed
from houqin.kernel import clock
from houqin.notify.actions import notices

MOST = 10
_DIGITS = re.compile(r"\d+")
WITHIN = dt.timedelta(hours=1)
_TOLD = (Role.DISPATCHER, Role.ADMINISTRATOR)


def thread_key(mail: Parsed, request: ServiceRequest | None) -> str:
    """Return by what mail is counted: the request it answers, else its subject.

    Digits do not count: robots number what they write.
    """
    if request is not None:
        return request.number
    words = _DIGITS.sub(" ", without_prefixes(mail.subject).casefold())
    return f"new:{' '.join(words.split())}"[:200]


def is_over(row: InboundMessage) -> bool:
    """Tell whether the sender's mails in this thread have reached the limit."""
    return _of_this_hour(row).filter(outcome__in=sorted(TIED)).count() >= MOST


def alert(row: InboundMessage) -> None:
    """Tell the desk and the administrators, once for a storm."""
    if _of_this_hour(row).filter(reason="storm").exists():
        return
    holders = Grant.objects.filter(
        Q(place__isnull=True, department__isnull=True), role__in=[role.value for role in _TOLD]
    )
    notices.tell(
        recipients=User.objects.filter(pk__in=holders.values("user"), is_active=True).order_by("pk"),
        kind="mail_storm",
        change=f"mail:storm:{row.pk}",
        subject="",
        path=f"/setup/intake/{row.pk}/",
        data={"sender": row.from_address, "title": row.subject, "most": MOST},
        urgent=True,
    )


def _of_this_hour(row: InboundMessage) -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(
        from_address=row.from_address, thread=row.thread, received_at__gt=clock.now() - WITHIN
    ).exclude(pk=row.pk)
