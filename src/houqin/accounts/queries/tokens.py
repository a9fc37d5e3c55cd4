"""Whom a token acts for."""

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet

from houqin.accounts.models import ApiToken, User
from houqin.kernel import clock
from houqin.kernel.secrets import keyed_digest

NOTED_EVERY = dt.timedelta(minutes=5)
"""How exact “last used” is: a busy token is not written on every call."""


def digest_of(secret: str) -> str:
    """Return what is stored of a token's secret."""
    return keyed_digest(settings.SECRET_KEY, "api_token", secret)


def caller_of(secret: str) -> ApiToken | None:
    """Return the token with this secret and its person, or None when it must not open anything.

    Unknown, revoked and ended tokens, and those of people who may not sign in, all give None.
    That the token was used is noted, at most once in five minutes.
    """
    now = clock.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .first()
    )
    if token is not None and (token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def person_of(secret: str) -> User | None:
    """Return the person a token acts for, or None."""
    token = caller_of(secret)
    return token.user if token else None


def live_tokens(person: User) -> QuerySet[ApiToken]:
    """Return a person's tokens that still open something."""
    return ApiToken.objects.filter(user=person, revoked_at__isnull=True).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
    )
