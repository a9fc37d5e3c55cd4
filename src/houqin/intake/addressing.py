"""By which signs a mail is known as ours, or as an answer to one of ours."""

import re

from django.conf import settings

from houqin.intake.parsing import Parsed
from houqin.notify.origin import instance_id, number_of_plus, service_address

_ANCHOR = re.compile(r"^((?:FW|GD)\d{8}-\d{4,9})\.([0-9a-f]{12})@", re.IGNORECASE)
_MESSAGE = re.compile(r"^[0-9a-f]{24}\.([0-9a-f]{12})@")
_TAG = re.compile(r"(?<![A-Z0-9])(FW\d{8}-\d{4,9})(?!\d)", re.IGNORECASE)
_PREFIX = re.compile(
    r"^\s*((re|aw|sv|antw|fw|fwd|wg|tr|rv|回复|答复|回覆|答覆|转发|轉寄|轉發|自动回复|自動回覆)(\[\d+\]|\(\d+\))?\s*[:：]\s*)+",
    re.IGNORECASE,
)


def is_ours(message_id: str) -> bool:
    """Tell whether an id is one that this installation gives to its mails."""
    found = _MESSAGE.match(message_id) or _ANCHOR.match(message_id)
    return bool(found and found[found.re.groups].lower() == instance_id())


def is_of_another(message_id: str) -> bool:
    """Tell whether an id is one of another installation of houqin."""
    found = _MESSAGE.match(message_id) or _ANCHOR.match(message_id)
    return bool(found and found[found.re.groups].lower() != instance_id())


def anchored(message_id: str) -> str:
    """Return the number that our own anchor names; empty for every other id."""
    found = _ANCHOR.match(message_id)
    return found[1].upper() if found and found[2].lower() == instance_id() else ""


def tagged(subject: str) -> str:
    """Return the number of a request in a subject line, or nothing."""
    found = _TAG.search(subject)
    return found[1].upper() if found else ""


def signed(mail: Parsed, envelope_to: list[str]) -> tuple[str, bool]:
    """Return the number that a signed address of ours names, and whether one was signed falsely."""
    forged = False
    for address in [*envelope_to, *mail.recipients]:
        number, good = number_of_plus(address.lower())
        if good:
            return number, False
        forged = forged or bool(number)
    return "", forged


def is_service_address(address: str) -> bool:
    """Tell whether an address is the one people write to, or the one we write from, signed or not."""
    local, _at, host = address.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{host}"
    return bool(plain.strip("@")) and plain in {service_address(), _sender()}


def without_prefixes(subject: str) -> str:
    """Return a subject line without `Re:`, `回复：`, `转发：` before it."""
    return _PREFIX.sub("", subject).strip()


def _sender() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ").strip().lower()
