"""What is wrong with a member of the input, in the caller's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no such member here."),
    "string_type": _("A text is needed."),
    "string_unicode": _("This is not proper Unicode text."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "string_pattern_mismatch": _("The text has a form that is not taken."),
    "int_type": _("A whole number is needed."),
    "int_parsing": _("A whole number is needed."),
    "int_from_float": _("A whole number is needed."),
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
    "less_than": _("Less than %(lt)s."),
    "bool_type": _("Yes or no is needed: true or false."),
    "bool_parsing": _("Yes or no is needed: true or false."),
    "literal_error": _("One of these is needed: %(expected)s."),
    "enum": _("One of these is needed: %(expected)s."),
    "list_type": _("A list is needed."),
    "too_long": _("At most %(max_length)s entries."),
    "dict_type": _("An object is needed."),
    "model_type": _("An object is needed."),
    "model_attributes_type": _("An object is needed."),
    "datetime_from_date_parsing": _(
        "An instant with its offset is needed, such as 2026-11-23T09:00:00+08:00."
    ),
    "datetime_parsing": _("An instant with its offset is needed, such as 2026-11-23T09:00:00+08:00."),
    "timezone_aware": _("An instant with its offset is needed, such as 2026-11-23T09:00:00+08:00."),
    "date_from_datetime_parsing": _("A day is needed, such as 2026-11-23."),
    "date_from_datetime_inexact": _("A day is needed, such as 2026-11-23."),
    "date_parsing": _("A day is needed, such as 2026-11-23."),
    "time_parsing": _("A time is needed, such as 08:30."),
    "year": _("The year must lie between 1900 and 2199."),
}


def sentence(error: dict[str, Any]) -> str:
    """The sentence for one of pydantic's errors; its own English one where there is none."""
    known = _SENTENCES.get(error["type"])
    return str(known) % (error.get("ctx") or {}) if known else str(error["msg"])
