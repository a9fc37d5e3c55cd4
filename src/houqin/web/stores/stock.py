"""The list of stock: what there is, where, what it is worth, now or on a past day."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.inventory.models import Item, ItemCategory
from houqin.inventory.policies import sees_value
from houqin.inventory.queries import holdings
from houqin.inventory.queries.holdings import NIL, Held
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import capped, counted, list_query
from houqin.web.stores import filters
from houqin.web.stores.filters import Wanted
from houqin.web.stores.paging import by_code


@dataclass(frozen=True)
class Row:
    """An item with what there is of it."""

    item: Item
    held: Held
    shelves: list[str]

    @property
    def look(self) -> tuple[str, str, object]:
        """Colour, icon and word of its state."""
        if not self.held.on_hand:
            return "danger", "circle-x", pgettext_lazy("stock", "none left")
        if self.held.short:
            return "warn", "arrow-bar-to-down", pgettext_lazy("stock", "below minimum")
        ends = self.held.expires_on
        if ends and ends < clock.today():
            return "danger", "calendar-off", pgettext_lazy("stock", "expired")
        if ends and ends <= clock.today() + holdings.SOON:
            return "warn", "calendar-exclamation", pgettext_lazy("stock", "expires soon")
        return "ok", "circle-check", pgettext_lazy("stock", "enough")


def rows_of(items: list[Item], wanted: Wanted) -> list[Row]:
    """The rows of some items, in the same order."""
    ids = [item.pk for item in items]
    if wanted.at is not None:
        held, shelves = holdings.held_at(ids, wanted.ids, wanted.at), dict[int, list[str]]()
    else:
        held, shelves = holdings.held_now(ids, wanted.ids), holdings.shelves_of(ids, wanted.ids)
    return [Row(item, held[item.pk], shelves.get(item.pk, [])) for item in items]


@require_GET
@requires("stock.see")
def stock(request: HttpRequest) -> HttpResponse:
    """Items with what there is of them, by code."""
    user = person_of(request)
    wanted = filters.stores_of(request.GET, user)
    found = holdings.items(filters.stock_of(request.GET, wanted))
    page = by_code(found, request.GET)
    context = {
        "chapter": "stores",
        "tab": "stock",
        "rows": rows_of(page.rows, wanted),
        "page": page,
        "total": counted(capped(found)),
        "wanted": wanted,
        "only": [(key, label, key == request.GET.get("only")) for key, label in filters.ONLY],
        "categories": ItemCategory.objects.filter(active=True),
        "values": sees_value(user),
        "may_value": sees_value(user),
        "worth": holdings.worth(wanted.ids, wanted.at) if sees_value(user) else NIL,
        "list_query": list_query(request.GET),
        "may_move": may(user, "stock.move"),
        "may_manage": may(user, "stock.manage"),
        "organisation": organisation(),
    }
    return render(request, "stores/stock.html", context)


def _found(user: User, query: QueryDict) -> QuerySet[Item]:
    return holdings.items(filters.stock_of(query, filters.stores_of(query, user)))


def _columns(user: User) -> list[Column]:
    columns = [
        Column(_("code"), lambda row: row.item.code, 16),
        Column(_("name"), lambda row: str(row.item), 30),
        Column(_("specification"), lambda row: row.item.spec, 20),
        Column(_("category"), lambda row: str(row.item.category), 14),
        Column(_("unit"), lambda row: str(row.item.unit), 8),
        Column(_("on hand"), lambda row: row.held.on_hand, 12),
        Column(_("reserved"), lambda row: row.held.reserved, 12),
        Column(pgettext_lazy("stock", "minimum"), lambda row: row.held.minimum, 12),
        Column(_("location"), lambda row: ", ".join(row.shelves), 20),
        Column(pgettext_lazy("stock", "next expiry"), lambda row: row.held.expires_on, 14),
    ]
    value = Column(_("value, ￥"), lambda row: row.held.value, 14)
    return [*columns, value] if sees_value(user) else columns


def _filling(user: User, query: QueryDict) -> Callable[[list[Item]], list[Row]]:
    wanted = filters.stores_of(query, user)
    return lambda items: rows_of(items, wanted)


SHEET = Sheet(_("Stock"), "stock.see", _found, _columns, filling=_filling)
