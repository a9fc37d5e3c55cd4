"""The outbox: mail that waits, was sent or failed, and which server sends it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from houqin.kernel.errors import Refused
from houqin.notify.actions.outbox import retry
from houqin.notify.layout import written_out
from houqin.notify.models import OutMail
from houqin.notify.policies import may_read_text, visible_mail
from houqin.notify.queries.outbox import OutboxFilter, outbox, outbox_state
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused_back
from houqin.web.setup.letters import framed
from houqin.web.setup.reach import require_everywhere

PER_PAGE = 100


@require_GET
@requires("system.manage")
def outbox_list(request: HttpRequest) -> HttpResponse:
    """The mail, the newest first."""
    require_everywhere(person_of(request), "system.manage")
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    found = outbox(OutboxFilter(state=state, words=words), person_of(request)).defer("text", "parts")
    held = outbox_state()
    counts = {OutMail.State.WAITING: held.waiting, OutMail.State.FAILED: held.failed}
    tabs = [("", _("All"), "", state not in OutMail.State.values)]
    tabs += [
        (one.value, str(one.label), str(counts.get(one, "")), one.value == state) for one in OutMail.State
    ]
    context = {
        "chapter": "setup",
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": tabs,
        "find": words,
        "server": mail_server(),
    }
    return render(request, "setup/outbox.html", context)


@require_GET
@requires("system.manage")
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail: to whom, how far it is, and its text where it may be read."""
    user = person_of(request)
    require_everywhere(user, "system.manage")
    found = get_object_or_404(visible_mail(user), pk=pk)
    readable = may_read_text(user, found)
    context = {
        "chapter": "setup",
        "mail": found,
        "readable": readable,
        "text": written_out(found, organisation()).text if readable else "",
        "server": mail_server(),
    }
    return render(request, "setup/mail.html", context)


@require_GET
@requires("system.manage")
def mail_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a mail, alone in its frame."""
    user = person_of(request)
    require_everywhere(user, "system.manage")
    found = get_object_or_404(visible_mail(user), pk=pk)
    if not found.parts or not may_read_text(user, found):
        raise Http404
    return framed(found)


@require_POST
@requires("system.manage")
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more to send a mail."""
    user = person_of(request)
    require_everywhere(user, "system.manage")
    found = get_object_or_404(visible_mail(user), pk=pk)
    try:
        retry(mail_id=found.pk)
    except Refused as refusal:
        return refused_back(request, refusal, "setup:mail", pk)
    return go_to(request, "setup:mail", pk, said=_("The mail is sent once more."))


def mail_server() -> str:
    """Return which server sends mail, without name and password; nothing where none is set."""
    if not settings.MAIL_URL:
        return ""
    parts = urlsplit(settings.MAIL_URL)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"
