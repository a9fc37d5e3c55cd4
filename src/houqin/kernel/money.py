"""Money: `Decimal` with two places in the organisation's one currency."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """`amount` rounded half up to a cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def yuan(amount: Decimal) -> str:
    """`￥1,234.50`: the way an amount is written on screens and slips."""
    return f"￥{cents(amount):,.2f}"
