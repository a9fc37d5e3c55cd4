"""Quantities: `Decimal` with at most six places, shown without trailing zeros."""

from decimal import Decimal

PLACES = Decimal("0.000001")


def shown(quantity: Decimal) -> str:
    """`2`, `2.5`: a quantity as people write it."""
    text = f"{quantity.quantize(PLACES):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
