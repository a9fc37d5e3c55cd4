"""Stores: items, lots, documents, movements, balances, cost layers, periods."""

from houqin.inventory.models.costs import CostLayer, LayerEntry, StockPeriod
from houqin.inventory.models.documents import (
    DocumentKind,
    DocumentStatus,
    StockDocument,
    StockLine,
    StockMove,
)
from houqin.inventory.models.items import (
    Barcode,
    CostMethod,
    Item,
    ItemCategory,
    ItemUnit,
    StockPolicy,
    Tracking,
    Unit,
)
from houqin.inventory.models.stores import (
    INSIDE,
    OUTSIDE,
    Location,
    LocationKind,
    Lot,
    Reservation,
    StockBalance,
    StockCard,
    Warehouse,
)

__all__ = [
    "INSIDE",
    "OUTSIDE",
    "Barcode",
    "CostLayer",
    "CostMethod",
    "DocumentKind",
    "DocumentStatus",
    "Item",
    "ItemCategory",
    "ItemUnit",
    "LayerEntry",
    "Location",
    "LocationKind",
    "Lot",
    "Reservation",
    "StockBalance",
    "StockCard",
    "StockDocument",
    "StockLine",
    "StockMove",
    "StockPeriod",
    "StockPolicy",
    "Tracking",
    "Unit",
    "Warehouse",
]
