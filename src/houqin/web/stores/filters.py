"""What the addresses of the stores' lists say; the same for page and export."""

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.inventory.models import DocumentKind, DocumentStatus, Warehouse
from houqin.inventory.policies import visible_warehouses
from houqin.inventory.queries.documents import DocumentFilter
from houqin.inventory.queries.holdings import StockFilter
from houqin.kernel import clock
from houqin.web.lists import day, numbers

ONLY: tuple[tuple[str, Promise], ...] = (
    ("held", pgettext_lazy("stock", "in stock")),
    ("low", pgettext_lazy("stock", "below minimum")),
    ("expiring", pgettext_lazy("stock", "expires within 90 days")),
    ("unused", pgettext_lazy("stock", "unused for a year")),
)
"""The quick conditions of the stock list; without one all items are shown."""


@dataclass(frozen=True)
class Wanted:
    """The stores somebody sees, the one chosen of them, and the day looked back to."""

    stores: list[Warehouse]
    store: Warehouse | None
    at: dt.date | None

    @property
    def ids(self) -> frozenset[int]:
        """The stores that count."""
        return frozenset([self.store.pk] if self.store else [store.pk for store in self.stores])


def stores_of(query: QueryDict, user: User) -> Wanted:
    """Which stores, and which day: `?store=` and `?at=`. A day to come is today."""
    stores = list(visible_warehouses(user))
    chosen = numbers(query, "store")
    at = day(query, "at")
    return Wanted(
        stores,
        next((store for store in stores if store.pk == chosen), None),
        at if at is not None and at < clock.today() else None,
    )


def stock_of(query: QueryDict, wanted: Wanted) -> StockFilter:
    """The items a stock list shows."""
    only = query.get("only", "")
    return StockFilter(
        wanted.ids,
        q=query.get("q", "").strip()[:100],
        category_id=numbers(query, "category"),
        only=only if only in dict(ONLY) else "",
    )


def documents_of(query: QueryDict) -> DocumentFilter:
    """The documents a list shows; what an address cannot mean narrows nothing."""
    kind, status = query.get("kind", ""), query.get("status", "")
    return DocumentFilter(
        kind=kind if kind in DocumentKind.values else "",
        status=status if status in DocumentStatus.values else "",
        q=query.get("q", "").strip()[:40],
        item_id=numbers(query, "item"),
        store_id=numbers(query, "store"),
        charged_to=query.get("charged_to", "")[:40],
        first=day(query, "first"),
        last=day(query, "last"),
    )
