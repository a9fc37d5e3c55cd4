"""Whether a lot may be used: blocked, put in quarantine, released, opened."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.inventory.actions import posting
from houqin.inventory.models import Lot
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, StaleState

S = Lot.Status


@transaction.atomic
def set_status(*, lot_id: int, status: str, reason: str) -> Lot:
    """The lot, usable, blocked or in quarantine from now on, with why; its history keeps who did it.

    What is blocked or in quarantine is not issued, but can be written off, moved and sent back. Locks
    the item's card, so that no issue decides on the old state. Raises `Invalid` without a reason,
    `StaleState` when it is so already.
    """
    if not reason.strip():
        raise Invalid(_("Please give a reason."), field="reason")
    if status not in S.values:
        raise Invalid(_("Choose usable, blocked or in quarantine."), field="status")
    lot = _locked(lot_id)
    if lot.status == status:
        raise StaleState(_("Lot %(lot)s: %(state)s.") % {"lot": lot, "state": lot.get_status_display()})
    lot.status, lot.reason = status, reason.strip()[:200]
    lot.save(update_fields=["status", "reason"])
    return lot


def block(*, lot_id: int, reason: str) -> Lot:
    """The lot, not to be used until it is released."""
    return set_status(lot_id=lot_id, status=S.BLOCKED, reason=reason)


def release(*, lot_id: int, reason: str) -> Lot:
    """The lot, usable (until it expires)."""
    return set_status(lot_id=lot_id, status=S.AVAILABLE, reason=reason)


@transaction.atomic
def open_lot(*, lot_id: int, on: dt.date | None = None) -> Lot:
    """The lot, opened on a day (today): it is taken first from now on.

    An item that keeps only so many days once opened is usable for that long, never longer than before.
    Raises `StaleState` when it was opened already, `Invalid` for a day to come.
    """
    day = on or clock.today()
    if day > clock.today():
        raise Invalid(_("This day is still to come."), field="on")
    lot = _locked(lot_id)
    if lot.opened_on is not None:
        raise StaleState(_("Lot %(lot)s has been opened already.") % {"lot": lot})
    lot.opened_on = day
    if lot.item.open_life_days is not None:
        keeps = day + dt.timedelta(days=lot.item.open_life_days)
        lot.expires_on = keeps if lot.expires_on is None else min(lot.expires_on, keeps)
    lot.save(update_fields=["opened_on", "expires_on"])
    return lot


def _locked(lot_id: int) -> Lot:
    item_id = Lot.objects.values_list("item_id", flat=True).get(pk=lot_id)
    posting.lock_cards([item_id])
    return Lot.objects.select_related("item").get(pk=lot_id)
