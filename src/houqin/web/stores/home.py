"""The storekeeper's first page: big buttons, and what wants looking at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.inventory.policies import sees_value, visible_documents, visible_warehouses
from houqin.inventory.queries import holdings
from houqin.inventory.queries.holdings import StockFilter
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.lists import capped, counted
from houqin.web.stores.steps import WAYS

LATEST = 8


@require_GET
@requires("stock.see")
def home(request: HttpRequest) -> HttpResponse:
    """What may be done, what is short or expires, and the latest documents."""
    user = person_of(request)
    stores = frozenset(visible_warehouses(user).values_list("pk", flat=True))
    context: dict[str, Any] = {
        "chapter": "stores",
        "tab": "stores",
        "may_manage": may(user, "stock.manage"),
        "ways": list(WAYS.values()) if may(user, "stock.move") else [],
        "short": _count(stores, "low"),
        "expiring": _count(stores, "expiring"),
        "unused": _count(stores, "unused"),
        "may_value": sees_value(user),
        "worth": holdings.worth(stores) if sees_value(user) else None,
        "documents": visible_documents(user).select_related("by").order_by("-pk")[:LATEST],
        "organisation": organisation(),
    }
    return render(request, "stores/home.html", context)


def _count(stores: frozenset[int], only: str) -> str:
    return counted(capped(holdings.items(StockFilter(stores, only=only))))
