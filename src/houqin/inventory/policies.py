"""Who may see and move stock, and in which stores.

A grant bound to a place holds for the stores at it; a store without a place is for those whose right
holds everywhere. Items, lots and units are the same for every store.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from houqin.accounts.policies import Person, may, scope
from houqin.inventory.models import (
    INSIDE,
    CountSession,
    Item,
    LayerEntry,
    Location,
    Lot,
    StockDocument,
    StockLine,
    StockMove,
    Warehouse,
)


def visible_warehouses(user: Person, right: str = "stock.see") -> QuerySet[Warehouse]:
    """The stores in which somebody holds a right: to see them, or another one of stock."""
    condition = scope(user, right).condition(place="place", department=None)
    return Warehouse.objects.none() if condition is None else Warehouse.objects.filter(condition)


def visible_locations(user: Person, right: str = "stock.see") -> QuerySet[Location]:
    """The shelves of those stores."""
    return Location.objects.filter(kind__in=INSIDE, warehouse__in=visible_warehouses(user, right))


def visible_items(user: Person) -> QuerySet[Item]:
    """All items for whoever sees any stock, those out of use included."""
    return Item.objects.all() if may(user, "stock.see") else Item.objects.none()


def visible_lots(user: Person) -> QuerySet[Lot]:
    """The lots of those items."""
    return Lot.objects.all() if may(user, "stock.see") else Lot.objects.none()


def visible_documents(user: Person) -> QuerySet[StockDocument]:
    """The documents that move something, or change what something is worth, in a store one sees."""
    return _about(visible_warehouses(user), everywhere=scope(user, "stock.see").everywhere)


def movable_documents(user: Person) -> QuerySet[StockDocument]:
    """The documents that somebody may reverse: all their stores are among those one moves goods in."""
    if scope(user, "stock.move").everywhere:
        return StockDocument.objects.all()
    stores = visible_warehouses(user, "stock.move").values("pk")
    inside = Q(source__warehouse__isnull=False) & ~Q(source__warehouse__in=stores)
    inside |= Q(target__warehouse__isnull=False) & ~Q(target__warehouse__in=stores)
    foreign = StockMove.objects.filter(inside, document=OuterRef("pk"))
    return _about(visible_warehouses(user, "stock.move"), everywhere=False).exclude(Exists(foreign))


def visible_counts(user: Person, right: str = "stock.see") -> QuerySet[CountSession]:
    """The counts of the stores in which somebody holds a right."""
    return CountSession.objects.filter(warehouse__in=visible_warehouses(user, right))


def sees_value(user: Person) -> bool:
    """True for those who read amounts of money beside quantities."""
    return may(user, "stock.see_value")


def _about(stores: QuerySet[Warehouse], *, everywhere: bool) -> QuerySet[StockDocument]:
    if everywhere:
        return StockDocument.objects.all()
    ids = stores.values("pk")
    ends = Q(source__warehouse__in=ids) | Q(target__warehouse__in=ids)
    return StockDocument.objects.filter(
        Exists(StockMove.objects.filter(ends, document=OuterRef("pk")))
        | Exists(StockLine.objects.filter(ends, document=OuterRef("pk")))
        | Exists(LayerEntry.objects.filter(layer__pool__in=ids, document=OuterRef("pk")))
    )
