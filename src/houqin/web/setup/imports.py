"""Places and people from a spreadsheet: template, preview row by row, then the storing."""

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from houqin.accounts.actions import import_people
from houqin.accounts.models import User
from houqin.journal.actions import answers
from houqin.kernel import sheets
from houqin.kernel.errors import Refused
from houqin.kernel.importing import Outcome, Plan
from houqin.kernel.tables import Column
from houqin.org.actions import import_places
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused
from houqin.web.setup.reach import everywhere

OWNER = "import"
SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Import:
    """What can be imported: who may, how it reads, and where its list is."""

    key: str
    title: str | Promise
    permission: str
    back: str
    list_title: str | Promise
    columns: tuple[Column, ...]
    preview: Callable[..., Plan[Any]]
    store: Callable[[BinaryIO, User], Plan[Any]]


IMPORTS = {
    one.key: one
    for one in (
        Import(
            "places",
            gettext_lazy("Import places"),
            "org.manage",
            "setup:places",
            gettext_lazy("Places"),
            import_places.COLUMNS,
            import_places.preview,
            lambda file, _by: import_places.store(file=file),
        ),
        Import(
            "people",
            gettext_lazy("Import people"),
            "people.manage",
            "setup:people",
            gettext_lazy("People and roles"),
            import_people.COLUMNS,
            import_people.preview,
            lambda file, by: import_people.store(file=file, by=by),
        ),
    )
}

OUTCOMES = {
    Outcome.NEW: pgettext_lazy("import", "new"),
    Outcome.CHANGED: pgettext_lazy("import", "changed"),
    Outcome.SAME: pgettext_lazy("import", "unchanged"),
    Outcome.WRONG: pgettext_lazy("import", "wrong"),
}


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
        return file


@require_http_methods(["GET", "POST"])
@requires("org.manage", "people.manage")
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take the table and go on to what it would do."""
    kind = _import(request, key)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            kind.preview(file=io.BytesIO(content))
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:import_preview", key, _keep(request, kind, content))
    context = {"chapter": "setup", "kind": kind, "form": form}
    return render(request, "setup/import.html", context, status=422 if form.errors else 200)


@require_GET
@requires("org.manage", "people.manage")
def template(request: HttpRequest, key: str) -> HttpResponse:
    """The table to fill in."""
    kind = _import(request, key)
    return _file(sheets.template(kind.columns), f"{kind.list_title}.xlsx")


@require_http_methods(["GET", "POST"])
@requires("org.manage", "people.manage")
def preview(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """What a table would do, row by row; a POST stores the rows that are right."""
    kind = _import(request, key)
    content = io.BytesIO(_kept(request, kind, token))
    done = request.method == "POST"
    try:
        plan = kind.store(content, person_of(request)) if done else kind.preview(file=content)
    except Refused as refusal:
        form = UploadForm({})
        form.cleaned_data = {}
        form.add_error(None, str(refusal))
        context = {"chapter": "setup", "kind": kind, "form": form}
        return render(request, "setup/import.html", context, status=422)
    context = {"chapter": "setup", "kind": kind, "token": token, "done": done, **_shown(plan)}
    return render(request, "setup/import_preview.html", context)


@require_GET
@requires("org.manage", "people.manage")
def wrong_rows(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The rows that were refused, with what is wrong beside them, to mend and send again."""
    kind = _import(request, key)
    plan = kind.preview(file=io.BytesIO(_kept(request, kind, token)))
    return _file(plan.wrong_rows(), _("%(title)s, to mend.xlsx") % {"title": kind.list_title})


def _import(request: HttpRequest, key: str) -> Import:
    kind = IMPORTS.get(key)
    if kind is None or not everywhere(person_of(request), kind.permission):
        raise Http404
    return kind


def _shown(plan: Plan[Any]) -> dict[str, Any]:
    """The rows people must look at first: the wrong ones, then what changes."""
    rows = [row for outcome in (Outcome.WRONG, Outcome.CHANGED, Outcome.NEW) for row in plan.having(outcome)]
    counts = plan.counts
    keys = [column.key for column in plan.columns if any(row.record.facts[column.key] for row in plan.rows)]
    return {
        "rows": [
            (row, OUTCOMES[row.outcome], [row.record.facts[key] for key in keys]) for row in rows[:SHOWN]
        ],
        "headings": [plan.heading(key) for key in keys],
        "hidden": max(0, len(rows) - SHOWN),
        "total": len(plan.rows),
        "counts": counts,
        "storable": counts[Outcome.NEW] + counts[Outcome.CHANGED],
    }


def _digest(request: HttpRequest, kind: Import) -> str:
    return answers.digest_of(kind.key, str(person_of(request).pk))


def _keep(request: HttpRequest, kind: Import, content: bytes) -> str:
    """Keep a table for a day, for who sent it, and return the word it is found by."""
    token = secrets.token_hex(16)
    with answers.once(owner=OWNER, key=token, digest=_digest(request, kind)) as answer:
        answer.keep(status=200, body=content)
    return token


def _kept(request: HttpRequest, kind: Import, token: str) -> bytes:
    try:
        answer = answers.remembered(owner=OWNER, key=token, digest=_digest(request, kind))
    except answers.KeyReused:
        raise Http404 from None
    if answer is None:
        raise Http404
    return bytes(answer.body)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer.headers["Content-Disposition"] = disposition or "attachment"
    return answer
