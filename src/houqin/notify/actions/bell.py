"""What a person does with notices and wishes about mail."""

from collections.abc import Collection

from django.db import transaction

from houqin.accounts.models import User
from houqin.accounts.policies import is_staff
from houqin.kernel import clock
from houqin.notify.kinds import choosable
from houqin.notify.models import Notice, Unwanted


def mark_read(*, person: User, notice_ids: Collection[int] | None = None) -> int:
    """Mark the person's notices read, all of them without `notice_ids`; return how many were unread."""
    unread = Notice.objects.filter(recipient=person, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=clock.now())


@transaction.atomic
def choose_mail(*, person: User, kinds: Collection[str]) -> None:
    """Send the person mail of these kinds only, of those that are theirs to choose; others always come.

    Kinds for staff stay as they were chosen while the person has no such role.
    """
    offered = set(choosable(staff=is_staff(person)))
    unwanted = offered - set(kinds)
    Unwanted.objects.filter(person=person, kind__in=offered - unwanted).delete()
    rows = [Unwanted(person=person, kind=kind) for kind in sorted(unwanted)]
    Unwanted.objects.bulk_create(rows, ignore_conflicts=True)
