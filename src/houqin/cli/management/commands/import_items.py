"""`houqin import items`: what is kept in the stores."""

from typing import ClassVar

from houqin.cli.tables import TableCommand
from houqin.inventory.actions import import_items


class Command(TableCommand):
    """Bring in items, with packings and barcodes."""

    words: ClassVar = ("import", "items")
    preview: ClassVar = staticmethod(import_items.preview)
    store: ClassVar = staticmethod(import_items.store)
