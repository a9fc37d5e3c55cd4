"""What a report on a returned mail means: for good or for now. Pure; the codes are those of RFC 3463."""

import re
from dataclasses import dataclass

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"\s*([45])[0-5]\d(?:[ -]|$)")
_UNKNOWN = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""The mailbox or its domain does not exist, or has moved without a new address."""

_NOT_THE_ADDRESS = re.compile(r"5\.(?:2\.[234]|[3567]\.\d+)")
"""Full, too long a mail, its content or the sender refused: says nothing of the address itself."""


@dataclass(frozen=True)
class Report:
    """What a report says of one mail: its code, its words, and whether the server still tries."""

    status: str = ""
    reason: str = ""
    delayed: bool = False

    @property
    def hard(self) -> bool:
        """True where the address will take no later mail either. Without a code a failure is one."""
        if self.delayed or self.status.startswith(("4", "2")):
            return False
        return _NOT_THE_ADDRESS.fullmatch(self.status) is None

    @property
    def kind(self) -> str:
        """`hard`, `soft`, or `delayed` where the server still tries."""
        return "delayed" if self.delayed else "hard" if self.hard else "soft"

    @property
    def unknown(self) -> bool:
        """True where there is no such address."""
        return not self.delayed and self.status in _UNKNOWN


def report(*, status: str = "", reason: str = "", delayed: bool = False) -> Report:
    """Return what a report says; a code that it names only in its words is found there.

    A server's plain `550` at the beginning counts as 5.0.0, a `452` as 4.0.0.
    """
    words = " ".join(reason.split())
    return Report(_code(status) or _code(words) or _basic(words), words[:500], delayed)


def _code(text: str) -> str:
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else ""


def _basic(text: str) -> str:
    found = _BASIC.match(text)
    return f"{found[1]}.0.0" if found else ""
