"""What is to be counted, what should be there, and which figures count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet, Sum

from houqin.inventory.models import (
    CountLine,
    CountSession,
    Item,
    Location,
    LocationKind,
    Lot,
    StockBalance,
    StockMove,
    Warehouse,
)

Judge = Callable[[CountLine], tuple[Decimal, bool]]
"""What a difference is worth, and whether it may be posted without approval."""


class Books(NamedTuple):
    """What should lie somewhere, after the movement `seq`."""

    qty: Decimal
    seq: int


def last_seq(item: Item) -> int:
    """The last movement of an item."""
    return StockMove.objects.filter(item=item).aggregate(last=Max("pk"))["last"] or 0


def books_at(item: Item, lot: Lot | None, location: Location, at: dt.datetime) -> Books:
    """What should lie at a location at an instant, by all that is recorded now; base units.

    Callers who write it down hold the item's card.
    """
    held = StockBalance.objects.filter(item=item, lot=lot, location=location).first()
    later = _moves(item, lot, location).filter(effective_at__gt=at)
    return Books((held.on_hand if held else Decimal(0)) - _sum(later, location), last_seq(item))


def moved_since(line: CountLine) -> Decimal:
    """What was recorded after a line was counted and had happened before: by late documents."""
    if line.counted_at is None or line.counted_seq is None:
        return Decimal(0)
    late = _moves(line.item, line.lot, line.location).filter(
        pk__gt=line.counted_seq, effective_at__lt=line.counted_at
    )
    return _sum(late, line.location)


def _moves(item: Item, lot: Lot | None, location: Location) -> QuerySet[StockMove]:
    ends = Q(source=location) | Q(target=location)
    return StockMove.objects.filter(ends, item=item, lot=lot)


def _sum(moves: QuerySet[StockMove], location: Location) -> Decimal:
    came = moves.filter(target=location).aggregate(sum=Sum("qty"))["sum"] or Decimal(0)
    went = moves.filter(source=location).aggregate(sum=Sum("qty"))["sum"] or Decimal(0)
    return Decimal(came - went)


def final_lines(session: CountSession) -> list[CountLine]:
    """The last round of each thing counted, in the order of the shelves."""
    last: dict[tuple[int, int, int | None], CountLine] = {}
    joined = ("item__unit", "item__category", "lot", "location", "counter")
    for line in session.lines.select_related(*joined).order_by("round"):
        last[line.location_id, line.item_id, line.lot_id] = line
    return sorted(last.values(), key=lambda line: (line.location.code, line.item.code, line.lot_id or 0))


def counted_before(line: CountLine) -> set[int]:
    """Who counted a thing in the earlier rounds of its session."""
    earlier = CountLine.objects.filter(
        session=line.session_id,
        location=line.location_id,
        item=line.item_id,
        lot=line.lot_id,
        round__lt=line.round,
        counter__isnull=False,
    )
    return {pk for pk in earlier.values_list("counter", flat=True) if pk is not None}


def difference(line: CountLine) -> Decimal | None:
    """How much more (or, negative, less) was counted than should be there; None until it is counted."""
    if line.counted_qty is None or line.expected_qty is None:
        return None
    return line.counted_qty - line.expected_qty


def shown_book(line: CountLine) -> Decimal | None:
    """What may be shown to a counter as the book's figure: nothing in blind counts and in recounts."""
    return None if line.session.blind or line.round > 1 else line.book_qty


def balances(
    warehouse: Warehouse,
    *,
    locations: Sequence[Location] = (),
    category_id: int | None = None,
    items: Sequence[int] | None = None,
    empty: bool = False,
) -> QuerySet[StockBalance]:
    """What lies in a store, or (`empty`) what has lain there and is used up."""
    found = StockBalance.objects.filter(location__warehouse=warehouse).exclude(
        location__kind=LocationKind.TRANSIT
    )
    found = found.filter(on_hand=0) if empty else found.filter(on_hand__gt=0)
    if locations:
        found = found.filter(location__in=locations)
    if category_id is not None:
        found = found.filter(item__category=category_id)
    if items is not None:
        found = found.filter(item__in=items)
    return found.select_related("item", "lot", "location").order_by("location__code", "item__code", "lot_id")


class Progress(NamedTuple):
    """How many things a count has, and of how many the last round is written down."""

    written: int
    whole: int


def progress(sessions: Collection[CountSession]) -> dict[int, Progress]:
    """How far some counts are, by their key; one statement. Only the last round can be without a figure."""
    rows = CountLine.objects.filter(session__in=sessions).order_by().values_list("session")
    told = rows.annotate(
        whole=Count("pk", filter=Q(round=1)), missing=Count("pk", filter=Q(counted_qty__isnull=True))
    )
    found = {session: Progress(whole - missing, whole) for session, whole, missing in told}
    return {session.pk: found.get(session.pk, Progress(0, 0)) for session in sessions}


class Rounds(NamedTuple):
    """The last round of a thing in a count, and the rounds before it."""

    last: CountLine
    earlier: list[CountLine]


def rounds_of(session: CountSession) -> list[Rounds]:
    """Every thing of a count with all its rounds, in the order of the shelves."""
    found: dict[tuple[int, int, int | None], list[CountLine]] = defaultdict(list)
    joined = ("item__unit", "item__category", "lot", "location", "counter")
    for line in session.lines.select_related(*joined).order_by(
        "location__code", "item__code", "lot_id", "round"
    ):
        line.session = session
        found[line.location_id, line.item_id, line.lot_id].append(line)
    return [Rounds(lines[-1], lines[:-1]) for lines in found.values()]


def to_count(session: CountSession, by_id: int) -> list[CountLine]:
    """The lines without a figure that somebody may write down: not those they counted in an earlier round."""
    found = []
    for rounds in rounds_of(session):
        mine = any(line.counter_id == by_id for line in rounds.earlier)
        if rounds.last.counted_qty is None and not mine:
            found.append(rounds.last)
    return found
