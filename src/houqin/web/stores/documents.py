"""Documents of stock: the list, one with its lines, its slip, and taking it back."""

from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.budget.models import CostEntry
from houqin.flows.move_goods import reverse_goods
from houqin.inventory.models import DocumentKind, DocumentStatus, StockDocument
from houqin.inventory.policies import movable_documents, sees_value, visible_documents
from houqin.inventory.queries.documents import lines_of, values_of
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import Sorting, in_all, list_query, page
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused
from houqin.web.stores import filters

LATEST_FIRST = Sorting("created_at", newest=True)
FOLLOWING = frozenset({DocumentKind.REVERSAL, DocumentKind.ADJUSTMENT})
"""Documents that follow from others and are not taken back by themselves."""


class ReasonForm(forms.Form):
    """Why a document is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


@require_GET
@requires("stock.see")
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents of the stores somebody sees, the latest first."""
    user = person_of(request)
    listed = _found(user, request.GET)
    found = page(listed, LATEST_FIRST, request.GET)
    values = values_of([row.pk for row in found.rows]) if sees_value(user) else {}
    context = {
        "chapter": "stores",
        "tab": "documents",
        "may_value": sees_value(user),
        "rows": [(row, values.get(row.pk)) for row in found.rows],
        "page": found,
        "total": lambda: in_all(listed, found),
        "kinds": [(kind, kind.label) for kind in DocumentKind],
        "states": [(state, state.label) for state in DocumentStatus],
        "values": sees_value(user),
        "list_query": list_query(request.GET),
        "organisation": organisation(),
    }
    return render(request, "stores/documents.html", context)


@require_GET
@requires("stock.see")
def document(request: HttpRequest, number: str) -> HttpResponse:
    """One document: its lines, what it moved, who bears it, what follows from it."""
    return _page(request, _one(request, number), ReasonForm())


@require_http_methods(["GET", "POST"])
@requires("stock.move")
def reverse_document(request: HttpRequest, number: str) -> HttpResponse:
    """Take a document back with a reason."""
    user = person_of(request)
    found = get_object_or_404(movable_documents(user) & visible_documents(user), number=number)
    form = ReasonForm(request.POST or None)
    if request.method == "GET":
        return go_to(request, "stores:document", number)
    if form.is_valid():
        key = f"reverse:{request.POST.get('form_key', '')}"[:80]

        def effect() -> HttpResponse:
            back = reverse_goods(document_id=found.pk, by=user, key=key, **form.cleaned_data)
            told = _("%(number)s takes %(what)s back.") % {"number": back.number, "what": number}
            return go_to(request, "stores:document", back.number, said=told)

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    return _page(request, _one(request, number), form)


def _page(request: HttpRequest, found: StockDocument, form: ReasonForm) -> HttpResponse:
    user = person_of(request)
    numbers = [found.number, *found.adjustments.values_list("number", flat=True)]
    context = {
        "chapter": "stores",
        "document": found,
        "lines": lines_of(found),
        "moves": found.stock_moves.select_related(
            "item__unit", "lot", "source__warehouse", "target__warehouse"
        ),
        "adjustments": found.adjustments.all(),
        "taken_back_by": StockDocument.objects.filter(reverses=found).first(),
        "values": sees_value(user),
        "charges": CostEntry.objects.filter(source__in=numbers).order_by("pk") if sees_value(user) else (),
        "late": found.posted_at is not None and (found.posted_at - found.effective_at).total_seconds() > LATE,
        "may_reverse": _may_reverse(user, found),
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "organisation": organisation(),
        "back": reverse("stores:documents"),
    }
    return render(request, "stores/document.html", context, status=422 if form.errors else 200)


LATE = 3_600
"""Seconds after which a document counts as entered late."""


def _may_reverse(user: User, found: StockDocument) -> bool:
    return (
        may(user, "stock.move")
        and found.status == DocumentStatus.POSTED
        and DocumentKind(found.kind) not in FOLLOWING
        and movable_documents(user).filter(pk=found.pk).exists()
    )


def _one(request: HttpRequest, number: str) -> StockDocument:
    joined = ("by", "partner", "reverses", "caused_by")
    return get_object_or_404(visible_documents(person_of(request)).select_related(*joined), number=number)


def _found(user: User, query: QueryDict) -> QuerySet[StockDocument]:
    wanted = filters.documents_of(query)
    return visible_documents(user).filter(wanted.condition()).select_related("by", "partner")


def _sheet_found(user: User, query: QueryDict) -> QuerySet[StockDocument]:
    return LATEST_FIRST.sorted(_found(user, query))


def _filled(rows: list[StockDocument]) -> list[tuple[StockDocument, Decimal]]:
    values = values_of([row.pk for row in rows])
    return [(row, values[row.pk]) for row in rows]


def _columns(user: User) -> list[Column]:
    columns = [
        Column(pgettext_lazy("document", "Number"), lambda row: row[0].number, 18),
        Column(gettext_lazy("kind"), lambda row: row[0].get_kind_display(), 14),
        Column(gettext_lazy("state"), lambda row: row[0].get_status_display(), 12),
        Column(gettext_lazy("took effect"), lambda row: row[0].effective_at, 17),
        Column(gettext_lazy("posted"), lambda row: row[0].posted_at, 17),
        Column(gettext_lazy("charged to"), lambda row: row[0].charged_to, 20),
        Column(gettext_lazy("for"), lambda row: row[0].source, 20),
        Column(gettext_lazy("who"), lambda row: str(row[0].by or ""), 12),
        Column(gettext_lazy("reason"), lambda row: row[0].reason, 30),
    ]
    value = Column(gettext_lazy("value, ￥"), lambda row: row[1], 14)
    return [*columns, value] if sees_value(user) else columns


SHEET = Sheet(gettext_lazy("Stock documents"), "stock.see", _sheet_found, _columns, _filled)
