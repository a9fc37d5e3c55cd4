"""Places and people from a spreadsheet: template, preview row by row, then the storing."""

import io
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.kernel import sheets
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused
from houqin.web.setup import import_jobs
from houqin.web.setup.import_jobs import PREVIEW, STORE, WRONG
from houqin.web.setup.import_plans import IMPORTS, Import, shown

ZIPPED = b"PK"
"""How every XLSX file begins."""
MAY = ("org.manage", "people.manage", "staffing.manage", "staffing.plan", "stock.manage")
"""Rights that open one import or another; which one, its own entry says."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """The filled-in table."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("XLSX, XLS or CSV. Nothing is stored before you have seen what it would do."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_UPLOAD_BYTES:
            most = settings.MAX_UPLOAD_BYTES // 1024 // 1024
            raise ValidationError(_("The file is larger than %(most)d MB. Split it.") % {"most": most})
        if file.name.lower().endswith(".xlsx") and file.read(len(ZIPPED)) != ZIPPED:
            raise ValidationError(_("This is no Excel table, although its name says so."))
        file.seek(0)
        return file


@require_http_methods(["GET", "POST"])
@requires(*MAY)
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take the table and go on to what it would do; a long one is looked at in the background."""
    kind, user = _import(request, key), person_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            long = import_jobs.is_long(kind, content)
            if not long:
                kind.preview(io.BytesIO(content), user)
        except Refused as refusal:
            refused(form, refusal)
        else:
            token = secrets.token_hex(16)
            import_jobs.keep(kind, user, token, content)
            if long:
                import_jobs.begin(kind, user, token, PREVIEW)
            return go_to(request, "setup:import_preview", key, token)
    context = {"chapter": kind.chapter, "kind": kind, "form": form}
    return render(request, "setup/import.html", context, status=422 if form.errors else 200)


@require_GET
@requires(*MAY)
def template(request: HttpRequest, key: str) -> HttpResponse:
    """The table to fill in; `?form=roster` a roster of the people somebody plans for."""
    kind = _import(request, key)
    if kind.roster is not None and request.GET.get("form") == "roster":
        return _file(kind.roster(person_of(request)), f"{kind.list_title}.xlsx")
    return _file(sheets.template(kind.offered()), f"{kind.list_title}.xlsx")


@require_http_methods(["GET", "POST"])
@requires(*MAY)
def preview(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """What a table would do, row by row; a POST stores the rows that are right.

    Of a long table the page shows what the background has found, and asks again until it has.
    """
    kind, user = _import(request, key), person_of(request)
    content = _kept(request, kind, token)
    looked = import_jobs.came_of(kind, user, token, PREVIEW)
    if looked is not None and "refused" not in looked and request.method == "POST":
        import_jobs.begin(kind, user, token, STORE)
        return go_to(request, "setup:import_preview", key, token)
    for stage in (STORE, PREVIEW):
        found = import_jobs.came_of(kind, user, token, stage)
        waits = "" if found else import_jobs.state(token, stage)
        if found is not None or waits:
            return _long(request, kind, token, stage, found, waits)
    return _short(request, kind, token, content)


def _long(
    request: HttpRequest, kind: Import, token: str, stage: str, found: dict[str, Any] | None, waits: str
) -> HttpResponse:
    """A stage of the background: what came of it, or that it goes on; the waiting page asks by script."""
    if getattr(request, "htmx", False):
        goes_on = found is None and waits == "waits"
        return HttpResponse(status=204, headers={} if goes_on else {"HX-Redirect": request.path})
    if found is not None and "refused" in found:
        return _refused(request, kind, found["refused"])
    context = {"chapter": kind.chapter, "kind": kind, "token": token, "stage": stage}
    if found is None:
        return render(request, "setup/import_waits.html", {**context, "failed": waits == "failed"})
    return render(request, "setup/import_preview.html", {**context, "done": stage == STORE, **found})


def _short(request: HttpRequest, kind: Import, token: str, content: bytes) -> HttpResponse:
    """A short table, looked at or stored while its sender waits."""
    done, file = request.method == "POST", io.BytesIO(content)
    try:
        plan = kind.store(file, person_of(request)) if done else kind.preview(file, person_of(request))
    except Refused as refusal:
        return _refused(request, kind, str(refusal))
    context = {"chapter": kind.chapter, "kind": kind, "token": token, "done": done, **shown(plan)}
    return render(request, "setup/import_preview.html", context)


def _refused(request: HttpRequest, kind: Import, sentence: str) -> HttpResponse:
    form = UploadForm({})
    form.cleaned_data = {}
    form.add_error(None, sentence)
    return render(
        request, "setup/import.html", {"chapter": kind.chapter, "kind": kind, "form": form}, status=422
    )


@require_GET
@requires(*MAY)
def wrong_rows(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The rows that were refused, with what is wrong beside them, to mend and send again."""
    kind = _import(request, key)
    content = _kept(request, kind, token)
    wrong = import_jobs.kept(kind, person_of(request), f"{token}:{WRONG}")
    wrong = wrong or kind.preview(io.BytesIO(content), person_of(request)).wrong_rows()
    return _file(wrong, _("%(title)s, to mend.xlsx") % {"title": kind.list_title})


def _import(request: HttpRequest, key: str) -> Import:
    kind = IMPORTS.get(key)
    if kind is None or not kind.may(person_of(request)):
        raise Http404
    return kind


def _kept(request: HttpRequest, kind: Import, token: str) -> bytes:
    content = import_jobs.kept(kind, person_of(request), token)
    if content is None:
        raise Http404
    return content


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer.headers["Content-Disposition"] = disposition or "attachment"
    return answer
