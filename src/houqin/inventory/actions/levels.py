"""How much of an item a store should have, set up by hand."""

from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.inventory.models import Item, Location, StockPolicy, Warehouse
from houqin.inventory.queries.units import LARGEST
from houqin.kernel.errors import Invalid
from houqin.kernel.quantity import shown

AMOUNTS = ("minimum", "safety_stock", "reorder_point", "order_up_to", "order_qty", "pack")


class LevelFacts(TypedDict, total=False):
    """What may be said of an item in a store; quantities in its base unit."""

    minimum: Decimal
    safety_stock: Decimal
    reorder_point: Decimal
    order_up_to: Decimal | None
    order_qty: Decimal | None
    pack: Decimal
    lead_time_days: int
    review_days: int
    shelf: Location | None


@transaction.atomic
def set_levels(*, item: Item, store: Warehouse, **facts: Unpack[LevelFacts]) -> StockPolicy:
    """What a store should have of an item, new or in place of what was said before.

    Raises `Invalid` with the field: for quantities the item does not come in, an order that would not
    reach the reorder point, and a location of another store.
    """
    policy = StockPolicy.objects.filter(item=item, warehouse=store).first()
    policy = policy or StockPolicy(item=item, warehouse=store)
    for name, value in facts.items():
        setattr(policy, name, value)
    for name in AMOUNTS:
        _require_steps(policy, name)
    if policy.pack <= 0 or policy.review_days < 1:
        field = "pack" if policy.pack <= 0 else "review_days"
        raise Invalid(_("This is one at least."), field=field)
    _require_order(policy)
    if policy.shelf is not None and policy.shelf.warehouse_id != store.pk:
        told = {"code": policy.shelf.code, "store": store}
        raise Invalid(_("%(code)s is no location of %(store)s.") % told, field="shelf")
    policy.save()
    return policy


def _require_steps(policy: StockPolicy, name: str) -> None:
    given: Decimal | int | None = getattr(policy, name)
    step, item = policy.item.step, policy.item
    if given is None:
        return
    qty = Decimal(given)
    if not qty.is_finite() or not 0 <= qty <= LARGEST:
        raise Invalid(_("Please give a quantity, not below nothing."), field=name)
    if qty % step:
        told = {"item": item, "step": shown(step), "unit": item.unit, "qty": shown(qty)}
        raise Invalid(
            _("%(item)s is handled in steps of %(step)s %(unit)s; %(qty)s is not possible.") % told,
            field=name,
        )


def _require_order(policy: StockPolicy) -> None:
    if policy.order_qty is not None and policy.order_up_to is not None:
        raise Invalid(_("Give a level to fill up to or a quantity to order, not both."), field="order_qty")
    if policy.order_qty is not None and policy.order_qty <= 0:
        raise Invalid(_("Please give a quantity above zero."), field="order_qty")
    if policy.order_up_to is not None and policy.order_up_to < policy.reorder_point:
        told = {"up_to": shown(policy.order_up_to), "point": shown(policy.reorder_point)}
        raise Invalid(
            _("Filling up to %(up_to)s would not reach the point of %(point)s at which it is ordered.")
            % told,
            field="order_up_to",
        )


@transaction.atomic
def drop_levels(*, policy_id: int) -> None:
    """The store has no wishes about the item any more; nothing happens where they are gone already."""
    StockPolicy.objects.filter(pk=policy_id).delete()
