"""Letters: for each kind and language one file, of which the text and the page of a mail are made.

The first line of a file is the subject. Then come, with blank lines between them:

- sentences, as they are;
- `- label: value`, a fact, left out where the value is empty;
- `> text`, words of somebody;
- `[label]`, the one button, which opens `{{ link }}`.

A file is taken apart before facts are put into it, so that no fact can become a fact or a button.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context, Engine, Template
from django.utils import timezone, translation

from houqin.notify.kinds import COMMON, KINDS
from houqin.notify.wording import worded

TEMPLATES = Path(__file__).parent / "templates" / "notify"
SENTENCE, FACT, WORDS, BUTTON = "sentence", "fact", "words", "button"
LONG = frozenset({"text", "result", "note", "reason"})
LONGEST, LONGEST_WORDS = 300, 4_000
"""Signs of a fact that a letter repeats, and of what somebody wrote."""

_FACT = re.compile(r"- ([^:：]+)(?:：|: )(.*)")
_BUTTON = re.compile(r"\[(.+)\]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Signs that show nothing but may turn the text behind them around."""


class Part(NamedTuple):
    """A part of a letter; of a button `text` is where it leads."""

    mark: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail's words in one language."""

    subject: str
    parts: tuple[Part, ...]
    language: str

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return as_text(self.parts, self.language)


def chosen_language(language: str) -> str:
    """Return the language letters are written in: Chinese unless it is English."""
    return "en" if language.startswith("en") else "zh-hans"


def letter(*, kind: str, language: str, about: str, data: Mapping[str, Any]) -> Letter:
    """Return the letter of a kind, its times in the organisation's time zone.

    Facts are cut to a length fit for a letter; a part without its fact is left out.
    """
    chosen = chosen_language(language)
    with translation.override(chosen), timezone.override(settings.TIME_ZONE):
        facts = {**dict.fromkeys((*COMMON, *KINDS[kind].facts), ""), **worded(kind, data)}
        facts = {name: _fit(name, value) for name, value in facts.items()}
        path = str(data.get("path") or "")
        link = path if "://" in path else f"{settings.PUBLIC_URL}{path}"
        context = Context({**facts, "about": about, "link": link}, autoescape=False)
        subject, *parts = _filled(kind, chosen, context)
    return Letter(" ".join(subject.text.split())[:200], tuple(parts), chosen)


def as_text(parts: tuple[Part, ...], language: str) -> str:
    """Return the parts as plain text: facts line by line, blank lines around all else."""
    colon = ": " if language == "en" else "："
    lines: list[str] = []
    for at, part in enumerate(parts):
        if at and not (part.mark == FACT == parts[at - 1].mark):
            lines.append("")
        if part.mark == FACT:
            lines.append(f"{part.label}{colon}{part.text}")
        elif part.mark == BUTTON:
            lines += [f"{part.label}{colon.rstrip()}", part.text]
        else:
            lines.append(part.text)
    return "\n".join(lines) + "\n"


def preheader(parts: tuple[Part, ...]) -> str:
    """Return what a list of mails shows behind the subject: the letter without its greeting."""
    told = [part.text for part in parts if part.mark != BUTTON]
    if len(told) > 1 and told[0].endswith((":", "：", ",", "，")):
        del told[0]
    return " ".join(" ".join(told).split())[:110]


def _fit(name: str, value: Any) -> Any:
    """A fact without unseen signs, no longer than a letter should repeat it."""
    if not isinstance(value, str):
        return value
    seen = _UNSEEN.sub("", value)
    most = LONGEST_WORDS if name in LONG else LONGEST
    return seen if len(seen) <= most else f"{seen[:most].rstrip()} …"


def _filled(kind: str, language: str, context: Context) -> Iterator[Part]:
    """The subject as a first part, then the parts that are not empty."""
    for at, (mark, template, label) in enumerate(_source(kind, language)):
        text = template.render(context).strip()
        if text or not at:
            yield Part(mark, text, label)


@cache
def _source(kind: str, language: str) -> tuple[tuple[str, Template, str], ...]:
    """The parts of a file, each a template of its own."""
    subject, *lines = (TEMPLATES / f"{kind}.{language}.txt").read_text(encoding="utf-8").splitlines()
    found = [(SENTENCE, subject, "")]
    sentence: list[str] = []
    for line in [*lines, ""]:
        special = _special(line, language)
        if line.strip() and special is None:
            sentence.append(line)
            continue
        if sentence:
            found.append((SENTENCE, "\n".join(sentence), ""))
            sentence = []
        if special:
            found.append(special)
    return tuple((mark, _ENGINE.from_string(text), label) for mark, text, label in found)


def _special(line: str, language: str) -> tuple[str, str, str] | None:
    """What a line is that begins a part of its own; a link alone is a button that opens it."""
    if fact := _FACT.fullmatch(line):
        return FACT, fact[2], fact[1]
    if button := _BUTTON.fullmatch(line):
        return BUTTON, "{{ link }}", button[1]
    if line.strip() == "{{ link }}":
        return BUTTON, line, "Open" if language == "en" else "打开"
    return (WORDS, line[2:], "") if line.startswith("> ") else None


_ENGINE = Engine(autoescape=False, debug=False)
