"""Outgoing mail, for the outbox page."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from houqin.accounts.policies import Person
from houqin.notify.models import OutMail
from houqin.notify.policies import visible_mail


@dataclass(frozen=True)
class OutboxFilter:
    """Which mail: its state and kind, the number it is about, words in address or subject."""

    state: str = ""
    kind: str = ""
    about: str = ""
    words: str = ""


@dataclass(frozen=True)
class OutboxState:
    """How the outbox stands: for the state page and the health check."""

    waiting: int
    failed: int
    oldest_due: dt.datetime | None


def outbox(chosen: OutboxFilter, user: Person) -> QuerySet[OutMail]:
    """Return the mail the person may see that fits, newest first."""
    mail = visible_mail(user).select_related("recipient").order_by("-pk")
    if chosen.state in OutMail.State.values:
        mail = mail.filter(state=chosen.state)
    if chosen.kind:
        mail = mail.filter(kind=chosen.kind)
    if chosen.about:
        mail = mail.filter(about=chosen.about)
    if chosen.words:
        mail = mail.filter(Q(to__icontains=chosen.words) | Q(subject__icontains=chosen.words))
    return mail


def outbox_state() -> OutboxState:
    """Return how much waits and failed, and since when the oldest waiting mail has been due."""
    waiting = Q(state=OutMail.State.WAITING)
    found = OutMail.objects.exclude(state="sent").aggregate(
        waiting=Count("pk", filter=waiting),
        failed=Count("pk", filter=Q(state=OutMail.State.FAILED)),
        oldest=Min("not_before", filter=waiting),
    )
    return OutboxState(found["waiting"], found["failed"], found["oldest"])


def failed_since(instant: dt.datetime) -> int:
    """Return how many mails that were made after an instant could not be sent."""
    return OutMail.objects.filter(state=OutMail.State.FAILED, created_at__gt=instant).count()
