"""What the lines of a report are called, in the reader's language."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils.translation import pgettext

from houqin.desk.models import Channel
from houqin.kernel.bilingual import in_language

_TABLES = {
    "department": ("org_department", "name", "name_en"),
    "service": ("desk_service", "name", "name_en"),
    "category": ("desk_category", "name", "name_en"),
    "place": ("org_place", "label", "label_en"),
    "crew": ("staffing_crew", "name", "name_en"),
    "partner": ("org_partner", "name", "name_en"),
}


def names(dimension: str, keys: Collection[Any]) -> dict[Any, str]:
    """The name of each key of a dimension; of an empty one, and of one that is gone, "none"."""
    found = _known(dimension, [key for key in keys if key])
    return {key: found.get(key) or pgettext("group", "none") for key in keys}


def _known(dimension: str, keys: list[Any]) -> dict[Any, str]:
    if dimension == "channel":
        labels = dict(Channel.choices)
        return {key: str(labels.get(key, key)) for key in keys}
    if dimension not in _TABLES:
        return {key: str(key) for key in keys}
    table, name, name_en = _TABLES[dimension]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {name}, {name_en} FROM {table} WHERE id = ANY (%s)",  # noqa: S608 - names from above
            [keys],
        )
        return {key: in_language(zh, en) for key, zh, en in cursor.fetchall()}
