"""The registers of the set-up: items, stores, levels and lots, as lists are narrowed to them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from houqin.accounts.policies import Person
from houqin.inventory.models import INSIDE, Item, ItemCategory, Location, Lot, StockPolicy, Warehouse
from houqin.inventory.policies import visible_warehouses
from houqin.kernel.text_search import matches, normalise, search_text

RIGHT = "stock.manage"
_UNREAD = ("search_text", "search_grams")


@dataclass(frozen=True)
class ItemFilter:
    """Which items: words, a category with all that is part of it, in use or not (None: both)."""

    q: str = ""
    category_id: int | None = None
    active: bool | None = True


def items(wanted: ItemFilter) -> QuerySet[Item]:
    """The items of the register by code, with unit and category."""
    found = Item.objects.select_related("unit", "category").defer(*_UNREAD)
    if wanted.active is not None:
        found = found.filter(active=wanted.active)
    if wanted.q:
        codes = Q(code__iexact=wanted.q) | Q(barcodes__code=wanted.q)
        found = found.filter(pk__in=Item.objects.filter(codes | matches(wanted.q)).values("pk"))
    if wanted.category_id is not None:
        found = found.filter(category__in=within(wanted.category_id))
    return found.order_by("code")


def within(category_id: int) -> list[int]:
    """The keys of a category and of all that are part of it."""
    seen, last = {category_id}, [category_id]
    while last:
        below = ItemCategory.objects.filter(parent__in=last).exclude(pk__in=seen)
        last = list(below.values_list("pk", flat=True))
        seen.update(last)
    return sorted(seen)


def stores(user: Person, q: str = "", *, active: bool | None = None) -> QuerySet[Warehouse]:
    """The stores a person sets up, by code, each with the count of its locations in use.

    Found by code, name and pinyin. There are few of them, so that they are read to be found.
    """
    found = visible_warehouses(user, RIGHT)
    if active is not None:
        found = found.filter(active=active)
    if words := normalise(q).split():
        texts = {one.pk: search_text(one.code, one.name, one.name_en) for one in found}
        found = found.filter(pk__in=[pk for pk, text in texts.items() if all(word in text for word in words)])
    count = Count("locations", filter=Q(locations__active=True))
    return found.select_related("parent", "place").annotate(shelves=count).order_by("code")


def levels(user: Person, q: str = "", store_id: int | None = None) -> QuerySet[StockPolicy]:
    """The levels of the stores a person sets up, by the code of the item, then of the store."""
    found = StockPolicy.objects.filter(warehouse__in=visible_warehouses(user, RIGHT))
    if store_id is not None:
        found = found.filter(warehouse=store_id)
    if q:
        among = Item.objects.filter(matches(q) | Q(code__iexact=q) | Q(barcodes__code=q))
        found = found.filter(item__in=among.values("pk"))
    found = found.select_related("item__unit", "item__category", "warehouse", "shelf")
    return found.defer("item__search_text", "item__search_grams").order_by("item__code", "warehouse__code")


def locations(user: Person, q: str = "", store_id: int | None = None) -> QuerySet[Location]:
    """The locations in use of the stores a person sets up, by store and code."""
    found = Location.objects.filter(
        kind__in=INSIDE, active=True, warehouse__in=visible_warehouses(user, RIGHT)
    )
    if store_id is not None:
        found = found.filter(warehouse=store_id)
    if q:
        found = found.filter(Q(code__icontains=q) | Q(name__icontains=q))
    return found.select_related("warehouse").order_by("warehouse__code", "code", "pk")


def lots(q: str = "", category_id: int | None = None) -> QuerySet[Lot]:
    """The lots of items in use, by the item's code and the lot's number."""
    found = Lot.objects.filter(item__active=True)
    if q:
        among = Item.objects.filter(matches(q) | Q(code__iexact=q))
        found = found.filter(Q(number__icontains=q) | Q(item__in=among.values("pk")))
    if category_id is not None:
        found = found.filter(item__category__in=within(category_id))
    found = found.select_related("item__unit").defer("item__search_text", "item__search_grams")
    return found.order_by("item__code", "number", "pk")
