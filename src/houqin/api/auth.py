"""Who calls: a bearer token, nothing else. Sessions are for pages, so no call rides on a cookie."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from houqin.accounts.queries.tokens import caller_of

READ = {"GET", "HEAD", "OPTIONS"}


class Bearer(HttpBearer):
    """The person a token acts for; `request.auth` is the token, `request.user` the person.

    A token without the scope `write` may only read. Ended, revoked and unknown tokens, and those
    of people who may no longer sign in, look the same: 401.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, or None for 401."""
        found = caller_of(token)
        if found is None:
            return None
        if request.method not in READ and "write" not in found.scopes:
            return None
        request.user = found.user
        return found
