"""Pages of rows in the order of their code: as quick on the last one as on the first."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
PAGE = 50


@dataclass(frozen=True)
class CodePage(Generic[M]):
    """Rows of one page, and the codes its neighbours begin behind (empty at either end)."""

    rows: list[M]
    previous: str = ""
    next: str = ""


def by_code(found: QuerySet[M], query: QueryDict, *, size: int = PAGE) -> CodePage[M]:
    """The page behind the code `?after=`, or before `?before=`, else the first."""
    after, before = query.get("after", "")[:40], query.get("before", "")[:40]
    if before and not after:
        rows = list(found.filter(code__lt=before).order_by("-code")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return CodePage(rows, _code(rows[0]) if more else "", _code(rows[-1])) if rows else CodePage([])
    rows = list((found.filter(code__gt=after) if after else found).order_by("code")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return CodePage(rows, _code(rows[0]) if rows and after else "", _code(rows[-1]) if more else "")


def _code(row: Model) -> str:
    return str(row.code)  # type: ignore[attr-defined]
