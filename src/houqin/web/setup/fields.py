"""Form fields of set-up pages for what the database keeps as JSON: hours, questions, checklists.

People type lines; a wrong line is named with its number and what it should look like.
"""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_END_OF_DAY = dt.time(0)
_BETWEEN_WORDS = re.compile(r"[\n,，、;；]")


class HoursField(forms.CharField):
    """Opening hours of one day: `08:00-12:00 14:00-18:00`, empty for closed.

    Gives a list of ["HH:MM", "HH:MM"]; `24:00` means midnight, an end before its start runs into
    the next day.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)
        self.widget.attrs["placeholder"] = gettext_lazy("closed")

    def prepare_value(self, value: Any) -> Any:
        """The hours as text."""
        if isinstance(value, list):
            return " ".join(f"{start}-{end}" for start, end in value)
        return value

    def to_python(self, value: Any) -> Any:
        """The hours as pairs; `ValidationError` names the window that is not one."""
        windows = []
        for word in (
            (value or "").replace("–", "-").replace("：", ":").replace(",", " ").replace("，", " ").split()
        ):
            start, dash, end = word.partition("-")
            try:
                windows.append([_time(start), _time(end if dash else "")])
            except ValueError:
                raise ValidationError(
                    _("“%(word)s” is not a window of hours. Write 08:00-12:00, several with a space between.")
                    % {"word": word}
                ) from None
        return windows


def _time(text: str) -> str:
    return f"{_END_OF_DAY:%H:%M}" if text == "24:00" else f"{dt.time.fromisoformat(text.zfill(5)):%H:%M}"


class LinesField(forms.CharField):
    """Several lines of text, each read by `read_line`; gives a list of dictionaries.

    `known` are the entries as they are stored. A line that was left as it is gives its entry back
    untouched, with what a line cannot say.
    """

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 8_000)
        super().__init__(**kwargs)
        self.known: list[dict[str, Any]] = []

    def prepare_value(self, value: Any) -> Any:
        """The entries as lines."""
        return "\n".join(self.write_line(entry) for entry in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines as entries; blank lines are left out."""
        left = [(self.write_line(entry).strip(), entry) for entry in self.known]
        entries: list[dict[str, Any]] = []
        changed: list[int] = []
        for number, line in enumerate((value or "").splitlines(), start=1):
            if not line.strip():
                continue
            same = next((pair for pair in left if pair[0] == line.strip()), None)
            if same:
                left.remove(same)
                entries.append(same[1])
                continue
            try:
                entries.append(self.read_line(line.strip()))
            except ValueError as error:
                raise ValidationError(
                    _("Line %(number)d: %(problem)s") % {"number": number, "problem": error}
                ) from None
            changed.append(len(entries) - 1)
        self.adopt(entries, changed, [entry for _line, entry in left])
        return entries

    def adopt(self, entries: list[dict[str, Any]], changed: list[int], left: list[dict[str, Any]]) -> None:
        """Give the entries at the places `changed` what they keep of the stored ones that are `left`."""

    def read_line(self, line: str) -> dict[str, Any]:
        """One entry; `ValueError` carries the sentence of what is wrong."""
        raise ValueError(line)

    def write_line(self, entry: dict[str, Any]) -> str:
        """The entry as it is typed."""
        return str(entry)


class WordsField(forms.CharField):
    """Words or phrases, one on each line or with commas between; gives a list without repetitions.

    At most `most` of them, each at most `longest` characters long.
    """

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=most * (longest + 2), **kwargs)
        self.most, self.longest = most, longest

    def prepare_value(self, value: Any) -> Any:
        """The words as they are typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The words; `ValidationError` names one that is too long."""
        parts = (" ".join(part.split()) for part in _BETWEEN_WORDS.split(value or ""))
        words = list(dict.fromkeys(part for part in parts if part))
        if len(words) > self.most:
            sentence = _("At most %(most)d words; these are %(given)d. Make a second rule of the rest.")
            raise ValidationError(sentence % {"most": self.most, "given": len(words)})
        for word in words:
            if len(word) > self.longest:
                sentence = _("“%(word)s” is too long: at most %(most)d characters.")
                raise ValidationError(sentence % {"word": f"{word[:20]}…", "most": self.longest})
            if not word.strip("*"):
                raise ValidationError(
                    _("A star alone finds nothing; write the beginning of a word before it.")
                )
        return words


KINDS = ("check", "text", "number", "choice", "yesno")


def _parts(line: str) -> tuple[bool, str, str, str, list[str]]:
    """`* 名称 / name | choice: a, b` as (required, zh, en, kind, choices)."""
    required = line.startswith("*")
    text, _bar, rest = line.lstrip("*").strip().partition("|")
    zh, _slash, en = text.partition(" / ")
    kind, _colon, choices = rest.replace("：", ":").partition(":")
    kind = kind.strip().lower()
    if kind and kind not in KINDS:
        raise ValueError(_("after “|” stands one of: %(kinds)s") % {"kinds": ", ".join(KINDS)})
    named = [choice.strip() for choice in choices.replace("，", ",").split(",") if choice.strip()]
    if kind == "choice" and len(named) < 2:  # noqa: PLR2004
        raise ValueError(_("a choice needs at least two answers: “| choice: left, right”"))
    if not zh.strip():
        raise ValueError(_("the text is missing"))
    return required, zh.strip(), en.strip(), kind, named


class QuestionsField(LinesField):
    """Questions a service asks in its form. The key of a question and the values of its choices stay."""

    def read_line(self, line: str) -> dict[str, Any]:
        """A question, without its key."""
        required, zh, en, kind, named = _parts(line)
        return {
            "key": "",
            "label": zh,
            "label_en": en,
            "kind": "text" if kind in {"", "check"} else kind,
            "choices": [_choice(name) for name in named],
            "required": required,
        }

    def write_line(self, entry: dict[str, Any]) -> str:
        """The question as it is typed."""
        choices = [
            _in_both(choice.get("label") or choice["value"], choice.get("label_en", ""))
            for choice in entry.get("choices", [])
        ]
        return _written(
            entry["label"],
            entry.get("label_en", ""),
            entry["kind"],
            ", ".join(choices),
            bool(entry.get("required")),
        )

    def adopt(self, entries: list[dict[str, Any]], changed: list[int], left: list[dict[str, Any]]) -> None:
        """A question of the same words keeps its key, else the one in its place does; others get one."""
        places = {id(entry): place for place, entry in enumerate(self.known)}

        def worded_alike(place: int, old: dict[str, Any]) -> bool:
            return bool(old["label"] == entries[place]["label"])

        def in_its_place(place: int, old: dict[str, Any]) -> bool:
            return places[id(old)] == place

        for same in (worded_alike, in_its_place):
            for place in changed:
                found = next((old for old in left if not entries[place]["key"] and same(place, old)), None)
                if found:
                    left.remove(found)
                    _keep(entries[place], found)
        taken = {entry["key"] for entry in [*entries, *self.known]}
        for place in changed:
            if not entries[place]["key"]:
                free = (f"q{number}" for number in range(1, len(taken) + 2))
                entries[place]["key"] = next(key for key in free if key not in taken)
                taken.add(entries[place]["key"])


def _keep(entry: dict[str, Any], stored: dict[str, Any]) -> None:
    entry["key"] = stored["key"]
    values = {choice.get("label") or choice["value"]: choice["value"] for choice in stored.get("choices", [])}
    for choice in entry["choices"]:
        choice["value"] = values.get(choice["label"], choice["value"])


def _choice(text: str) -> dict[str, str]:
    zh, _slash, en = text.partition(" / ")
    return {"value": zh.strip(), "label": zh.strip(), "label_en": en.strip()}


def _in_both(zh: str, en: str) -> str:
    return f"{zh} / {en}" if en else zh


class ChecklistField(LinesField):
    """Steps of a job type's checklist."""

    def read_line(self, line: str) -> dict[str, Any]:
        """A step."""
        required, zh, en, kind, named = _parts(line)
        kind = {"": "check", "yesno": "check"}.get(kind, kind)
        return {"text": zh, "text_en": en, "kind": kind, "choices": named, "required": required}

    def write_line(self, entry: dict[str, Any]) -> str:
        """The step as it is typed."""
        return _written(
            entry["text"],
            entry.get("text_en", ""),
            entry.get("kind", "check"),
            ", ".join(entry.get("choices", [])),
            bool(entry.get("required")),
        )


def _written(zh: str, en: str, kind: str, choices: str, required: bool) -> str:  # noqa: FBT001
    line = f"* {_in_both(zh, en)}" if required else _in_both(zh, en)
    line += f" | {kind}" if kind not in {"check", "text"} else ""
    return f"{line}: {choices}" if choices else line
