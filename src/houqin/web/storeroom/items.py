"""Items: their register, one of them with its packings and barcodes."""

from functools import partial

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.inventory.actions import items as actions
from houqin.inventory.models import Item, ItemCategory
from houqin.inventory.queries import registers
from houqin.inventory.queries.registers import ItemFilter
from houqin.inventory.queries.use import moves_of
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import capped, counted, list_query, numbers
from houqin.web.once import once
from houqin.web.responses import go_to, refused
from houqin.web.storeroom.around import RIGHT, frame, small_form
from houqin.web.storeroom.forms import BarcodeForm, ItemForm, PackingForm
from houqin.web.stores.paging import by_code

STATES = (
    ("", pgettext_lazy("register", "in use")),
    ("out", gettext_lazy("out of use")),
    ("all", pgettext_lazy("register", "all")),
)
_ACTIVE: dict[str, bool | None] = {"out": False, "all": None}


def wanted(query: QueryDict) -> ItemFilter:
    """What the address of the register means; what it cannot mean narrows nothing."""
    return ItemFilter(
        query.get("q", "").strip()[:100],
        numbers(query, "category"),
        _ACTIVE.get(query.get("state", ""), True),
    )


@require_GET
@requires(RIGHT)
def item_list(request: HttpRequest) -> HttpResponse:
    """The items by code."""
    found = registers.items(wanted(request.GET))
    state = request.GET.get("state", "")
    context = {
        **frame(request, "items"),
        "page": by_code(found, request.GET),
        "total": counted(capped(found)),
        "categories": ItemCategory.objects.select_related("parent"),
        "states": [(key, label, key == (state if state in _ACTIVE else "")) for key, label in STATES],
        "list_query": list_query(request.GET),
    }
    return render(request, "storeroom/items.html", context)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def item_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One item, new or existing."""
    item = _item(pk) if pk else None
    form = ItemForm(request.POST or None, item=item)

    def keep() -> HttpResponse:
        if item is None:
            made = actions.enter_item(**form.cleaned_data)
            return go_to(request, "storeroom:item", made.pk, said=_("Saved."))
        actions.change_item(item_id=item.pk, **form.cleaned_data)
        return go_to(request, "storeroom:items", said=_("Saved."))

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, keep)
        except Refused as refusal:
            refused(form, refusal)
    context = {**frame(request, "items"), "form": form, "item": item}
    if item is not None:
        context |= _beside(item, request)
    return render(request, "storeroom/item.html", context, status=422 if form.errors else 200)


def _beside(item: Item, request: HttpRequest) -> dict[str, object]:
    levels = registers.levels(person_of(request)).filter(item=item)
    return {
        "moves": moves_of(item),
        "packings": item.units.select_related("unit"),
        "packing_form": PackingForm(),
        "barcodes": item.barcodes.select_related("unit"),
        "barcode_form": BarcodeForm(item=item),
        "levels": levels,
    }


@require_POST
@requires(RIGHT)
def set_packing(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a packing, or another size of one that is there."""
    act = partial(actions.set_packing, item_id=_item(pk).pk)
    return small_form(request, PackingForm(request.POST), act, "storeroom:item", pk, said=_("Saved."))


@require_POST
@requires(RIGHT)
def drop_packing(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Take a packing away that no document was written in."""
    act = partial(actions.remove_packing, item_id=_item(pk).pk, unit_id=unit)
    return _dropped(request, act, pk)


@require_POST
@requires(RIGHT)
def add_barcode(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter another barcode."""
    item = _item(pk)
    act = partial(actions.add_barcode, item_id=item.pk)
    form = BarcodeForm(request.POST, item=item)
    return small_form(request, form, act, "storeroom:item", pk, said=_("Saved."))


@require_POST
@requires(RIGHT)
def drop_barcode(request: HttpRequest, pk: int, barcode: int) -> HttpResponse:
    """Take a barcode off the item."""
    act = partial(actions.remove_barcode, item_id=_item(pk).pk, barcode_id=barcode)
    return _dropped(request, act, pk)


def _dropped(request: HttpRequest, act: "partial[None]", pk: int) -> HttpResponse:
    return small_form(request, Form(request.POST), act, "storeroom:item", pk, said=_("Taken away."))


def _item(pk: int) -> Item:
    found = Item.objects.select_related("unit", "category").defer("search_text", "search_grams")
    return get_object_or_404(found, pk=pk)


SHEET = Sheet(
    gettext_lazy("Items"),
    RIGHT,
    lambda _user, query: registers.items(wanted(query)),
    lambda _user: [
        Column(gettext_lazy("code"), lambda item: item.code, 16),
        Column(gettext_lazy("name"), lambda item: item.name, 30),
        Column(gettext_lazy("English name"), lambda item: item.name_en, 30),
        Column(gettext_lazy("specification"), lambda item: item.spec, 24),
        Column(gettext_lazy("category"), lambda item: str(item.category), 14),
        Column(gettext_lazy("unit"), lambda item: str(item.unit), 8),
        Column(gettext_lazy("smallest quantity"), lambda item: item.step, 12),
        Column(gettext_lazy("told apart by"), lambda item: item.get_tracking_display(), 12),
        Column(gettext_lazy("cost method"), lambda item: item.get_cost_method_display(), 14),
        Column(gettext_lazy("shelf life in days"), lambda item: item.shelf_life_days, 12),
        Column(gettext_lazy("to be stored"), lambda item: item.storage, 16),
        Column(gettext_lazy("hazard class"), lambda item: item.hazard, 14),
        Column(gettext_lazy("in use"), lambda item: _("yes") if item.active else _("no"), 8),
    ],
)
