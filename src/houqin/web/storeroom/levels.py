"""How much of an item a store should have: the register, and one entry of it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.inventory.actions import levels as actions
from houqin.inventory.models import StockPolicy
from houqin.inventory.queries import registers
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import capped, counted, list_query, numbers
from houqin.web.once import once
from houqin.web.responses import go_to, refused
from houqin.web.storeroom.around import RIGHT, frame
from houqin.web.storeroom.forms import LevelForm
from houqin.web.stores.paging import PAGE, CodePage


def _found(user: User, query: QueryDict) -> QuerySet[StockPolicy]:
    return registers.levels(user, query.get("q", "").strip()[:100], numbers(query, "store"))


def paged(found: QuerySet[StockPolicy], query: QueryDict, *, size: int = PAGE) -> CodePage[StockPolicy]:
    """The page behind or before the entry an address names, by the codes of item and store."""
    after, before = _named(query, "after"), _named(query, "before")
    if before is not None and after is None:
        item, store = before.item.code, before.warehouse.code
        found = found.filter(Q(item__code__lt=item) | Q(item__code=item, warehouse__code__lt=store))
        rows = list(found.order_by("-item__code", "-warehouse__code")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return CodePage(rows, _key(rows[0]) if more else "", _key(rows[-1])) if rows else CodePage([])
    if after is not None:
        item, store = after.item.code, after.warehouse.code
        found = found.filter(Q(item__code__gt=item) | Q(item__code=item, warehouse__code__gt=store))
    rows = list(found[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return CodePage(rows, _key(rows[0]) if rows and after else "", _key(rows[-1]) if more else "")


def _named(query: QueryDict, name: str) -> StockPolicy | None:
    pk = numbers(query, name)
    rows = StockPolicy.objects.select_related("item", "warehouse")
    return rows.filter(pk=pk).first() if pk is not None else None


def _key(row: StockPolicy) -> str:
    return str(row.pk)


@require_GET
@requires(RIGHT)
def level_list(request: HttpRequest) -> HttpResponse:
    """The entries by item and store."""
    user = person_of(request)
    found = _found(user, request.GET)
    context = {
        **frame(request, "levels"),
        "page": paged(found, request.GET),
        "total": counted(capped(found)),
        "stores": registers.stores(user),
        "chosen": numbers(request.GET, "store"),
        "list_query": list_query(request.GET),
    }
    return render(request, "storeroom/levels.html", context)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def level_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One entry, new or existing; item and store of an existing one stay."""
    user = person_of(request)
    policy = get_object_or_404(registers.levels(user), pk=pk) if pk else None
    form = _form(request, user, policy)

    def keep() -> HttpResponse:
        actions.set_levels(**form.cleaned_data)
        return go_to(request, "storeroom:levels", said=_("Saved."))

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, keep)
        except Refused as refusal:
            refused(form, refusal)
    context = {**frame(request, "levels"), "form": form, "policy": policy}
    return render(request, "storeroom/level.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, user: User, policy: StockPolicy | None) -> LevelForm:
    shelves = registers.locations(user, store_id=policy.warehouse_id if policy else None)
    initial: dict[str, Any] = {"item": request.GET.get("item", ""), "store": numbers(request.GET, "store")}
    if policy is not None:
        initial = {
            name: _plain(getattr(policy, "warehouse" if name == "store" else name))
            for name in LevelForm.base_fields
        }
    form = LevelForm(
        request.POST or None, among=registers.stores(user, active=True), shelves=shelves, initial=initial
    )
    if policy is not None:
        form.fields["store"].queryset = registers.stores(user)  # type: ignore[attr-defined]
        form.fields["item"].disabled = form.fields["store"].disabled = True
    else:
        del form.fields["shelf"]
    return form


def _plain(value: Any) -> Any:
    """Quantities as people write them."""
    return format(value.normalize(), "f") if hasattr(value, "normalize") else value


@require_POST
@requires(RIGHT)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The store has no wishes about the item any more."""
    policy = get_object_or_404(registers.levels(person_of(request)), pk=pk)

    def effect() -> HttpResponse:
        actions.drop_levels(policy_id=policy.pk)
        return go_to(request, "storeroom:levels", said=_("Taken away."))

    return once(request, effect)


SHEET = Sheet(
    gettext_lazy("Minimum and order"),
    RIGHT,
    _found,
    lambda _user: [
        Column(gettext_lazy("code"), lambda row: row.item.code, 16),
        Column(gettext_lazy("item"), lambda row: str(row.item), 30),
        Column(gettext_lazy("unit"), lambda row: str(row.item.unit), 8),
        Column(pgettext_lazy("stores", "Store"), lambda row: str(row.warehouse), 20),
        Column(pgettext_lazy("stock", "minimum"), lambda row: row.minimum, 12),
        Column(gettext_lazy("safety stock"), lambda row: row.safety_stock, 12),
        Column(gettext_lazy("order when there are only"), lambda row: row.reorder_point, 14),
        Column(gettext_lazy("order up to"), lambda row: row.order_up_to, 12),
        Column(gettext_lazy("order this much"), lambda row: row.order_qty, 12),
        Column(gettext_lazy("ordered in multiples of"), lambda row: row.pack, 12),
        Column(gettext_lazy("days until it comes"), lambda row: row.lead_time_days, 12),
        Column(gettext_lazy("looked at every so many days"), lambda row: row.review_days, 12),
        Column(gettext_lazy("usual location"), lambda row: row.shelf.code if row.shelf else "", 14),
    ],
)
