"""The door to things: what the caller may not see and what does not exist are answered alike."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from houqin.kernel.errors import Missing

M = TypeVar("M", bound=Model)


def found(visible: QuerySet[M], **which: Any) -> M:
    """The one visible row that is named. Raises `Missing` for every other, whatever the reason."""
    row = visible.filter(**which).first() if _possible(which) else None
    if row is None:
        raise missing()
    return row


def missing() -> Missing:
    """What is said of a thing that is foreign or does not exist."""
    return Missing(_("There is nothing here, or it is not visible to you."))


def _possible(which: dict[str, Any]) -> bool:
    """False for what no column can hold: a NUL in a number, a key beyond the column's range."""
    return not any(
        "\0" in value if isinstance(value, str) else isinstance(value, int) and not 0 < value < 2**63
        for value in which.values()
    )
