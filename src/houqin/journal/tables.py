"""What Django knows of a table."""

from typing import Any

from houqin.journal.words import TABLE


def options(model: Any) -> Any:
    """Return the documented `_meta` of a model or a row: its names and fields."""
    return model._meta


def word(model: Any) -> str:
    """Return what the history calls a row of a table."""
    known = options(model)
    return str(TABLE.get(known.label_lower, known.verbose_name))
