"""Proofs of the ledger of stock: sums that must agree, each told by the item and where they do not.

Statements over everything, or over some items; then every item's history is played again from its first
movement. The names are those of the invariants in docs/mechanisms/stock-ledger.md. Called in one snapshot
of the database (`flows/check_stock.py`), work that goes on meanwhile does not show up.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.inventory.models import Item
from houqin.inventory.queries import books
from houqin.inventory.queries.proof_statements import STATEMENTS
from houqin.kernel.cost_layers import LayersShort, WorthLess
from houqin.kernel.quantity import shown

FIRST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
"""Before everything."""

_FIGURE = re.compile(r"-?\d+(\.\d+)?")

SENTENCES = {
    "pools": gettext_lazy("%(first)s lie there, the layers hold %(second)s."),
    "layers": gettext_lazy("A layer holds %(first)s, its entries come to %(second)s."),
    "values": gettext_lazy("A layer is worth %(first)s, its entries come to %(second)s."),
    "arrivals": gettext_lazy(
        "What came cost %(first)s with all later costs, its entries come to %(second)s."
    ),
    "balances": gettext_lazy("%(first)s are on hand, the movements come to %(second)s."),
    "reserved": gettext_lazy("%(first)s are reserved, the reservations come to %(second)s."),
    "reversals": gettext_lazy("A reversal leaves %(first)s pieces and %(second)s yuan of what it reversed."),
    "unusable": gettext_lazy("A lot usable until %(first)s was issued for use on %(second)s."),
    "withheld": gettext_lazy("Something was issued for use while it was %(first)s (%(second)s)."),
    "movements": gettext_lazy("A movement of %(first)s has entries of %(second)s."),
    "transfers": gettext_lazy("A transfer took %(first)s along and brought %(second)s."),
    "keys": gettext_lazy("%(first)s documents have one key (%(second)s)."),
}


@dataclass(frozen=True)
class Unproven:
    """One proof that fails: its name among the invariants, the item, where, and what differs."""

    proof: str
    subject: str
    sentence: str


def unproven(items: Collection[int] | None = None) -> list[Unproven]:
    """What does not hold of stock, layers and entries (of some items, by their ids), sorted by proof."""
    given = {"items": None if items is None else list(items), "zone": settings.TIME_ZONE}
    asked = " UNION ALL ".join(_one(at, statement) for at, (_, _, statement) in enumerate(STATEMENTS))
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
        rows = sorted(cursor.fetchall())
    return [
        Unproven(
            STATEMENTS[at][1],
            f"{item} {place}",
            SENTENCES[STATEMENTS[at][0]] % {"first": _fact(first), "second": _fact(second)},
        )
        for at, item, place, first, second in rows
    ]


def played_otherwise(items: Collection[int] | None = None) -> Iterator[Unproven]:
    """Items whose history, played again from the first movement, does not lead to what is booked (I6, I7)."""
    wanted = Item.objects.filter(card__isnull=False).select_related("unit").order_by("pk")
    if items is not None:
        wanted = wanted.filter(pk__in=items)
    for item in wanted.iterator(chunk_size=500):
        try:
            book, booked = books.book_from(item, FIRST, {})
        except (LayersShort, WorthLess) as error:
            yield Unproven("I7", item.code, _("Its history cannot be played again: %(why)s") % {"why": error})
            continue
        played = {key: found for key, found in book.effect.items() if found != (0, 0)}
        was = {key: found for key, found in booked.items() if found != (0, 0)}
        if played != was:
            facts = {"count": len({key[1] for key in played.keys() | was if played.get(key) != was.get(key)})}
            yield Unproven(
                "I7", item.code, _("Played again, %(count)s movements cost otherwise than booked.") % facts
            )


def _one(at: int, statement: str) -> str:
    """A statement that says which one it is, and its figures as texts, so that all are asked at once."""
    columns = "item::text, place::text, first::text, second::text"
    return f"SELECT {at}, {columns} FROM ({statement}) AS proof (item, place, first, second)"  # noqa: S608


def _fact(text: str) -> str:
    """A quantity or amount as people write it; days, states and keys as they are."""
    return shown(Decimal(text)) if _FIGURE.fullmatch(text) else text


def closed_wrongly(month: str) -> Unproven:
    """A closed month whose entries are no longer those of its digest."""
    return Unproven("I8", month, _("The entries are not those the month was closed with."))
