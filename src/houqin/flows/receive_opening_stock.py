"""What lies in the stores when the books begin comes from a table and is received.

Writes: inventory (lots, receipts, movements, balances, layers), budget (nothing, unless a receipt is late).
Locks: the items' cards, in the order of their ids; the number counter last.
"""

from typing import BinaryIO

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.flows.move_goods import receive_goods
from houqin.inventory.actions import import_stock
from houqin.inventory.actions.import_stock import Brought
from houqin.kernel.flow import flow
from houqin.kernel.importing import Outcome, Plan

PAGE = 1_000
"""Lines on one receipt at most."""


@flow
def receive_opening_stock(*, file: BinaryIO, by: User | None) -> Plan[Brought]:
    """Receive what the right rows of a table bring, now, and return the plan that was followed.

    One receipt for each location and thousand lines, all of them or none. Raises `Unreadable`.
    """
    plan = import_stock.preview(file=file)
    rows = plan.having(Outcome.NEW)
    for location, goods in sorted(import_stock.goods_of(rows).items(), key=lambda one: one[0].pk):
        for start in range(0, len(goods), PAGE):
            receive_goods(
                goods=goods[start : start + PAGE], location=location, by=by, reason=_("opening stock")
            )
    return plan
