"""A stock document on paper: lines, sums in figures and words, signatures."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.inventory.models import DocumentKind, StockDocument, StockMove
from houqin.inventory.policies import sees_value, visible_documents
from houqin.inventory.queries.documents import MovedLine, lines_of
from houqin.kernel import clock
from houqin.kernel.money import cents, yuan
from houqin.kernel.quantity import shown
from houqin.kernel.rmb import in_words
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.paper.pdf import pdf_answer
from houqin.web.paper.sheet import Heading, Line, Paper, Total
from houqin.web.ui.pictures import qr
from houqin.work.models import WorkOrder

SIGNERS: dict[str, list[Any]] = {
    DocumentKind.RECEIPT: [
        pgettext_lazy("signature", "Delivered by"),
        pgettext_lazy("signature", "Checked by"),
        pgettext_lazy("signature", "Storekeeper"),
        pgettext_lazy("signature", "Accountant"),
    ],
    DocumentKind.ISSUE: [
        pgettext_lazy("signature", "Received by"),
        pgettext_lazy("signature", "Approved by"),
        pgettext_lazy("signature", "Storekeeper"),
        pgettext_lazy("signature", "Accountant"),
    ],
    DocumentKind.TRANSFER: [
        pgettext_lazy("signature", "Sending storekeeper"),
        pgettext_lazy("signature", "Receiving storekeeper"),
        pgettext_lazy("signature", "Approved by"),
    ],
}
USUAL = [pgettext_lazy("signature", "Storekeeper"), pgettext_lazy("signature", "Approved by")]
SLIPS = {
    DocumentKind.RECEIPT: pgettext_lazy("slip", "Receipt slip"),
    DocumentKind.ISSUE: pgettext_lazy("slip", "Issue slip"),
    DocumentKind.RETURN: pgettext_lazy("slip", "Return slip"),
    DocumentKind.TRANSFER: pgettext_lazy("slip", "Transfer slip"),
}
FOR_WORK = pgettext_lazy("slip", "Parts slip")
"""What an issue to a work order is called on paper: 领料单, where one to a department is a 出库单."""


@require_GET
@requires("stock.see")
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The document on paper, to print."""
    paper = _asked(request, number)
    context = {
        "paper": paper,
        "qr": qr(paper.code),
        "pdf": reverse("stores:slip_pdf", args=[number]),
        "back": reverse("stores:document", args=[number]),
    }
    return render(request, "paper/paper.html", context)


@require_GET
@requires("stock.see")
def slip_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same paper as PDF."""
    return pdf_answer(_asked(request, number))


def _asked(request: HttpRequest, number: str) -> Paper:
    user = person_of(request)
    joined = visible_documents(user).select_related("by", "partner", "reverses", "caused_by")
    return _paper(get_object_or_404(joined, number=number), user)


def _paper(found: StockDocument, user: User) -> Paper:
    """The document for signatures; amounts only for who may see them."""
    lines, values = lines_of(found), sees_value(user)
    total = sum((line.value or Decimal(0) for line in lines), Decimal(0))
    words = f"{pgettext('of money', 'Sum')} {in_words(total)}"
    address = settings.PUBLIC_URL.rstrip("/") + reverse("stores:document", args=[found.number])
    at = f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"
    return Paper(
        organisation=str(organisation()),
        title=_title(found),
        number=found.number,
        code=found.number,
        when=f"{timezone.localtime(found.effective_at):%Y-%m-%d %H:%M}",
        facts=_facts(found),
        headings=_headings(values=values),
        lines=[_line(line, values=values) for line in lines],
        signers=[*(str(name) for name in SIGNERS.get(found.kind, USUAL)), _("Date")],
        printed=_("Printed %(at)s") % {"at": at} + f" · {address}",
        total=Total(words, yuan(total)) if values else None,
    )


def _title(found: StockDocument) -> str:
    kind = DocumentKind(found.kind)
    if kind == DocumentKind.ISSUE and WorkOrder.objects.filter(number=found.charged_to).exists():
        return str(FOR_WORK)
    return str(SLIPS.get(kind, kind.label))


def _facts(found: StockDocument) -> list[tuple[str, str]]:
    told = [
        (_("charged to"), found.charged_to),
        (_("supplier"), str(found.partner or "")),
        (_("reason"), found.reason),
        (_("who"), str(found.by or "")),
    ]
    return [(name, value or "—") for name, value in told]


def _headings(*, values: bool) -> list[Heading]:
    headings = [
        Heading(_("No."), figures=True),
        Heading(_("code")),
        Heading(_("Name and specification"), wide=True),
        Heading(pgettext("stores", "Lot")),
        Heading(_("location")),
        Heading(_("quantity"), figures=True),
        Heading(_("unit")),
    ]
    return [*headings, Heading(_("amount, ￥"), figures=True)] if values else headings


def _line(told: MovedLine, *, values: bool) -> Line:
    line, moves = told.line, told.moves
    cells = [
        str(line.position),
        line.item.code,
        f"{line.item} {line.item.spec}".strip(),
        " ".join(str(move.lot) for move in moves if move.lot),
        " ".join(_way(move) for move in moves),
        shown(line.entered),
        str(line.unit),
    ]
    if not values:
        return Line(cells)
    amount = "—" if told.value is None else f"{cents(told.value):,.2f}"
    return Line([*cells, amount], told.value)


def _way(move: StockMove) -> str:
    """`A-01 → B-02` inside the stores, and the one shelf of what came or went."""
    return " → ".join(end.code for end in (move.source, move.target) if end.warehouse_id)
