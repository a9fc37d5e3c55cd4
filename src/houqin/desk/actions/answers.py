"""Answers to the questions of a service."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from houqin.desk.models import Service
from houqin.kernel.bilingual import in_language
from houqin.kernel.errors import Invalid

LONGEST = 2_000
YES_NO = {"yes": ("是", "yes"), "no": ("否", "no")}


def answered(service: Service | None, given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The answers as they are stored: each with its question as it was asked.

    `given` maps a question's key to the text, the number, the value of the choice, or yes and
    no; other keys are left out, and so are questions nobody answered. Raises `Invalid`, naming
    the question's key, for an answer that is missing or does not fit.
    """
    stored = []
    for question in service.questions if service else []:
        value = _plain(given.get(question["key"]))
        if value:
            text, text_en = _in_words(question, value)
            stored.append(
                {
                    "key": question["key"],
                    "kind": question["kind"],
                    "label": question["label"],
                    "label_en": question.get("label_en", ""),
                    "value": value,
                    "text": text,
                    "text_en": text_en,
                }
            )
        elif question.get("required"):
            raise Invalid(
                _("Please answer: %(question)s") % {"question": _asked(question)}, field=question["key"]
            )
    return stored


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _in_words(question: dict[str, Any], value: str) -> tuple[str, str]:
    match question["kind"]:
        case "yesno":
            found = YES_NO.get(value)
        case "choice":
            found = next(
                (
                    (c["label"], c.get("label_en", ""))
                    for c in question.get("choices", [])
                    if c["value"] == value
                ),
                None,
            )
        case "number":
            found = (value, "") if _is_number(value) else None
        case _:
            found = (value, "") if len(value) <= LONGEST else None
    if found is None:
        raise Invalid(
            _("This does not answer the question: %(question)s") % {"question": _asked(question)},
            field=question["key"],
        )
    return found


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _asked(question: dict[str, Any]) -> str:
    return in_language(question["label"], question.get("label_en", ""))
