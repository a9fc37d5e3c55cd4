"""Values of history rows as people read them: names for keys, words for codes, local times."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.accounts.policies import masked_phone
from houqin.journal.tables import options, word
from houqin.journal.words import COLUMN
from houqin.kernel.bilingual import in_language

SECRET = frozenset({"password", "digest", "hash", "link_nonce", "token"})
PHONES = frozenset({"phone", "contact_phone"})
SEARCH = ("search_text", "search_grams")
# Columns that change with every save and tell nothing.
NOISE = frozenset({"id", "version", "pinyin_key", "lineage", "label", "import_digest", *SEARCH})
_NAMES = ("number", "name", "full_name", "code", "username", "title")
LONGEST = 300


def tracked_fields(model: Any) -> tuple[Any, ...]:
    """Return the columns of a history table that were copied from the tracked one, without noise."""
    fields = options(model).concrete_fields
    return tuple(field for field in fields if not field.name.startswith("pgh_") and field.name not in NOISE)


def field_name(field: Any) -> str:
    """Return the label of a column, as the tracked table words it."""
    name = options(field.model.pgh_tracked_model).get_field(field.name).verbose_name
    return str(name if isinstance(name, Promise) else COLUMN.get(field.name, name))


@dataclass(frozen=True)
class Labels:
    """The names of rows that history rows point to, read in one query for each table."""

    names: dict[tuple[Any, Any], str]

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Labels":
        """Read the names of everything the rows are about or point to."""
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for row in rows:
            wanted[row.pgh_tracked_model].add(row.pgh_obj_id)
            for field in tracked_fields(type(row)):
                if isinstance(field, ForeignKey):
                    wanted[field.related_model].add(getattr(row, field.attname))
        names: dict[tuple[Any, Any], str] = {}
        for model, ids in wanted.items():
            found: dict[Any, Model] = QuerySet(model).in_bulk([pk for pk in ids if pk is not None])
            names |= {(model, pk): str(thing) for pk, thing in found.items()}
        return cls(names)

    def of_object(self, model: Any, pk: Any, row: Any = None) -> str:
        """Return the name of a row; of one that is gone what the history kept, or its key.

        A row without a name of its own is called by those it joins: `陈师傅 · 早班`.
        """
        if row is not None and not any(hasattr(row, field) for field in _NAMES):
            return self._joined(row) or word(model)
        name = self.names.get((model, pk))
        kept = (str(getattr(row, field, "") or "") for field in _NAMES)
        return name or next((text for text in kept if text), f"#{pk}")

    def _joined(self, row: Any) -> str:
        keys = (
            (field, getattr(row, field.attname))
            for field in tracked_fields(type(row))
            if isinstance(field, ForeignKey)
        )
        return " · ".join(self.of_object(field.related_model, pk) for field, pk in keys if pk is not None)


def shown(field: Any, value: Any, labels: Labels, *, phones: bool) -> str:
    """Return a column's value as text; secrets as dots, phone numbers masked unless `phones`."""
    if value is None or value in ("", [], {}):
        return ""
    if field.name in SECRET:
        return "••••"
    if field.name in PHONES and not phones:
        return masked_phone(str(value))
    if isinstance(field, ForeignKey):
        return labels.of_object(field.related_model, value)
    return _text(_choices(field).get(value, value) if isinstance(value, str) else value)


def _choices(field: Any) -> dict[Any, Any]:
    return dict(options(field.model.pgh_tracked_model).get_field(field.name).flatchoices)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    text = _structured(value) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _structured(value: Any) -> str:
    """Tell a stored list or mapping: answers, questions and checklists as they are read, hours by weekday."""
    if isinstance(value, list):
        plain = all(isinstance(item, str | int) for item in value)
        glue = pgettext("between names", ", ") if plain else pgettext("between changes", "; ")
        return glue.join(_structured(item) for item in value)
    if not isinstance(value, dict):
        return _("yes") if value is True else _("no") if value is False else str(value)
    label, text = (
        in_language(str(value.get(k, "")), str(value.get(f"{k}_en", ""))) for k in ("label", "text")
    )
    if label and text:
        return pgettext("question and answer", "%(question)s %(answer)s") % {
            "question": label,
            "answer": text,
        }
    if label or text:
        choices = _structured(
            [one.get("label", "") if isinstance(one, dict) else one for one in _choice(value)]
        )
        facts = {"question": label or text, "choices": choices}
        return (
            pgettext("question and choices", "%(question)s (%(choices)s)") % facts
            if choices
            else label or text
        )
    if value.keys() <= _WEEKDAYS.keys():
        return "; ".join(f"{_WEEKDAYS[day]} {_hours(windows)}" for day, windows in sorted(value.items()))
    return pgettext("between changes", "; ").join(f"{key} {_structured(one)}" for key, one in value.items())


def _choice(value: dict[str, Any]) -> list[Any]:
    choices = value.get("choices")
    return choices if isinstance(choices, list) else []


def _hours(windows: Any) -> str:
    """Tell the opening hours of a day: `08:00–12:00 14:00–18:00`."""
    return " ".join("–".join(str(end) for end in window) for window in windows)


_WEEKDAYS = {str(number): name for number, name in WEEKDAYS_ABBR.items()}
