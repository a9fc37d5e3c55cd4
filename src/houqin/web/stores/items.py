"""One item: where it lies, its layers and movements; and a layer, from its receipt to whoever bore it."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.inventory.models import CostLayer, Item, LocationKind, Reservation, StockBalance, StockMove
from houqin.inventory.policies import sees_value, visible_items, visible_warehouses
from houqin.inventory.queries import holdings
from houqin.inventory.queries.codes import label_of
from houqin.inventory.queries.documents import of_layer
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.lists import Sorting, page
from houqin.web.ui.pictures import qr

LATEST_FIRST = Sorting("effective_at", newest=True)
SHOWN = 100


@require_GET
@requires("stock.see")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of an item, in the stores somebody sees."""
    user = person_of(request)
    found: Item = get_object_or_404(
        visible_items(user).select_related("unit", "category").defer("search_text", "search_grams"), pk=pk
    )
    stores = frozenset(visible_warehouses(user).values_list("pk", flat=True))
    moves = _moves(found, stores)
    context = {
        "chapter": "stores",
        "item": found,
        "held": holdings.held_now([pk], stores)[pk],
        "balances": _balances(found, stores),
        "reservations": Reservation.objects.filter(item=found, location__warehouse__in=stores).select_related(
            "location__warehouse", "lot"
        )[:SHOWN],
        "units": found.units.select_related("unit"),
        "barcodes": found.barcodes.select_related("unit"),
        "page": page(moves, LATEST_FIRST, request.GET),
        "values": sees_value(user),
        "layers": _layers(found, stores) if sees_value(user) else (),
        "today": clock.today(),
        "may_manage": may(user, "stock.manage"),
        "may_move": may(user, "stock.move"),
        "qr": qr(found.code),
        "organisation": organisation(),
        "back": reverse("stores:stock"),
    }
    return render(request, "stores/item.html", context)


@require_GET
@requires("stock.see_value")
def layer(request: HttpRequest, pk: int) -> HttpResponse:
    """One layer of cost: the receipt it began with, and every entry with the document and who bore it."""
    user = person_of(request)
    joined = ("item__unit", "pool", "lot", "root__document__partner", "in_move__document")
    seen = CostLayer.objects.filter(pool__in=visible_warehouses(user, "stock.see_value"))
    found = get_object_or_404(seen.select_related(*joined), pk=pk)
    context = {
        "chapter": "stores",
        "layer": found,
        "entries": _running(found),
        "onward": CostLayer.objects.filter(root=found.root, root__isnull=False)
        .exclude(pk=found.pk)
        .select_related("pool", "in_move__document"),
        "organisation": organisation(),
        "back": reverse("stores:item", args=[found.item_id]),
    }
    return render(request, "stores/layer.html", context)


def _running(found: CostLayer) -> list[dict[str, Any]]:
    """The entries of a layer, each with what was left behind it."""
    qty = value = Decimal(0)
    rows = []
    for entry in of_layer(found.pk):
        qty, value = qty + entry.dq, value + entry.dv
        rows.append({"entry": entry, "qty": qty, "value": value})
    return rows


def _moves(found: Item, stores: frozenset[int]) -> Any:
    ends = Q(source__warehouse__in=stores) | Q(target__warehouse__in=stores)
    joined = ("document", "source__warehouse", "target__warehouse", "lot")
    return StockMove.objects.filter(ends, item=found).select_related(*joined)


def _balances(found: Item, stores: frozenset[int]) -> list[dict[str, Any]]:
    """Where the item lies, by store and location, the first to expire on top."""
    rows = StockBalance.objects.filter(item=found, location__warehouse__in=stores, on_hand__gt=0)
    ordered = rows.select_related("lot", "location__warehouse").order_by(
        "location__warehouse__code", "lot__expires_on", "location__code"
    )
    return [
        {"row": row, "label": label_of(row.location), "kept": row.location.kind != LocationKind.STORE}
        for row in ordered[:SHOWN]
    ]


def _layers(found: Item, stores: frozenset[int]) -> Any:
    left = CostLayer.objects.filter(item=found, pool__in=stores, qty_left__gt=0)
    return left.select_related("pool", "lot", "root__document")[:SHOWN]
