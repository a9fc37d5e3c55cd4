"""Parts of a job on the phone: find by scan or name, keep, take, bring back."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.flows import order_parts
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import Item, StockMove, Warehouse
from houqin.inventory.queries import picking
from houqin.inventory.queries.codes import item_of, items_like
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused
from houqin.web.access import requires
from houqin.web.jobs.acting import taken
from houqin.web.jobs.forms import DropForm, PartForm, ReturnForm
from houqin.web.jobs.views import person
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused_back
from houqin.work.models import WorkOrder, WorkOrderStatus
from houqin.work.policies import may_record, may_see_cost, visible_orders
from houqin.work.queries.parts import parts_of

S = WorkOrderStatus
FOUND = 8
"""Items shown for what was typed; more are asked for by more words."""


@dataclass(frozen=True)
class Offer:
    """An item with the stores that could hand some out today, those with most first; else all main stores."""

    item: Item
    stores: list[tuple[Warehouse, Decimal]]

    @property
    def some(self) -> bool:
        """True where a store has any."""
        return any(free for _store, free in self.stores)


@require_GET
@requires("work.view")
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """What the job needs and has, and what `?q=` finds in the stores."""
    order = get_object_or_404(visible_orders(person(request)).select_related("job_type"), number=number)
    typed = request.GET.get("q", "").strip()[:100]
    found = parts_of(order, on=clock.today())
    changes = may_record(person(request), order)
    context: dict[str, Any] = {
        "order": order,
        "parts": found,
        "typed": typed,
        "offers": _offers(typed),
        "takes": changes and not order.is_finished and order.status not in {S.DRAFT, S.AWAITING_APPROVAL},
        "returns": changes and order.status not in {S.CLOSED, S.CANCELLED},
        "sees_cost": may_see_cost(person(request)),
        "form_key": new_form_key(),
        "back": _way_back(person(request), order),
    }
    return render(request, "jobs/parts.html", context)


def _way_back(user: User, order: WorkOrder) -> str:
    """To the job for who carries out work, to the order's own page for everybody else."""
    return reverse("jobs:job" if may(user, "work.perform") else "work:order", args=[order.number])


def _offers(typed: str) -> list[Offer]:
    """What was scanned, else what the words find; what lies in a store comes first."""
    if not typed:
        return []
    scanned = _scanned(typed)
    items = [scanned] if scanned is not None else list(items_like(typed)[:FOUND])
    stores = list(Warehouse.objects.filter(active=True))
    free = picking.free_in_stores(items, on=clock.today())
    found = [Offer(item, _having(item, stores, free)) for item in items]
    return sorted(found, key=lambda offer: not offer.some)


def _scanned(typed: str) -> Item | None:
    """The item in use of a code; what is no code is looked for by its words."""
    try:
        found = item_of(typed)
    except Invalid:
        return None
    return found.item if found is not None and found.item.active else None


def _having(
    item: Item, stores: list[Warehouse], free: dict[tuple[int, int], Decimal]
) -> list[tuple[Warehouse, Decimal]]:
    some = [(store, much) for store in stores if (much := free.get((item.pk, store.pk)))]
    if some:
        return sorted(some, key=lambda one: -one[1])
    return [(store, Decimal(0)) for store in stores if store.parent_id is None]


def _step(request: HttpRequest, order: WorkOrder, effect: Callable[[], str]) -> HttpResponse:
    try:
        return once(request, lambda: go_to(request, "jobs:parts", order.number, said=effect()))
    except Refused as refusal:
        return refused_back(request, refusal, "jobs:parts", order.number)


def _refused(request: HttpRequest, order: WorkOrder, form: PartForm | ReturnForm | DropForm) -> HttpResponse:
    sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return refused_back(request, Refused(sentence), "jobs:parts", order.number)


@taken
def plan_part(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """The job needs a part; the store keeps what it has."""
    form = PartForm(request.POST)
    if not form.is_valid():
        return _refused(request, order, form)

    def effect() -> str:
        part = order_parts.plan_part(order_id=order.pk, by=person(request), **form.cleaned_data)
        if part.short_since:
            return _("The store does not have enough: you will be told when it has come.")
        return _("Kept for this job.")

    return _step(request, order, effect)


@taken
def take_part(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """A part is taken out of the store for the job."""
    form = PartForm(request.POST)
    if not form.is_valid():
        return _refused(request, order, form)
    given = form.cleaned_data

    def effect() -> str:
        order_parts.use_parts(
            order_id=order.pk,
            goods=[Goods(item=given["item"], qty=given["qty"])],
            warehouse=given["warehouse"],
            by=person(request),
        )
        return _("Taken: %(item)s.") % {"item": given["item"]}

    return _step(request, order, effect)


@taken
def return_part(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """What was not used comes back."""
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _refused(request, order, form)
    given = form.cleaned_data
    moves = StockMove.objects.filter(document__source=order.number)
    move = get_object_or_404(moves.select_related("source", "target", "item__unit", "lot"), pk=given["move"])

    def effect() -> str:
        order_parts.return_parts(order_id=order.pk, move=move, qty=given["qty"], by=person(request))
        return _("Brought back: %(item)s.") % {"item": move.item}

    return _step(request, order, effect)


@taken
def drop_part(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """The job does not need a part any more."""
    form = DropForm(request.POST)
    if not form.is_valid():
        return _refused(request, order, form)

    def effect() -> str:
        order_parts.drop_part(order_id=order.pk, part_id=form.cleaned_data["part"], by=person(request))
        return _("No longer kept for this job.")

    return _step(request, order, effect)
