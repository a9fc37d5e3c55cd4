"""Who calls: a bearer token, nothing else. Sessions are for pages, so no call rides on a cookie."""

from typing import Any

import pghistory
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from houqin.accounts.models import ApiToken, User
from houqin.accounts.queries.tokens import caller_of
from houqin.api.access import NEEDS, SCOPED, WRITES_NOTHING, may_call
from houqin.kernel.errors import NotPermitted

READ = frozenset({"GET", "HEAD", "OPTIONS"})


class Bearer(HttpBearer):
    """The person a token acts for, let in to one operation.

    `request.auth` is the token, `request.user` the person. Ended, revoked and unknown tokens, and
    those of people who may no longer sign in, look the same: 401. A token without the scope it
    takes and a person without the right of the operation get 403, whatever object is named.
    """

    def __init__(self, operation: str) -> None:
        super().__init__()
        self.operation = operation
        self.needs = NEEDS[operation]

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, or None for 401. Raises `NotPermitted` for a caller without the right."""
        found = caller_of(token)
        if found is None:
            return None
        request.user = found.user
        self._require_scope(request, found.scopes)
        if request.method not in READ:
            # The history of changes is told by whom; the middleware knew only the session.
            pghistory.context(user=found.user.username, token=found.prefix)
        if not may_call(found.user, self.operation):
            raise NotPermitted(_("Your roles do not include this."))
        return found

    def _require_scope(self, request: HttpRequest, scopes: list[str]) -> None:
        if SCOPED.get(self.operation) in scopes:
            return
        if "read" not in scopes:
            raise NotPermitted(_("This token may only report calls. Make one with the scope it takes."))
        writes = request.method not in READ and self.operation not in WRITES_NOTHING
        if writes and "write" not in scopes:
            raise NotPermitted(_("This token may only read. Make one with the scope “write”."))


def person_of(request: HttpRequest) -> User:
    """Return whom the token acts for, in an operation that was let in."""
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user


def token_of(request: HttpRequest) -> ApiToken:
    """Return the token of an operation that was let in."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token


def token_is_good(request: HttpRequest) -> bool:
    """Tell whether the request carries a token that still opens something."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and caller_of(secret) is not None
