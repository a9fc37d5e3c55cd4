"""Why there is not enough: sentences with the numbers in them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.inventory.models import Item, Lot, StockBalance, StockMove
from houqin.inventory.queries import books
from houqin.kernel.cost_layers import MILLION, LayersShort
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown


class NotEnoughStock(Refused):
    """Less is there than is wanted, or than may be used."""

    code = "not_enough_stock"


def of_balance(item: Item, lot: Lot | None, balance: StockBalance, wanted: Decimal) -> NotEnoughStock:
    """A location holds less than is to be taken from it."""
    facts = {
        "item": item,
        "wanted": shown(wanted),
        "held": shown(balance.on_hand),
        "reserved": shown(balance.reserved),
        "unit": item.unit,
    }
    if balance.reserved:
        text = _("%(item)s: %(wanted)s %(unit)s needed, %(held)s there, %(reserved)s of them reserved.")
    else:
        text = _("%(item)s: %(wanted)s %(unit)s needed, %(held)s there.")
    return NotEnoughStock(text % facts, wanted=wanted, held=balance.on_hand, lot=lot and lot.number)


def of_use(
    item: Item, wanted: Decimal, usable: Decimal, others: Iterable[tuple[str, Decimal, dt.date | None]]
) -> NotEnoughStock:
    """A store holds less than may be used; `others` says what else is there and why it may not be."""
    parts = [
        _("%(item)s: %(wanted)s %(unit)s needed, %(usable)s usable")
        % {"item": item, "wanted": shown(wanted), "unit": item.unit, "usable": shown(usable)}
    ]
    for why, qty, day in others:
        facts = {"qty": shown(qty), "day": date_format(day, "DATE_FORMAT") if day else ""}
        parts.append(_WHY[why]() % facts)
    return NotEnoughStock(_(", ").join(parts) + _("."), wanted=wanted, usable=usable)


_WHY = {
    "expired": lambda: _("%(qty)s expired on %(day)s"),
    "blocked": lambda: _("%(qty)s blocked"),
    "quarantine": lambda: _("%(qty)s in quarantine"),
    "reserved": lambda: _("%(qty)s reserved"),
}


def of_layers(item: Item, short: LayersShort) -> NotEnoughStock:
    """The store's books hold less than is to be taken."""
    facts = {
        "item": item,
        "unit": item.unit,
        "wanted": shown(Decimal(short.wanted) / MILLION),
        "held": shown(Decimal(short.held) / MILLION),
    }
    return NotEnoughStock(_("%(item)s: %(wanted)s %(unit)s needed, %(held)s there.") % facts)


def of_history(item: Item, short: LayersShort) -> NotEnoughStock:
    """A movement that was posted already would not have found what it took."""
    facts = {
        "item": item,
        "unit": item.unit,
        "wanted": shown(Decimal(short.wanted) / MILLION),
        "held": shown(Decimal(short.held) / MILLION),
    }
    return NotEnoughStock(
        _("%(item)s was used since: a later document took %(wanted)s %(unit)s and would find only %(held)s.")
        % facts
    )


def require_past_stock(item: Item, moves: Iterable[StockMove]) -> None:
    """Pass when late movements leave no location short at any time since they took effect.

    The balances have been changed already. Raises `NotEnoughStock` naming the day.
    """
    late = [move for move in moves if move.source.inside]
    if not late:
        return
    since = min(move.effective_at for move in late)
    rows = {(move.lot_id, move.source_id) for move in late}
    held: dict[tuple[int | None, int], Decimal] = defaultdict(Decimal)
    for balance in StockBalance.objects.filter(item=item):
        held[balance.lot_id, balance.location_id] = balance.on_hand
    standing = StockMove.objects.filter(books.counted(), item=item, effective_at__gte=since)
    later = standing.order_by("-effective_at", "-line_id", "-pk")
    # Back from now: before a movement its target had less and its source more.
    for move in later.only("lot_id", "source_id", "target_id", "qty", "effective_at"):
        for row, qty in (
            ((move.lot_id, move.target_id), -move.qty),
            ((move.lot_id, move.source_id), move.qty),
        ):
            if row in rows and held[row] < 0:
                day = date_format(move.effective_at, "DATE_FORMAT")
                facts = {"item": item, "day": day, "missing": shown(-held[row]), "unit": item.unit}
                raise NotEnoughStock(
                    _("%(item)s: on %(day)s there would have been %(missing)s %(unit)s too few.") % facts
                )
            held[row] += qty
