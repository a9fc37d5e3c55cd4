"""Lots as goods bring them: known by their number, made when they first come."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.inventory.models import Item, Lot
from houqin.kernel.errors import Invalid, Refused

DAY = dt.timedelta(days=1)


def lot_for(
    *, item: Item, number: str, made_on: dt.date | None = None, expires_on: dt.date | None = None
) -> Lot | None:
    """The lot of an item with this number, made if it is new; None for an item without lots.

    Where only the day it was made is told, the item's shelf life gives the last day of use. Raises
    `Invalid` without a number, `Refused` when the lot is known with another last day.
    """
    if not item.tracked:
        return None
    number = number.strip()
    if not number:
        raise Invalid(_("%(item)s is kept by lots: name the lot.") % {"item": item}, field="lot")
    if expires_on is None and made_on is not None and item.shelf_life_days:
        expires_on = made_on + item.shelf_life_days * DAY
    if made_on and expires_on and expires_on < made_on:
        raise Invalid(_("It cannot expire before it was made."), field="expires_on")
    lot, _new = Lot.objects.get_or_create(
        item=item, number=number, defaults={"made_on": made_on, "expires_on": expires_on}
    )
    if expires_on is not None and lot.expires_on is not None and lot.expires_on != expires_on:
        days = {"known": date_format(lot.expires_on), "told": date_format(expires_on)}
        raise Refused(
            _("Lot %(lot)s of %(item)s is known to expire on %(known)s, not on %(told)s.")
            % {"lot": number, "item": item, **days}
        )
    return lot
