"""An empty installation takes a backup instead of its first administrator."""

from http import HTTPStatus
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.models import User
from houqin.flows.hand_over_backup import hand_over_backup
from houqin.kernel import handover
from houqin.kernel.errors import Refused
from houqin.web.access import PUBLIC, requires
from houqin.web.responses import go_to, refused


class RestoreForm(forms.Form):
    """The archive."""

    archive = forms.FileField(
        label=_("Backup"),
        help_text=_("A file houqin-….tar, made by houqin of this or an earlier version."),
        widget=forms.FileInput(attrs={"accept": ".tar"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def restore(request: HttpRequest) -> HttpResponseBase:
    """Take a backup while nobody is here; afterwards there is no such page.

    Where nobody restores what is handed over, the page says which command does, and takes nothing.
    """
    if User.objects.exists():
        return redirect("account_login")
    if not handover.is_attended():
        status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.CONFLICT
        return render(request, "accounts/restore.html", {}, status=status)
    form = RestoreForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            hand_over_backup(chunks=form.cleaned_data["archive"].chunks())
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "accounts:restoring")
    return render(request, "accounts/restore.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
@requires(PUBLIC)
def restoring(request: HttpRequest) -> HttpResponse:
    """How far the restore is; it asks again until it is done."""
    folder = Path(settings.DATA_DIR)
    outcome, waits = handover.outcome(folder), handover.wanted(folder).exists()
    if outcome is None and not waits:
        return redirect("accounts:welcome")
    context = {"waits": waits, "outcome": outcome}
    htmx = getattr(request, "htmx", False)
    template = "accounts/restoring.html#state" if htmx else "accounts/restoring.html"
    return render(request, template, context)
