"""Labels with QR codes for items, lots and locations: chosen, then printed, five hundred at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.inventory.models import ItemCategory
from houqin.inventory.queries import labels, registers
from houqin.inventory.queries.labels import Label
from houqin.inventory.queries.registers import ItemFilter
from houqin.web.access import person_of, requires
from houqin.web.lists import capped, counted, is_key, numbers
from houqin.web.storeroom.around import RIGHT, frame

SHOWN = 100
PER_SHEET = 500
MOST_COPIES = 100
SIZES = {"60x40": "60 × 40 mm", "40x30": "40 × 30 mm"}


@dataclass(frozen=True)
class Wanted:
    """For what labels are wanted: words, a category or a store, and the ticked ones (none: all)."""

    q: str
    category: int | None
    store: int | None
    ids: frozenset[int]


@dataclass(frozen=True)
class Kind:
    """Something labels are made for: how it is found, and what stands on a label."""

    title: Promise
    found: Callable[[User, Wanted], QuerySet[Any]]
    made: Callable[[Iterable[Any]], list[Label]]
    by: str = "category"


KINDS: dict[str, Kind] = {
    "items": Kind(
        gettext_lazy("Items"),
        lambda _user, wanted: registers.items(ItemFilter(wanted.q, wanted.category)),
        labels.of_items,
    ),
    "lots": Kind(
        gettext_lazy("Lots"),
        lambda _user, wanted: registers.lots(wanted.q, wanted.category),
        labels.of_lots,
    ),
    "locations": Kind(
        gettext_lazy("Locations"),
        lambda user, wanted: registers.locations(user, wanted.q, wanted.store),
        labels.of_locations,
        by="store",
    ),
}


def _kind(query: QueryDict) -> str:
    named = query.get("kind", "")
    return named if named in KINDS else "items"


def _wanted(query: QueryDict) -> Wanted:
    ids = frozenset(int(text) for text in query.getlist("id")[:PER_SHEET] if is_key(text))
    return Wanted(query.get("q", "").strip()[:100], numbers(query, "category"), numbers(query, "store"), ids)


@require_GET
@requires(RIGHT)
def choose(request: HttpRequest) -> HttpResponse:
    """What labels can be made for, to be ticked; or all that were found."""
    user, key, wanted = person_of(request), _kind(request.GET), _wanted(request.GET)
    kind = KINDS[key]
    found = kind.found(user, wanted)
    rows = list(found[:SHOWN])
    context = {
        **frame(request, "labels"),
        "kind": key,
        "kinds": [(name, one.title, name == key) for name, one in KINDS.items()],
        "by": kind.by,
        "rows": rows,
        "total": counted(capped(found)),
        "more": len(rows) == SHOWN,
        "wanted": wanted,
        "categories": ItemCategory.objects.select_related("parent") if kind.by == "category" else [],
        "stores": registers.stores(user, active=True) if kind.by == "store" else [],
        "sizes": SIZES.items(),
        "most_copies": MOST_COPIES,
    }
    return render(request, "storeroom/labels.html", context)


@require_GET
@requires(RIGHT)
def print_sheet(request: HttpRequest) -> HttpResponse:
    """The labels, ready to print: at most `PER_SHEET` on a page, each as often as asked for."""
    user, query = person_of(request), request.GET
    key, wanted = _kind(query), _wanted(query)
    found = KINDS[key].found(user, wanted)
    if query.get("all") != "1":
        found = found.filter(pk__in=wanted.ids)
    copies = min(max(numbers(query, "copies") or 1, 1), MOST_COPIES)
    page = Paginator(found, PER_SHEET // copies).get_page(query.get("page"))
    size = query.get("size", "")
    context = {
        "page": page,
        "labels": [label for label in KINDS[key].made(page.object_list) for _copy in range(copies)],
        "copies": copies,
        "size": size if size in SIZES else "60x40",
        "sizes": SIZES.items(),
        "roll": query.get("paper") == "roll",
        "back": f"{reverse('storeroom:labels')}?kind={key}",
    }
    return render(request, "storeroom/labels_sheet.html", context)
