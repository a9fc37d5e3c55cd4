"""Passwords: the link that lets a person set one, and the setting itself."""

import datetime as dt
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.actions.people import end_sessions, locked
from houqin.accounts.models import Invitation, PastPassword, User
from houqin.accounts.passwords import REMEMBERED
from houqin.accounts.queries.invitations import digest_of, open_invitation
from houqin.accounts.queries.people import person_named
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, Refused

INVITED_FOR = dt.timedelta(days=7)
RESET_FOR = dt.timedelta(hours=2)
RESETS_PER_HOUR = 3


@transaction.atomic
def invite(*, person: User, by: User | None = None) -> tuple[Invitation, str]:
    """Return a new invitation and the secret of its link, shown nowhere else; earlier links end.

    Raises `Refused` for a person who may not sign in.
    """
    person = locked(person)
    if not person.is_active:
        raise Refused(_("%(name)s may not sign in. Reactivate the person first.") % {"name": person})
    return _link(person, Invitation.Purpose.INVITE, INVITED_FOR, by)


@transaction.atomic
def ask_reset(*, login: str) -> tuple[Invitation, str] | None:
    """Return a reset link for the person with this user name or e-mail, or None when none is to be sent.

    None for an unknown name, somebody without an e-mail address or not allowed to sign in, and
    after three links within an hour: the caller must not let anybody see which.
    """
    person = person_named(login)
    if person is None or not person.is_active or not person.email:
        return None
    person = locked(person)
    recent = Invitation.objects.filter(
        user=person, purpose=Invitation.Purpose.RESET, made_at__gt=clock.now() - dt.timedelta(hours=1)
    )
    if recent.count() >= RESETS_PER_HOUR:
        return None
    return _link(person, Invitation.Purpose.RESET, RESET_FOR, None)


@transaction.atomic
def accept_link(*, secret: str, password: str) -> User:
    """Set the password of whom a link was made for; the link is used up.

    Raises `Missing` for a link that is unknown, used or too old, and `Invalid` for a password the
    profile refuses; then the link stays good.
    """
    invitation = open_invitation(secret, lock=True)
    if invitation is None:
        raise Missing(_("This link is no longer valid. Ask for a new one."))
    person = set_password(person=invitation.user, password=password)
    Invitation.objects.filter(pk=invitation.pk).update(used_at=clock.now())
    return person


@transaction.atomic
def set_password(
    *, person: User, password: str, keep_session: str | None = None, must_change: bool = False
) -> User:
    """Set a password that the profile allows; other sessions and open links end.

    `must_change` asks the person for an own one at the next sign-in. Raises `Invalid`, with all
    reasons, for a password the profile refuses.
    """
    person = locked(person)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    if person.has_usable_password():
        PastPassword.objects.create(user=person, hash=person.password, set_at=clock.now())
    now = clock.now()
    person.set_password(password)
    person.password_changed_at = now
    person.must_change_password = must_change
    person.save(update_fields=["password", "password_changed_at", "must_change_password"])
    kept = PastPassword.objects.filter(user=person).values("pk")[:REMEMBERED]
    PastPassword.objects.filter(user=person).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    Invitation.objects.filter(user=person, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    end_sessions(person=person, keep=keep_session)
    return person


@transaction.atomic
def change_password(*, person: User, old: str, password: str, keep_session: str | None = None) -> User:
    """Set a new password for somebody who knows the old one; raises `Invalid` for a wrong old one."""
    if not locked(person).check_password(old):
        raise Invalid(_("The old password is not right."), field="old")
    return set_password(person=person, password=password, keep_session=keep_session)


def _link(
    person: User, purpose: Invitation.Purpose, lasts: dt.timedelta, by: User | None
) -> tuple[Invitation, str]:
    now = clock.now()
    Invitation.objects.filter(user=person, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        user=person,
        purpose=purpose,
        digest=digest_of(secret),
        made_at=now,
        made_by=by.username if by else "",
        expires_at=now + lasts,
    )
    return invitation, secret
