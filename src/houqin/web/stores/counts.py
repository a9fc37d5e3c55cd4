"""Counts: the list, planning one, one with its figures and what becomes of them, its sheet on paper."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.approvals.models import Approval
from houqin.approvals.policies import visible_approvals
from houqin.flows.settle_count import KIND, finish_count
from houqin.inventory.actions import counting as counts
from houqin.inventory.models import CountDecision, CountLine, CountReason, CountSession, CountStatus
from houqin.inventory.policies import sees_value, visible_counts
from houqin.inventory.queries.counting import difference, progress, rounds_of
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.lists import Sorting, in_all, list_query, page
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.stores import filters
from houqin.web.stores.count_forms import CancelForm, ExplainForm, PlanForm
from houqin.web.ui.pictures import qr

LATEST_FIRST = Sorting("planned_at", newest=True)
SIGNERS = (
    pgettext_lazy("signature", "Counted by"),
    pgettext_lazy("signature", "Second counter"),
    pgettext_lazy("signature", "Storekeeper"),
    pgettext_lazy("signature", "Accountant"),
)


@dataclass(frozen=True)
class Row:
    """A thing of a count as somebody may see it; while it is `hidden` only its name."""

    line: CountLine
    earlier: list[CountLine]
    hidden: bool

    @property
    def gap(self) -> Decimal | None:
        """How much more or less was counted than should be there."""
        return None if self.hidden else difference(self.line)

    @property
    def book(self) -> Decimal | None:
        """What should be there, by the books of the instant it was counted, else of the plan."""
        if self.hidden:
            return None
        return self.line.book_qty if self.line.expected_qty is None else self.line.expected_qty

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of what became of it."""
        return _LOOKS[CountDecision(self.line.decision)]


_LOOKS = {
    CountDecision.OPEN: ("idle", "circle-dashed"),
    CountDecision.UNCHANGED: ("ok", "circle-check"),
    CountDecision.RECOUNT: ("warn", "refresh"),
    CountDecision.WITHIN: ("ok", "check"),
    CountDecision.APPROVAL: ("warn", "rubber-stamp"),
}


def rows_of(session: CountSession, user: User) -> list[Row]:
    """The things of a count. Who may count sees no books of a blind count and of a recount before its end."""
    guarded = session.is_open and may(user, "stock.count")
    return [
        Row(
            line,
            earlier,
            guarded and line.decision == CountDecision.OPEN and (session.blind or line.round > 1),
        )
        for line, earlier in rounds_of(session)
    ]


@require_GET
@requires("stock.see")
def count_list(request: HttpRequest) -> HttpResponse:
    """The counts of the stores somebody sees, the latest first."""
    user = person_of(request)
    listed = _found(user, request.GET)
    shown = page(listed, LATEST_FIRST, request.GET)
    how_far = progress(shown.rows)
    context = {
        "chapter": "stores",
        "tab": "counts",
        "may_value": sees_value(user),
        "rows": [(row, how_far[row.pk]) for row in shown.rows],
        "page": shown,
        "total": lambda: in_all(listed, shown),
        "wanted": filters.stores_of(request.GET, user),
        "states": CountStatus.choices,
        "today": clock.today(),
        "may_count": may(user, "stock.count"),
        "list_query": list_query(request.GET),
        "organisation": organisation(),
    }
    return render(request, "stores/counts.html", context)


@require_http_methods(["GET", "POST"])
@requires("stock.count")
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a count."""
    user = person_of(request)
    form = PlanForm(request.POST or None, user=user)
    if form.is_valid():

        def effect() -> HttpResponse:
            session = counts.plan(by=user, **form.cleaned_data)
            return go_to(request, "stores:count", session.number, said=_("The count is planned."))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "chapter": "stores",
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "back": reverse("stores:counts"),
        "organisation": organisation(),
    }
    return render(request, "stores/count_new.html", context, status=422 if form.errors else 200)


@require_GET
@requires("stock.see")
def count(request: HttpRequest, number: str) -> HttpResponse:
    """One count: booked, counted, difference and its worth, the reasons, what became of it."""
    return _page(request, _one(person_of(request), number), CancelForm())


@require_POST
@requires("stock.count")
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """End the counting: what differs is counted again, posted, or put before those who must agree."""
    user = person_of(request)
    session = _one(user, number, "stock.count")

    def effect() -> HttpResponse:
        ended = finish_count(session_id=session.pk, by=user)
        return go_to(request, "stores:count", number, said=outcome(ended))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "stores:count", number)


def outcome(session: CountSession) -> str:
    """What came of ending a count, in a sentence."""
    facts = {"number": session.number}
    if session.status == CountStatus.DONE:
        return _("%(number)s is done; the books agree with what was counted.") % facts
    if session.status == CountStatus.DECIDING:
        return _("%(number)s: the difference awaits approval.") % facts
    again = session.lines.filter(counted_qty__isnull=True).count()
    told = ngettext(
        "%(number)s: %(n)s thing is over the limits and is counted again by somebody else.",
        "%(number)s: %(n)s things are over the limits and are counted again by somebody else.",
        again,
    )
    return told % {**facts, "n": again}


@require_POST
@requires("stock.count")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give a count up, with a reason."""
    session = _one(person_of(request), number, "stock.count")
    form = CancelForm(request.POST)
    if form.is_valid():

        def effect() -> HttpResponse:
            counts.cancel(session_id=session.pk, **form.cleaned_data)
            return go_to(request, "stores:count", number, said=_("The count is given up."))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    return _page(request, session, form)


@require_POST
@requires("stock.count")
def line(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say where a difference comes from, or have it counted once more by somebody else."""
    user = person_of(request)
    found = get_object_or_404(_one(user, number, "stock.count").lines, pk=pk)
    form = ExplainForm(request.POST)

    def effect() -> HttpResponse:
        if request.POST.get("do") == "recount":
            counts.recount(line_id=found.pk, by=user)
            return go_to(request, "stores:count", number, said=_("Somebody else counts this again."))
        reason, note = form.data.get("reason", ""), form.data.get("note", "")
        counts.explain(line_id=found.pk, reason=reason, note=note)
        return go_to(request, "stores:count", number, said=_("Saved."))

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "stores:count", number)


@require_GET
@requires("stock.see")
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The count on paper, with room for figures while it is open and for signatures."""
    user = person_of(request)
    session = _one(user, number)
    rows = rows_of(session, user)
    told = session.status in {CountStatus.DONE, CountStatus.DECIDING}
    context = {
        "session": session,
        "rows": rows,
        "told": told,
        "books": told or not session.blind,
        "values": sees_value(user) and told,
        "total": sum((row.line.value or Decimal(0) for row in rows), Decimal(0)),
        "signers": SIGNERS,
        "qr": qr(session.number),
        "printed_at": clock.now(),
        "organisation": organisation(),
        "back": reverse("stores:count", args=[number]),
    }
    return render(request, "stores/count_sheet.html", context)


def _page(request: HttpRequest, session: CountSession, form: CancelForm) -> HttpResponse:
    user = person_of(request)
    rows = rows_of(session, user)
    may_count = visible_counts(user, "stock.count").filter(pk=session.pk).exists()
    gaps = [row for row in rows if row.gap]
    context = {
        "chapter": "stores",
        "session": session,
        "rows": rows,
        "missing": sum(row.line.counted_qty is None for row in rows),
        "gaps": len(gaps),
        "net": sum((row.line.value or Decimal(0) for row in gaps), Decimal(0)),
        "values": sees_value(user),
        "may_count": may_count,
        "may_explain": may_count and session.status != CountStatus.CANCELLED,
        "reasons": CountReason.choices,
        "approval": _approval(session, user),
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "organisation": organisation(),
        "back": reverse("stores:counts"),
    }
    return render(request, "stores/count.html", context, status=422 if form.errors else 200)


def _approval(session: CountSession, user: User) -> Approval | None:
    if session.document is None:
        return None
    return visible_approvals(user).filter(kind=KIND, number=session.document.number).order_by("-pk").first()


def _one(user: User, number: str, right: str = "stock.see") -> CountSession:
    joined = ("warehouse", "by", "rule", "document")
    return get_object_or_404(visible_counts(user, right).select_related(*joined), number=number)


def _found(user: User, query: QueryDict) -> QuerySet[CountSession]:
    wanted = filters.stores_of(query, user)
    found = visible_counts(user).filter(warehouse__in=wanted.ids)
    status = query.get("status", "")
    if status in CountStatus.values:
        found = found.filter(status=status)
    return found.select_related("warehouse", "by")


def _sheet_found(user: User, query: QueryDict) -> QuerySet[CountSession]:
    return LATEST_FIRST.sorted(_found(user, query))


def _filled(rows: list[CountSession]) -> list[Any]:
    how_far = progress(rows)
    return [(row, how_far[row.pk]) for row in rows]


def _columns(_user: User) -> list[Column]:
    return [
        Column(pgettext_lazy("document", "Number"), lambda row: row[0].number, 18),
        Column(pgettext_lazy("stores", "Store"), lambda row: str(row[0].warehouse), 18),
        Column(gettext_lazy("kind"), lambda row: row[0].get_kind_display(), 18),
        Column(gettext_lazy("state"), lambda row: row[0].get_status_display(), 16),
        Column(pgettext_lazy("count", "to be counted on"), lambda row: row[0].planned_for, 14),
        Column(pgettext_lazy("count", "things"), lambda row: row[1].whole, 10),
        Column(pgettext_lazy("count", "written down"), lambda row: row[1].written, 12),
        Column(gettext_lazy("finished"), lambda row: row[0].finished_at, 17),
        Column(gettext_lazy("reason"), lambda row: row[0].reason, 30),
    ]


SHEET = Sheet(pgettext_lazy("stores", "Counts"), "stock.see", _sheet_found, _columns, _filled)
