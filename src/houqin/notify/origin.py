"""By what our mail is known: ids that name this installation, the same at every try."""

from urllib.parse import urlsplit

from django.conf import settings

from houqin.kernel.secrets import keyed_digest


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
