"""Tracking links: what opens one request to whoever holds it, without an account.

A link is the request's own key and a keyed hash of it and of a random nonce on the row. A new
nonce makes every earlier link void; nothing is stored from which a link could be read.
"""

import hmac

from django.conf import settings
from django.utils.translation import gettext as _

from houqin.desk.models import ServiceRequest
from houqin.kernel.errors import Missing
from houqin.kernel.secrets import keyed_digest

SIGNATURE_LENGTH = 40
"""Hexadecimal digits of the hash in a link: 160 bits."""


def token_of(request: ServiceRequest) -> str:
    """What follows `/t/` in the request's tracking link."""
    return f"{request.pk:x}-{_signature(request.pk, request.link_nonce)}"


def path_of(request: ServiceRequest) -> str:
    """The path of the tracking page, to be put behind the public address."""
    return f"/t/{token_of(request)}/"


def request_of(token: str) -> ServiceRequest:
    """The request a link opens. Raises `Missing` for every other text, whatever is wrong with it."""
    key, _dash, signature = token.partition("-")
    pk = _number(key)
    request = (
        ServiceRequest.objects.select_related("place", "category", "service").filter(pk=pk).first()
        if pk is not None
        else None
    )
    # An unknown request costs the same hash and comparison as a wrong signature.
    expected = _signature(pk or 0, request.link_nonce if request else "")
    if not hmac.compare_digest(expected.encode(), signature.encode()) or request is None:
        raise Missing(
            _("This link is not valid, or not any more. Please ask the service desk for a new one.")
        )
    return request


def _number(text: str) -> int | None:
    if not 0 < len(text) <= 15 or not set(text) <= set("0123456789abcdef"):  # noqa: PLR2004 - fits a bigint
        return None
    return int(text, 16)


def _signature(pk: int, nonce: str) -> str:
    return keyed_digest(settings.SECRET_KEY, "desk.link", f"{pk}\0{nonce}")[:SIGNATURE_LENGTH]
