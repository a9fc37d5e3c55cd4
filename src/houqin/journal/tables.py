"""What Django knows of a table."""

from typing import Any


def options(model: Any) -> Any:
    """Return the documented `_meta` of a model or a row: its names and fields."""
    return model._meta
