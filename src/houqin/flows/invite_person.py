"""Invite a person: a link to set the first password, sent by mail and shown to who invites.

Writes: accounts (invitation), notify (mail). Locks: the person.
"""

from django.conf import settings

from houqin.accounts.actions import passwords
from houqin.accounts.models import User
from houqin.kernel.flow import flow
from houqin.notify.actions import mail


@flow
def invite_person(*, person: User, by: User | None = None) -> str:
    """Return the address at which the person sets a password; it is good once, for seven days.

    A person with an e-mail address also gets it by mail. Links made before end. Raises `Refused`
    for a person who may not sign in.
    """
    invitation, secret = passwords.invite(person=person, by=by)
    path = f"/accounts/password/link/{secret}/"
    if person.email:
        mail.queue(
            to=person.email,
            kind="invitation",
            language=person.language,
            change=f"invitation:{invitation.pk}",
            about=person.username,
            data={
                "name": person.full_name,
                "username": person.username,
                "days": passwords.INVITED_FOR.days,
                "path": path,
            },
            recipient=person,
            secret=True,
        )
    return f"{settings.PUBLIC_URL}{path}"
