"""Telling people: a line in the bell and a mail, once for each change."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.actions import mail as mails
from houqin.notify.kinds import KINDS
from houqin.notify.models import Notice, OutMail, Unwanted


@transaction.atomic
def tell(
    *,
    recipients: Iterable[User],
    kind: str,
    change: str,
    subject: str,
    path: str,
    data: Mapping[str, Any],
    urgent: bool = False,
    mail: bool = True,
) -> None:
    """Tell people of a change: one notice each, and a mail to those who have an address and want it.

    `change` is the key of what happened (`FW20261123-0001:accepted:1`): telling again adds nothing.
    `subject` is the number it is about, `path` the page it opens. People who may not sign in are
    left out. Unless it is `urgent` the mail waits for the end of the recipient's quiet hours.
    """
    known = KINDS[kind]
    people = {person.pk: person for person in recipients if person.is_active}
    now = clock.now()
    urgent = urgent or known.urgent
    if known.in_app:
        Notice.objects.bulk_create(
            [
                Notice(
                    recipient=person,
                    kind=kind,
                    subject=subject,
                    path=path,
                    data=dict(data),
                    change=change,
                    urgent=urgent,
                    created_at=now,
                )
                for _pk, person in sorted(people.items())
            ],
            ignore_conflicts=True,
        )
    if mail and known.mail:
        facts = {**data, "path": path}
        mails.put(
            [
                _mail_to(person, kind=kind, change=change, about=subject, data=facts, urgent=urgent)
                for person in _wanting(people, kind)
            ]
        )


def _wanting(people: Mapping[int, User], kind: str) -> list[User]:
    addressed = {pk: person for pk, person in people.items() if person.email}
    unwanted = set(
        Unwanted.objects.filter(kind=kind, person_id__in=addressed).values_list("person_id", flat=True)
    )
    return [person for pk, person in sorted(addressed.items()) if pk not in unwanted]


def _mail_to(
    person: User, *, kind: str, change: str, about: str, data: dict[str, Any], urgent: bool
) -> OutMail:
    row = mails.written(
        to=person.email,
        kind=kind,
        language=person.language,
        change=change,
        about=about,
        data={**data, "name": person.full_name},
        recipient=person,
    )
    row.not_before = mails.earliest(person, waits=not urgent)
    return row
