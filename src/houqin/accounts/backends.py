"""Signing in by user name, work number, mobile number or e-mail."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest  # noqa: TID251 - Django's own interface of a backend

from houqin.accounts.models import User
from houqin.accounts.queries.people import person_named
from houqin.kernel.reading import plain

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


class NameOrEmailBackend:
    """Finds the person by user name or e-mail, whatever the case, and checks the password.

    An unknown name costs the same hashing as a wrong password, so that nobody can tell which
    names exist. People without a password, and demonstration accounts where they are not
    allowed, do not get in.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """Return the person, or None."""
        if not username or password is None:
            return None
        user = person_named(username)
        if user is None:
            make_password(password)
            return None
        if not check_password(password, user.password, setter=None):
            return None
        if user.is_demo and not (settings.DEMO_ANYWHERE or is_this_machine(request)):
            return None
        return user if user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session; None once they may no longer sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def is_this_machine(request: HttpRequest | None) -> bool:
    """Tell whether a browser on this very machine asks.

    Behind proxies the last address counts that a trusted one has added. Where none is configured, a
    request that bears the mark of a proxy is not from here, whatever address it seems to have.
    """
    if request is None:
        return False
    proxies = settings.TRUSTED_PROXIES
    if not proxies:
        return not any(mark in request.META for mark in _FORWARDED) and _is_loopback(
            request.META.get("REMOTE_ADDR", "")
        )
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return len(chain) >= proxies and _is_loopback(chain[-proxies])


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def name_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the name whose failed tries are counted: one for each person, however it is written.

    Upper case, full-width letters and the e-mail address in place of the user name would otherwise
    each bring five more tries.
    """
    typed = (credentials or {}).get("username") or (request.POST.get("login") if request else None) or ""
    person = person_named(str(typed)) if "@" in str(typed) else None
    return person.username.lower() if person else plain(str(typed)).lower()[:255]
