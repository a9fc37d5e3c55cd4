"""Tracking links: what opens one request to whoever holds it, without an account.

A link is the key of a row and a keyed hash of it and of a random nonce on the row. A new nonce makes
every earlier link void; nothing is stored from which a link could be read. The requester's link is
made of the request, a follower's of the follower; what is hashed keeps the kinds apart. A `known`
token names a request to who was told that it is known, and opens nothing.
"""

import hmac
from typing import TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from houqin.desk.models import Follower, ServiceRequest
from houqin.kernel.errors import Missing
from houqin.kernel.secrets import keyed_digest

SIGNATURE_LENGTH = 40
"""Hexadecimal digits of the hash in a link: 160 bits."""

REQUEST, FOLLOWER, KNOWN = "desk.link", "desk.follower", "desk.known"
"""What a hash is for."""

M = TypeVar("M", ServiceRequest, Follower)


def token_of(request: ServiceRequest) -> str:
    """What follows `/t/` in the request's tracking link."""
    return _token(REQUEST, request.pk, request.link_nonce)


def path_of(request: ServiceRequest) -> str:
    """The path of the tracking page, to be put behind the public address."""
    return f"/t/{token_of(request)}/"


def request_of(token: str) -> ServiceRequest:
    """The request a link opens. Raises `Missing` for every other text, whatever is wrong with it."""
    return _opened(REQUEST, token, ServiceRequest.objects.select_related("place", "category", "service"))


def token_of_follower(follower: Follower) -> str:
    """What follows `/f/` in a follower's tracking link."""
    return _token(FOLLOWER, follower.pk, follower.link_nonce)


def path_of_follower(follower: Follower) -> str:
    """The path of a follower's page, to be put behind the public address."""
    return f"/f/{token_of_follower(follower)}/"


def follower_of(token: str) -> Follower:
    """The follower a link opens. Raises `Missing` for every other text, a requester's link too."""
    joined = ("request__place", "request__category", "place", "user")
    return _opened(FOLLOWER, token, Follower.objects.select_related(*joined))


def known_token(request: ServiceRequest) -> str:
    """What names a known fault in a form: it lets its holder follow the request, and see nothing of it."""
    return _token(KNOWN, request.pk, request.link_nonce)


def known_of(token: str) -> ServiceRequest:
    """The request that a known fault is. Raises `Missing` for every other text."""
    return _opened(KNOWN, token, ServiceRequest.objects.select_related("place", "category"))


def _opened(purpose: str, token: str, among: QuerySet[M]) -> M:
    key, _dash, signature = token.partition("-")
    pk = _number(key)
    found = among.filter(pk=pk).first() if pk is not None else None
    # An unknown row costs the same hash and comparison as a wrong signature.
    expected = _signature(purpose, pk or 0, found.link_nonce if found else "")
    if not hmac.compare_digest(expected.encode(), signature.encode()) or found is None:
        raise Missing(
            _("This link is not valid, or not any more. Please ask the service desk for a new one.")
        )
    return found


def _token(purpose: str, pk: int, nonce: str) -> str:
    return f"{pk:x}-{_signature(purpose, pk, nonce)}"


def _number(text: str) -> int | None:
    if not 0 < len(text) <= 15 or not set(text) <= set("0123456789abcdef"):  # noqa: PLR2004 - fits a bigint
        return None
    return int(text, 16)


def _signature(purpose: str, pk: int, nonce: str) -> str:
    return keyed_digest(settings.SECRET_KEY, purpose, f"{pk}\0{nonce}")[:SIGNATURE_LENGTH]
