"""What a report on undelivered mail says: which mail it is about, whom it did not reach, and why."""

import re
from dataclasses import dataclass

ID = re.compile(r"<([^<>\s]{1,400})>")
_REFERRING = re.compile(r"(?im)^(?:message-id|references|in-reply-to)[ \t]*:(.*(?:\n[ \t]+.*)*)")
_FIELD = r"(?im)^{name}[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)"
_FINAL = re.compile(_FIELD.format(name="final-recipient"))
_ACTION = re.compile(_FIELD.format(name="action"))
_STATUS = re.compile(_FIELD.format(name="status"))
_WORDS = re.compile(_FIELD.format(name="diagnostic-code"))
_ADDRESS = re.compile(r"[\w-]+[ \t]*;[ \t]*<?([^\s<>]+@[^\s<>]+)>?")
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})


@dataclass(frozen=True)
class Failure:
    """What a report says of a recipient: the address, `failed` or `delayed`, the code, the words."""

    address: str
    action: str = ""
    status: str = ""
    words: str = ""

    @property
    def arrived(self) -> bool:
        """True where the report is none of a failure: the mail got there."""
        return self.action in _ARRIVED


def ids_in(text: str) -> list[str]:
    """Return the ids in angle brackets, each once."""
    return list(dict.fromkeys(ID.findall(text)))


def ids_named(text: str) -> list[str]:
    """Return the ids that the headers of a returned mail name."""
    return [one for value in _REFERRING.findall(text) for one in ids_in(value)]


def failures(text: str) -> list[Failure]:
    """Return what the blocks of a report say of their recipients."""
    found: dict[str, Failure] = {}
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        address = _ADDRESS.search(_first(_FINAL, block))
        if address:
            name = address[1].lower()[:254]
            words = re.sub(r"(?i)^smtp[ \t]*;[ \t]*", "", _first(_WORDS, block))
            action = _first(_ACTION, block).split("(")[0].strip().lower()
            found.setdefault(name, Failure(name, action, _first(_STATUS, block)[:40], words[:1_000]))
    return list(found.values())


def _first(field: re.Pattern[str], block: str) -> str:
    found = field.search(block)
    return " ".join(found[1].split()) if found else ""
