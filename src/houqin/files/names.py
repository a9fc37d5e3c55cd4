"""File names that are safe to show, to store and to hand to any computer."""

import re
import unicodedata

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str, *, suffix: str) -> str:
    """Return `name` without folders, hidden or reversing characters, ending in `suffix` (`.jpg`).

    The suffix tells what the content is; whatever ending the name came with gives way to it.
    """
    stem = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = "".join(sign for sign in stem if unicodedata.category(sign)[0] != "C")
    if "." in stem.strip(". "):
        stem = stem.rpartition(".")[0]
    stem = _FORBIDDEN.sub("_", stem).strip(". ")[:LONGEST].rstrip(". ") or "file"
    return f"{'_' if _DEVICES.match(stem.partition('.')[0]) else ''}{stem}{suffix}"


def ending(name: str) -> str:
    """Return the ending of a name in small letters, without the dot; empty when there is none."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
