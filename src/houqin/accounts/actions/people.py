"""People: entered, changed, and kept from signing in."""

import datetime as dt
from typing import TypedDict, Unpack

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.actions.grants import require_another_administrator
from houqin.accounts.models import ApiToken, Invitation, User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from houqin.kernel.reading import plain
from houqin.kernel.text_search import pinyin_key
from houqin.org.models import Department, Partner


class PersonFacts(TypedDict, total=False):
    """What may be said about a person; what is left out stays as it is."""

    username: str
    full_name: str
    email: str
    phone: str
    department: Department | None
    partner: Partner | None
    language: str
    shortcuts: bool
    quiet_from: dt.time | None
    quiet_until: dt.time | None


@transaction.atomic
def create(**facts: Unpack[PersonFacts]) -> User:
    """Enter a person, who cannot sign in before a password is set; an invitation does that.

    Needs `username` and `full_name`. Raises `Invalid`, with the field, when a fact is missing, too
    long or already somebody else's.
    """
    person = User()
    person.set_unusable_password()
    return _store(person, facts)


@transaction.atomic
def change(*, person: User, **facts: Unpack[PersonFacts]) -> User:
    """Change what is said about a person; raises `Invalid` like `create` and then changes nothing."""
    return _store(locked(person), facts)


@transaction.atomic
def deactivate(*, person: User) -> User:
    """Keep a person from signing in: sessions, tokens and open invitations end at once.

    Raises `Refused` for the last administrator.
    """
    # Before the person: who ends an administrator's account takes all of them in one order.
    require_another_administrator(person)
    person = locked(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    now = clock.now()
    ApiToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=now)
    Invitation.objects.filter(user=person, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    end_sessions(person=person)
    return person


@transaction.atomic
def reactivate(*, person: User) -> User:
    """Let a person sign in again with the old password; ended tokens stay ended."""
    person = locked(person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def end_sessions(*, person: User, keep: str | None = None) -> int:
    """Sign a person out everywhere, except in the session with the key `keep`; return how many ended."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def locked(person: User) -> User:
    """Return the person anew, locked until the transaction ends."""
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def prepare(person: User, facts: PersonFacts) -> None:
    """Set and check the facts of a person without storing them; raises `Invalid` with the field.

    Whether name and address are still free is left to the caller.
    """
    for field, sentence in put(person, facts):
        raise Invalid(sentence, field=field)
    person.pinyin_key = pinyin_key(person.full_name)
    person.set_search(person.username, person.phone, person.email, person_names=[person.full_name])


def put(person: User, facts: PersonFacts) -> list[tuple[str, str]]:
    """Set the facts of a person without storing them; everything that is wrong then, by field."""
    for field, value in facts.items():
        setattr(person, field, plain(value) if isinstance(value, str) else value)
    found: list[tuple[str, str]] = []
    if "@" in person.username or " " in person.username:
        found.append(("username", str(_("A user name has no spaces and no @."))))
    if not person.full_name:
        found.append(("full_name", str(_("A person needs a name."))))
    told = {field for field, _sentence in found}
    try:
        person.clean_fields(exclude=["password", "department", "partner", *told])
    except ValidationError as error:
        found += [(field, str(sentences[0])) for field, sentences in error.message_dict.items()]
    return found


def _store(person: User, facts: PersonFacts) -> User:
    prepare(person, facts)
    _require_unique(person)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise _taken("username") from error
    return person


def _require_unique(person: User) -> None:
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username__iexact=person.username).exists():
        raise _taken("username")
    if person.email and others.filter(email__iexact=person.email).exists():
        raise _taken("email")


def _taken(field: str) -> Invalid:
    sentence = {
        "username": _("Somebody already has this user name."),
        "email": _("Somebody already has this e-mail address."),
    }
    return Invalid(sentence[field], field=field)
