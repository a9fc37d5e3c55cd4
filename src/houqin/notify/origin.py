"""By what our mail is known: ids that name this installation, the same at every try."""

import hmac
import re
from urllib.parse import urlsplit

from django.conf import settings

from houqin.kernel.secrets import keyed_digest

_NUMBER = re.compile(r"[A-Z]{2}\d{8}-\d{4,9}")


def is_number(about: str) -> bool:
    """Tell whether a mail is about something with a number, to which answers may come."""
    return bool(_NUMBER.fullmatch(about))


def instance_id() -> str:
    """Return twelve digits that name this installation and tell nothing of its secret."""
    return keyed_digest(settings.SECRET_KEY, "mail-instance", "")[:12]


def message_id(*, to: str, change: str) -> str:
    """Return the Message-ID of the mail about a change to an address."""
    digest = keyed_digest(settings.SECRET_KEY, "mail", "\0".join((to, change)))
    return f"<{digest[:24]}.{instance_id()}@{_host()}>"


def anchor(about: str) -> str:
    """Return the id all mails about one request refer to, which makes them one thread."""
    return f"<{about}.{instance_id()}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def service_address() -> str:
    """Return the address that people write to, in small letters; empty where none is set."""
    return str(settings.MAIL_ADDRESS).strip().lower()


def reply_address(about: str) -> str:
    """Return the address to which answers about a request come back; empty where none is set.

    It is signed, so that an answer finds its request whatever the mail program makes of the thread,
    and nobody reaches another request by guessing.
    """
    address = service_address()
    local, _at, host = address.rpartition("@")
    if not local or not settings.MAIL_PLUS:
        return address
    return f"{local}+{about.lower()}.{_reply_signature(about)}@{host}"


def number_of_plus(address: str) -> tuple[str, bool]:
    """Return the number in a reply address of ours and whether its signature is good; else nothing."""
    local, _at, host = address.rpartition("@")
    service, _plus, rest = local.partition("+")
    about, _dot, signature = rest.rpartition(".")
    if not about or f"{service}@{host}" != service_address():
        return "", False
    return about.upper(), hmac.compare_digest(_reply_signature(about.upper()).encode(), signature.encode())


def _reply_signature(about: str) -> str:
    return keyed_digest(settings.SECRET_KEY, "mail-reply", about)[:20]
