"""What was scanned in the stores: a location, an item, or who bears what goods cost."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.inventory.models import Location, Warehouse
from houqin.inventory.queries.codes import SLASH, ScannedItem, item_of, location_of
from houqin.kernel.errors import Refused
from houqin.work.queries.bearers import Bearer, bearer_of

LONGEST = 120
DIGITS = 6
"""Figures up to this length are a quantity, longer ones a code."""


Scanned = Location | ScannedItem | Bearer | Decimal
"""A number that is no code is a quantity."""


def read(text: str, *, user: User, store: Warehouse) -> Scanned:
    """What a scan means. Raises `Refused` with a sentence for what means nothing here."""
    text = text.strip()[:LONGEST]
    code = text.rstrip("/").rsplit("/", 1)[-1] if "://" in text else text
    found: Scanned | None = (
        location_of(code, store) or bearer_of(code, user) or item_of(code) or quantity_of(code)
    )
    if found is None:
        raise Refused(_("“%(code)s” is no item, location, work order or department here.") % {"code": code})
    return found


def quantity_of(code: str) -> Decimal | None:
    """A quantity that was typed; None for anything else."""
    if len(code) > DIGITS or SLASH in code:
        return None
    try:
        number = Decimal(code)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
