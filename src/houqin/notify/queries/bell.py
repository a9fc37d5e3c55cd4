"""A person's notices, told in the language in force."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

from houqin.accounts.models import User
from houqin.accounts.policies import is_staff
from houqin.notify.kinds import choosable
from houqin.notify.models import Notice, Unwanted
from houqin.notify.wording import line

MOST_COUNTED = 99


@dataclass(frozen=True)
class Line:
    """One notice as it is read: what happened and the page it opens."""

    id: int
    kind: str
    subject: str
    text: str
    path: str
    at: dt.datetime
    urgent: bool
    read: bool


@dataclass(frozen=True)
class MailChoice:
    """A kind of message and whether the person gets it by mail."""

    kind: str
    label: str | Promise
    wanted: bool


def unread_count(person: User) -> int:
    """Return how many notices are unread, counted up to 100: more is shown as 99+."""
    return Notice.objects.filter(recipient=person, read_at__isnull=True)[: MOST_COUNTED + 1].count()


def newest(
    person: User, *, limit: int = 20, before: int | None = None, unread_only: bool = False
) -> list[Line]:
    """Return the newest notices, from the one with the id `before` on."""
    found = Notice.objects.filter(recipient=person).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    if unread_only:
        found = found.filter(read_at__isnull=True)
    return [_line(notice) for notice in found[:limit]]


def one(person: User, notice_id: int) -> Line | None:
    """Return one notice of the person, or None when it is not theirs."""
    notice = Notice.objects.filter(recipient=person, pk=notice_id).first()
    return None if notice is None else _line(notice)


def mail_choices(person: User) -> list[MailChoice]:
    """Return the kinds of messages one may choose to get by mail, with the person's choice."""
    unwanted = set(Unwanted.objects.filter(person=person).values_list("kind", flat=True))
    offered = choosable(staff=is_staff(person))
    return [MailChoice(name, kind.label, name not in unwanted) for name, kind in offered.items()]


def _line(notice: Notice) -> Line:
    return Line(
        id=notice.pk,
        kind=notice.kind,
        subject=notice.subject,
        text=line(notice.kind, notice.subject, notice.data),
        path=notice.path,
        at=notice.created_at,
        urgent=notice.urgent,
        read=notice.read_at is not None,
    )
