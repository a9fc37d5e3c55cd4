"""One lot: its days and state, where it lies, what moved; blocked, released, opened, written off."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.flows.write_off import write_off_goods
from houqin.inventory.actions import lots
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import CostLayer, DocumentStatus, Item, Lot, StockBalance, StockMove
from houqin.inventory.policies import sees_value, visible_lots, visible_warehouses
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.kernel.quantity import shown
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.lists import Sorting, page
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back

LATEST_FIRST = Sorting("effective_at", newest=True)
S = Lot.Status
STATES: dict[str, str] = {"block": S.BLOCKED, "quarantine": S.QUARANTINE, "release": S.AVAILABLE}


class BalanceField(forms.ModelChoiceField[StockBalance]):
    """What lies somewhere, with its lot, location and quantity."""

    def label_from_instance(self, obj: Any) -> str:
        """`灯管 ZM-1 · L7 · 总库 A1 · 12 个`."""
        lot = f" · {obj.lot}" if obj.lot else ""
        where = f"{obj.location.warehouse} {obj.location.code}"
        return f"{obj.item} {obj.item.code}{lot} · {where} · {shown(obj.on_hand)} {obj.item.unit}"


class WriteOffForm(forms.Form):
    """What is written off, how much of it, and why."""

    balance = BalanceField(
        label=pgettext_lazy("stock", "what lies where"), queryset=StockBalance.objects.none()
    )
    qty = forms.DecimalField(label=gettext_lazy("quantity"), max_digits=18, decimal_places=6, min_value=0)
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=200)

    def __init__(self, *args: Any, user: User, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = StockBalance.objects.filter(
            item=item, on_hand__gt=0, location__warehouse__in=visible_warehouses(user, "stock.move")
        )
        self.fields["balance"].queryset = held.select_related(  # type: ignore[attr-defined]
            "item__unit", "lot", "location__warehouse"
        )


@require_GET
@requires("stock.see")
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot with its days, where it lies, what it is worth and what moved."""
    user = person_of(request)
    joined = ("item__unit", "partner")
    found: Lot = get_object_or_404(visible_lots(user).select_related(*joined), pk=pk)
    stores = list(visible_warehouses(user).values_list("pk", flat=True))
    ends = Q(source__warehouse__in=stores) | Q(target__warehouse__in=stores)
    moves = StockMove.objects.filter(ends, lot=found).select_related(
        "document", "source__warehouse", "target__warehouse", "lot"
    )
    layers = CostLayer.objects.filter(lot=found, pool__in=stores, qty_left__gt=0)
    context = {
        "chapter": "stores",
        "lot": found,
        "expired": found.expires_on is not None and found.expires_on < clock.today(),
        "balances": StockBalance.objects.filter(
            lot=found, location__warehouse__in=stores, on_hand__gt=0
        ).select_related("location__warehouse"),
        "layers": layers.select_related("pool", "root__document") if sees_value(user) else (),
        "values": sees_value(user),
        "page": page(moves, LATEST_FIRST, request.GET),
        "may_move": may(user, "stock.move"),
        "form_key": new_form_key(),
        "organisation": organisation(),
        "back": reverse("stores:item", args=[found.item_id]),
    }
    return render(request, "stores/lot.html", context)


@require_POST
@requires("stock.move")
def lot_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Block a lot, put it in quarantine, release it, or note that it was opened."""
    found = get_object_or_404(visible_lots(person_of(request)), pk=pk)
    step = _step(found, request.POST.get("do", ""), request.POST.get("reason", ""))

    def effect() -> HttpResponse:
        now = step()
        facts = {"lot": now, "state": now.get_status_display()}
        return go_to(request, "stores:lot", pk, said=_("Lot %(lot)s: %(state)s.") % facts)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "stores:lot", pk)


def _step(found: Lot, do: str, reason: str) -> Callable[[], Lot]:
    if do == "open":
        return lambda: lots.open_lot(lot_id=found.pk)
    return lambda: lots.set_status(lot_id=found.pk, status=STATES.get(do, ""), reason=reason)


@require_http_methods(["GET", "POST"])
@requires("stock.move")
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Write off what lies of an item, expired and blocked lots included, with a reason."""
    user = person_of(request)
    item = get_object_or_404(Item.objects.select_related("unit"), pk=pk)
    initial = {"balance": request.GET.get("balance")}
    form = WriteOffForm(request.POST or None, user=user, item=item, initial=initial)
    if request.method == "POST":
        key = f"write-off:{request.POST.get('form_key') or new_form_key()}"[:80]

        def effect() -> HttpResponse:
            # Checked inside: after the first click nothing may be left to choose.
            if form.is_valid():
                return _written_off(request, user, form.cleaned_data, key)
            return _write_off_page(request, item, form)

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    return _write_off_page(request, item, form)


def _write_off_page(request: HttpRequest, item: Item, form: WriteOffForm) -> HttpResponse:
    context = {
        "chapter": "stores",
        "item": item,
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "organisation": organisation(),
        "back": reverse("stores:item", args=[item.pk]),
    }
    return render(request, "stores/write_off.html", context, status=422 if form.errors else 200)


def _written_off(request: HttpRequest, user: User, given: dict[str, Any], key: str) -> HttpResponse:
    held: StockBalance = given["balance"]
    qty: Decimal = given["qty"]
    goods = [Goods(item=held.item, qty=qty, lot=held.lot, location=held.location)]
    document = write_off_goods(goods=goods, by=user, reason=given["reason"], key=key)
    facts = {"number": document.number}
    if document.status == DocumentStatus.POSTED:
        said = _("%(number)s is posted.") % facts
    else:
        said = _("%(number)s awaits approval; the goods stay in the books until then.") % facts
    return go_to(request, "stores:document", document.number, said=said)
