"""Counting by scans: a location, what lies there, the location again; the count's number ends the count."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from houqin.accounts.models import User
from houqin.flows.settle_count import finish_count
from houqin.inventory.actions import counting as counts
from houqin.inventory.models import CountLine, CountSession, Item, Location, Lot, StockBalance
from houqin.inventory.policies import visible_counts, visible_locations
from houqin.inventory.queries.codes import ScannedItem
from houqin.inventory.queries.counting import shown_book, to_count
from houqin.kernel.errors import Refused, StaleState
from houqin.kernel.quantity import shown
from houqin.web.access import person_of, requires
from houqin.web.lists import is_key
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused_back
from houqin.web.stores import basket as baskets
from houqin.web.stores import scanning
from houqin.web.stores.basket import Basket, Line
from houqin.web.stores.batches import LEFT, Batch, Said, Sign, Taking, codes_of, stopped, take, told_by
from houqin.web.stores.count_forms import named
from houqin.web.stores.counts import outcome
from houqin.web.stores.steps import lot_of
from houqin.work.queries.bearers import Bearer

NAMED = 3
"""Things named in a sentence before the rest is only counted."""
NONE = Decimal(0)


@dataclass(frozen=True)
class Counting(Taking):
    """One request of the page: who counts what, where, and what was scanned there.

    `nothing`: what was not scanned at this location has been asked for; the next sign means it is not there.
    """

    user: User
    session: CountSession
    basket: Basket
    shelf: Location | None
    left: list[CountLine]
    nothing: bool = False

    @property
    def missing(self) -> list[CountLine]:
        """What is still to be counted at this location and has not been scanned."""
        there = {(line.item.pk, line.lot) for line in self.basket.lines}
        return [
            line for line in self.here if (line.item_id, line.lot.number if line.lot else "") not in there
        ]

    @property
    def here(self) -> list[CountLine]:
        """What is still to be counted at this location."""
        return [line for line in self.left if self.shelf and line.location_id == self.shelf.pk]

    def with_basket(self, basket: Basket) -> "Counting":
        """The same with another basket; what is not there is asked for anew."""
        return replace(self, basket=basket, nothing=False)


class ShelfDone(Sign):
    """The location was scanned again: its figures are to be written down."""


class CountDone(Sign):
    """The count's number was scanned: the counting is to end."""


@require_http_methods(["GET", "POST"])
@requires("stock.count")
def counting(request: HttpRequest, number: str) -> HttpResponse:
    """The counter's page. What was scanned at a location is in the form until it is written down."""
    user = person_of(request)
    seen = visible_counts(user, "stock.count").select_related("warehouse")
    session = get_object_or_404(seen, number=number)
    if not session.is_open:
        stale = StaleState(_("%(number)s is no longer being counted.") % {"number": number})
        return refused_back(request, stale, "stores:count", number)
    batch = Batch(
        _asked(request, Counting(user, session, Basket(session.warehouse), None, to_count(session, user.pk)))
    )
    try:
        batch = _step(request, batch.asked)
    except Refused as refusal:
        batch = replace(batch, wrong=(str(refusal),))
    if batch.sign is not None:
        end = _finished if isinstance(batch.sign, CountDone) else _wrote
        batch, answer = end(request, batch)
        if answer is not None:
            return _next_location(request, answer, batch.asked)
    return _shown(request, batch, told=request.GET if request.method == "GET" else QueryDict())


def _asked(request: HttpRequest, asked: Counting) -> Counting:
    basket = baskets.read(request.POST, asked.session.warehouse)
    shelf = None
    if is_key(basket.head):
        own = visible_locations(asked.user, "stock.count").filter(warehouse=asked.session.warehouse)
        shelf = own.filter(pk=int(basket.head)).first()
    head = basket.head if shelf else ""
    nothing = bool(shelf) and request.POST.get("nothing", "") == basket.head
    doubt = bool(request.POST.get("doubt"))
    return replace(asked, basket=replace(basket, head=head), shelf=shelf, nothing=nothing, doubt=doubt)


def _step(request: HttpRequest, asked: Counting) -> Batch[Counting]:
    """What the form was sent for: scans, a button of a line, the end of a location or of the count."""
    do, _colon, at = request.POST.get("do", "").partition(":")
    if do == "post":
        return Batch(asked, sign=ShelfDone())
    if do == "finish":
        return Batch(asked, sign=CountDone())
    if do in {"more", "less", "drop"} and is_key(at) and int(at) < len(asked.basket.lines):
        return Batch(_changed(asked, do, int(at)))
    if do == "again":
        return Batch(replace(asked, basket=replace(asked.basket, head=""), shelf=None))
    return take(asked, codes_of(request.POST), _scanned)


def _changed(asked: Counting, do: str, at: int) -> Counting:
    line = asked.basket.lines[at]
    qty = max(NONE, line.qty + (line.item.step if do == "more" else -line.item.step))
    return asked.with_basket(
        asked.basket.changed(at, None if do == "drop" else replace(line, qty=qty, typed=""))
    )


def _scanned(asked: Counting, text: str) -> tuple[Counting, Said]:
    """One scan: what it adds. Raises `Refused` for what is not wanted now."""
    if text.rstrip("/").rpartition("/")[2].upper() == asked.session.number:
        raise CountDone
    last = asked.basket.lines[-1] if asked.basket.lines else None
    if last is not None and last.item.tracked and not last.lot:
        return _with(asked, asked.basket.changed(len(asked.basket.lines) - 1, replace(last, lot=text[:60])))
    found = NONE if text == "0" else scanning.read(text, user=asked.user, store=asked.session.warehouse)
    if isinstance(found, Location):
        return _located(asked, found)
    if isinstance(found, Bearer):
        wrong = _("%(code)s is a work order or department; an item or location is wanted.")
        raise Refused(wrong % {"code": found.code})
    if asked.shelf is None:
        first = _("Scan the location you are counting")
        raise Refused(_("%(what)s comes later. %(first)s.") % {"what": text, "first": first})
    if isinstance(found, Decimal):
        if last is None:
            raise Refused(_("“%(code)s” is a quantity: scan the item first.") % {"code": text})
        asked.require_sure(text)
        return _with(asked, asked.basket.changed(len(asked.basket.lines) - 1, replace(last, qty=found)))
    return _with(asked, asked.basket.added(_with_its_lot(asked.shelf, found)))


def _with_its_lot(shelf: Location, found: ScannedItem) -> ScannedItem:
    """The scan, with the lot where only one of the item lies at the location."""
    if found.lot or not found.item.tracked:
        return found
    there = StockBalance.objects.filter(item=found.item, location=shelf, on_hand__gt=0).select_related("lot")
    lots = {one.lot.number for one in there if one.lot}
    return replace(found, lot=lots.pop()) if len(lots) == 1 else found


def _located(asked: Counting, place: Location) -> tuple[Counting, Said]:
    """A location: the one that is counted now, or the sign that it is done."""
    facts = {"code": place.code, "there": place.warehouse, "here": asked.session.warehouse}
    if place.warehouse_id != asked.session.warehouse_id:
        raise Refused(_("%(code)s is in %(there)s; this count is of %(here)s.") % facts)
    if asked.shelf is not None and place.pk == asked.shelf.pk:
        raise ShelfDone
    if asked.basket.lines and asked.shelf is not None:
        facts = {"shelf": asked.shelf.code, "code": place.code}
        raise Refused(_("Scan %(shelf)s again first; then %(code)s is counted.") % facts)
    begun = replace(asked, basket=replace(asked.basket, head=str(place.pk)), shelf=place, nothing=False)
    left = len(begun.here)
    about = ngettext("%(n)s thing to count here", "%(n)s things to count here", left) % {"n": left}
    return begun, Said("ok", _("Location"), place.code, about)


def _with(asked: Counting, basket: Basket) -> tuple[Counting, Said]:
    """The basket with its last line, when that line can be."""
    line = basket.lines[-1]
    _require_quantity(line)
    lot = lot_of(line)
    title = _("Counted")
    if line.item.tracked and lot is None:
        title = _("Now scan or type the lot")
    else:
        _require_counter(asked, line.item, lot)
    about = " · ".join(part for part in (line.item.code, line.item.spec, line.lot) if part)
    said = Said("ok", title, str(line.item), about, shown(line.qty), str(line.unit))
    return asked.with_basket(basket), said


def _require_quantity(line: Line) -> None:
    """Pass when the item can be handled so; nothing of it always can."""
    _base = line.in_base if line.qty else NONE


def _require_counter(asked: Counting, item: Item, lot: Lot | None) -> None:
    written = asked.session.lines.filter(location=asked.shelf, item=item, lot=lot).order_by("-round").first()
    if written is not None:
        counts.require_counter(written, asked.user)


def _require_something(asked: Counting) -> None:
    asked.basket.require_readable()
    if asked.shelf is None:
        raise Refused(_("Scan the location you are counting") + ".")
    if not asked.basket.lines and not asked.missing:
        raise Refused(_("Nothing has been scanned yet: scan an item."))
    nameless = next((one for one in asked.basket.lines if one.item.tracked and not one.lot), None)
    if nameless is not None:
        raise Refused(_("%(item)s is kept by lots: scan or type its lot first.") % {"item": nameless.item})


def _require_written(asked: Counting) -> None:
    if asked.basket.lines and asked.shelf is not None:
        facts = {"shelf": asked.shelf.code}
        raise Refused(_("Scan %(shelf)s again first: what was counted there is not written down.") % facts)


def _wrote(request: HttpRequest, batch: Batch[Counting]) -> tuple[Batch[Counting], HttpResponse | None]:
    """Write the location's figures down, unless something planned there has not been scanned."""
    asked, codes = batch.asked, codes_of(request.POST)
    try:
        _require_something(asked)
    except Refused as refusal:
        return stopped(batch, codes, _("Nothing was written down"), refusal), None
    if asked.missing and not asked.nothing:
        there = stopped(batch, codes, _("Not scanned here"), Refused(_not_there(asked)))
        return replace(there, asked=replace(asked, nothing=True)), None
    try:
        return batch, once(request, lambda: _written_down(request, batch))
    except Refused as refusal:
        return stopped(batch, codes, _("Nothing was written down"), refusal), None


def _not_there(asked: Counting) -> str:
    names = [named(line.item) for line in asked.missing]
    text = _(", ").join(names[:NAMED])
    if len(names) > NAMED:
        rest = len(names) - NAMED
        text += ngettext(" and %(n)s other", " and %(n)s others", rest) % {"n": rest}
    code = asked.shelf.code if asked.shelf else ""
    return _("%(names)s. Scan %(code)s once more if nothing of this is there.") % {
        "names": text,
        "code": code,
    }


def _written_down(request: HttpRequest, batch: Batch[Counting]) -> HttpResponse:
    asked = batch.asked
    figures: dict[tuple[int, int | None], tuple[Line, Lot | None, Decimal]] = {}
    for line in asked.basket.lines:
        lot = lot_of(line)
        key = line.item.pk, lot.pk if lot else None
        before = figures[key][2] if key in figures else NONE
        figures[key] = line, lot, before + (line.in_base if line.qty else NONE)
    told = [(line.item, lot, qty) for line, lot, qty in figures.values()]
    told += [(line.item, line.lot, NONE) for line in asked.missing]
    shelf = asked.shelf
    with transaction.atomic():
        for item, lot, qty in sorted(told, key=lambda one: one[0].pk):
            counts.write_down(
                session_id=asked.session.pk,
                location=shelf,  # type: ignore[arg-type]
                item=item,
                lot=lot,
                qty=qty,
                by=asked.user,
            )
    here = reverse("stores:counting", args=[asked.session.number])
    return go_to(request, f"{here}?done={shelf.code if shelf else ''}&left={batch.left}")


def _finished(request: HttpRequest, batch: Batch[Counting]) -> tuple[Batch[Counting], HttpResponse | None]:
    """End the count, unless something is not counted yet."""
    asked = batch.asked

    def effect() -> HttpResponse:
        _require_written(asked)
        ended = finish_count(session_id=asked.session.pk, by=asked.user)
        return go_to(request, "stores:count", ended.number, said=outcome(ended))

    try:
        return batch, once(request, effect)
    except Refused as refusal:
        return stopped(batch, codes_of(request.POST), _("The count goes on"), refusal), None


def _next_location(request: HttpRequest, answer: HttpResponse, asked: Counting) -> HttpResponse:
    """Go on with the next location where the last one stood: the field stays, and what is typed into it."""
    told = told_by(answer)
    if "left" not in told or not getattr(request, "htmx", False):
        return answer
    session, user = asked.session, asked.user
    fresh = Counting(user, session, Basket(session.warehouse), None, to_count(session, user.pk))
    page = _shown(request, Batch(fresh), told=told)
    page.headers[LEFT] = str(told["left"])
    return page


def _shown(request: HttpRequest, batch: Batch[Counting], *, told: QueryDict) -> HttpResponse:
    asked, htmx = batch.asked, bool(getattr(request, "htmx", False))
    shelves: dict[str, int] = {}
    for line in asked.left:
        shelves[line.location.code] = shelves.get(line.location.code, 0) + 1
    rows = list(enumerate(asked.basket.lines))
    context = {
        "session": asked.session,
        "basket": asked.basket,
        "shelf": asked.shelf,
        "lines": [{"at": at, "line": line} for at, line in rows[::-1]],
        "missing": [(line, shown_book(line)) for line in asked.missing],
        "nothing": asked.shelf.pk if asked.shelf and asked.nothing else "",
        "shelves": sorted(shelves.items()),
        "said": batch.said,
        "wrong": batch.wrong,
        "wrong_title": _("Not counted"),
        "doubt": asked.doubt,
        "wanted": _wanted(asked),
        "done": told.get("done", "")[:30],
        "swapped": htmx and "done" in told,
        "form_key": ("done" not in told and request.POST.get("form_key")) or new_form_key(),
        "back": reverse("stores:count", args=[asked.session.number]),
    }
    return render(request, "stores/counting.html#basket" if htmx else "stores/counting.html", context)


def _wanted(asked: Counting) -> str:
    """What is to be scanned next, in words."""
    if asked.shelf is not None:
        return _("Scan an item; scan %(code)s again when this location is done") % {"code": asked.shelf.code}
    if asked.left:
        return _("Scan the location you are counting")
    return _("Everything has a figure: scan %(number)s to end the count") % {"number": asked.session.number}
