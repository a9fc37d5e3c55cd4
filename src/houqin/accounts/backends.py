"""Signing in by user name, work number, mobile number or e-mail."""

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest  # noqa: TID251 - Django's own interface of a backend

from houqin.accounts.models import User


class NameOrEmailBackend:
    """Finds the person by user name or e-mail, whatever the case, and checks the password.

    An unknown name costs the same hashing as a wrong password, so that nobody can tell which
    names exist. People without a password, and demonstration accounts where they are not
    allowed, do not get in.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The person, or None."""
        if not username or password is None:
            return None
        name = username.strip()
        field = "email__iexact" if "@" in name else "username__iexact"
        user = User.objects.filter(**{field: name}).first()
        if user is None:
            make_password(password)
            return None
        if not check_password(password, user.password, setter=None):
            return None
        return user if user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; None once they may no longer sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()
