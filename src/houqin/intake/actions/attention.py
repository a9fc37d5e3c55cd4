"""Mail that a person should look at: administrators are told, at most once a day."""

import datetime as dt

from django.utils import timezone

from houqin.accounts.models import Role
from houqin.accounts.queries.people import active_holders
from houqin.intake.queries.inbound import put_aside
from houqin.kernel import clock
from houqin.notify.actions import notices
from houqin.notify.models import Notice
from houqin.notify.queries.outbox import failed_since

KIND = "mail_attention"
DAY = dt.timedelta(days=1)


def tell_of_mail() -> bool:
    """Tell of mail that was put aside for a person's eyes, or could not be sent, since it was told last.

    In the bell only, for mail may be just what does not work; once on a local day. Return whether
    anything was told.
    """
    last = Notice.objects.filter(kind=KIND).order_by("-pk").values_list("created_at", flat=True).first()
    since = max(last, clock.now() - DAY) if last else clock.now() - DAY
    aside, failed = put_aside(since=since).count, failed_since(since)
    told_today = last is not None and timezone.localtime(last).date() == clock.today()
    if told_today or not (aside or failed):
        return False
    notices.tell(
        recipients=active_holders(Role.ADMINISTRATOR).order_by("pk"),
        kind=KIND,
        change=f"mail:attention:{clock.today()}",
        subject="",
        path="/setup/intake/?outcome=quarantined" if aside else "/setup/outbox/?state=failed",
        data={"aside": aside, "failed": failed},
    )
    return True
