"""Mail that came in: every message with what became of it, and another look at what was put aside."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from houqin.accounts.models import User
from houqin.desk.policies import visible_requests
from houqin.files.queries.content import open_content
from houqin.intake.actions.taking import replay
from houqin.intake.markup import safe_html
from houqin.intake.models import TIED, InboundMessage, Outcome
from houqin.intake.policies import may_replay, visible_inbound
from houqin.intake.queries.inbound import InboundFilter, inbound, opened
from houqin.intake.quoting import folded
from houqin.intake.reasons import REASONS, faulty, held_back, worded
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.lists import Sorting, Tab, capped, counted, page
from houqin.web.responses import go_to, refused_back

NEWEST = Sorting("received_at", newest=True)
RIGHTS = ("system.manage", "desk.triage")
_COUNTED = frozenset({Outcome.WAITING, Outcome.QUARANTINED})


@require_GET
@requires(*RIGHTS)
def message_list(request: HttpRequest) -> HttpResponse:
    """The mail, the newest first; every condition stands in the address."""
    user, given = person_of(request), request.GET
    chosen = InboundFilter(
        outcome=given.get("outcome", ""),
        reason=given.get("reason", "") if given.get("reason") in REASONS else "",
        request=given.get("request", "")[:20],
        sender=given.get("from", "")[:320],
        words=given.get("q", "").replace("\0", "")[:100],
    )
    shown = page(inbound(chosen, user), NEWEST, given)
    context = {
        "chapter": "setup",
        "rows": [(one, worded(one.reason, one.facts)) for one in shown.rows],
        "page": shown,
        "tabs": _tabs(user, chosen.outcome),
        "chosen": chosen,
        "reason": str(REASONS[chosen.reason] % _Left()) if chosen.reason else "",
    }
    return render(request, "setup/intake.html", context)


@require_GET
@requires(*RIGHTS)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail: what became of it and why, what it says, and its source."""
    user = person_of(request)
    row = get_object_or_404(visible_inbound(user).select_related("raw"), pk=pk)
    read = opened(row)
    context = {
        "chapter": "setup",
        "row": row,
        "reason": worded(row.reason, row.facts) if row.reason else "",
        "read": read,
        "parts": folded(read.mail.text).parts,
        "html": safe_html(read.mail.html, _pictures(row, user)) if read.mail.html else "",
        "files": [(one.name, one.content_type, len(one.content)) for one in read.mail.attached],
        "held": [(name, held_back(code)) for name, code in row.facts.get("held_back", [])],
        "faults": faulty(row.facts.get("faults", [])),
        "may_replay": may_replay(user) and row.outcome not in TIED,
        "sees_request": visible_requests(user).filter(number=row.request_number).exists(),
    }
    return render(request, "setup/intake_message.html", context)


@require_GET
@requires(*RIGHTS)
def raw(request: HttpRequest, pk: int) -> FileResponse:
    """The mail as it came, as a download that no browser shows."""
    row = get_object_or_404(visible_inbound(person_of(request)).select_related("raw"), pk=pk)
    answer = FileResponse(
        open_content(row.raw),
        as_attachment=True,
        filename=f"mail-{row.pk}.eml",
        content_type="application/octet-stream",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@requires(*RIGHTS)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a mail anew."""
    user = person_of(request)
    row = get_object_or_404(
        visible_inbound(user) if may_replay(user) else visible_inbound(user).none(), pk=pk
    )
    try:
        settled = replay(message_id=row.pk)
    except Refused as refusal:
        return refused_back(request, refusal, "setup:intake_message", pk)
    said = _("Looked at again: %(outcome)s.") % {"outcome": settled.get_outcome_display()}
    return go_to(request, "setup:intake_message", pk, said=said)


class _Left(dict[str, str]):
    """Facts that are left open."""

    def __missing__(self, key: str) -> str:
        return "…"


def _tabs(user: User, chosen: str) -> list[Tab]:
    mail = visible_inbound(user)
    tabs = [Tab("", _("All"), "", chosen not in Outcome.values)]
    for one in Outcome:
        number = capped(mail.filter(outcome=one.value)) if one in _COUNTED else 0
        tabs.append(Tab(one.value, str(one.label), counted(number) if number else "", one.value == chosen))
    return tabs


def _pictures(row: InboundMessage, user: User) -> dict[str, str]:
    """Where the pictures inside the text lie that were stored with the request."""
    if not row.pictures or not visible_requests(user).filter(number=row.request_number).exists():
        return {}
    return {cid: reverse("desk:file", args=[row.request_number, key]) for cid, key in row.pictures.items()}
