"""Tokens by which a program acts for a person."""

import datetime as dt
import secrets
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import ApiToken, User
from houqin.accounts.queries.tokens import digest_of
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.reading import plain

SCOPES = ("read", "write", "calls")
PREFIX = "hq_"
SHOWN = 8
"""How many signs of a secret stay readable, the prefix among them."""


@transaction.atomic
def make(
    *, person: User, name: str, scopes: Collection[str], expires_at: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """Return a new token and its secret, which cannot be read again; only a keyed hash is stored.

    `write` includes `read`; `calls` alone lets a telephone system report its calls and nothing else.
    Raises `Invalid` without a name, for unknown or no scopes and for an end that is past, and
    `Refused` for a person who may not sign in.
    """
    if not person.is_active:
        raise Refused(_("%(name)s may not sign in. Reactivate the person first.") % {"name": person})
    if not plain(name):
        raise Invalid(_("A token needs a name."), field="name")
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid(
            _("Choose what the token may do: read, read and write, or report calls."), field="scopes"
        )
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid(_("The end must lie in the future."), field="expires_at")
    secret = PREFIX + secrets.token_urlsafe(32)
    wanted = set(scopes) if set(scopes) == {"calls"} else {"read", *scopes}
    token = ApiToken.objects.create(
        user=person,
        name=plain(name)[:80],
        prefix=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=[scope for scope in SCOPES if scope in wanted],
        expires_at=expires_at,
    )
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken) -> ApiToken:
    """End a token from the next call on; a revoked one stays as it was."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
    return token
