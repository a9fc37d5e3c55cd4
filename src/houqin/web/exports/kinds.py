"""Which lists can be exported."""

from houqin.web.desk.sheet import SHEET as REQUESTS
from houqin.web.exports.sheet import Sheet
from houqin.web.storeroom.items import SHEET as ITEMS
from houqin.web.storeroom.levels import SHEET as LEVELS
from houqin.web.storeroom.stores import SHEET as WAREHOUSES
from houqin.web.stores.counts import SHEET as STOCK_COUNTS
from houqin.web.stores.documents import SHEET as STOCK_DOCUMENTS
from houqin.web.stores.stock import SHEET as STOCK
from houqin.web.work.sheet import SHEET as ORDERS

SHEETS: dict[str, Sheet] = {
    "requests": REQUESTS,
    "orders": ORDERS,
    "stock": STOCK,
    "stock-documents": STOCK_DOCUMENTS,
    "stock-counts": STOCK_COUNTS,
    "items": ITEMS,
    "warehouses": WAREHOUSES,
    "levels": LEVELS,
}
