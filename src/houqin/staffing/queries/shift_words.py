"""What people write for a shift: its code or name, 早 for 早班, 休 for a day off."""

import re
import unicodedata

from houqin.staffing.models import ShiftKind

REST = frozenset(
    {"休", "休息", "轮休", "公休", "off", "rest", "0", "o", "-", "—", "–", "/", "×", "x", "无", "none"}
)
BETWEEN = re.compile(r"[\s,，、;；|>→+]+")


class ShiftWords:
    """The kinds of shift in use, by everything they are called."""

    def __init__(self) -> None:
        self.kinds = list(ShiftKind.objects.filter(active=True))
        self._known: dict[str, ShiftKind] = {}
        short: dict[str, list[ShiftKind]] = {}
        for kind in self.kinds:
            for word in (kind.name, kind.name_en):
                short.setdefault(_plain(word).removesuffix("班"), []).append(kind)
                short.setdefault(_plain(word).removesuffix(" shift"), []).append(kind)
                self._known.setdefault(_plain(word), kind)
        for word, called in short.items():
            if len(set(called)) == 1:
                self._known.setdefault(word, called[0])
        self._known |= {_plain(kind.code): kind for kind in self.kinds}
        self._known.pop("", None)

    @property
    def told(self) -> str:
        """What may be written, for a sentence: `早班, 中班, 夜班`."""
        return ", ".join(str(kind) for kind in self.kinds)

    def read(self, word: str) -> ShiftKind | None:
        """The kind a word means, None for a day off. Raises `KeyError` for any other word."""
        plain = _plain(word)
        return None if plain in REST and plain not in self._known else self._known[plain]

    def read_cycle(self, text: str) -> list[ShiftKind | None]:
        """A rotation: `早 中 夜 休`, also without gaps. Raises `KeyError` with the word that is none."""
        words = [word for word in BETWEEN.split(text.strip()) if word]
        if len(words) == 1 and not self.knows(words[0]):
            words = list(words[0])
        return [self.read(word) for word in words]

    def knows(self, word: str) -> bool:
        """Whether a word means a kind or a day off."""
        return _plain(word) in self._known or _plain(word) in REST


def _plain(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).split()).casefold()
