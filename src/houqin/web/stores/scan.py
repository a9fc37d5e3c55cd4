"""Scanning: each scan is judged at once; nothing is posted before the first code is scanned again."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from houqin.accounts.models import User
from houqin.inventory.models import Location, StockDocument, Warehouse
from houqin.inventory.policies import sees_value, visible_documents, visible_locations, visible_warehouses
from houqin.inventory.queries.codes import ScannedItem
from houqin.inventory.queries.prices import last_price
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown
from houqin.web.access import person_of, requires
from houqin.web.lists import is_key, numbers
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to
from houqin.web.stores import basket as baskets
from houqin.web.stores import scanning
from houqin.web.stores.basket import Basket, Line
from houqin.web.stores.batches import LEFT, Batch, Said, Sign, Taking, codes_of, stopped, take, told_by
from houqin.web.stores.steps import WAYS, Way
from houqin.work.queries.bearers import Bearer, bearer_of


@dataclass(frozen=True)
class Asked(Taking):
    """One request of a scan page: who, which way, and the basket with what stands at its head."""

    user: User
    way: Way
    basket: Basket
    head: Location | Bearer | None

    def with_basket(self, basket: Basket) -> "Asked":
        """The same with another basket."""
        return replace(self, basket=basket)


class ReadyToPost(Sign):
    """The first code was scanned again: the document is to be posted."""


@require_http_methods(["GET", "POST"])
@requires("stock.move")
def scan(request: HttpRequest, way: str) -> HttpResponse:
    """One of the ways to scan. The basket is in the form; `do` says what the form was sent for."""
    user = person_of(request)
    stores = list(visible_warehouses(user, "stock.move").filter(active=True))
    store = _store(request, stores)
    if store is None:
        return render(request, "stores/no_store.html", {"chapter": "stores", "way": WAYS[way]})
    batch = Batch(_asked(request, user, WAYS[way], store))
    try:
        batch = _step(request, batch.asked)
    except Refused as refusal:
        batch = replace(batch, wrong=(str(refusal),))
    if batch.sign is not None:
        try:
            answer = once(request, lambda: _posted(request, batch))
        except Refused as refusal:
            batch = stopped(batch, codes_of(request.POST), _("Nothing was posted"), refusal)
        else:
            return _next_document(request, answer, batch.asked, stores)
    return _shown(request, batch, stores, told=request.GET if request.method == "GET" else QueryDict())


def _store(request: HttpRequest, stores: list[Warehouse]) -> Warehouse | None:
    chosen = numbers(request.POST if request.method == "POST" else request.GET, "store")
    named = next((store for store in stores if store.pk == chosen), None)
    return named or next(iter(stores), None)


def _asked(request: HttpRequest, user: User, way: Way, store: Warehouse) -> Asked:
    basket = baskets.read(request.POST, store)
    head = _head(way, basket, user)
    tail = basket.tail if basket.tail and basket.tail.warehouse_id == store.pk else None
    basket = replace(basket, head=basket.head if head else "", tail=tail)
    return Asked(user, way, basket, head, doubt=bool(request.POST.get("doubt")))


def _head(way: Way, basket: Basket, user: User) -> Location | Bearer | None:
    """What was scanned first, as far as this person may still use it."""
    if not basket.head:
        return None
    if way.begins == "bearer":
        return bearer_of(basket.head, user)
    if not is_key(basket.head):
        return None
    right = "stock.move" if way.begins == "shelf" else "stock.see"
    place = visible_locations(user, right).select_related("warehouse").filter(pk=int(basket.head)).first()
    own = place is not None and place.warehouse_id == basket.store.pk
    return place if own == (way.begins == "shelf") else None


def _step(request: HttpRequest, asked: Asked) -> Batch[Asked]:
    """What the form was sent for: scans, a button of a line, posting."""
    do, _colon, at = request.POST.get("do", "").partition(":")
    if do == "post":
        return Batch(asked, sign=ReadyToPost())
    if do in {"more", "less", "drop"} and is_key(at) and int(at) < len(asked.basket.lines):
        return Batch(_counted(asked, do, int(at)))
    if do == "again":
        return Batch(asked.with_basket(replace(asked.basket, head="", tail=None)))
    return take(asked, codes_of(request.POST), _scanned)


def _counted(asked: Asked, do: str, at: int) -> Asked:
    line = asked.basket.lines[at]
    qty = line.qty + (line.item.step if do == "more" else -line.item.step)
    if do == "drop" or qty <= 0:
        return asked.with_basket(asked.basket.changed(at, None))
    changed = replace(line, qty=qty, typed="")
    grown = asked.basket.changed(at, changed)
    asked.way.check(grown, changed)
    return asked.with_basket(grown)


def _scanned(asked: Asked, text: str) -> tuple[Asked, Said]:
    """One scan: what it adds. Raises `Refused` for what is not wanted now."""
    last = asked.basket.lines[-1] if asked.basket.lines else None
    if last and asked.way.key == "receive" and last.item.tracked and not last.lot:
        return _lot_named(asked, last, text)
    found = scanning.read(text, user=asked.user, store=asked.basket.store)
    if isinstance(found, Location):
        return _located(asked, found)
    if isinstance(found, Bearer):
        return _borne(asked, found)
    if asked.head is None:
        raise Refused(_("%(what)s comes later. %(first)s.") % {"what": text, "first": asked.way.first})
    if isinstance(found, Decimal):
        if last is None:
            raise Refused(_("“%(code)s” is a quantity: scan the item first.") % {"code": text})
        asked.require_sure(text)
        return _with(asked, asked.basket.changed(len(asked.basket.lines) - 1, replace(last, qty=found)))
    return _with(asked, asked.basket.added(found))


def _lot_named(asked: Asked, last: Line, text: str) -> tuple[Asked, Said]:
    """The next code after an item that is kept by lots, where it is no known code, names the lot."""
    try:
        found = scanning.read(text, user=asked.user, store=asked.basket.store)
    except Refused:
        found = Decimal(0)
    lot = text.strip()[:60]
    days: dict[str, Any] = {}
    if isinstance(found, ScannedItem) and found.item.pk == last.item.pk and found.lot:
        lot, days = found.lot, {"expires_on": found.expires_on, "made_on": found.made_on}
    elif not isinstance(found, Decimal):
        raise Refused(_("%(item)s is kept by lots: scan or type its lot first.") % {"item": last.item})
    named = replace(last, lot=lot, **days)
    return _with(asked, asked.basket.changed(len(asked.basket.lines) - 1, named))


def _with(asked: Asked, basket: Basket) -> tuple[Asked, Said]:
    """The basket with its last line, when that line can be."""
    line = basket.lines[-1]
    asked.way.check(basket, line)
    title = _("Added")
    if asked.way.key == "receive" and line.item.tracked and not line.lot:
        title = _("Now scan or type the lot")
    about = " · ".join(part for part in (line.item.code, line.item.spec, line.lot) if part)
    said = Said("ok", title, str(line.item), about, shown(line.qty), str(line.unit))
    return asked.with_basket(basket), said


def _located(asked: Asked, place: Location) -> tuple[Asked, Said]:
    """A location: the first code (also twice), the one the goods go to, or the sign to post."""
    basket, code = asked.basket, place.code
    if asked.way.begins == "bearer" or (asked.head is not None and _is_odd(asked, place)):
        raise Refused(_("%(code)s is a location; an item is wanted.") % {"code": code})
    _require_store(asked, place)
    if asked.head is None or (not basket.lines and basket.head == str(place.pk)):
        begun = replace(asked, basket=replace(basket, head=str(place.pk)), head=place)
        return begun, Said("ok", _("Location"), code, str(place.warehouse))
    if asked.way.ends and place.pk != asked.head.pk:  # type: ignore[union-attr]
        if basket.tail is not None and basket.tail.pk == place.pk:
            raise ReadyToPost
        return asked.with_basket(replace(basket, tail=place)), Said(
            "ok", _("Goes to"), code, _("Scan it again to post.")
        )
    raise ReadyToPost


def _is_odd(asked: Asked, place: Location) -> bool:
    """Another location where no second one is wanted."""
    return not asked.way.ends and isinstance(asked.head, Location) and asked.head.pk != place.pk


def _require_store(asked: Asked, place: Location) -> None:
    own = place.warehouse_id == asked.basket.store.pk
    facts = {"code": place.code, "there": place.warehouse, "here": asked.basket.store}
    if asked.way.begins == "shelf" and not own:
        raise Refused(_("%(code)s is in %(there)s; you are working in %(here)s.") % facts)
    if asked.way.begins == "other" and own:
        raise Refused(_("%(code)s is in %(here)s itself: scan a location of another store.") % facts)
    if not visible_locations(asked.user).filter(pk=place.pk).exists():
        raise Refused(_("%(code)s is in a store you do not work in.") % facts)


def _borne(asked: Asked, bearer: Bearer) -> tuple[Asked, Said]:
    if asked.way.begins != "bearer":
        raise Refused(
            _("%(code)s is a work order or department; an item or location is wanted.")
            % {"code": bearer.code}
        )
    again = isinstance(asked.head, Bearer) and asked.head.code == bearer.code
    if asked.head is None or (again and not asked.basket.lines):
        begun = replace(asked, basket=replace(asked.basket, head=bearer.code), head=bearer)
        return begun, Said("ok", _("Charged to"), bearer.code, bearer.name)
    if again:
        raise ReadyToPost
    raise Refused(
        _("This is %(code)s, but the goods go to %(head)s. Post first.")
        % {"code": bearer.code, "head": asked.basket.head}
    )


def _require_lines(asked: Asked) -> None:
    asked.basket.require_readable()
    if asked.head is None:
        raise Refused(f"{asked.way.first}.")
    if not asked.basket.lines:
        raise Refused(_("Nothing has been scanned yet: scan an item."))
    if asked.way.ends and asked.basket.tail is None:
        raise Refused(_("Scan the location the goods go to."))


def _posted(request: HttpRequest, batch: Batch[Asked]) -> HttpResponse:
    asked = batch.asked
    _require_lines(asked)
    key = f"scan:{request.POST.get('form_key') or new_form_key()}"[:80]
    document = asked.way.post(asked.basket, asked.user, key)
    here = reverse(f"stores:{asked.way.key.replace('-', '_')}")
    return go_to(request, f"{here}?store={asked.basket.store.pk}&left={batch.left}&done={document.number}")


def _next_document(
    request: HttpRequest, answer: HttpResponse, asked: Asked, stores: list[Warehouse]
) -> HttpResponse:
    """Begin the next document where the posted one stood: the field stays, and what is typed into it."""
    if not getattr(request, "htmx", False):
        return answer
    told = told_by(answer)
    fresh = replace(asked, basket=Basket(asked.basket.store), head=None, doubt=False)
    page = _shown(request, Batch(fresh), stores, told=told)
    page.headers[LEFT] = told.get("left", "0")
    return page


def _shown(
    request: HttpRequest, batch: Batch[Asked], stores: list[Warehouse], *, told: QueryDict
) -> HttpResponse:
    asked, htmx = batch.asked, bool(getattr(request, "htmx", False))
    lines = [
        {"line": line, "at": at, "usual": last_price(line.item) if asked.way.key == "receive" else None}
        for at, line in enumerate(asked.basket.lines)
    ]
    context = {
        "way": asked.way,
        "basket": asked.basket,
        "head": asked.head,
        "lines": lines[::-1],
        "said": batch.said,
        "wrong": batch.wrong,
        "wrong_title": _("Not added"),
        "doubt": asked.doubt,
        "wanted": _wanted(asked),
        "again": _again(asked),
        "stores": stores,
        "done": _done(told, asked.user),
        "swapped": htmx and "done" in told,
        "prices": asked.way.key == "receive" and sees_value(asked.user),
        "lots": asked.way.key == "receive",
        "form_key": ("done" not in told and request.POST.get("form_key")) or new_form_key(),
        "back": reverse("stores:home"),
    }
    return render(request, "stores/scan.html#basket" if htmx else "stores/scan.html", context)


def _wanted(asked: Asked) -> str:
    """What is to be scanned next, in words."""
    if asked.head is None:
        return str(asked.way.first)
    if not asked.basket.lines:
        return _("Scan an item")
    if asked.way.ends and asked.basket.tail is None:
        return _("Scan an item, or the location the goods go to")
    return _("Scan an item; scan %(code)s again to post") % {"code": _again(asked)}


def _again(asked: Asked) -> str:
    """The code whose second scan posts."""
    place = asked.basket.tail if asked.way.ends else asked.head
    return place.code if place is not None else ""


def _done(told: QueryDict, user: User) -> StockDocument | None:
    number = told.get("done", "")
    return visible_documents(user).filter(number=number).first() if number else None
