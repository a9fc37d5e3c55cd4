"""Keyset pages: `?limit=&cursor=`. A cursor names the last row seen, so deep pages cost what the first costs."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from houqin.kernel.errors import Invalid

M = TypeVar("M", bound=Model)
MAX = 200


@dataclass(frozen=True)
class Slice(Generic[M]):
    """Rows of one page and the cursor of the next, or None on the last."""

    rows: list[M]
    next: str | None


def page(rows: QuerySet[M], *, limit: int, cursor: str | None, key: str = "pk") -> Slice[M]:
    """One page of `rows`, newest key first.

    `limit` is 1 to 200. Raises `Invalid` for a cursor that was not made here.
    """
    if cursor:
        rows = rows.filter(**{f"{key}__lt": _read(cursor)})
    found = list(rows.order_by(f"-{key}")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Slice(found, _written(getattr(found[-1], key)) if more else None)


def _written(last: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        value = None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise Invalid(_("This cursor was not given out here; start again without one."), field="cursor")
    return value
