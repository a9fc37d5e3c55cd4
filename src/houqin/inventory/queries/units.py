"""Quantities in any unit of an item, exactly in its base unit."""

import math
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from houqin.inventory.models import Item, ItemUnit, Unit
from houqin.kernel.errors import Invalid
from houqin.kernel.quantity import shown

FINEST = Decimal("0.000001")
"""The smallest quantity that can be stored."""
LARGEST = Decimal(10) ** 11


def in_base(item: Item, entered: Decimal, unit: Unit | None = None) -> Decimal:
    """`entered` of a unit (the base unit) in base units, exactly.

    Where the step is the finest there is, the sixth decimal is rounded half up. Raises `Invalid` for
    nothing, for a unit the item does not have, and for a quantity that is not a multiple of the
    item's step: 0.1 of something counted in whole pieces.
    """
    if not entered.is_finite() or entered <= 0 or entered > LARGEST:
        raise Invalid(_("Please give a quantity above zero."), field="qty")
    exact = Fraction(entered) * factor(item, unit)
    if item.step == FINEST:
        exact = Fraction(math.floor(exact / Fraction(FINEST) + Fraction(1, 2))) * Fraction(FINEST)
    if (exact / Fraction(item.step)).denominator != 1 or not exact:
        facts = {"item": item, "step": shown(item.step), "unit": item.unit, "qty": shown(entered)}
        raise Invalid(
            _("%(item)s is handled in steps of %(step)s %(unit)s; %(qty)s is not possible.") % facts,
            field="qty",
        )
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(FINEST)


def factor(item: Item, unit: Unit | None) -> Fraction:
    """How many base units one of `unit` is. Raises `Invalid` for a unit the item does not have."""
    if unit is None or unit.pk == item.unit_id:
        return Fraction(1)
    own = ItemUnit.objects.filter(item=item, unit=unit).first()
    if own is None:
        facts = {"item": item, "unit": unit, "base": item.unit}
        raise Invalid(_("%(item)s is not handled in %(unit)s, but in %(base)s.") % facts, field="unit")
    return Fraction(own.num, own.den)
