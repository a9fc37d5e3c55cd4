"""Goods come, go and come back, and whoever uses them bears what they cost.

Writes: inventory (documents, movements, balances, layers), budget (cost entries).
Locks: the items' cards, in the order of their ids; the number counter last.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from houqin.accounts.models import User
from houqin.flows.charging import charge
from houqin.inventory.actions import correcting, moving
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Location, StockDocument, StockMove, Warehouse
from houqin.kernel.flow import flow


@flow
def receive_goods(
    *, goods: Sequence[Goods], location: Location, by: User | None, key: str = "", **head: Any
) -> StockDocument:
    """The receipt of goods that came to a location. Late, it may change what later issues have cost."""
    return _charged(key, moving.receive, goods=goods, location=location, by=by, **head)


@flow
def issue_goods(
    *,
    goods: Sequence[Goods],
    warehouse: Warehouse,
    charged_to: str,
    by: User | None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """The issue of goods to a work order or department, which bears the cost of the lots taken.

    Raises `NotEnoughStock`, and then nothing is written.
    """
    return _charged(key, moving.issue, goods=goods, warehouse=warehouse, charged_to=charged_to, by=by, **head)


@flow
def return_goods(
    *, goods: Sequence[Goods], charged_to: str, by: User | None, key: str = "", **head: Any
) -> StockDocument:
    """What was not used comes back; who bore it is relieved of the value it left with."""
    return _charged(key, moving.give_back, goods=goods, charged_to=charged_to, by=by, **head)


@flow
def transfer_goods(
    *, goods: Sequence[Goods], warehouse: Warehouse, to: Location, by: User | None, key: str = "", **head: Any
) -> StockDocument:
    """Goods go to another location or store, and nobody bears anything."""
    return _charged(key, moving.transfer, goods=goods, warehouse=warehouse, to=to, by=by, **head)


@flow
def reverse_goods(*, document_id: int, reason: str, by: User | None, key: str = "") -> StockDocument:
    """A document taken back exactly, in quantity, value and cost."""
    return _charged(key, correcting.reverse, document_id=document_id, reason=reason, by=by)


@flow
def reprice_receipt(
    *,
    receipt_move: StockMove,
    amount: Decimal,
    by: User | None,
    at: dt.datetime | None = None,
    key: str = "",
    **head: Any,
) -> StockDocument:
    """A later cost of a receipt: what is still there is worth more, who used the rest bears its share."""
    return _charged(key, correcting.reprice, receipt_move=receipt_move, amount=amount, by=by, at=at, **head)


def _charged(key: str, action: Callable[..., StockDocument], **asked: Any) -> StockDocument:
    """Do it once for each key, and post what it charges."""
    if (before := moving.existing(key)) is not None:
        return before
    document = action(key=key, **asked)
    charge(document)
    return document
