"""One search for every table: Chinese text, pinyin, numbers and phone numbers, by index.

A searchable row stores two columns. `search_text` is the normalised text followed by the
pinyin of its Chinese words, initials and whole syllables; `search_grams` holds every
single Chinese character and every pair of neighbouring letters or digits of that text,
under a GIN index. A query word is looked up by its pairs and then confirmed against the
text, so two-character words (漏水) need no sequential scan and nothing false is found.

A query of one Latin letter or of punctuation only has no pairs: it is confirmed against
the text alone and therefore scans.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

TEXT_LIMIT = 2_000
"""Characters of a row's own text that are indexed; the rest of a long text is not found."""

PINYIN_LIMIT = 60
"""Characters at the head of each part that also get pinyin: titles and names, not essays."""

KEY_LIMIT = 200
"""Longest sort key, in characters."""

SURNAME_READINGS = {
    "万俟": ("mo4 qi2",),
    "尉迟": ("yu4 chi2",),
    "单于": ("chan2 yu2",),
    "长孙": ("zhang3 sun1",),
    "澹台": ("tan2 tai2",),
    "单": ("shan4",),
    "曾": ("zeng1",),
    "查": ("zha1",),
    "仇": ("qiu2",),
    "解": ("xie4",),
    "任": ("ren2",),
    "华": ("hua4",),
    "朴": ("piao2",),
    "区": ("ou1",),
    "翟": ("zhai2", "di2"),
    "乐": ("yue4",),
    "盖": ("ge3", "gai4"),
    "覃": ("qin2", "tan2"),
    "缪": ("miao4",),
    "宓": ("mi4", "fu2"),
    "纪": ("ji3",),
    "召": ("shao4",),
    "员": ("yun4",),
    "折": ("she2",),
    "繁": ("po2",),
    "秘": ("bi4",),
    "种": ("chong2",),
    "洗": ("xian3",),
    "柏": ("bai3", "bo2"),
    "郗": ("xi1", "chi1"),
    "那": ("na1",),
    "燕": ("yan1",),
    "牟": ("mou2", "mu4"),
    "佴": ("nai4",),
    "隗": ("wei3", "kui2"),
    "祭": ("zhai4",),
    "乜": ("nie4",),
    "黑": ("he4",),
}
"""How a character is read as a surname, best reading first, where dictionaries differ."""

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_CJK = re.compile(f"[{_CJK}]")
_RUN_WITH_CJK = re.compile(f"[0-9a-z]*[{_CJK}][0-9a-z{_CJK}]*")
_NUMBER_OR_CHARACTER = re.compile(r"[0-9]+|.", re.DOTALL)
_PHONE = re.compile(r"\+?[0-9 ()\-]{7,24}")
_TONE_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def normalise(text: str) -> str:
    """Return `text` as it is compared: NFKC, lower case, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\0", " ").lower().split())


def search_text(*parts: str | None, person_names: Iterable[str | None] = ()) -> str:
    """Return the text a row is found by: its parts, then the pinyin of the Chinese in them.

    Of the parts together the first `TEXT_LIMIT` characters are taken; pinyin is added for
    the first `PINYIN_LIMIT` characters of each. Person names are read with the surname
    table and, where that differs, also as the dictionary reads them. A telephone number
    written in groups is added without its separators. Empty parts are skipped.
    """
    plain = [normal for part in parts if part and (normal := normalise(part))]
    names = [normal for name in person_names if name and (normal := normalise(name))]
    found = dict.fromkeys([" ".join(names + plain)[:TEXT_LIMIT].rstrip()])
    for part in names + plain:
        if digits := phone_digits(part):
            found[digits] = None
    for name in names:
        found.update(dict.fromkeys(_pinyin_words(name[:PINYIN_LIMIT], person=True)))
    for part in plain:
        found.update(dict.fromkeys(_pinyin_words(part[:PINYIN_LIMIT], person=False)))
    return " ".join(filter(None, found))


def grams(text: str) -> list[str]:
    """Return what a text is indexed by, sorted: its Chinese characters and its pairs.

    A pair is two neighbouring letters, digits or Chinese characters; pairs never reach
    over a space or punctuation. `text` must be normalised. Repeated grams count once, so
    their number is bounded by twice the length of the text.
    """
    return sorted(_pairs(text) | {char for char in set(text) if _IS_CJK.match(char)})


def matches(query: str) -> Q:
    """Return the condition that finds the rows of a `Searchable` which hold every word.

    Words are separated by white space and may stand anywhere, in any order. A telephone
    number typed in groups also finds the number written without them. An empty query
    matches everything.
    """
    normal = normalise(query)[:TEXT_LIMIT]
    condition = _holds(normal.split())
    digits = phone_digits(normal)
    return condition | _holds([digits]) if digits else condition


def phone_digits(text: str) -> str:
    """Return the digits of a number written in groups (0573-8888 1234), else an empty text."""
    if not _PHONE.fullmatch(text) or text.isdigit():
        return ""
    digits = "".join(filter(str.isdigit, text))
    return digits if len(digits) >= 7 else ""  # noqa: PLR2004


def pinyin_key(name: str, *, person: bool = True) -> str:
    """Return the key by which names sort as a Chinese reader expects, at most `KEY_LIMIT` long.

    Characters sort by syllable, then tone, then character; numbers by value; Latin letters
    without regard to case. With `person`, the head of the name is read as a surname; pass
    False for items and places (单人床). Store the key and order by it: the database knows no
    pinyin.
    """
    normal = normalise(name)[:KEY_LIMIT]
    syllables = _as_person(normal)[0] if person else _syllables(normal)
    parts = []
    for token in _NUMBER_OR_CHARACTER.finditer(normal):
        text, at = token[0], token.start()
        if _IS_CJK.match(text):
            parts.append(f"{syllables[at]}{text} ")
        else:
            parts.append(text.zfill(8) if text.isdigit() else text)
    return "".join(parts)[:KEY_LIMIT].rstrip()


def pinyin_initials(name: str, *, person: bool = False) -> str:
    """Return the first letter of each syllable (灭火器 → mhq); other characters stay as they are."""
    normal = normalise(name)
    syllables = _as_person(normal)[0] if person else _syllables(normal)
    return "".join(syllable[0] for syllable in syllables)


class Searchable(models.Model):
    """Columns of a table that is searched by `matches`.

    The action that writes the row calls `set_search`; the table's Meta carries
    `indexes = [Searchable.search_index("request_search")]`. Lists should defer both columns.
    """

    search_text = models.TextField(default="", editable=False)
    search_grams = ArrayField(models.TextField(), default=list, editable=False)

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def search_index(cls, name: str) -> GinIndex:
        """Return the index that `matches` needs, under the given name."""
        return GinIndex(fields=["search_grams"], name=name)

    def set_search(self, *parts: str | None, person_names: Iterable[str | None] = ()) -> None:
        """Fill both columns from the row's texts without saving; see `search_text`."""
        self.search_text = search_text(*parts, person_names=person_names)
        self.search_grams = grams(self.search_text)


def _holds(words: list[str]) -> Q:
    wanted = sorted(set().union(*map(_query_grams, words)))
    condition = Q(search_grams__contains=wanted) if wanted else Q()
    return reduce(and_, (Q(search_text__contains=word) for word in dict.fromkeys(words)), condition)


def _query_grams(word: str) -> set[str]:
    """Return the fewest grams that every row holding `word` has: its pairs, and lone Chinese characters."""
    pairs = _pairs(word)
    lone = set(word) - set("".join(pairs))
    return pairs | {char for char in lone if _IS_CJK.match(char)}


def _pairs(text: str) -> set[str]:
    return {one + two for one, two in set(pairwise(text)) if one.isalnum() and two.isalnum()}


@lru_cache(maxsize=8_192)
def _pinyin_words(text: str, *, person: bool) -> tuple[str, ...]:
    """Return initials and whole pinyin of each run of letters that holds Chinese."""
    words: list[str] = []
    for run in _RUN_WITH_CJK.findall(text):
        for syllables in _as_person(run) if person else [_syllables(run)]:
            plain = [syllable.rstrip("12345") if len(syllable) > 1 else syllable for syllable in syllables]
            words += ["".join(syllable[0] for syllable in plain), "".join(plain)]
    return tuple(words)


def _as_person(name: str) -> list[list[str]]:
    """Return the readings of a name, the likeliest first."""
    usual = _syllables(name)
    readings = [
        reading.split() + usual[length:]
        for length in (2, 1)
        if len(name) >= length
        for reading in SURNAME_READINGS.get(name[:length], ())
    ]
    return readings + [usual] * (usual not in readings)


def _syllables(text: str) -> list[str]:
    """Return one syllable with its tone for each Chinese character, and other characters as they are.

    The longest phrase of the dictionary that starts at a character decides how it is read.
    """
    longest = _phrase_lengths()
    syllables: list[str] = []
    at = 0
    while at < len(text):
        for length in range(min(longest.get(text[at : at + 2], 1), len(text) - at), 1, -1):
            if phrase := _phrase(text[at : at + length]):
                syllables.extend(phrase)
                at += length
                break
        else:
            syllables.append(_syllable(text[at]))
            at += 1
    return syllables


@lru_cache(maxsize=1)
def _phrase_lengths() -> dict[str, int]:
    """Return the length of the longest phrase known for each first two characters."""
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415  # loading takes 0.2 s

    lengths: dict[str, int] = {}
    for phrase in PHRASES_DICT:
        head = phrase[:2]
        if len(phrase) > lengths.get(head, 1):
            lengths[head] = len(phrase)
    return lengths


@lru_cache(maxsize=8_192)
def _phrase(text: str) -> tuple[str, ...]:
    """Return the syllables of a phrase of the dictionary, or nothing when it holds no such phrase."""
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415

    readings = PHRASES_DICT.get(text, ())
    if len(readings) != len(text):
        return ()
    return tuple(_numbered(reading[0]) for reading in readings)


@lru_cache(maxsize=8_192)
def _syllable(char: str) -> str:
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415

    readings = PINYIN_DICT.get(ord(char)) if _IS_CJK.match(char) else None
    return _numbered(readings.split(",")[0]) if readings else char


def _numbered(marked: str) -> str:
    """Return a syllable with its tone as a last digit and ü as v: lǜ → lv4, de → de5."""
    letters, tone = "", "5"
    for char in unicodedata.normalize("NFD", marked):
        if char in _TONE_MARKS:
            tone = _TONE_MARKS[char]
        elif char == "\u0308":
            letters = letters[:-1] + "v"
        elif char.isalpha():
            letters += char
    return letters + tone
