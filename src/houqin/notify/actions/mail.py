"""Mail is queued together with the change it tells of; a job sends it afterwards."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.kinds import KINDS
from houqin.notify.letters import letter
from houqin.notify.models import OutMail
from houqin.notify.origin import message_id

SEND = "notify.send_due"
_CARRIED = re.compile(r"[!-;=?-~]{1,120}@[!-;=?-~]{1,120}")


@transaction.atomic
def queue(
    *,
    to: str,
    kind: str,
    language: str,
    change: str,
    about: str,
    data: Mapping[str, Any],
    recipient: User | None = None,
    secret: bool = False,
    not_before: dt.datetime | None = None,
) -> OutMail:
    """Return the mail of a kind to an address, written in `language`, waiting to be sent.

    `change` names what it tells of: the same address and change give the mail that is already
    there. Without `not_before` it waits out the recipient's quiet hours, unless the kind is urgent
    or secret. `data` holds the facts that `KINDS` lists and `path`, the page it links to. A rollback
    of the change takes the mail along.
    """
    row = written(
        to=to,
        kind=kind,
        language=language,
        change=change,
        about=about,
        data=data,
        recipient=recipient,
        secret=secret,
    )
    row.not_before = not_before or earliest(recipient, waits=not KINDS[kind].urgent and not row.secret)
    put([row])
    return OutMail.objects.get(to=row.to, change=change)


def written(
    *,
    to: str,
    kind: str,
    language: str,
    change: str,
    about: str,
    data: Mapping[str, Any],
    recipient: User | None = None,
    secret: bool = False,
) -> OutMail:
    """Return a mail that is not stored yet, free to go at once."""
    told = letter(kind=kind, language=language, about=about, data=data)
    now = clock.now()
    return OutMail(
        to=to,
        to_name=" ".join(str(data.get("name") or "").split())[:80],
        recipient=recipient,
        kind=kind,
        subject=told.subject,
        text=told.text,
        parts=[list(part) for part in told.parts],
        language=told.language,
        about=about,
        change=change,
        message_id=message_id(to=to, change=change),
        created_at=now,
        not_before=now,
        secret=secret or KINDS[kind].secret,
    )


def put(mails: list[OutMail]) -> None:
    """Store mails, each address and change once, and ask the worker to send what is due."""
    if not mails:
        return
    OutMail.objects.bulk_create(mails, ignore_conflicts=True)
    ask_to_send()


def let_answer(*, to: Collection[str], change: str, message_id: str) -> None:
    """Let the mail about a change answer the one that came with an id, so that both stand in one thread.

    `message_id` is without its angle brackets; one that no header can carry is left alone.
    """
    if _CARRIED.fullmatch(message_id):
        OutMail.objects.filter(to__in=to, change=change).update(answers=f"<{message_id}>")


def ask_to_send() -> None:
    """Queue the job that sends what is due, in the transaction that is open."""
    if settings.MAIL_URL:
        app.configure_task(SEND).defer()


def earliest(recipient: User | None, *, waits: bool) -> dt.datetime:
    """Return now, or when it `waits` the end of the recipient's quiet hours (organisation's local time)."""
    now = clock.now()
    if not waits or recipient is None or recipient.quiet_from is None or recipient.quiet_until is None:
        return now
    start, end = recipient.quiet_from, recipient.quiet_until
    local = timezone.localtime(now, timezone.get_default_timezone())
    time = local.time()
    quiet = start <= time < end if start <= end else time >= start or time < end
    if not quiet:
        return now
    day = local.date() if time < end else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(dt.UTC)
