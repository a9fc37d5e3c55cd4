"""Keeping stock for a demand, quoted by its number (a work order), until it is taken or let go.

What is reserved stays on its shelf and counts as on hand, but the picking rule passes it by for everybody
else. All of it happens under the item's card, like movements.
"""

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from houqin.accounts.models import User
from houqin.inventory.actions import posting
from houqin.inventory.models import Item, Reservation, StockBalance, Warehouse
from houqin.inventory.queries import picking
from houqin.kernel import clock


@transaction.atomic
def reserve(
    *, item: Item, warehouse: Warehouse, qty: Decimal, demand: str, by: User | None, all_or_none: bool = False
) -> Decimal:
    """Base units that are kept for the demand now: as many of `qty` as are free and usable today.

    With `all_or_none` raises `NotEnoughStock` instead of keeping a part.
    """
    posting.lock_cards([item.pk])
    on = clock.today()
    wanted = qty if all_or_none else min(qty, picking.free(item, warehouse, on=on))
    if wanted <= 0:
        return Decimal(0)
    for pick in picking.for_use(item, warehouse, wanted, on=on):
        balance = StockBalance.objects.filter(item=item, lot=pick.lot, location=pick.location)
        balance.update(reserved=F("reserved") + pick.qty)
        Reservation.objects.create(
            item=item,
            lot=pick.lot,
            location=pick.location,
            demand=demand,
            qty=pick.qty,
            made_at=clock.now(),
            made_by=by,
        )
    return wanted


@transaction.atomic
def let_go(*, demand: str, item_ids: Collection[int] | None = None) -> Decimal:
    """Base units of all items together that were kept for the demand and are free again."""
    kept = Reservation.objects.filter(demand=demand)
    if item_ids is not None:
        kept = kept.filter(item__in=item_ids)
    posting.lock_cards(list(kept.values_list("item_id", flat=True)))
    return sum((_less(one, one.qty) for one in kept), Decimal(0))


def take_first(*, demand: str, item: Item, warehouse: Warehouse, qty: Decimal) -> Decimal:
    """Let go up to `qty` of what a store keeps for the demand, because it is taken now; the card is held."""
    rest = qty
    for one in Reservation.objects.filter(demand=demand, item=item, location__warehouse=warehouse):
        rest -= _less(one, min(rest, one.qty))
        if rest <= 0:
            break
    return qty - rest


def _less(one: Reservation, qty: Decimal) -> Decimal:
    balance = StockBalance.objects.filter(item=one.item_id, lot=one.lot_id, location=one.location_id)
    balance.update(reserved=F("reserved") - qty)
    if one.qty > qty:
        one.qty -= qty
        one.save(update_fields=["qty"])
    else:
        one.delete()
    return qty
