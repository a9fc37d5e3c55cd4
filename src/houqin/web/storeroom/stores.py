"""Stores, sub-stores and the locations in them."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.inventory.actions import stores as actions
from houqin.inventory.models import INSIDE, Warehouse
from houqin.inventory.policies import visible_locations, visible_warehouses
from houqin.inventory.queries import registers
from houqin.inventory.queries.use import items_at, items_in
from houqin.kernel.errors import Invalid, Refused
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import capped, counted, list_query
from houqin.web.once import once
from houqin.web.responses import go_to, refused
from houqin.web.storeroom.around import RIGHT, frame, small_form
from houqin.web.storeroom.forms import LocationForm, LocationsForm, StoreForm
from houqin.web.stores.paging import by_code


@require_GET
@requires(RIGHT)
def store_list(request: HttpRequest) -> HttpResponse:
    """The stores by code."""
    found = _found(person_of(request), request.GET)
    context = {
        **frame(request, "stores"),
        "page": by_code(found, request.GET),
        "total": counted(capped(found)),
        "list_query": list_query(request.GET),
    }
    return render(request, "storeroom/stores.html", context)


def _found(user: User, query: QueryDict) -> QuerySet[Warehouse]:
    return registers.stores(user, query.get("q", "").strip()[:100])


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def store_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One store, new or existing, with its locations."""
    user = person_of(request)
    store = _store(user, pk) if pk else None
    form = StoreForm(request.POST or None, user=user, store=store)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, partial(_keep, request, user, store, form))
        except Refused as refusal:
            refused(form, refusal)
    context = {**frame(request, "stores"), "form": form, "store": store}
    if store is not None:
        context |= {
            "locations": store.locations.filter(kind__in=INSIDE).order_by("code"),
            "locations_form": LocationsForm(),
            "items": items_in(store),
        }
    return render(request, "storeroom/store.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, user: User, store: Warehouse | None, form: StoreForm) -> HttpResponse:
    with transaction.atomic():
        if store is None:
            kept = actions.enter_store(**form.cleaned_data)
        else:
            kept = actions.change_store(store_id=store.pk, **form.cleaned_data)
        if not visible_warehouses(user, RIGHT).filter(pk=kept.pk).exists():
            raise Invalid(_("Choose a place that you look after."), field="place")
    if store is None:
        return go_to(request, "storeroom:store", kept.pk, said=_("Saved. Now enter its locations."))
    return go_to(request, "storeroom:stores", said=_("Saved."))


@require_POST
@requires(RIGHT)
def add_locations(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter locations of a store, several at once."""
    store = _store(person_of(request), pk)
    act = partial(actions.enter_locations, store_id=store.pk)
    form = LocationsForm(request.POST)
    return small_form(request, form, act, "storeroom:store", pk, said=_("Saved."))


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def location(request: HttpRequest, pk: int) -> HttpResponse:
    """One location."""
    seen = visible_locations(person_of(request), RIGHT).select_related("warehouse")
    place = get_object_or_404(seen, pk=pk)
    initial = {name: getattr(place, name) for name in LocationForm.base_fields}
    form = LocationForm(request.POST or None, initial=initial)

    def keep() -> HttpResponse:
        actions.change_location(location_id=place.pk, **form.cleaned_data)
        return go_to(request, "storeroom:store", place.warehouse_id, said=_("Saved."))

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, keep)
        except Refused as refusal:
            refused(form, refusal)
    context = {**frame(request, "stores"), "form": form, "place": place, "items": items_at(place)}
    return render(request, "storeroom/location.html", context, status=422 if form.errors else 200)


def _store(user: User, pk: int) -> Warehouse:
    return get_object_or_404(visible_warehouses(user, RIGHT).select_related("parent", "place"), pk=pk)


SHEET = Sheet(
    gettext_lazy("Stores and sub-stores"),
    RIGHT,
    _found,
    lambda _user: [
        Column(gettext_lazy("code"), lambda store: store.code, 12),
        Column(gettext_lazy("name"), lambda store: store.name, 24),
        Column(gettext_lazy("English name"), lambda store: store.name_en, 24),
        Column(gettext_lazy("sub-store of"), lambda store: str(store.parent or ""), 20),
        Column(gettext_lazy("place"), lambda store: str(store.place or ""), 24),
        Column(gettext_lazy("locations"), lambda store: store.shelves, 10),
        Column(gettext_lazy("in use"), lambda store: _("yes") if store.active else _("no"), 8),
    ],
)
