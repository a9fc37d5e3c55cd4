"""Months of the stores' books: open, closing, closed; what closing one keeps, and what is in its way."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.inventory.actions import periods
from houqin.inventory.models import DocumentKind, DocumentStatus, StockPeriod, Warehouse
from houqin.inventory.policies import sees_value, visible_documents, visible_warehouses
from houqin.inventory.queries import closing
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused_back

STEPS = {"begin": periods.begin_closing, "reopen": periods.reopen, "close": periods.close}


@dataclass(frozen=True)
class Pool:
    """One store in one month: value at the beginning, what each kind of document changed, at the end."""

    code: str
    store: Warehouse
    begin: Decimal
    changed: list[tuple[str, str, Decimal]]
    end: Decimal


@require_GET
@requires("stock.see_value")
def months(request: HttpRequest) -> HttpResponse:
    """The months that have entries and this one, the latest first, with the value at their end."""
    user = person_of(request)
    known = {period.month: period for period in StockPeriod.objects.select_related("closed_by")}
    rows = [known.get(month, StockPeriod(month=month)) for month in closing.months(known)]
    context = {
        "chapter": "stores",
        "tab": "months",
        "may_value": sees_value(user),
        "rows": [(row, _end_of(row, _stores(user))) for row in rows],
        "organisation": organisation(),
    }
    return render(request, "stores/months.html", context)


@require_GET
@requires("stock.see_value")
def month(request: HttpRequest, month: str) -> HttpResponse:
    """One month: its totals by store as kept or, before it is closed, as they are now; what blocks it."""
    user = person_of(request)
    day = _month_of(month)
    period = StockPeriod.objects.select_related("closed_by").filter(month=day).first()
    period = period or StockPeriod(month=day)
    begin, end = periods.begin_of(day), periods.begin_of(periods.after(day))
    closed = period.status == StockPeriod.Status.CLOSED
    last = periods.after(day) - dt.timedelta(days=1)
    context = {
        "chapter": "stores",
        "period": period,
        "closed": closed,
        "pools": _pools(period.totals if closed else closing.totals_of(begin, end), _stores(user)),
        "digest": _grouped(period.digest if closed else closing.digest_of(begin, end)),
        "blocks": [] if closed else _blocks(day),
        "drafts": _waiting(user, begin, end),
        "first": day.isoformat(),
        "last": last.isoformat(),
        "may_close": may(user, "stock.close"),
        "form_key": new_form_key(),
        "organisation": organisation(),
        "back": reverse("stores:months"),
    }
    return render(request, "stores/month.html", context)


@require_http_methods(["POST"])
@requires("stock.close")
def step(request: HttpRequest, month: str) -> HttpResponse:
    """Let a month close, open it again, or close it for good."""
    user = person_of(request)
    day = _month_of(month)
    action = STEPS.get(request.POST.get("do", ""))
    if action is None:
        return go_to(request, "stores:month", month)

    def effect() -> HttpResponse:
        period = action(month=day, by=user)
        facts = {"month": date_format(day, "YEAR_MONTH_FORMAT"), "state": period.get_status_display()}
        return go_to(request, "stores:month", month, said=_("%(month)s: %(state)s.") % facts)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "stores:month", month)


def _month_of(text: str) -> dt.date:
    """The month of an address, not one to come."""
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
    if day > clock.today():
        raise Http404
    return day


def _grouped(digest: str) -> str:
    """The digest in groups of eight, so that a phone can break it."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _stores(user: User) -> dict[str, Warehouse]:
    """The stores whose value somebody sees, by their code."""
    return {store.code: store for store in visible_warehouses(user, "stock.see_value")}


def _end_of(period: StockPeriod, stores: dict[str, Warehouse]) -> Decimal | None:
    if period.status != StockPeriod.Status.CLOSED:
        return None
    ends = (Decimal(one["end"]) for code, one in period.totals.items() if code in stores)
    return sum(ends, Decimal(0))


def _pools(totals: dict[str, Any], stores: dict[str, Warehouse]) -> list[Pool]:
    return [
        Pool(
            code,
            stores[code],
            Decimal(one["begin"]),
            [(kind, str(DocumentKind(kind).label), Decimal(value)) for kind, value in one["changed"].items()],
            Decimal(one["end"]),
        )
        for code, one in totals.items()
        if code in stores
    ]


def _blocks(day: dt.date) -> list[str]:
    """Why a month cannot be closed now, in sentences."""
    found = []
    if periods.after(day) > clock.today().replace(day=1):
        found.append(_("A month is closed when it is over."))
    earlier = closing.first_open_before(day)
    if earlier is not None:
        facts = {"month": date_format(earlier, "YEAR_MONTH_FORMAT")}
        found.append(_("%(month)s comes first: it is not closed yet.") % facts)
    return found


def _waiting(user: User, begin: dt.datetime, end: dt.datetime) -> Any:
    """Documents of the month that are not posted: what they move counts in a later month."""
    waiting = visible_documents(user).filter(status__in=[DocumentStatus.DRAFT, DocumentStatus.SUBMITTED])
    return waiting.filter(effective_at__gte=begin, effective_at__lt=end).order_by("pk")[:50]
