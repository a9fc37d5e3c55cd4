"""The requests behind a figure, page by page, in the order of what was counted of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import QueryDict

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.web.lists import PAGE, numbers

T = TypeVar("T")


@dataclass(frozen=True)
class Behind(Generic[T]):
    """One page of the list: requests with what was counted of each, and the neighbouring pages' numbers."""

    rows: list[tuple[ServiceRequest, T]]
    total: int
    previous: int = 0
    next: int = 0


def behind(found: Sequence[tuple[int, T]], user: User, query: QueryDict) -> Behind[T]:
    """The page that `?page=` names of what was found, whose order is kept. One statement.

    A request that the person does not see (any more) is left out.
    """
    last = max(1, -(-len(found) // PAGE))
    at = min(max(numbers(query, "page") or 1, 1), last)
    some = dict(found[(at - 1) * PAGE : at * PAGE])
    seen = visible_requests(user).filter(pk__in=some).select_related("place", "crew")
    rows = {row.pk: row for row in seen.defer("search_text", "search_grams", "description", "answers")}
    return Behind(
        [(rows[pk], value) for pk, value in some.items() if pk in rows],
        len(found),
        previous=at - 1,
        next=at + 1 if at < last else 0,
    )
