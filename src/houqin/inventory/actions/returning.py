"""What comes back of an issue: whether as much is still out, and what it is worth then (R7).

Of an issue of an open month it goes into the layers it came from. The books of a closed month stay as they
are: what comes back of its issues becomes a layer of its own, at the value it left with. The line keeps
that value, so that the history is played again in the same way after further months are closed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from houqin.inventory.actions import periods
from houqin.inventory.actions.documents import Draft
from houqin.inventory.models import StockMove, StockPeriod
from houqin.inventory.queries import books
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown

NIL = Decimal(0)


def checked(drafts: Sequence[Draft]) -> list[Draft]:
    """The lines with the value of what becomes a layer of its own; under the items' locks.

    Raises `Refused` for more than is still out, and for an issue that does not stand any more.
    """
    wanted: dict[StockMove, Decimal] = defaultdict(Decimal)
    for draft in drafts:
        wanted[_issue(draft)] += draft.qty
    _require_out(wanted)
    closed = set(StockPeriod.objects.filter(status="closed").values_list("month", flat=True))
    valued = [move for move in wanted if periods.month_of(move.effective_at) in closed]
    back = books.standing().filter(of_move__in=valued, line__value__isnull=False).values_list("of_move")
    come = defaultdict(Decimal, dict(back.annotate(all=Sum("qty"))))
    return [_valued(draft, come) if _issue(draft) in valued else draft for draft in drafts]


def _issue(draft: Draft) -> StockMove:
    assert draft.of_move is not None  # noqa: S101 - `give_back` has checked it
    return draft.of_move


def _require_out(wanted: dict[StockMove, Decimal]) -> None:
    standing = books.standing().filter(pk__in=[move.pk for move in wanted]).in_bulk()
    back = books.standing().filter(of_move__in=standing).values_list("of_move").annotate(all=Sum("qty"))
    come = dict(back)
    for move, qty in wanted.items():
        left = move.qty - come.get(move.pk, NIL) if move.pk in standing else NIL
        if qty > left:
            facts = {"item": move.item, "left": shown(left)}
            raise Refused(_("%(item)s: only %(left)s of this issue are still out.") % facts)


def _valued(draft: Draft, come: dict[int, Decimal]) -> Draft:
    """The line with its value: what comes back now and has come before, less what has come before."""
    move = _issue(draft)
    before = come[move.pk]
    come[move.pk] += draft.qty
    value = books.value_back(move.pk, come[move.pk]) - books.value_back(move.pk, before)
    return replace(draft, value=max(value, NIL))
