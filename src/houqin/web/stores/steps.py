"""The ways goods are scanned: what is scanned first, what may be scanned then, and what posts it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.accounts.models import User
from houqin.flows import move_goods
from houqin.inventory.actions.arriving import lot_for
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Location, Lot, StockBalance, StockDocument
from houqin.inventory.queries import picking
from houqin.inventory.queries.documents import coming_back
from houqin.inventory.queries.prices import last_price
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.quantity import shown
from houqin.web.stores.basket import Basket, Line

ZERO = Decimal(0)


@dataclass(frozen=True)
class Way:
    """One of the big buttons. `begins` is what is scanned first: a location or who bears the cost."""

    key: str
    title: Promise
    verb: Promise
    icon: str
    begins: str
    first: Promise
    post: Callable[[Basket, User, str], StockDocument]
    check: Callable[[Basket, Line], None] = lambda _basket, _line: None
    ends: bool = False
    """True where a second location says where the goods go."""


def effective(basket: Basket) -> dt.datetime | None:
    """When it happened, where a late document says so; None for now. Raises `Invalid` for no such time."""
    if not basket.at:
        return None
    try:
        told = parse_datetime(basket.at)
    except ValueError:
        told = None
    if told is None:
        raise Invalid(_("“%(text)s” is no date and time.") % {"text": basket.at}, field="at")
    return timezone.make_aware(told) if timezone.is_naive(told) else told


def shelf(basket: Basket) -> Location:
    """The location that was scanned first."""
    place = Location.objects.select_related("warehouse").filter(pk=int(basket.head or 0)).first()
    if place is None:
        raise Invalid(_("Scan a location first."))
    return place


def lot_of(line: Line) -> Lot | None:
    """The known lot of a line, if it names one. Raises `Refused` for a number nobody has received."""
    if not (line.lot and line.item.tracked):
        return None
    lot = Lot.objects.filter(item=line.item, number=line.lot).first()
    if lot is None:
        facts = {"item": line.item, "lot": line.lot}
        raise Refused(_("%(item)s has no lot %(lot)s.") % facts)
    return lot


def _receive(basket: Basket, user: User, key: str) -> StockDocument:
    with transaction.atomic():
        goods = [_received(line) for line in basket.lines]
        return move_goods.receive_goods(
            goods=goods,
            location=shelf(basket),
            by=user,
            at=effective(basket),
            key=key,
            reason=basket.reason,
        )


def _received(line: Line) -> Goods:
    price = line.money()
    if price is None:
        base = last_price(line.item)
        if base is None:
            raise Invalid(_("%(item)s was never bought here: give its price.") % {"item": line.item})
        price = round(base * line.in_base / line.qty, 6)
    lot = lot_for(item=line.item, number=line.lot, made_on=line.made_on, expires_on=line.expires_on)
    return Goods(item=line.item, qty=line.qty, unit=line.unit, lot=lot, price=price)


def _issue(basket: Basket, user: User, key: str) -> StockDocument:
    goods = [Goods(item=one.item, qty=one.qty, unit=one.unit, lot=lot_of(one)) for one in basket.lines]
    return move_goods.issue_goods(
        goods=goods,
        warehouse=basket.store,
        charged_to=basket.head,
        source=basket.head,
        reason=basket.reason,
        by=user,
        at=effective(basket),
        key=key,
    )


def check_issue(basket: Basket, line: Line) -> None:
    """Pass when the store has what the lines ask for, of the lot that is to go first.

    Raises `NotEnoughStock`, or `Refused` naming the lot to take instead unless a reason is given.
    """
    wanted = sum((one.in_base for one in basket.lines if one.item.pk == line.item.pk), ZERO)
    lot = lot_of(line)
    on = timezone.localdate(effective(basket) or clock.now())
    picks = picking.for_use(line.item, basket.store, line.in_base if lot else wanted, on=on, lot=lot)
    if lot is None or basket.reason:
        return
    first = picking.for_use(line.item, basket.store, line.in_base, on=on)[0]
    if first.lot is not None and first.lot.pk != lot.pk and picks:
        facts = {"lot": lot.number, "first": first.lot.number, "where": first.location.code}
        raise Refused(
            _("This is lot %(lot)s, but %(first)s at %(where)s goes first. Give a reason to take it anyway.")
            % facts
        )


def _give_back(basket: Basket, user: User, key: str) -> StockDocument:
    goods = [part for line in basket.lines for part in _parts_back(basket, line)]
    return move_goods.return_goods(
        goods=goods,
        charged_to=basket.head,
        source=basket.head,
        reason=basket.reason,
        by=user,
        at=effective(basket),
        key=key,
    )


def _parts_back(basket: Basket, line: Line) -> list[Goods]:
    """The issues a line comes back from, the latest first."""
    parts = coming_back(basket.head, line.item, line.in_base, lot=line.lot)
    return [Goods(item=line.item, qty=qty, of_move=move) for move, qty in parts]


def check_return(basket: Basket, line: Line) -> None:
    """Pass when so much of a line is still out."""
    _parts_back(basket, line)


def _put_away(basket: Basket, user: User, key: str) -> StockDocument:
    if basket.tail is None:
        raise Invalid(_("Scan the location the goods go to."))
    source = shelf(basket)
    goods = [
        Goods(item=one.item, qty=one.qty, unit=one.unit, lot=here(source, one), location=source)
        for one in basket.lines
    ]
    return move_goods.transfer_goods(
        goods=goods,
        warehouse=basket.store,
        to=basket.tail,
        reason=basket.reason,
        by=user,
        at=effective(basket),
        key=key,
    )


def here(source: Location, line: Line) -> Lot | None:
    """The lot of a line at a location: the one it names, else the only one there.

    Raises `Refused` when nothing of the item lies there, or several lots do.
    """
    named = lot_of(line)
    held = StockBalance.objects.filter(item=line.item, location=source, on_hand__gt=0).select_related("lot")
    if named is not None:
        held = held.filter(lot=named)
    rows = list(held[:2])
    facts = {"item": line.item, "where": source.code}
    if not rows:
        raise Refused(_("There is no %(item)s at %(where)s.") % facts)
    if len(rows) > 1:
        raise Refused(_("Several lots of %(item)s lie at %(where)s: scan the lot.") % facts)
    wanted, there = line.in_base, rows[0].on_hand - rows[0].reserved
    if wanted > there:
        facts |= {"wanted": shown(wanted), "there": shown(there), "unit": line.item.unit}
        raise Refused(_("%(item)s: %(wanted)s %(unit)s needed, %(there)s free at %(where)s.") % facts)
    return rows[0].lot


def _transfer(basket: Basket, user: User, key: str) -> StockDocument:
    goods = [Goods(item=one.item, qty=one.qty, unit=one.unit, lot=lot_of(one)) for one in basket.lines]
    return move_goods.transfer_goods(
        goods=goods,
        warehouse=basket.store,
        to=shelf(basket),
        reason=basket.reason,
        by=user,
        at=effective(basket),
        key=key,
    )


def _check_shelf(basket: Basket, line: Line) -> None:
    here(shelf(basket), line)


def _check_receipt(basket: Basket, line: Line) -> None:
    _ = line.in_base


WAYS = {
    way.key: way
    for way in (
        Way(
            "receive",
            pgettext_lazy("stores", "Receive"),
            pgettext_lazy("stores", "Post the receipt"),
            "package-import",
            "shelf",
            gettext_lazy("Scan the location the goods are put at"),
            _receive,
            _check_receipt,
        ),
        Way(
            "put-away",
            pgettext_lazy("stores", "Put away"),
            pgettext_lazy("stores", "Post the move"),
            "arrows-exchange",
            "shelf",
            gettext_lazy("Scan the location the goods are taken from"),
            _put_away,
            _check_shelf,
            ends=True,
        ),
        Way(
            "issue",
            pgettext_lazy("stores", "Issue"),
            pgettext_lazy("stores", "Post the issue"),
            "package-export",
            "bearer",
            gettext_lazy("Scan the work order, or the code of the department"),
            _issue,
            check_issue,
        ),
        Way(
            "return",
            pgettext_lazy("stores", "Take back"),
            pgettext_lazy("stores", "Post the return"),
            "arrow-back-up",
            "bearer",
            gettext_lazy("Scan the work order or department that gives it back"),
            _give_back,
            check_return,
        ),
        Way(
            "transfer",
            pgettext_lazy("stores", "Transfer"),
            pgettext_lazy("stores", "Post the transfer"),
            "truck-delivery",
            "other",
            gettext_lazy("Scan the location in the other store"),
            _transfer,
            check_issue,
        ),
    )
}
"""The big buttons of the storekeeper, by the address they have."""
