"""What a person does with notices and wishes about mail."""

from collections.abc import Collection

from django.db import transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.kinds import choosable
from houqin.notify.models import Notice, Unwanted


def mark_read(*, person: User, notice_ids: Collection[int] | None = None) -> int:
    """Mark the person's notices read, all of them without `notice_ids`; return how many were unread."""
    unread = Notice.objects.filter(recipient=person, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=clock.now())


def mark_subject_read(*, person: User, subject: str) -> int:
    """Mark everything about a number read, as its page has been opened; return how many were unread."""
    unread = Notice.objects.filter(recipient=person, subject=subject, read_at__isnull=True)
    return unread.update(read_at=clock.now())


@transaction.atomic
def choose_mail(*, person: User, kinds: Collection[str]) -> None:
    """Send the person mail of these kinds only. Kinds that cannot be chosen always come."""
    unwanted = set(choosable()) - set(kinds)
    Unwanted.objects.filter(person=person).exclude(kind__in=unwanted).delete()
    rows = [Unwanted(person=person, kind=kind) for kind in sorted(unwanted)]
    Unwanted.objects.bulk_create(rows, ignore_conflicts=True)
