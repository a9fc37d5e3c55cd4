"""`houqin import stock`: what lies in the stores when the books begin."""

from typing import Any, BinaryIO, ClassVar

from houqin.cli.tables import TableCommand
from houqin.flows.receive_opening_stock import receive_opening_stock
from houqin.inventory.actions import import_stock
from houqin.kernel.importing import Plan


def _received(*, file: BinaryIO) -> Plan[Any]:
    return receive_opening_stock(file=file, by=None)


class Command(TableCommand):
    """Receive what lies in the stores. The same table twice is received twice."""

    words: ClassVar = ("import", "stock")
    preview: ClassVar = staticmethod(import_stock.preview)
    store: ClassVar = staticmethod(_received)
