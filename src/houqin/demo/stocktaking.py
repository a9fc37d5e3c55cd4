"""What the stores' people check: limits and rules of counts, three counts, a blocked lot, closed months."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count

from houqin.accounts.models import User
from houqin.demo.world import World
from houqin.flows.settle_count import finish_count
from houqin.inventory.actions import counting, lots, periods
from houqin.inventory.models import (
    AbcClass,
    CostLayer,
    CountKind,
    CountLine,
    CountReason,
    CountRule,
    CountSession,
    LayerEntry,
    Location,
    LocationKind,
    Lot,
    StockBalance,
    StockLimit,
    Warehouse,
)
from houqin.kernel import clock

KEEPER, ACCOUNTANT = "孙仓管", "赵会计"
MAIN, PROVISIONS = "QH-W-ZK", "QH-W-SH"
PERCENT, YUAN = Decimal(5), Decimal(30)
"""Up to here a difference is put right without approval."""
FEW, MANY = 3, 14
"""How many things lie at a location that is counted."""
RECALLED = "供应商通知：该批次抽检不合格，停用待退"


def tell(world: World) -> None:
    """Counts that are done, under way and before those who must agree; the others are as the title says.

    In a house with people of its own no difference is put before anybody and no month is closed.
    """
    keeper, accountant = (world.crowd.by_name[name] for name in (KEEPER, ACCOUNTANT))
    _rule()
    free = _shelves(MAIN) + _shelves(PROVISIONS)
    taken = {shelf.pk for shelf in (_done(world.now, keeper, free),) if shelf is not None}
    if world.crowd.alone:
        other = _disputed(world.now, keeper, accountant, [one for one in free if one.pk not in taken])
        taken |= {other.pk} if other is not None else set()
        _close_months(world.now, accountant)
    _under_way(world.now, keeper, [one for one in free if one.pk not in taken])
    _block(world.now)


def _rule() -> None:
    stores = Warehouse.objects.in_bulk([MAIN, PROVISIONS], field_name="code")
    StockLimit.objects.bulk_create(
        StockLimit(kind=StockLimit.Kind.COUNT, warehouse=store, percent=PERCENT, value=YUAN)
        for store in stores.values()
    )
    CountRule.objects.bulk_create(
        [
            CountRule(
                warehouse=stores[MAIN],
                kind=CountKind.ABC,
                abc=AbcClass.A,
                every_days=30,
                most_lines=6,
            ),
            CountRule(warehouse=stores[MAIN], kind=CountKind.ACCURACY, every_days=14, most_lines=10),
            CountRule(warehouse=stores[PROVISIONS], kind=CountKind.ZERO, every_days=7, most_lines=5),
        ]
    )


def _shelves(code: str) -> list[Location]:
    """The locations of a store at which neither much nor little lies, in the order of their codes."""
    held = StockBalance.objects.filter(
        location__warehouse__code=code, location__kind=LocationKind.STORE, on_hand__gt=0
    )
    wanted = held.values("location").annotate(lies=Count("pk")).filter(lies__gte=FEW, lies__lte=MANY)
    shelves = Location.objects.filter(pk__in=wanted.values("location"))
    return list(shelves.select_related("warehouse").order_by("code"))


def _done(now: dt.datetime, keeper: User, shelves: Sequence[Location]) -> Location | None:
    """Last week: one thing of many was missing, which lies within the limits and is put right."""
    for shelf in shelves:
        held = StockBalance.objects.filter(location=shelf, on_hand__gte=25, reserved=0).order_by("pk")
        wrong = next((one for one in held if _price(one) < YUAN / 2), None)
        if wrong is None:
            continue
        at = now - dt.timedelta(days=6, hours=2)
        session = _counted(shelf, keeper, at, {wrong.item_id: -1}, CountReason.LOSS)
        with clock.stopped_at(at + dt.timedelta(hours=1)):
            finish_count(session_id=session.pk, by=keeper)
        return shelf
    return None


def _disputed(
    now: dt.datetime, keeper: User, accountant: User, shelves: Sequence[Location]
) -> Location | None:
    """Yesterday: much is missing, the accountant counts again, and those who must agree are asked."""
    for shelf in shelves:
        held = StockBalance.objects.filter(location=shelf, on_hand__gte=4, reserved=0).order_by("pk")
        wrong = next((one for one in held if _price(one) > YUAN), None)
        if wrong is None:
            continue
        at = now - dt.timedelta(hours=27)
        session = _counted(shelf, keeper, at, {wrong.item_id: -2}, CountReason.UNKNOWN)
        with clock.stopped_at(at + dt.timedelta(hours=1)):
            finish_count(session_id=session.pk, by=keeper)
        with clock.stopped_at(at + dt.timedelta(hours=2)):
            for line in session.lines.filter(open=True, counted_qty=None).select_related("item", "lot"):
                _write_down(session, line, accountant, line.book_qty - 2, CountReason.UNKNOWN)
            finish_count(session_id=session.pk, by=keeper)
        return shelf
    return None


def _under_way(now: dt.datetime, keeper: User, shelves: Sequence[Location]) -> None:
    """Today: a count of which the first half is written down."""
    for shelf in shelves[:1]:
        _counted(shelf, keeper, now - dt.timedelta(minutes=40), {}, CountReason.UNKNOWN, part=2)


def _counted(
    shelf: Location,
    keeper: User,
    at: dt.datetime,
    wrong: dict[int, int],
    reason: str,
    *,
    part: int = 1,
) -> CountSession:
    """A count of a location planned at an instant, with its first figures (of every `part`-th share)."""
    assert shelf.warehouse is not None  # noqa: S101 - what is counted lies in a store
    with clock.stopped_at(at):
        session = counting.plan(warehouse=shelf.warehouse, locations=[shelf], by=keeper, is_demo=True)
    lines = list(session.lines.select_related("item", "lot").order_by("pk"))
    with clock.stopped_at(at + dt.timedelta(minutes=20)):
        for line in lines[: -(-len(lines) // part)]:
            off = wrong.get(line.item_id, 0)
            _write_down(session, line, keeper, line.book_qty + off, reason if off else CountReason.UNKNOWN)
    return session


def _write_down(session: CountSession, line: CountLine, by: User, qty: Decimal, reason: str) -> None:
    counting.write_down(
        session_id=session.pk,
        location=line.location,
        item=line.item,
        lot=line.lot,
        qty=max(qty, Decimal(0)),
        by=by,
        reason=reason,
    )


def _price(balance: StockBalance) -> Decimal:
    """What one unit of an item is worth in its newest layer, in yuan."""
    layer = CostLayer.objects.filter(item=balance.item, qty_left__gt=0).order_by("-pk").first()
    return layer.value_left / layer.qty_left if layer else Decimal(0)


def _block(now: dt.datetime) -> None:
    """A lot of which something lies there must not be used."""
    held = StockBalance.objects.filter(lot__isnull=False, on_hand__gt=0, item__is_demo=True)
    lot = Lot.objects.filter(pk__in=held.values("lot"), expires_on__gt=now.date()).order_by("-pk").first()
    if lot is not None:
        with clock.stopped_at(now - dt.timedelta(hours=5)):
            lots.block(lot_id=lot.pk, reason=RECALLED)


def _close_months(now: dt.datetime, accountant: User) -> None:
    """All months are closed but the last one, whose late papers may still come."""
    first = LayerEntry.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return
    month, this = periods.month_of(first), periods.month_of(now)
    while periods.after(periods.after(month)) <= this:
        closed = periods.begin_of(periods.after(periods.after(month))) - dt.timedelta(days=25, hours=-10)
        with clock.stopped_at(min(closed, now)):
            periods.close(month=month, by=accountant)
        month = periods.after(month)
